"""Above the conversation: why replies do not arrive, why it was handed over, what the bot tried."""

from collections.abc import Sequence
from dataclasses import dataclass

from nicegui import ui

from sufler.domain.conversation import Author, Conversation, Message, Owner, Reach
from sufler.domain.decisions import DecisionKind
from sufler.domain.knowledge import Language
from sufler.domain.past import Delay, Tried
from sufler.domain.texts import CATALOGUE, counted, text

_WAITING_CHARS = 700


@dataclass(frozen=True, slots=True)
class Before:
    """In words: `troubles` of delivery, the `reason` of the hand-off, `tried` by the bot, and the
    customer's messages that wait for a person's answer."""

    troubles: tuple[str, ...] = ()
    reason: str = ""
    tried: tuple[str, ...] = ()
    waiting: str = ""


def before_of(
    conversation: Conversation,
    messages: Sequence[Message],
    tried: Sequence[Tried],
    troubles: tuple[str, ...],
    language: Language,
) -> Before:
    """What whoever answers next should know."""
    handed = conversation.hand_off_reason
    reason = reason_words(handed, language) if handed else ""
    return Before(
        troubles,
        text("desk_handed", language, reason=reason) if reason else "",
        tuple(_tried_words(each, language) for each in tried),
        _waiting(conversation, messages, tried),
    )


def reason_words(reason: str, language: Language) -> str:
    """Why the bot handed over."""
    key = f"reason_{reason}"
    return text(key if key in CATALOGUE else "reason_other", language)


def trouble_words(
    conversation: Conversation, channel: str, delay: Delay | None, language: Language
) -> tuple[str, ...]:
    """Why replies do not arrive, or not yet."""
    found = []
    if conversation.reach is not Reach.OPEN:
        found.append(text(f"desk_reach_{conversation.reach.value}", language))
    if delay is not None and delay.words:
        words = {"channel": channel, "words": delay.words}
        found.append(text("desk_delay_trouble", language, **words))
    elif delay is not None:
        found.append(counted("desk_delay_backlog", language, delay.waiting, channel=channel))
    return tuple(found)


def _tried_words(tried: Tried, language: Language) -> str:
    titles = " / ".join(tried.titles)
    if tried.kind is DecisionKind.HAND_OFF:
        words = text(
            "desk_tried_hand_off", language, reason=reason_words(tried.reason.value, language)
        )
        if tried.titles and tried.confidence is not None:
            percent = round(tried.confidence * 100)
            nearest = {"title": tried.titles[0], "percent": percent}
            words += "; " + text("desk_nearest", language, **nearest)
        return words
    words = text(f"desk_tried_{tried.kind.value}", language, titles=titles or "—")
    if tried.verdict is None:
        return words
    verdict = "desk_verdict_right" if tried.verdict else "desk_verdict_wrong"
    return f"{words} — {text(verdict, language)}"


def _waiting(
    conversation: Conversation, messages: Sequence[Message], tried: Sequence[Tried]
) -> str:
    """What the customer wrote from the question that was handed over on, while nobody answered."""
    if conversation.owner is Owner.BOT:
        return ""
    handed = [each for each in tried if each.kind is DecisionKind.HAND_OFF and each.messages]
    if not handed:
        return ""
    first = min(handed[-1].messages)
    since = [each for each in messages if each.id >= first]
    if any(each.author is Author.OPERATOR for each in since):
        return ""
    said = [" ".join(each.text.split()) for each in since if each.author is Author.CUSTOMER]
    return " · ".join(said)[:_WAITING_CHARS]


class Notes:
    """The part of the page; it is drawn anew only when its words have changed."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._shown: tuple[str, Before] | None = None
        self.element = ui.element("div").classes("notes")

    def show(self, conversation_id: str | None, before: Before) -> None:
        """Show it for a conversation; nothing is picked when None."""
        empty = before == Before()
        self.element.set_visibility(conversation_id is not None and not empty)
        if conversation_id is None or (conversation_id, before) == self._shown:
            return
        self._shown = (conversation_id, before)
        self.element.clear()
        with self.element:
            for words in before.troubles:
                ui.label(words).classes("note-trouble").props("role=status")
            if before.reason or before.tried:
                self._story(before)
            if before.waiting:
                with ui.element("div").classes("note-waiting"):
                    ui.label(text("desk_waiting_words", self._language))
                    ui.label(before.waiting).classes("note-words")

    def _story(self, before: Before) -> None:
        with ui.element("details").classes("note-story"):
            with ui.element("summary"):
                ui.label(text("desk_before", self._language)).classes("note-title")
                ui.label(before.reason).classes("note-reason")
            with ui.element("ol"):
                for words in before.tried:
                    with ui.element("li"):
                        ui.label(words)
