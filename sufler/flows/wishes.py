"""Words that steer a flow and are no answers: back, cancel, operator, skip, help; and questions."""

import re
from enum import StrEnum

from sufler.flows.slots.numerals import folded


class Wish(StrEnum):
    """What the customer wants of the flow itself."""

    BACK = "back"
    CANCEL = "cancel"
    OPERATOR = "operator"
    SKIP = "skip"
    HELP = "help"


_PERSON = (
    r"(?:человек\w*|оператор\w*|сотрудник\w*|менеджер\w*|специалист\w*|консультант\w*|поддержк\w*"
    r"|жив(?:ой|ого|ым)(?: человек\w*)?|person|human|operator|agent|representative|someone"
    r"|somebody|manager|support)"
)
_FORMS = (
    (
        Wish.OPERATOR,
        rf"(?:(?:позов\w+|соедини\w*|переключи\w*|дай\w*|хочу|хотел\w*|нужен|нужна|надо|можно|пусть"
        rf"|свяжи\w*|переведи\w*|верни\w*|call|get|give|connect|transfer|switch|want|need|speak|talk"
        rf"|real|please|to|me|a|an|the|i|с|со|на|к|мне|меня|поговорить|пожалуйста|живого|человеком"
        rf"|with|can|could|you|бы|я|ответит|лучше|просто|сразу|let|just)\s)*{_PERSON}"
        rf"(?:\s(?:пожалуйста|please|нужен|позовите|дайте|ответит|срочно|now|сюда))*",
    ),
    (
        Wish.CANCEL,
        r"(?:отмена|отмени(?:те)?|отменить|стоп|хватит|прекрати(?:те)?|передумал\w?|не надо уже"
        r"|уже не (?:надо|нужно)|я передумал\w?|забудь(?:те)?|выход|выйти|cancel|stop|quit|exit"
        r"|never ?mind|forget it|i changed my mind|abort)(?:\s(?:пожалуйста|please|it|это|все))?",
    ),
    (
        Wish.BACK,
        r"(?:назад|вернись|вернуться|вернитесь|вернуться назад|шаг назад|предыдущ\w+(?: вопрос)?"
        r"|back|go back|previous|step back)",
    ),
    (
        Wish.SKIP,
        r"(?:пропусти(?:ть|те|м)?|дальше|без этого|не хочу отвечать|не скажу|не знаю"
        r"|skip(?: it| this)?|next|pass|i don'?t know|dont know|no idea|не помню)",
    ),
    (
        Wish.HELP,
        r"(?:помощь|справка|подсказка|что это\??|help|\?|what is (?:this|that)\??|а что это\??)",
    ),
)
_WISHES = tuple((wish, re.compile(form)) for wish, form in _FORMS)
# A wish for a person inside a longer message, and what is none.
_PERSON_INSIDE = re.compile(
    r"\b(?:позов\w+|соедини\w*|переключи\w*|переведи\w*|дайте|нужен|хочу|поговорить|call|connect"
    rf"|transfer|speak|talk|need|want|get me)\b(?: \w+){{0,4}}? {_PERSON}\b"
)
_NO_WISH = re.compile(
    r"\b(?:не (?:надо|нужен|нужно|хочу|зовите|нужна)|don'?t|do not|not|номер\w*|телефон\w*|почт\w*"
    r"|phone|number|e-?mail|contacts?)\b"
)
# A short word for what a campaign's reader wants; as a part of a longer message it is none.
_NO_MORE = re.compile(
    r"(?:стоп|stop|unsubscribe|отпис(?:ка|аться|ите|аться от рассылки|ите меня)"
    r"|(?:пожалуйста )?(?:больше )?не (?:надо )?(?:мне )?(?:больше )?(?:пиши(?:те)?|писать"
    r"|присылай(?:те)?)(?: мне)?(?: больше)?(?: пожалуйста)?"
    r"|(?:please )?(?:stop (?:writing|texting|messaging)|don'?t (?:write|text|message))"
    r"(?: (?:to )?me)?(?: any ?more)?(?: please)?)"
)
_QUESTION = re.compile(
    r"^(?:а |и |но |подскажите,? |скажите,? |and |but )?(?:как|где|когда|сколько|почему|зачем|куда"
    r"|кто|что|чем|какой|какая|какие|какое|можно|нужно ли|есть ли|how|where|when|why|what|which"
    r"|who|can i|do you|is there|are there|does)\b"
)


def wish_of(text: str) -> Wish | None:
    """What the message as a whole wishes of the flow, or None: «отменить заказ» is none. Only a
    person may also be asked for inside a longer message."""
    bare = " ".join(re.sub(r"[^\w'?\s]", " ", folded(text)).split())
    bare = bare.removeprefix("/")
    if bare in {"operator", "cancel", "back", "skip", "help"}:
        return Wish(bare)
    whole = next((wish for wish, form in _WISHES if form.fullmatch(bare)), None)
    inside = _PERSON_INSIDE.search(bare) and not _NO_WISH.search(bare)
    return whole or (Wish.OPERATOR if inside else None)


def asks_no_more(text: str) -> bool:
    """Whether the message as a whole asks not to be written to any more."""
    bare = " ".join(re.sub(r"[^\w'\s]", " ", folded(text)).split())
    return _NO_MORE.fullmatch(bare) is not None


def is_question(text: str) -> bool:
    """Whether the message asks something, rather than answers."""
    bare = folded(text).strip()
    return len(bare) > 3 and ("?" in bare or _QUESTION.search(bare) is not None)
