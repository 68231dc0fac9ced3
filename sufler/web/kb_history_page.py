"""/kb/history/…: who changed an article, when, what differs, and bringing a revision back."""

import asyncio
from collections.abc import Sequence

import structlog
from nicegui import Client, ui

from sufler.desk.people import may
from sufler.domain.errors import Conflict, Forbidden, SuflerError, Unauthenticated
from sufler.domain.knowledge import Article, ArticleRevision
from sufler.domain.people import Right
from sufler.domain.texts import counted, text
from sufler.web.elements import button, heading, link, local_time, named, with_props
from sufler.web.frame import Visit
from sufler.web.kb_changes import changed_fields, changes
from sufler.web.kb_difference import field_name, show_differences
from sufler.web.kb_paths import article_path, signed_name
from sufler.web.kb_services import Acts, KnowledgeServices
from sufler.web.services import Services

_log = structlog.get_logger(__name__)

_FIRST = 50


class HistoryPage:
    """Built once for each opened tab."""

    def __init__(
        self,
        services: Services,
        kb: KnowledgeServices,
        visit: Visit,
        article: Article,
        kept: Sequence[ArticleRevision],
    ) -> None:
        self._kb = kb
        self._language = visit.language
        self._caller = visit.caller
        self._acts = Acts(services.people, visit.token)
        self._article = article
        self._kept = kept
        self._picked = kept[0].article.revision
        self._with_now = False
        self._most = _FIRST

    def build(self) -> None:
        """Put the page up."""
        language = self._language
        title = self._article.in_language(language)[1].title
        with ui.element("div").classes("kb-history"):
            with ui.element("div").classes("kb-head article-head"):
                link(text("kb_back_article", language), article_path(self._article.id), "back-link")
                heading(1, text("kb_history_of", language, title=title[:120]))
            with ui.element("div").classes("history-columns"):
                label = text("kb_history", language)
                self._list = named(ui.element("nav").classes("revisions"), label)
                self._place = ui.element("section").classes("revision").props("aria-live=polite")

    async def show(self) -> None:
        """Draw the list and the picked revision."""
        self._list.clear()
        with self._list:
            for place, kept in enumerate(self._kept[: self._most]):
                self._item(place, kept)
            rest = len(self._kept) - self._most
            if rest > 0:
                button(counted("kb_history_more", self._language, rest), self._show_more, "pill")
        await self._show_picked()

    async def _show_more(self) -> None:
        self._most = len(self._kept)
        await self.show()

    def _before(self, place: int) -> Article | None:
        return self._kept[place + 1].article if place + 1 < len(self._kept) else None

    def _item(self, place: int, kept: ArticleRevision) -> None:
        language, number = self._language, kept.article.revision

        async def pick() -> None:
            self._picked, self._with_now = number, False
            await self.show()

        item = ui.element("button").classes("revision-item").props("type=button")
        with_props(item, **{"aria-current": str(number == self._picked).lower()})
        item.on("click", pick, args=[])
        with item:
            with ui.element("div").classes("item-top"):
                ui.label(text("kb_revision", language, number=number)).classes("item-name")
                local_time(kept.at)
            ui.label(signed_name(kept.author)).classes("revision-by")
            before = self._before(place)
            names = [field_name(each, language) for each in changed_fields(before, kept.article)]
            said = text("kb_made", language) if before is None else ", ".join(names)
            ui.label(said).classes("revision-what")

    async def _show_picked(self) -> None:
        language = self._language
        numbers = [each.article.revision for each in self._kept]
        place = numbers.index(self._picked) if self._picked in numbers else 0
        kept, newest = self._kept[place], self._kept[0].article
        before = kept.article if self._with_now else self._before(place)
        after = newest if self._with_now else kept.article
        # Comparing long texts is work for the processor: customers are served meanwhile.
        found = await asyncio.to_thread(changes, before, after)
        self._place.clear()
        with self._place:
            key = "kb_compared_now" if self._with_now else "kb_compared_before"
            heading(2, text(key, language, number=kept.article.revision))
            ui.label(text("kb_legend", language)).classes("hint")
            if place:
                self._choices(kept)
            if not found:
                ui.label(text("kb_no_difference", language)).classes("nothing")
            show_differences(found, language)

    def _choices(self, kept: ArticleRevision) -> None:
        language = self._language

        async def turn() -> None:
            self._with_now = not self._with_now
            await self.show()

        async def restore() -> None:
            await self._restore(kept.article.revision)

        with ui.element("div").classes("acts"):
            key = "kb_compare_before" if self._with_now else "kb_compare_now"
            button(text(key, language), turn, "act")
            if may(self._caller, Right.EDIT_ARTICLES):
                button(text("kb_restore", language), restore, "act main")

    async def _restore(self, revision: int) -> None:
        language = self._language
        article = next(each.article for each in self._kept if each.article.revision == revision)
        expected = {article.id: self._kept[0].article.revision}
        try:
            _, signature = await self._acts.signed(Right.EDIT_ARTICLES)
            await self._kb.base.save([article], signature, expected)
        except Unauthenticated:
            ui.navigate.to("/login?over")
            return
        except SuflerError as error:
            _log.info("revision_not_restored", error=error.message)
            key = "kb_forbidden" if isinstance(error, Forbidden) else "kb_changed_meanwhile"
            known = isinstance(error, Forbidden | Conflict)
            ui.notify(text(key, language) if known else error.message, type="negative")
        else:
            ui.notify(text("kb_restored_revision", language, number=revision), type="positive")
        self._kept = await self._kb.base.history(article.id)
        self._picked, self._with_now = self._kept[0].article.revision, False
        await self.show()


async def history_page(
    services: Services, kb: KnowledgeServices, visit: Visit, client: Client, article_id: str
) -> None:
    """Build the page. Raises NotFound."""
    kept = await kb.base.history(article_id)
    article = await kb.base.get(article_id)
    client.title = text("kb_history", visit.language) + " · " + text("kb_title", visit.language)
    page = HistoryPage(services, kb, visit, article, kept)
    page.build()
    await page.show()
