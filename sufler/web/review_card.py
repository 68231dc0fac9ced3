"""The turn under review and what can be picked for it, by mouse, finger and keyboard."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import events, ui

from sufler.domain.checks import Choice
from sufler.domain.conversation import Message, label_of
from sufler.domain.knowledge import Language
from sufler.domain.reviews import Card, Option
from sufler.domain.texts import text
from sufler.web.elements import button, heading, named, with_props, without_links

# The task's id, the choice, and with TWO the two articles.
Pick = Callable[[int, str, Sequence[str]], Awaitable[None]]

_TOLD = "(event) => emit(event.detail)"
_CHOICES = (
    (Choice.NONE, "0"),
    (Choice.TWO, "T"),
    (Choice.NOT_A_QUESTION, "Q"),
)


class ReviewCard:
    """Drawn once for each card. Which key was pressed is told by review.js with the card's id: a
    press that was meant for the card before does nothing."""

    def __init__(
        self, card: Card, language: Language, to_html: Callable[[str], str], pick: Pick
    ) -> None:
        self._card = card
        self._language = language
        self._to_html = to_html
        self._pick = pick
        self._marking = False
        self._marked: list[str] = []
        self._picked = False
        self._options: list[ui.element] = []
        with ui.element("article").classes("review-card") as root:
            self._said()
            heading(2, text("review_answers", language))
            with ui.element("ul").classes("review-options"):
                for number, option in enumerate(card.options, start=1):
                    with ui.element("li"):
                        self._options.append(self._option(number, option))
            self._marks = ui.label().classes("hint").props("role=status")
            with ui.element("div").classes("review-choices"):
                self._choices = {each: self._choice(each, key) for each, key in _CHOICES}
        with_props(root, **{"data-task": str(card.task_id)})
        root.on("reviewkey", self._pressed, js_handler=_TOLD)

    def _said(self) -> None:
        card, language = self._card, self._language
        if card.context:
            with named(ui.element("section").classes("review-before"), self._words("before")):
                for message in card.context:
                    with ui.element("div").classes(f"review-line {message.author.value}"):
                        who = text(f"review_by_{message.author.value}", language)
                        ui.label(who).classes("review-who")
                        ui.label(_words_of(message)).classes("review-words")
        with heading(2, self._words("asked"), "review-asked").props("tabindex=-1"):
            pass
        with ui.element("blockquote").classes("review-turn").props(f"lang={card.language}"):
            ui.label(card.turn)
            for message in card.said:
                if message.attachments:
                    ui.label(label_of(message.attachments)).classes("hint")

    def _words(self, name: str) -> str:
        return text(f"review_{name}", self._language)

    def _option(self, number: int, option: Option) -> ui.element:
        language = self._language
        element = ui.element("button").classes("review-option").props("type=button")
        label = text("review_option", language, number=number, title=option.title)
        with named(element, label):
            with ui.element("div").classes("review-option-top"):
                ui.label(str(number)).classes("key").props("aria-hidden=true")
                ui.label(option.title).classes("review-option-title")
            html = without_links(self._to_html(option.text))
            ui.html(html, sanitize=False).classes("review-option-text")

        async def press() -> None:
            await self._press(number)

        element.on("click", press, args=[])
        return element

    def _choice(self, choice: Choice, key: str) -> ui.element:
        async def press() -> None:
            await self._choose(choice)

        element = button(text(f"review_{choice.value}", self._language), press, "act")
        with element:
            ui.label(key).classes("key").props("aria-hidden=true")
        if choice is Choice.TWO and len(self._card.options) < 2:
            element.props("disabled")
        return with_props(element, **{"aria-keyshortcuts": key})

    async def _pressed(self, event: events.GenericEventArguments) -> None:
        told = event.args if isinstance(event.args, dict) else {}
        if str(told.get("task")) != str(self._card.task_id):
            return
        act, number = told.get("act"), told.get("number")
        if act == "option" and isinstance(number, int):
            await self._press(number)
        elif act == "one":
            self._mark(False)
        elif act in set(Choice):
            await self._choose(Choice(str(act)))

    async def _choose(self, choice: Choice) -> None:
        if choice is not Choice.TWO:
            await self._end(choice.value)
        elif len(self._card.options) >= 2:
            self._mark(not self._marking)

    async def _press(self, number: int) -> None:
        if not 1 <= number <= len(self._card.options):
            return
        picked = self._card.options[number - 1].article_id
        if not self._marking:
            await self._end(picked)
            return
        if picked in self._marked:
            self._marked.remove(picked)
        else:
            self._marked.append(picked)
        self._show_marks()
        if len(self._marked) == 2:
            await self._end(Choice.TWO.value, tuple(self._marked))

    def _mark(self, marking: bool) -> None:
        """Whether two are being marked, or one press picks."""
        self._marking, self._marked = marking, []
        self._show_marks()

    def _show_marks(self) -> None:
        self._marks.set_text(text("review_two_pick", self._language) if self._marking else "")
        with_props(self._choices[Choice.TWO], **{"aria-pressed": str(self._marking).lower()})
        for option, element in zip(self._card.options, self._options, strict=True):
            if self._marking:
                pressed = str(option.article_id in self._marked).lower()
                with_props(element, **{"aria-pressed": pressed})
            else:
                element.props(remove="aria-pressed")

    async def _end(self, choice: str, also: Sequence[str] = ()) -> None:
        if self._picked:  # a second press, before the next card stands
            return
        self._picked = True
        await self._pick(self._card.task_id, choice, also)


def _words_of(message: Message) -> str:
    return message.text or label_of(message.attachments)
