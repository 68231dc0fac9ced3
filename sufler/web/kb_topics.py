"""The column of topics with their modes, and the head of the picked one, where administrators
change its mode."""

from collections.abc import Awaitable, Callable, Mapping

from nicegui import ui

from sufler.domain.knowledge import Language, Mode, Topic
from sufler.domain.locales import number
from sufler.domain.texts import text
from sufler.web.elements import button, heading, named, with_props

Pick = Callable[[str | None], Awaitable[None]]
SetMode = Callable[[str, Mode, str | None], Awaitable[bool]]
# Whether a topic's certificate lets it answer.
Certified = Callable[[str], Awaitable[bool]]

MAX_REASON = 300


class TopicColumn:
    """All topics with their counts; on a phone it is a drawer that opens by its summary."""

    def __init__(self, language: Language, pick: Pick) -> None:
        self._language = language
        self._pick = pick
        self._shown: object = None
        with named(ui.element("nav").classes("topics"), text("kb_topics", language)):
            heading(2, text("kb_topics", language))
            self._place = ui.element("div").classes("topic-list")

    def show(
        self, topics: Mapping[str, Topic], counts: Mapping[str, int], picked: str | None
    ) -> None:
        """Show the topics by name; nothing is drawn when nothing changed."""
        shown = (sorted(topics.items()), sorted(counts.items()), picked)
        if shown == self._shown:
            return
        self._shown = shown
        self._place.clear()
        with self._place:
            self._item(None, text("kb_all_topics", self._language), sum(counts.values()), picked)
            for name in sorted(topics.keys() | counts.keys(), key=str.casefold):
                count = counts.get(name, 0)
                self._item(name, name, count, picked, topics.get(name, Topic(name)))

    def _item(
        self,
        name: str | None,
        label: str,
        count: int,
        picked: str | None,
        topic: Topic | None = None,
    ) -> None:
        async def pick() -> None:
            await self._pick(name)

        item = ui.element("button").classes("topic").props("type=button")
        with_props(item, **{"aria-current": str(name == picked).lower()})
        item.on("click", pick, args=[])
        with item:
            ui.label(label).classes("topic-name")
            ui.label(number(count, self._language)).classes("count")
            if topic is not None:
                mode_tag(topic, self._language)


def mode_tag(topic: Topic, language: Language) -> None:
    """The mode as a word; amber where no certificate vouches for it."""
    words = text(f"kb_mode_{topic.mode.value}", language)
    tag = ui.label(words).classes("tag mode")
    with_props(tag, **{"data-mode": topic.mode.value})
    if topic.without_certificate:
        with_props(tag.classes("amber"), title=text("without_certificate_text", language))


class TopicHead:
    """The picked topic: what its mode means, and for administrators the way to change it."""

    def __init__(self, language: Language, set_mode: SetMode | None, certified: Certified) -> None:
        self._language = language
        self._certified = certified
        self._set_mode = set_mode
        self._shown: object = None
        self._place = ui.element("section").classes("topic-head")

    def show(self, topic: Topic | None) -> None:
        """Show it, or nothing when all topics are listed."""
        if topic == self._shown and self._shown is not None:
            return
        self._shown = topic
        self._place.clear()
        self._place.set_visibility(topic is not None)
        if topic is None:
            return
        language = self._language
        with self._place:
            heading(2, topic.name)
            ui.label(text(f"kb_mode_{topic.mode.value}_means", language)).classes("hint")
            if topic.without_certificate:
                words = text("without_certificate", language, reason=topic.without_certificate)
                words = f"{words}. {text('without_certificate_text', language)}"
                ui.label(words).classes("banner").props("role=status")
            if self._set_mode is not None:
                self._choices(topic, self._set_mode)

    def _choices(self, topic: Topic, set_mode: SetMode) -> None:
        language = self._language
        label = text("kb_mode_change", language)
        with named(ui.element("div").classes("modes").props("role=group"), label):
            for mode in Mode:
                words = text(f"kb_mode_{mode.value}", language)
                choice = button(words, None, "chip")
                with_props(choice, **{"aria-pressed": str(mode is topic.mode).lower()})
                if mode is not topic.mode:
                    choice.on("click", lambda mode=mode: self._ask(topic, mode, set_mode), args=[])

    async def _ask(self, topic: Topic, mode: Mode, set_mode: SetMode) -> None:
        """Say in plain words what will happen, and do it when that is wanted."""
        language = self._language
        by_word = mode is Mode.ANSWERS and not await self._certified(topic.name)
        with self._place, ui.dialog() as dialog, ui.element("div").classes("kb-dialog"):
            heading(2, text("kb_mode_ask", language, topic=topic.name))
            ui.label(text(f"kb_mode_{mode.value}_will", language))
            reason = None
            if by_word:
                ui.label(text("kb_mode_no_certificate", language)).classes("banner")
                reason = ui.input().props(f"borderless dense maxlength={MAX_REASON}")
                label = text("kb_mode_reason", language)
                with_props(reason, placeholder=label, **{"aria-label": label})

            async def confirm() -> None:
                why = " ".join((reason.value or "").split()) if reason else None
                if by_word and not why:
                    ui.notify(text("kb_mode_reason_missing", language), type="warning")
                    return
                if await set_mode(topic.name, mode, why):
                    dialog.close()

            with ui.element("div").classes("acts"):
                button(text("kb_cancel", language), _closing(dialog), "act")
                name = text(f"kb_mode_{mode.value}_do", language)
                button(name, confirm, "act main")
        dialog.on("hide", dialog.delete)
        dialog.open()


def _closing(dialog: ui.dialog) -> Callable[[], Awaitable[None]]:
    async def close() -> None:
        dialog.close()

    return close
