"""/kb/articles/… and /kb/new: one article in both languages, in one tab of one person."""

import asyncio
from uuid import uuid4

import structlog
from nicegui import Client, ui

from sufler.desk.people import may
from sufler.domain.errors import (
    Conflict,
    Forbidden,
    NotFound,
    StorageUnavailable,
    SuflerError,
    Unauthenticated,
)
from sufler.domain.knowledge import Article, ArticleStatus, Language
from sufler.domain.people import Right
from sufler.domain.texts import text
from sufler.web.frame import Visit
from sufler.web.kb_article_view import ArticleView, ask_about_near, show_conflict
from sufler.web.kb_begun import Begun
from sufler.web.kb_drafts import NEW, UnsavedForms
from sufler.web.kb_form import Form, article_of, faults, form_of
from sufler.web.kb_later import Later
from sufler.web.kb_near import near_duplicates
from sufler.web.kb_paths import article_path, signed_name
from sufler.web.kb_services import Acts, KnowledgeServices
from sufler.web.services import Services

_log = structlog.get_logger(__name__)

SHOW_S = 0.2
LOOK_S = 3.0


class ArticlePage:
    """Built once for each opened tab; `stored` is None for a new article."""

    def __init__(
        self,
        services: Services,
        kb: KnowledgeServices,
        visit: Visit,
        unsaved: UnsavedForms[Form],
        stored: Article | None,
        topic: str = "",
        begun: Begun | None = None,
    ) -> None:
        self._services = services
        self._kb = kb
        self._language = visit.language
        self._caller = visit.caller
        self._acts = Acts(services.people, visit.token)
        self._unsaved = unsaved
        self._stored = stored
        self._clean = form_of(stored) if stored else Form(topic=topic)
        self._begun = begun
        self.form = begun.form.copied() if begun else self._clean.copied()
        self._saving = asyncio.Lock()
        self._told = 0
        self._id = stored.id if stored else uuid4().hex

    def build(self) -> None:
        """Put the page up, with what was typed and not saved, if anything was."""
        kept = None if self._begun else self._unsaved.of(self._caller.id, self._key)
        if kept is not None and kept.form != self._clean:
            self.form = kept.form
        editable = may(self._caller, Right.EDIT_ARTICLES)
        self.view = ArticleView(
            self, self._services, self._kb, self._language, self._caller, editable
        )
        if kept is not None and kept.form != self._clean:
            self.view.say_restored(kept.at)
        self._later = Later(self.view.root, SHOW_S, self._shown)
        self.view.show_state(self._stored, self.dirty)
        ui.timer(LOOK_S, self._look)

    @property
    def _key(self) -> str:
        return self._stored.id if self._stored else NEW

    @property
    def dirty(self) -> bool:
        """Whether anything is typed that is not saved."""
        return _comparable(self.form) != _comparable(self._clean)

    @property
    def published_id(self) -> str | None:
        """The id, when the article is published."""
        stored = self._stored
        return stored.id if stored and stored.status is ArticleStatus.PUBLISHED else None

    def changed(self) -> None:
        """Something was typed: keep it, and show it a moment later."""
        if self.dirty:
            now = self._services.clock.now()
            self._unsaved.keep(self._caller.id, self._key, self.form, now)
        else:
            self._unsaved.drop(self._caller.id, self._key)
        self.view.show_state(self._stored, self.dirty)
        self._later.soon()

    def add_phrasing(self, words: str, spoken: Language) -> None:
        """Take a question as a phrasing."""
        if self.form.add_phrasings(words, spoken, self._caller.name):
            self.view.show_phrasings()
            self.changed()
            ui.notify(text("kb_phrasing_added", self._language))

    async def discard(self) -> None:
        """Forget what was typed, and show what is stored."""
        self._unsaved.drop(self._caller.id, self._key)
        self._clean = form_of(self._stored) if self._stored else Form()
        self._take(self._clean.copied())

    async def save(
        self,
        status: ArticleStatus | None = None,
        *,
        sure: bool = False,
        over: Article | None = None,
    ) -> None:
        """Store the form, as `status` when one is given. `sure`: near-duplicates were seen; `over`
        is the state of somebody else that was seen and shall be replaced."""
        # The button that was pressed may be gone by the time there is something to say.
        async with self._saving:
            with self.view.root:
                try:
                    await self._save(status, sure, over)
                except SuflerError as error:
                    self._refused(error)

    async def _save(self, status: ArticleStatus | None, sure: bool, over: Article | None) -> None:
        _, signature = await self._acts.signed(Right.EDIT_ARTICLES)
        found = faults(self.form, self._language, await self._kb.fields())
        self.view.show_faults(found)
        if found:
            return
        before = over or self._stored
        status = status or (before.status if before else ArticleStatus.DRAFT)
        typed = self.form.copied()
        article = article_of(typed, before, self._id, status)
        if status is ArticleStatus.PUBLISHED and not sure:
            await self._kb.catalogue.refresh()
            compared = before if self.published_id else None
            near = await near_duplicates(article, compared, self._kb.catalogue, self._kb.prompter)
            if near:
                ask_about_near(
                    near, self._language, lambda: self.save(status, sure=True, over=over)
                )
                return
        expected = {self._id: over.revision if over else typed.revision}
        try:
            await self._kb.base.save([article], signature, expected)
        except Conflict as error:
            if error.field != "revision":
                raise
            await self._say_conflict(article)
            return
        await self._saved(typed)

    async def _saved(self, typed: Form) -> None:
        new = self._stored is None
        self._unsaved.drop(self._caller.id, self._key)
        self._stored = await self._kb.base.get(self._id)
        self._clean = form_of(self._stored)
        if _comparable(self.form) == _comparable(typed):
            self._take(self._clean.copied())
        else:  # more was typed while it was being stored
            self.form.revision = self._stored.revision
            self.changed()
        if new:
            ui.navigate.history.replace(article_path(self._id))
        if new and self._begun is not None:
            await self._begun.made(self._caller)
        self.view.close_notes()
        words = f"kb_saved_{self._stored.status.value}"
        ui.notify(text(words, self._language), type="positive")
        await self.view.asking.refresh()

    async def _say_conflict(self, mine: Article) -> None:
        theirs = await self._kb.base.get(self._id)
        history = await self._kb.base.history(self._id)
        by = signed_name(history[0].author)
        self.view.show_state(self._stored, self.dirty)

        async def keep_mine() -> None:
            await self.save(mine.status, over=theirs)

        async def take_theirs() -> None:
            self._unsaved.drop(self._caller.id, self._key)
            self._stored, self._clean = theirs, form_of(theirs)
            self._take(self._clean.copied())

        show_conflict(self.view.notes, self._language, by, theirs, mine, keep_mine, take_theirs)

    def _take(self, form: Form) -> None:
        self.form = form
        with self.view.root:
            self.view.put(form)
            self.view.show_state(self._stored, self.dirty)
        self._later.soon()

    async def _shown(self) -> None:
        self.view.show_previews()

    async def _look(self) -> None:
        """Somebody else may have saved the article: show it, or say so while one is typing."""
        stored = self._stored
        if stored is None or self._saving.locked() or self._kb.base.index.version == self._told:
            return
        self._told = self._kb.base.index.version
        try:
            now = await self._kb.base.get(stored.id)
        except SuflerError as error:
            _log.warning("article_not_read", error=error.message)
            return
        if now.revision == self.form.revision:
            return
        if self.dirty:
            self.view.say_changed()
            return
        self._stored, self._clean = now, form_of(now)
        self._take(self._clean.copied())

    def _refused(self, error: SuflerError) -> None:
        match error:
            case Unauthenticated():
                ui.navigate.to("/login?over")
            case Forbidden():
                ui.notify(text("kb_forbidden", self._language), type="negative")
            case NotFound():
                ui.notify(text("kb_gone", self._language), type="negative")
            case StorageUnavailable():
                ui.notify(text("desk_not_now", self._language), type="negative")
            case _:
                _log.info("article_not_saved", error=error.message)
                ui.notify(error.message, type="negative")


def _comparable(form: Form) -> tuple[object, ...]:
    """What a form says, absent and empty being one."""
    return (
        {each: words for each, words in form.titles.items() if words},
        {each: words for each, words in form.answers.items() if words},
        form.phrasings,
        form.topic,
        form.valid_from,
        form.valid_through,
        form.other_language_ok,
    )


async def article_page(
    services: Services,
    kb: KnowledgeServices,
    visit: Visit,
    client: Client,
    unsaved: UnsavedForms[Form],
    article_id: str | None,
    topic: str = "",
    begun: Begun | None = None,
) -> None:
    """Build the page of an article, or of a new one, which may be `begun`. Raises NotFound."""
    stored = await kb.base.get(article_id) if article_id is not None else None
    name = stored.in_language(visit.language)[1].title if stored else text("kb_new", visit.language)
    client.title = f"{name[:80]} · {text('nav_knowledge', visit.language)}"
    ArticlePage(services, kb, visit, unsaved, stored, topic, begun).build()
