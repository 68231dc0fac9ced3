"""Beside the turns of /review: how far reviewers agree, what they dispute, the form of a sprint."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from nicegui import events, ui

from sufler.desk.reviewing import MOST_AT_ONCE
from sufler.domain.checks import Choice, Review
from sufler.domain.knowledge import Language
from sufler.domain.locales import number
from sufler.domain.reviews import Dispute, Progress
from sufler.domain.texts import text
from sufler.web.admin_fields import Select
from sufler.web.elements import button, heading, link, local_time, with_props

# With fewer turns that two people reviewed, agreement is no figure.
ENOUGH_PAIRS = 30
_USUAL_SPRINT = 30


def standing(progress: Progress, language: Language) -> None:
    """How far two reviewers of the same turn agree; grey while they are few."""
    found = progress.agreement
    if found.pairs < ENOUGH_PAIRS or found.kappa is None:
        words = text("review_agreement_few", language, pairs=found.pairs)
    else:
        kappa = number(found.kappa, language, 2)
        numbers = {"same": found.same, "pairs": found.pairs, "kappa": kappa}
        words = text("review_agreement", language, **numbers)
    few = " few" if found.pairs < ENOUGH_PAIRS else ""
    ui.label(words).classes(f"review-agreement{few}")
    ui.label(text("review_kappa_means", language)).classes("hint")


class Disputes:
    """What reviewers judge differently, with who picked what."""

    def __init__(
        self, found: Sequence[Dispute], names: Mapping[str, str], language: Language
    ) -> None:
        self._found = found
        self._names = names
        self._language = language

    def draw(self) -> None:
        """The list, the oldest first."""
        language = self._language
        heading(2, text("review_disputes_title", language))
        ui.label(text("review_disputes_hint", language)).classes("hint")
        if not self._found:
            ui.label(text("review_no_disputes", language)).classes("nothing")
        with ui.element("ul").classes("learned-list"):
            for each in self._found:
                with ui.element("li").classes("learned-card"):
                    ui.label(each.turn.suggestion.text).classes("learned-words")
                    ui.label(each.turn.task.topic).classes("tag")
                    for pick in each.picks:
                        self._pick(each, pick)
                    address = f"/review?task={each.turn.task.id}"
                    link(text("review_decide", language), address, "act main")

    def _pick(self, dispute: Dispute, pick: Review) -> None:
        titles = {item.article_id: item.title for item in dispute.turn.suggestion.items}
        if pick.choice == Choice.TWO.value:
            both = ", ".join(titles.get(each, each) for each in pick.also)
            words = text("review_two_picked", self._language, titles=both)
        elif pick.choice in set(Choice):
            words = text(f"review_{pick.choice}", self._language)
        else:
            words = titles.get(pick.choice, pick.choice)
        name = self._names.get(pick.reviewer, pick.reviewer)
        with ui.element("div").classes("learned-origin"):
            ui.label(text("review_pick", self._language, name=name, pick=words))
            local_time(pick.at)


class SprintForm:
    """So many checks of a topic; says how many minutes that takes the reader."""

    def __init__(
        self,
        topics: Sequence[str],
        topic: str | None,
        pace_s: float,
        language: Language,
        begin: Callable[[str, int], Awaitable[None]],
    ) -> None:
        self._topics = topics
        self._topic = topic if topic is not None and topic in topics else topics[0]
        self._pace_s = pace_s
        self._language = language
        self._begin = begin
        self._checks = str(_USUAL_SPRINT)

    def draw(self) -> None:
        """The form, closed at first."""
        language = self._language
        with ui.element("details").classes("review-sprint"):
            with ui.element("summary").classes("pill"):
                ui.label(text("review_sprint", language))
            ui.label(text("review_sprint_hint", language)).classes("hint")
            with ui.element("div").classes("review-sprint-form"):
                options = {each: each for each in self._topics}
                label = text("review_sprint_topic", language)
                self._select = Select(options, self._topic, label, shown=True)
                with ui.element("div").classes("field"):
                    caption = ui.element("label").classes("field-label")
                    with caption:
                        ui.label(text("review_sprint_checks", language))
                    field = ui.input(value=self._checks, on_change=self._typed)
                    field.props("borderless dense maxlength=4 inputmode=numeric autocomplete=off")
                    with_props(caption, **{"for": field.classes("review-number").html_id})
                self._minutes = ui.label().classes("hint")
                button(text("review_sprint_begin", language), self._press, "act main")
        self._show_minutes()

    def _typed(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        self._checks = str(event.value or "")[:10]
        self._show_minutes()

    def _wanted(self) -> int | None:
        digits = self._checks.strip()
        wanted = int(digits) if digits.isascii() and digits.isdigit() else 0
        return wanted if 1 <= wanted <= MOST_AT_ONCE else None

    def _show_minutes(self) -> None:
        wanted = self._wanted()
        minutes = max(round((wanted or 0) * self._pace_s / 60), 1)
        words = text("review_sprint_minutes", self._language, minutes=minutes) if wanted else ""
        self._minutes.set_text(words)

    async def _press(self) -> None:
        wanted = self._wanted()
        if wanted is None:
            words = text("review_sprint_number", self._language, most=MOST_AT_ONCE)
            ui.notify(words, type="negative")
            return
        await self._begin(self._select.value, wanted)
