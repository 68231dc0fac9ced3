"""What the parts of /learned share: who looks, names of people and articles, acts with their
errors said in words."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

import structlog
from nicegui import ui

from sufler.desk.golden import GoldenDesk
from sufler.desk.learned import LearnedDesk
from sufler.desk.people import may
from sufler.domain.errors import Conflict, Forbidden, SuflerError, Unauthenticated
from sufler.domain.people import Caller, Right
from sufler.domain.texts import text
from sufler.web.elements import button, heading, link, local_time
from sufler.web.frame import Visit
from sufler.web.kb_paths import article_path, signed_name
from sufler.web.kb_services import Acts, KnowledgeServices
from sufler.web.services import Services

_log = structlog.get_logger(__name__)

# Why something is in its state, as far as a guard said so; else a person's name stands there.
GUARDS = ("short", "cap", "neighbours", "operator", "refit", "sweep", "agreed")
_WORDLESS = ("taught", "rejected", "confirms", "imported", "")


class LearnedView:
    """One tab of one person. `redraw` shows its section anew."""

    def __init__(
        self,
        services: Services,
        kb: KnowledgeServices,
        learned: LearnedDesk,
        golden: GoldenDesk,
        visit: Visit,
        redraw: Callable[[], Awaitable[None]],
    ) -> None:
        self.services = services
        self.kb = kb
        self.desk = learned
        self.golden = golden
        self.language = visit.language
        self.caller = visit.caller
        self.edits = may(visit.caller, Right.EDIT_ARTICLES)
        self.administers = may(visit.caller, Right.ADMINISTER)
        self._acts = Acts(services.people, visit.token)
        self._redraw = redraw
        self._people: dict[str, str] = {}
        self._titles: dict[str, str] = {}

    async def learn_names(self) -> None:
        """Read who there is: `name` knows them from then on."""
        people = await self.services.people.list()
        self._people = {f"person:{person.id}": person.name for person in people}

    async def learn_titles(self, ids: Iterable[str | None]) -> None:
        """Read what these articles are called: `article` knows them from then on."""
        wanted = [each for each in dict.fromkeys(ids) if each and each not in self._titles]
        for article_id, found in (await self.kb.base.get_many(wanted)).items():
            self._titles[article_id] = found.in_language(self.language)[1].title

    def name(self, by: str) -> str:
        """A person's or a key's id, or a signature, as people read it."""
        return self._people.get(by) or signed_name(by)

    def why(self, why: str) -> str:
        """Why something is in its state."""
        if why in GUARDS:
            return text(f"learned_why_{why}", self.language)
        return "" if why in _WORDLESS else self.name(why)

    def title(self, article_id: str) -> str:
        """An article's title, or its id where it is gone."""
        return self._titles.get(article_id, article_id)

    def article(self, article_id: str) -> None:
        """A link to an article by its title."""
        if article_id in self._titles:
            link(self._titles[article_id], article_path(article_id), "learned-article")
        else:
            gone = text("learned_article_gone", self.language)
            ui.label(f"{article_id}: {gone}").classes("learned-article")

    def origin(self, by: str, at: datetime) -> None:
        """From whom, and when."""
        with ui.element("div").classes("learned-origin"):
            ui.label(text("learned_by", self.language, name=self.name(by)))
            local_time(at)

    def empty(self, key: str) -> None:
        """Nothing is there, and why."""
        ui.label(text(key, self.language)).classes("nothing")

    def part(self, key: str) -> None:
        """The heading of a part."""
        heading(2, text(key, self.language))

    async def act(
        self,
        what: Callable[[Caller], Awaitable[object]],
        done: str | None,
        right: Right = Right.EDIT_ARTICLES,
    ) -> bool:
        """Do it, say `done` or what went wrong, and draw anew; whether it was done. Rights are
        asked for anew: sessions end."""
        language = self.language
        try:
            caller, _ = await self._acts.signed(right)
            await what(caller)
        except Unauthenticated:
            ui.navigate.to("/login?over")
            return False
        except SuflerError as error:
            _log.info("learned_not_changed", error=error.message)
            words = error.message
            if isinstance(error, Forbidden):
                words = text("kb_forbidden", language)
            elif isinstance(error, Conflict):
                words = text("kb_changed_meanwhile", language)
            ui.notify(words, type="negative")
            await self._redraw()
            return False
        if done is not None:
            ui.notify(done, type="positive")
        await self._redraw()
        return True

    def choice(
        self,
        key: str,
        what: Callable[[Caller], Awaitable[object]],
        done: str | None,
        *,
        main: bool = False,
        right: Right = Right.EDIT_ARTICLES,
    ) -> ui.element:
        """A button that does `what`."""

        async def press() -> None:
            await self.act(what, done and text(done, self.language), right)

        return button(text(key, self.language), press, "act main" if main else "act")
