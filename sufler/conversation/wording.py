"""The words that stand by themselves: courtesies, status, and the truth about who is there."""

import math
from datetime import datetime, timedelta

from sufler.conversation.buttons import call_person
from sufler.conversation.decide import Gesture
from sufler.conversation.ports import Reply
from sufler.domain.decisions import Reason, TurnKind
from sufler.domain.knowledge import Language
from sufler.domain.queues import Awaits, Prospect
from sufler.domain.texts import counted, text
from sufler.domain.variables import literal

_COURTESY = {
    TurnKind.THANKS: "thanks",
    TurnKind.DIGITS: "say_it_in_words",
    TurnKind.MASH: "say_it_in_words",
    TurnKind.SWEARING: "swearing",
    TurnKind.ASKS_STATUS: "not_waiting",
}
_BY_GESTURE = {
    Gesture.HELP: "help",
    Gesture.HELPED: "glad",
    Gesture.STALE: "stale_button",
    Gesture.CLOSED: "closed_already",
    Gesture.NO_MORE: "no_more_first",
}
_WITH_PERSON = frozenset({"say_it_in_words", "swearing", "help", "stale_button", "not_waiting"})
_WHY = {
    Reason.NOT_IT: "why_not_it",
    Reason.FAILURE: "why_failure",
    Reason.LOW_CONFIDENCE: "why_no_answer",
    Reason.OTHER_LANGUAGE: "why_no_answer",
    Reason.EMPTY_KNOWLEDGE: "why_no_answer",
    Reason.GONE: "why_no_answer",
}
_MEDIA = frozenset(
    {"photo", "voice", "video", "document", "audio", "sticker", "contact", "location"}
)


def courtesy(gesture: Gesture | None, kind: TurnKind, what: str, language: Language) -> Reply:
    """A polite word where there is nothing to answer; `what` names what could not be read."""
    if gesture is Gesture.UNREADABLE:
        return Reply(text("unreadable", language, what=what), (call_person(language),))
    key = _BY_GESTURE.get(gesture, "greeting") if gesture else _COURTESY.get(kind, "greeting")
    return Reply(text(key, language), (call_person(language),) if key in _WITH_PERSON else ())


def media_word(media: str, language: Language) -> str:
    """«фото» for photo, and so on."""
    return text(f"media_{media}" if media in _MEDIA else "media_other", language)


def hand_off(reason: Reason, language: Language, prospect: Prospect) -> Reply:
    """Why, in the queue's own words where it has some, and truthfully what will happen now."""
    why = _WHY.get(reason)
    parts = [text(why, language)] if why else []
    if prospect.greeting:
        parts.append(prospect.greeting)
    parts.append(_awaits(language, prospect, "person_will_look"))
    if prospect.awaits is Awaits.ON_DUTY:
        parts += _standing(language, prospect)
    return Reply(" ".join(parts))


def status(language: Language, prospect: Prospect) -> Reply:
    """To one who waits and asks where they stand."""
    parts = [text("still_waiting", language), _awaits(language, prospect, "waiting_on_duty")]
    return Reply(" ".join([*parts, *_standing(language, prospect)]))


def moved(language: Language, queue_name: str, prospect: Prospect) -> Reply:
    """To one who was put into another queue: `queue_name` may be empty."""
    key = "queue_moved_to" if queue_name else "queue_moved"
    said = text(key, language, queue=literal(queue_name)) if queue_name else text(key, language)
    parts = [said, _awaits(language, prospect, "person_will_look_again")]
    return Reply(" ".join([*parts, *_standing(language, prospect)]))


def let_go(language: Language, prospect: Prospect) -> Reply:
    """To one whose operator went away without a word."""
    parts = [text("queue_let_go", language), _awaits(language, prospect, "person_will_look_again")]
    return Reply(" ".join([*parts, *_standing(language, prospect)]))


def hours_over(language: Language, prospect: Prospect) -> Reply:
    """To one who was promised a person, when the day is over."""
    return Reply(_awaits(language, prospect, "person_will_look_again"))


def back_with_bot(language: Language) -> Reply:
    """To one whose question an operator left unanswered for too long."""
    return Reply(text("queue_back_with_bot", language), (call_person(language),))


def will_close(language: Language, minutes: int) -> str:
    """The warning before a matter is closed by silence."""
    return counted("queue_will_close", language, minutes)


def opening_words(opens_at: datetime, here: datetime, language: Language) -> str:
    """«завтра в 9:00 (UTC+3)»: both moments by the same clock on the wall."""
    days = (opens_at.date() - here.date()).days
    clock = f"{opens_at.hour}:{opens_at.minute:02}"
    if days < 2:
        day = text("opens_today" if days <= 0 else "opens_tomorrow", language)
    else:
        weekday = text("weekdays", language).split()[opens_at.weekday()].replace("_", " ")
        number, month = opens_at.day, text("months", language).split()[opens_at.month - 1]
        day = text("opens_on", language, weekday=weekday, date=f"{number} {month}")
    return text("opens_at", language, day=day, clock=clock, zone=_zone(opens_at))


def _zone(moment: datetime) -> str:
    minutes = int((moment.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return "UTC" if not minutes else f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def _awaits(language: Language, prospect: Prospect, on_duty: str) -> str:
    match prospect.awaits:
        case Awaits.ON_DUTY:
            return text(on_duty, language)
        case Awaits.CLOSED if prospect.opens_at is not None:
            when = opening_words(prospect.opens_at, prospect.here, language)
            return text("queue_closed", language, when=when)
        case Awaits.CLOSED:
            return text("nobody_here", language)
        case awaits:
            return text(awaits.value, language)


def _standing(language: Language, prospect: Prospect) -> list[str]:
    """The place, and how long people waited lately; nothing where nobody will ever come."""
    if prospect.awaits is Awaits.NOBODY_EXISTS:
        return []
    parts = [text("queue_place", language, place=prospect.place)]
    if prospect.awaits is Awaits.ON_DUTY and prospect.wait_s is not None:
        parts.append(counted("queue_wait", language, max(1, math.ceil(prospect.wait_s / 60))))
    return parts
