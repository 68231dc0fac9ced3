"""Beside an article: who takes a question now, and how the answer looks in each channel."""

from collections.abc import Awaitable, Callable, Mapping

from nicegui import events, ui

from sufler.domain.decisions import TurnKind
from sufler.domain.knowledge import LANGUAGES, Language
from sufler.domain.ports import Clock
from sufler.domain.texts import text
from sufler.domain.variables import day, fill
from sufler.prompter.suggest import MOST_ITEMS, Prompter
from sufler.web.elements import button, heading, with_props
from sufler.web.kb_later import Later
from sufler.web.kb_rows import takes_row
from sufler.web.kb_services import Preview

_ASK_S = 0.3
_SHOWN = 3
_LONGEST_QUESTION = 1000
CHANNELS = ("telegram", "web", "plain")


class Asking:
    """“Who takes this question now?”: the first three, while one types."""

    def __init__(
        self,
        prompter: Prompter,
        language: Language,
        article_id: Callable[[], str | None],
        add: Callable[[str, Language], None] | None,
    ) -> None:
        """`article_id` gives the page's article when it is published; `add` takes the question as
        a phrasing, for editors."""
        self._prompter = prompter
        self._language = language
        self._article_id = article_id
        self._add = add
        self._words = ""
        with ui.element("section").classes("side-part asking") as place:
            heading(2, text("kb_asking", language))
            label = text("kb_asking_hint", language)
            field = ui.input(on_change=self._typed).props("borderless dense clearable data-ask")
            field.props(f"maxlength={_LONGEST_QUESTION}")
            with_props(field, placeholder=label, **{"aria-label": text("kb_asking", language)})
            self._place = ui.element("div").classes("takers").props("aria-live=polite")
        self._later = Later(place, _ASK_S, self.refresh)

    def _typed(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        self._words = (event.value or "").strip()
        self._later.soon()

    async def refresh(self) -> None:
        """Ask again, as the base is now."""
        words, language = self._words, self._language
        if not words:
            self._place.clear()
            return
        made = await self._prompter.suggest(words, limit=MOST_ITEMS)
        if words != self._words:
            return  # a later answer is on its way
        mine = self._article_id()
        place = next((n for n, i in enumerate(made.items, 1) if i.article_id == mine), None)
        self._place.clear()
        with self._place:
            for item in made.items[:_SHOWN]:
                takes_row(item, language, item.article_id == mine)
            if not made.items:
                ui.label(text("kb_asking_nobody", language)).classes("nothing")
            elif made.turn_kind is not TurnKind.QUESTION:
                ui.label(text("kb_asking_no_question", language)).classes("hint")
            if mine is None:
                ui.label(text("kb_asking_unpublished", language)).classes("hint")
            elif place is None or place > _SHOWN:
                key = "kb_asking_lower" if place else "kb_asking_not_there"
                ui.label(text(key, language, place=place)).classes("hint")
            if self._add is not None and place != 1:
                self._offer(words, made.language, self._add)

    def _offer(self, words: str, spoken: Language, add: Callable[[str, Language], None]) -> None:
        async def take() -> None:
            add(words, spoken)

        button(text("kb_asking_add", self._language), take, "pill")


class Previews:
    """The answer in each channel, in one of the languages, with the variables filled by example."""

    def __init__(
        self,
        language: Language,
        clock: Clock,
        preview: Callable[[str], Preview],
        answer: Callable[[Language], str],
    ) -> None:
        self._language = language
        self._clock = clock
        self._preview = preview
        self._answer = answer
        self._spoken: Language = language
        self._channel = CHANNELS[0]
        with ui.element("section").classes("side-part previews"):
            heading(2, text("kb_preview", language))
            with ui.element("div").classes("preview-choice"):
                channels = {each: text(f"kb_channel_{each}", language) for each in CHANNELS}
                self._channels = self._choices(channels, self._pick_channel)
                languages: dict[str, str] = {
                    each: text(f"kb_short_{each}", language) for each in LANGUAGES
                }
                self._languages = self._choices(languages, self._pick_language)
            self._place = ui.element("div").classes("preview")
            ui.label(text("kb_preview_note", language)).classes("hint")

    def _choices(
        self, labels: Mapping[str, str], pick: Callable[[str], Awaitable[None]]
    ) -> Mapping[str, ui.element]:
        made = {}
        with ui.element("div").classes("modes").props("role=group"):
            for name, label in labels.items():

                async def picked(name: str = name) -> None:
                    await pick(name)

                made[name] = button(label, picked, "chip")
        return made

    async def _pick_channel(self, name: str) -> None:
        self._channel = name
        self.show()

    async def _pick_language(self, name: str) -> None:
        self.speak(next(each for each in LANGUAGES if each == name))

    def speak(self, spoken: Language) -> None:
        """Show another language."""
        self._spoken = spoken
        self.show()

    def show(self) -> None:
        """Draw what is written now."""
        for names, current in ((self._channels, self._channel), (self._languages, self._spoken)):
            for name, choice in names.items():
                with_props(choice, **{"aria-pressed": str(name == current).lower()})
                choice.update()
        values = {
            "customer.first_name": text("kb_example_name", self._language),
            "ticket.number": "128",
            "today": day(self._clock.now(), self._spoken),
        }
        written = fill(self._answer(self._spoken), values)
        shown = self._preview(written)
        self._place.clear()
        with_props(self._place, **{"data-channel": self._channel, "lang": self._spoken})
        self._place.update()
        with self._place:
            if not written.strip():
                ui.label(text("kb_preview_empty", self._language)).classes("nothing")
            elif self._channel == "telegram":
                for message in shown.telegram:
                    ui.html(message, sanitize=False).classes("bubble telegram")
            elif self._channel == "web":
                ui.html(shown.web, sanitize=False).classes("bubble web")
            else:
                ui.label(shown.plain).classes("plain")
