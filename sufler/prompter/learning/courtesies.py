"""What a reply holds beside its matter: greetings, thanks, wishes and signatures, taken out before
replies are compared."""

import re
from collections.abc import Sequence

from sufler.kb_index.normalise import MAX_CHARS

_NAME = r"(?:,? +[A-ZА-ЯЁ][\w'’-]+){0,2}"
_OPENING = (
    r"здравствуйте|здравствуй|приветствую(?: вас)?|привет|доброе утро|доброго (?:дня|времени суток)"
    r"|добр(?:ый|ого) (?:день|вечер|дня|вечера)|уважаем(?:ый|ая|ые)"
    r"|(?:да|нет), конечно|да|конечно|разумеется|понял[аи]?(?: вас)?|минутку|секунду|хорошо"
    r"|спасибо за (?:обращение|ожидание|вопрос|сообщение|уточнение)"
    r"|спасибо, что (?:написали|ждали)"
    r"|благодарим? (?:вас )?за (?:обращение|ожидание|вопрос)"
    r"|hello(?: there)?|hi(?: there)?|hey|dear|good (?:morning|afternoon|evening|day)|greetings"
    r"|yes,? (?:of course|sure|we are|it is|you can)|yes|sure(?: thing)?|of course|certainly"
    r"|no problem|no worries|absolutely|i see|one moment(?: please)?"
    r"|thank(?:s| you)(?: so much| very much)?(?: for [\w ,']{3,40})?"
)
_CLOSING = (
    r"хорошего (?:вам )?(?:дня|вечера|настроения)|всего (?:вам )?(?:доброго|хорошего)"
    r"|обращайтесь(?:, если[\w ,]{3,60})?|пишите(?:, если[\w ,]{3,60})?"
    r"|рад[аы]? (?:была?|были)? ?помочь"
    r"|если (?:у вас )?(?:будут|появятся|останутся|возникнут) (?:ещё |еще )?вопросы[\w ,–—-]{0,60}"
    r"|спасибо(?: вам)?(?: большое)?(?: за понимание| за терпение)?|удачи"
    r"|до свидания"
    r"|have a (?:nice|good|great|lovely|wonderful) (?:day|evening|weekend|one)|take care"
    r"|goodbye|bye"
    r"|(?:please )?let (?:me|us) know if[\w ,']{3,80}"
    r"|feel free to (?:ask|write|contact)[\w ,']{0,60}"
    r"|(?:i )?hope (?:this|that|it) helps|(?:i am |i'm |we are )?(?:glad|happy) to help"
    r"|thank(?:s| you)(?: so much| very much)?(?: for your (?:patience|understanding))?"
)
_SIGNED = re.compile(
    r"(?:^|[\n.!?] *)(?:с (?:уважением|наилучшими пожеланиями)|ваш[аи]? (?:команда|служба)"
    r"|(?:best|kind|warm) (?:regards|wishes)|regards|sincerely|yours(?: truly)?|cheers)\b.{0,80}$",
    re.IGNORECASE | re.DOTALL,
)
_PICTURES = "[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]"
_SMILE = re.compile(rf"(?:[:;]-?[)(DP]|(?<=[\w.!?,\s])\)+(?=\s|$)(?<!\d\))|{_PICTURES})+")
_OPENS = re.compile(rf"\s*(?:(?i:{_OPENING})\b{_NAME})[\s,!.:;—–-]*")
_CLOSES = re.compile(rf"(?:^|(?<=[.!?\n;,)]))\s*(?i:{_CLOSING}){_NAME}\s*[.!)]*\s*$")
# Of one kind after the other.
_MOST = 8


def without_courtesies(text: str, values: Sequence[str] = ()) -> str:
    """`text` without a greeting before it, wishes and a signature after it, smiles, and the
    customer's `values`, such as the name, wherever they stand."""
    # What is compared has a bound: these patterns read a text more than once.
    left = without_values(_SMILE.sub(" ", text[:MAX_CHARS]), values)
    left = _SIGNED.sub("", left).strip(" \n,!")
    for _ in range(_MOST):
        shorter = _CLOSES.sub("", _opened(left)).strip(" \n,")
        if shorter == left:
            break
        left = shorter
    return left


def without_values(text: str, values: Sequence[str]) -> str:
    """`text` without the customer's `values`, such as the name, wherever they stand."""
    for value in sorted({each.strip() for each in values}, key=len, reverse=True):
        if value and any(char.isalpha() for char in value):
            text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w) *,?", " ", text)
    return text


def _opened(text: str) -> str:
    found = _OPENS.match(text)
    # "Да" before a comma or a stop is a courtesy; before a word it may be the answer itself.
    if not found or not (found[0].rstrip(" \n")[-1:] in ",!.:;—–-" or "\n" in found[0]):
        return text
    return text[found.end() :]
