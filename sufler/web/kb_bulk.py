"""Doing one thing with many picked articles, and taking it back."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from nicegui import ui

from sufler.domain.knowledge import Article, ArticleStatus, Language, flow_of
from sufler.domain.texts import counted, text
from sufler.kb_index.formats.rows import MAX_TOPIC
from sufler.kb_index.formats.texts import clean_line
from sufler.kb_index.knowledge import KnowledgeBase
from sufler.web.elements import button, named, with_props

Change = Callable[[Article], Article]
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Done:
    """What a change of many articles was: the articles as they were before, and how to say it."""

    key: str
    before: Sequence[Article]


class Bulk:
    """Changes many articles as one version of the base."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base

    async def change(self, ids: Sequence[str], key: str, change: Change, signature: str) -> Done:
        """Apply `change` to all or none, but to no article of a flow. Raises Conflict when one was
        changed at that moment."""
        before = list((await self._base.get_many(list(ids)[:MOST])).values())
        # What stands for a flow is changed by publishing and withdrawing that.
        own = [each for each in before if flow_of(each.id) is None]
        touched = [each for each in own if change(each) != each]
        expected = {each.id: each.revision for each in touched}
        if touched:
            await self._base.save([change(each) for each in touched], signature, expected)
        return Done(key, touched)

    async def undo(self, done: Done, signature: str) -> tuple[int, int]:
        """Bring the articles back to what they were, but for those that somebody changed since:
        how many were brought back, and how many were left alone."""
        now = await self._base.get_many([each.id for each in done.before])
        mine = [each for each in done.before if now[each.id].revision == each.revision + 1]
        if mine:
            expected = {each.id: each.revision + 1 for each in mine}
            await self._base.save(mine, signature, expected)
        return len(mine), len(done.before) - len(mine)


def with_status(status: ArticleStatus) -> Change:
    """A change of the status."""
    return lambda article: replace(article, status=status)


def with_topic(topic: str) -> Change:
    """A change of the topic."""
    return lambda article: replace(article, topic=topic)


class BulkBar:
    """Appears when something is picked."""

    def __init__(
        self,
        language: Language,
        *,
        act: Callable[[str, Change], Awaitable[None]],
        pick_all: Callable[[], Awaitable[None]],
        pick_none: Callable[[], Awaitable[None]],
    ) -> None:
        self._language = language
        self._act = act
        label = text("kb_bulk", language)
        with named(ui.element("div").classes("bulk").props("role=region"), label) as self._element:
            self._count = ui.label().classes("bulk-count").props("role=status")
            self._all = button("", pick_all, "pill")
            button(text("kb_pick_none", language), pick_none, "pill")
            with ui.element("div").classes("acts"):
                for status in (
                    ArticleStatus.PUBLISHED,
                    ArticleStatus.DRAFT,
                    ArticleStatus.ARCHIVED,
                ):
                    self._status_button(status)
                button(text("kb_move", language), self._ask_topic, "act")
        self.show(0, 0)

    def _status_button(self, status: ArticleStatus) -> None:
        key = f"kb_bulk_{status.value}"

        async def act() -> None:
            await self._act(key, with_status(status))

        button(text(f"kb_do_{status.value}", self._language), act, "act")

    def show(self, picked: int, total: int) -> None:
        """`total` is how many the whole list has."""
        self._element.set_visibility(bool(picked))
        self._count.set_text(counted("kb_picked", self._language, picked))
        words = self._all.default_slot.children[0]
        assert isinstance(words, ui.label)
        words.set_text(counted("kb_pick_all", self._language, min(total, MOST)))
        self._all.set_visibility(picked < min(total, MOST))

    async def _ask_topic(self) -> None:
        language = self._language
        with ui.dialog() as dialog, ui.element("div").classes("kb-dialog"):
            label = text("kb_move_to", language)
            ui.label(label)
            field = ui.input().props(f"borderless dense autofocus maxlength={MAX_TOPIC}")
            with_props(field, list="kb-topics", **{"aria-label": label})

            async def move() -> None:
                topic = clean_line(field.value or "")[:MAX_TOPIC]
                if topic:
                    dialog.close()
                    await self._act("kb_bulk_moved", with_topic(topic))

            field.on("keydown.enter", move, args=[])
            with ui.element("div").classes("acts"):
                button(text("kb_move", language), move, "act main")
        dialog.on("hide", dialog.delete)
        dialog.open()
