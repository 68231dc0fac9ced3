"""The words that stand by themselves: courtesies, status, and the truth about who is there."""

from sufler.conversation.buttons import call_person
from sufler.conversation.decide import Gesture
from sufler.conversation.ports import Duty, Reply
from sufler.domain.decisions import Reason, TurnKind
from sufler.domain.knowledge import Language
from sufler.domain.texts import in_every_language, text

_COURTESY = {
    TurnKind.THANKS: "thanks",
    TurnKind.DIGITS: "say_it_in_words",
    TurnKind.MASH: "say_it_in_words",
    TurnKind.SWEARING: "swearing",
}
_WITH_PERSON = frozenset({"say_it_in_words", "swearing", "help"})
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


def courtesy(gesture: Gesture | None, kind: TurnKind, media: str, language: Language) -> Reply:
    """A polite word where there is nothing to answer; `media` is the channel's word for what
    could not be read."""
    if gesture is Gesture.UNREADABLE:
        what = media_word(media, language)
        return Reply(text("unreadable", language, what=what), (call_person(language),))
    key = "help" if gesture is Gesture.HELP else "greeting"
    if gesture is None:
        key = _COURTESY.get(kind, "greeting")
    return Reply(text(key, language), (call_person(language),) if key in _WITH_PERSON else ())


def media_word(media: str, language: Language) -> str:
    """«фото» for photo, and so on."""
    return text(f"media_{media}" if media in _MEDIA else "media_other", language)


async def hand_off(reason: Reason, language: Language, duty: Duty) -> Reply:
    """Why, and truthfully what will happen now."""
    why = _WHY.get(reason)
    parts = [text(why, language)] if why else []
    parts.append(text(await _prospect(duty, "person_will_look"), language))
    return Reply(" ".join(parts))


async def status(language: Language, duty: Duty) -> Reply:
    """To one who writes while waiting."""
    prospect = await _prospect(duty, "waiting_on_duty")
    return Reply(f"{text('still_waiting', language)} {text(prospect, language)}")


def is_status(message_text: str) -> bool:
    """Whether it is what `status` says, in any language."""
    return message_text.startswith(in_every_language("still_waiting"))


async def _prospect(duty: Duty, on_duty: str) -> str:
    if await duty.anybody():
        return on_duty
    return "nobody_here" if await duty.exists() else "nobody_exists"
