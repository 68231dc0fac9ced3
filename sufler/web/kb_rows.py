"""One page of a list of articles: rows with a box to pick them by, and the way through pages."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from nicegui import events, ui

from sufler.domain.decisions import SuggestionItem
from sufler.domain.knowledge import Article, ArticleStatus, Language
from sufler.domain.locales import number
from sufler.domain.texts import counted, text
from sufler.kb_index.catalogue import expired
from sufler.web.elements import button, heading, link, local_time, named, with_props
from sufler.web.kb_list_state import PAGE
from sufler.web.kb_paths import article_path

Turn = Callable[[int], Awaitable[None]]
Picked = Callable[[str, bool], None]

_CHECKED = "(event) => emit(event.target.checked)"


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list: its articles, how many there are in all, and which page it is (from 0)."""

    articles: Sequence[Article]
    total: int
    page: int
    uses: Mapping[str, int]
    now: datetime
    with_topic: bool


class Rows:
    """Draws a page; `picked` None: nobody may pick."""

    def __init__(self, language: Language, turn: Turn, picked: Picked | None) -> None:
        self._language = language
        self._turn = turn
        self._picked = picked
        self._place = ui.element("div").classes("rows")

    def show(self, listed: Listed, chosen: set[str]) -> None:
        """Show the page, those of `chosen` picked."""
        self._place.clear()
        with self._place:
            if listed.articles:
                with (
                    ui.element("ol")
                    .classes("article-list")
                    .props(f"start={listed.page * PAGE + 1}")
                ):
                    for article in listed.articles:
                        self._row(article, listed, article.id in chosen)
            if listed.total > PAGE:
                self._pager(listed)

    def _row(self, article: Article, listed: Listed, chosen: bool) -> None:
        language = self._language
        spoken, translation = article.in_language(language)
        with ui.element("li").classes("article-row"):
            if self._picked is not None:
                self._box(article.id, translation.title, chosen, self._picked)
            with ui.element("div").classes("row-words"):
                title = link(translation.title, article_path(article.id), "row-title")
                if spoken != language:
                    title.props(f"lang={spoken}")
                with ui.element("div").classes("tags"):
                    self._tags(article, listed)
            with ui.element("div").classes("row-end"):
                used = listed.uses.get(article.id, 0)
                if used:
                    ui.label(counted("kb_used", language, used)).classes("used")
                local_time(article.updated_at)

    def _box(self, article_id: str, title: str, chosen: bool, picked: Picked) -> None:
        box = ui.element("input").props("type=checkbox").classes("pick")
        with_props(box, **{"aria-label": text("kb_pick", self._language, title=title)})
        if chosen:
            box.props("checked")

        def changed(event: events.GenericEventArguments) -> None:
            picked(article_id, bool(event.args))

        box.on("change", changed, js_handler=_CHECKED)

    def _tags(self, article: Article, listed: Listed) -> None:
        language = self._language
        if article.status is not ArticleStatus.PUBLISHED:
            status_tag(article.status, language)
        if expired(article, listed.now):
            ui.label(text("kb_expired", language)).classes("tag amber")
        elif article.valid_from is not None and article.valid_from > listed.now:
            ui.label(text("kb_not_yet", language)).classes("tag blue")
        for missing in ("ru", "en"):
            if missing not in article.translations:
                ui.label(text(f"kb_no_{missing}", language)).classes("tag amber")
        if listed.with_topic:
            ui.label(article.topic).classes("tag")
        phrasings = len(article.phrasings)
        if phrasings:
            ui.label(counted("kb_phrasings_count", language, phrasings)).classes("tag bare")

    def _pager(self, listed: Listed) -> None:
        language = self._language
        last = (listed.total - 1) // PAGE
        with named(ui.element("nav").classes("pager"), text("kb_pages", language)):
            for words, page, usable in (
                (text("kb_page_before", language), listed.page - 1, listed.page > 0),
                (text("kb_page_next", language), listed.page + 1, listed.page < last),
            ):

                async def turn(page: int = page) -> None:
                    await self._turn(page)

                way = button(words, turn, "act")
                if not usable:
                    way.props("disabled")
            first = listed.page * PAGE + 1
            shown = text(
                "kb_page_shown",
                language,
                first=number(first, language),
                last=number(first + len(listed.articles) - 1, language),
                total=number(listed.total, language),
            )
            ui.label(shown).classes("hint")


class Meant:
    """The published articles that answer the searched words, by meaning."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._place = ui.element("section").classes("meant")
        self._place.set_visibility(False)

    def show(self, items: Sequence[SuggestionItem]) -> None:
        """Show them with their confidence; nothing when there are none."""
        self._place.clear()
        self._place.set_visibility(bool(items))
        with self._place:
            heading(2, text("kb_meant", self._language))
            for item in items:
                takes_row(item, self._language)


def takes_row(item: SuggestionItem, language: Language, here: bool = False) -> None:
    """An article that takes a question, with how surely; `here`: it is the one on the page."""
    with ui.element("div").classes("takes" + (" here" if here else "")):
        level = ui.label(f"{round(item.confidence * 100)} %").classes("tag level")
        words = text(f"level_{item.level.value}", language)
        with_props(level, title=words, **{"data-level": item.level.value})
        if here:
            ui.label(item.title).classes("takes-title")
            ui.label(text("kb_this_article", language)).classes("tag this")
        else:
            link(item.title, article_path(item.article_id), "takes-title")
        ui.label(text("desk_phrasing", language, phrasing=item.phrasing)).classes("takes-why")


def status_tag(status: ArticleStatus, language: Language) -> ui.label:
    """Draft, published or archived, as a word."""
    tag = ui.label(text(f"kb_status_{status.value}", language)).classes("tag status")
    with_props(tag, **{"data-status": status.value})
    return tag
