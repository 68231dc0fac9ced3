"""What an article's page looks like: head, both languages side by side, phrasings, the side."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol
from urllib.parse import urlencode

from nicegui import events, ui

from sufler.domain.knowledge import LANGUAGES, Article, ArticleStatus, Language
from sufler.domain.people import Caller
from sufler.domain.texts import text
from sufler.kb_index.formats.rows import MAX_TITLE, MAX_TOPIC
from sufler.web.elements import button, heading, link, local_time, named, with_props
from sufler.web.kb_changes import changes
from sufler.web.kb_difference import show_differences
from sufler.web.kb_fields import Counter, Field, toolbar
from sufler.web.kb_form import Fault, Form
from sufler.web.kb_near import Near
from sufler.web.kb_paths import article_path, history_path
from sufler.web.kb_phrasings import PhrasingList
from sufler.web.kb_rows import status_tag
from sufler.web.kb_services import KnowledgeServices
from sufler.web.kb_side import Asking, Previews
from sufler.web.services import Services


class Editing(Protocol):
    """The page's part that knows: `kb_article_page.ArticlePage`."""

    form: Form

    @property
    def published_id(self) -> str | None: ...
    def changed(self) -> None: ...
    def add_phrasing(self, words: str, spoken: Language) -> None: ...
    async def save(self, status: ArticleStatus | None = None) -> None: ...
    async def discard(self) -> None: ...


class ArticleView:
    """The elements of the page."""

    def __init__(
        self,
        page: Editing,
        services: Services,
        kb: KnowledgeServices,
        language: Language,
        caller: Caller,
        editable: bool,
    ) -> None:
        self._page = page
        self._kb = kb
        self._language = language
        self._editable = editable
        self._author = caller.name if editable else None
        self._fields: dict[str, Field] = {}
        self._counters: dict[Language, Counter] = {}
        self._phrasings: list[PhrasingList] = []
        self._shown_state: object = None
        self._acts_for: object = None
        with ui.element("div").classes("kb-article") as self.root:
            self._build_head()
            self.notes = ui.element("div").classes("notes")
            with ui.element("div").classes("kb-columns"):
                with ui.element("div").classes("kb-fields"):
                    self._build_settings()
                    with ui.element("div").classes("languages"):
                        for spoken in LANGUAGES:
                            self._build_language(spoken)
                with ui.element("aside").classes("kb-side"):
                    self.asking = Asking(
                        kb.prompter,
                        language,
                        lambda: page.published_id,
                        page.add_phrasing if editable else None,
                    )
                    self._previews = Previews(
                        language,
                        services.clock,
                        kb.preview,
                        lambda spoken: page.form.answers.get(spoken) or "",
                    )
            with ui.element("datalist").props("id=kb-topics"):
                for name in sorted(kb.base.topics):
                    with_props(ui.element("option"), value=name)
        self.show_previews()

    def _build_head(self) -> None:
        language = self._language
        with ui.element("div").classes("kb-head article-head"):
            link(text("kb_back", language), "/kb", "back-link").props("data-back")
            self._title = heading(1, "").default_slot.children[0]
            self._state = ui.element("div").classes("state")
            self._acts = ui.element("div").classes("acts")

    def _build_settings(self) -> None:
        language, form = self._language, self._page.form
        with ui.element("div").classes("settings"):
            topic = Field(
                text("kb_field_topic", language),
                form.topic,
                partial(self._typed, "topic"),
                editable=self._editable,
                most=MAX_TOPIC,
            )
            topic.offer("kb-topics")
            self._fields["topic"] = topic
            for name in ("valid_from", "valid_through"):
                self._fields[name] = Field(
                    text(f"kb_field_{name}", language),
                    getattr(form, name),
                    partial(self._typed, name),
                    kind="day",
                    editable=self._editable,
                )
            with ui.element("label").classes("check"):
                self._other = ui.element("input").props("type=checkbox")
                self._other.on("change", self._flagged, js_handler="(e) => emit(e.target.checked)")
                if not self._editable:
                    self._other.props("disabled")
                ui.label(text("kb_field_other_language_ok", language))
            with_props(self._other, checked=form.other_language_ok)

    def _build_language(self, spoken: Language) -> None:
        language, form = self._language, self._page.form
        label = text(f"kb_language_{spoken}", language)
        with named(ui.element("section").classes("language"), label):
            heading(2, label)
            self._fields[f"title.{spoken}"] = Field(
                text("kb_title_label", language),
                form.titles.get(spoken) or "",
                partial(self._typed_text, form_name="titles", spoken=spoken),
                lang=spoken,
                editable=self._editable,
                most=MAX_TITLE,
            )
            answer = Field(
                text("kb_answer_label", language),
                form.answers.get(spoken) or "",
                partial(self._typed_text, form_name="answers", spoken=spoken),
                kind="answer",
                lang=spoken,
                editable=self._editable,
            )
            self._fields[f"answer.{spoken}"] = answer
            if self._editable:
                with answer.element:
                    toolbar(answer, language)
            with answer.element:
                self._counters[spoken] = Counter(language)
            self._phrasings.append(
                PhrasingList(
                    lambda: self._page.form, spoken, language, self._page.changed, self._author
                )
            )

    def _typed(self, name: str, words: str) -> None:
        if getattr(self._page.form, name) != words:
            setattr(self._page.form, name, words)
            self._page.changed()

    def _typed_text(self, words: str, *, form_name: str, spoken: Language) -> None:
        texts: dict[Language, str] = getattr(self._page.form, form_name)
        if (texts.get(spoken) or "") != words:
            texts[spoken] = words
            self._page.changed()

    def _flagged(self, event: events.GenericEventArguments) -> None:
        self._page.form.other_language_ok = bool(event.args)
        self._page.changed()

    def put(self, form: Form) -> None:
        """Show another form."""
        for name in ("topic", "valid_from", "valid_through"):
            self._fields[name].put(getattr(form, name))
        for spoken in LANGUAGES:
            self._fields[f"title.{spoken}"].put(form.titles.get(spoken) or "")
            self._fields[f"answer.{spoken}"].put(form.answers.get(spoken) or "")
        with_props(self._other, checked=form.other_language_ok)
        self._other.update()
        self.show_phrasings()

    def show_phrasings(self) -> None:
        """Draw the phrasings anew."""
        for each in self._phrasings:
            each.show()

    def show_previews(self) -> None:
        """Draw previews and counters from what is written."""
        for spoken, counter in self._counters.items():
            shown = self._kb.preview(self._page.form.answers.get(spoken) or "")
            counter.show(shown.telegram_units, len(shown.telegram))
        self._previews.show()

    def show_state(self, stored: Article | None, dirty: bool) -> None:
        """Draw the head: the title, the status, what can be done."""
        state = (stored.id, stored.revision) if stored else None
        if self._shown_state != (state, dirty):
            self._shown_state = (state, dirty)
            self._draw_state(stored, dirty)
        spoken = sorted(LANGUAGES, key=lambda each: each != self._language)
        written = [self._page.form.titles.get(each) or "" for each in spoken]
        titles = [words for words in written if words.strip()]
        assert isinstance(self._title, ui.label)
        self._title.set_text(titles[0][:120] if titles else text("kb_new", self._language))

    def _draw_state(self, stored: Article | None, dirty: bool) -> None:
        language = self._language
        with_props(self.root, **{"data-dirty": str(dirty).lower()})
        self.root.update()
        self._state.clear()
        with self._state:
            status_tag(stored.status if stored else ArticleStatus.DRAFT, language)
            if dirty:
                ui.label(text("kb_unsaved", language)).classes("tag amber")
            if stored is not None:
                local_time(stored.updated_at)
                link(text("kb_history", language), history_path(stored.id), "pill")
                if self._editable:
                    named_id = urlencode({"article": stored.id})
                    words = text("learned_show_all", language)
                    link(words, f"/learned?show=all&{named_id}", "pill")
                    words = text("learned_golden_of", language)
                    link(words, f"/learned?show=golden&{named_id}", "pill")
        status = stored.status if stored else None
        # Only then: a press on a button that is being replaced would be lost.
        if self._editable and self._acts_for != (status,):
            self._acts_for = (status,)
            self._acts.clear()
            with self._acts:
                self._draw_acts(status)

    def _draw_acts(self, status: ArticleStatus | None) -> None:
        """`status` None: the article is not stored yet."""
        ways: list[tuple[str, ArticleStatus | None]] = []
        match status:
            case ArticleStatus.PUBLISHED:
                ways = [
                    ("kb_do_archived", ArticleStatus.ARCHIVED),
                    ("kb_do_draft", ArticleStatus.DRAFT),
                    ("kb_save", None),
                ]
            case ArticleStatus.ARCHIVED:
                ways = [
                    ("kb_do_published", ArticleStatus.PUBLISHED),
                    ("kb_do_back", ArticleStatus.DRAFT),
                    ("kb_save", None),
                ]
            case ArticleStatus.DRAFT:
                ways = [
                    ("kb_do_archived", ArticleStatus.ARCHIVED),
                    ("kb_save_draft", None),
                    ("kb_do_published", ArticleStatus.PUBLISHED),
                ]
            case None:
                ways = [("kb_save_draft", None), ("kb_do_published", ArticleStatus.PUBLISHED)]
        for place, (key, wanted) in enumerate(ways, 1):

            async def act(wanted: ArticleStatus | None = wanted) -> None:
                await self._page.save(wanted)

            classes = "act main" if place == len(ways) else "act"
            way = button(text(key, self._language), act, classes)
            if wanted is None:
                with_props(way, **{"data-save": "", "title": "Ctrl+S"})

    def show_faults(self, found: Sequence[Fault]) -> None:
        """Say at each field what is wrong with it, and go to the first."""
        for name, field in self._fields.items():
            field.fault(" ".join(each.words for each in found if each.field == name))
        if not found:
            return
        elsewhere = [each.words for each in found if each.field not in self._fields]
        for words in elsewhere or [text("kb_faults", self._language)]:
            ui.notify(words, type="warning")
        first = next((self._fields[e.field] for e in found if e.field in self._fields), None)
        if first is not None:
            ui.run_javascript(f"document.getElementById('{first.id}')?.focus()")

    def close_notes(self) -> None:
        """Nothing is left to say."""
        self.notes.clear()

    def say_restored(self, at: datetime) -> None:
        """What was typed before is here again."""
        self.notes.clear()
        with self.notes, ui.element("div").classes("note").props("role=status"):
            ui.label(text("kb_restored", self._language))
            local_time(at)

            async def discard() -> None:
                self.notes.clear()
                await self._page.discard()

            button(text("kb_discard", self._language), discard, "act")

    def say_changed(self) -> None:
        """Somebody else saved the article while this one is being typed."""
        if not self.notes.default_slot.children:
            with self.notes, ui.element("div").classes("note").props("role=status"):
                ui.label(text("kb_changed_while", self._language))


def ask_about_near(
    near: Sequence[Near], language: Language, publish: Callable[[], Awaitable[None]]
) -> None:
    """Other articles are asked for in nearly the same words: publish all the same?"""
    with ui.dialog() as dialog, ui.element("div").classes("kb-dialog near"):
        heading(2, text("kb_near", language))
        ui.label(text("kb_near_text", language))
        with ui.element("ul"):
            for each in near:
                with ui.element("li"):
                    way = link(each.other_text, article_path(each.other.id))
                    way.props("target=_blank rel=noopener")
                    ui.label(text("kb_near_mine", language, mine=each.text)).classes("hint")
                    with ui.element("div").classes("tags"):
                        ui.label(each.other.topic).classes("tag")
                        if each.other.status is not ArticleStatus.PUBLISHED:
                            status_tag(each.other.status, language)

        async def confirm() -> None:
            dialog.close()
            await publish()

        async def cancel() -> None:
            dialog.close()

        with ui.element("div").classes("acts"):
            button(text("kb_near_publish", language), confirm, "act")
            button(text("kb_near_back", language), cancel, "act main")
    dialog.on("hide", dialog.delete)
    dialog.open()


def show_conflict(
    place: ui.element,
    language: Language,
    by: str,
    theirs: Article,
    mine: Article,
    keep_mine: Callable[[], Awaitable[None]],
    take_theirs: Callable[[], Awaitable[None]],
) -> None:
    """Both texts, and the choice between them; nothing was stored of mine yet."""
    place.clear()
    with place, ui.element("div").classes("note conflict").props("role=alert tabindex=-1"):
        heading(2, text("kb_conflict", language, by=by))
        ui.label(text("kb_conflict_text", language))
        show_differences(changes(theirs, mine), language)

        async def theirs_and_close() -> None:
            place.clear()
            await take_theirs()

        with ui.element("div").classes("acts"):
            button(text("kb_conflict_theirs", language), theirs_and_close, "act")
            button(text("kb_conflict_mine", language), keep_mine, "act main")
    ui.run_javascript("document.querySelector('.conflict')?.scrollIntoView({block: 'center'})")
