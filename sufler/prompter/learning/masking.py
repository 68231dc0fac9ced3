"""Personal data taken out of a customer's words before they are kept as a phrasing."""

import re
from collections.abc import Callable, Sequence

from phonenumbers import Leniency, PhoneNumberMatcher

from sufler.domain.knowledge import Language
from sufler.kb_index.normalise import normalise

# National numbers are read as of these countries; those with a plus as of any.
REGIONS: dict[Language, tuple[str, ...]] = {"ru": ("RU",), "en": ("US", "GB")}
_TRIES = 200  # candidates a text; a hostile one costs no more

_MAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]+(?:@|\s?[(\[](?:at|собака)[)\]]\s?)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE
)
_LINK = re.compile(
    r"(?:https?://|www\.|\b(?:t\.me|wa\.me|vk\.com|ok\.ru|instagram\.com|facebook\.com)/)\S+",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@])@\w{3,}")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_CARD = re.compile(r"(?<![\d+])\d(?:[ -]?\d){11,18}(?!\d)")
# A long number, or one that is called an order, a contract and the like; with letters too.
_NUMBERED = re.compile(
    r"(?P<what>\b(?:заказ\w*|зак\.|договор\w*|тикет\w*|обращени\w*|заявк\w*|накладн\w*|трек\w*"
    r"|отправлени\w*|чек\w*|сч[её]т\w*|паспорт\w*|снилс|инн|карт[аыуе]\w*|код\w*"
    r"|order|contract|ticket|invoice|tracking|booking|reservation|account|receipt|case|passport|card"
    r"|policy|reference|code)\b)(?:\s+(?:номер|number|no\.?|id|is))?\s*[:#№]?\s*"
    r"(?P<number>(?=[\w/-]*\d{3})[A-ZА-Я0-9][\w/-]*\w)",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"(?:[№#]|\bNo\b\.?)\s*(?=[\w/-]*\d{2})[\w/-]*\w")
# Not sums: those may be what is asked about.
_LONG = re.compile(
    r"(?<![\w.,$€£])\d(?:[ -]?\d){5,}(?![\w%])(?!\s*(?:руб|р\b|₽|rub|dollar|usd|eur|[$€£%]))",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[^\W\d_]*"
)
_YEAR = r"(?:19|20)\d\d(?!\w)(?:\s*г(?:оду?а?|\.)?(?!\w))?"
_DAY = (
    rf"(?:\d{{1,2}}[./-]\d{{1,2}}[./-](?:{_YEAR}|\d\d(?!\w))|(?:19|20)\d\d-\d\d-\d\d(?!\w)"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+{_YEAR})"
)
# A day of birth by what stands beside it.
_BORN = re.compile(
    r"(?P<what>\b(?:родил(?:ся|ась|ись)|рожд[её]н[аы]?|дат[аыу]\s+рождения|день\s+рождения"
    r"|born|date\s+of\s+birth|birth\s?da(?:te|y)|dob)\b"
    rf"(?:\s*[:—–-])?(?:\s+(?:в|is|on|in))?)\s*(?:{_DAY}|{_YEAR})"
    rf"|{_DAY}\s*(?:рождения\b|р\.)|(?:19|20)\d\d\s?г\.?\s?р\.?(?!\w)",
    re.IGNORECASE,
)
_FULL_DAY = re.compile(rf"(?<![\w.]){_DAY}", re.IGNORECASE)
# A whole date of such a year is somebody's birthday sooner than an order's.
_LONG_AGO = re.compile(r"19[2-9]\d|200\d")
_STREET = re.compile(
    r"\b(?:ул\.|улиц[аеуы]|пр-т|просп\.|проспект[еау]?|пер\.|переул(?:ок|ке)|наб\.|набережн\w+"
    r"|шоссе|бульвар[еау]?|б-р|площад[ьи]|пл\.)\s*(?-i:[А-ЯЁ0-9])[\w.-]*(?:\s+(?-i:[А-ЯЁ])[\w-]*){0,2}"
    r"(?:,?\s*(?:д(?:ом)?\.?\s*)?\d+\w?(?:/\d+)?)?(?:,?\s*(?:к(?:орп(?:ус)?)?\.?|стр\.?)\s*\d+)?"
    r"(?:,?\s*(?:кв(?:артира)?\.?|оф(?:ис)?\.?|подъезд|этаж)\s*\d+)*"
    r"|\b\d{1,5}[A-Za-z]?\s+(?-i:[A-Z])\w+(?:\s+(?-i:[A-Z])\w+){0,2}\s+(?:street|st|avenue|ave|road|rd|lane|ln"
    r"|drive|boulevard|blvd|court|place|square)\b\.?(?:,?\s*(?:apt|apartment|flat|unit)\.?\s*\w+)?",
    re.IGNORECASE,
)
_FLAT = re.compile(
    r"\b(?:дом|д\.|корпус|корп\.|квартира|кв\.|подъезд)\s*№?\s*\d+\w?\b", re.IGNORECASE
)
_TITLED = r"(?-i:[А-ЯЁ][а-яё-]+|[A-Z][a-z'’-]+)"
_CALLED = re.compile(
    rf"(?P<before>\b(?:меня зовут|мо[её] имя|моя фамилия|на имя|с уважением|фамилия|фио"
    rf"|my name is|i am called|name's|regards|sincerely|on the name of|in the name of)"
    rf"[\s,:—–-]+)(?P<name>{_TITLED}(?:\s+{_TITLED}){{0,2}})",
    re.IGNORECASE,
)
# Introduced so surely that a small letter is no matter; of a second word its ending tells, or what
# comes after it.
_CALLED_SO = re.compile(
    r"\b(?P<before>меня зовут|мо[её] имя|my name is) (?!is\b|and\b|и\b)[^\W\d_]+"
    r"(?: [^\W\d_]+(?:[оеё]ва?|ина?|ск(?:ий|ая)|[цс]к(?:ий|ой|ая)|енко|чук|юк|ян|дзе|швили)\b"
    r"| [^\W\d_]+(?=\s*[,.;!]|\s*$| (?:and|i|и|я)\b))?",
    re.IGNORECASE,
)
# Two names at the begin of a sentence; of things ("это Samsung Galaxy не включается") it goes on.
_HERE = re.compile(
    rf"(?:(?<=[,.!?] )|^)(?P<before>(?:я|i am|i'm|i’m)\s+(?:[—–-]\s+)?){_TITLED}\s+{_TITLED}"
    rf"|(?:(?<=[,.!?] )|^)(?:это|this is|it's|it’s)\s+{_TITLED}\s+{_TITLED}(?=\s*[,.!?;]|\s*$)",
    re.IGNORECASE,
)
_PATRONYMIC = re.compile(
    r"\b(?:[А-ЯЁ][а-яё-]+\s+){1,2}[А-ЯЁ][а-яё]+(?:вич|вна|ична|инична)[а-яё]{0,3}\b(?:\s+[А-ЯЁ][а-яё-]+)?"
)
_ADDRESSED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|г-н|г-жа)\b\.?\s+{_TITLED}(?:\s+{_TITLED})?")


def masked(text: str, language: Language, names: Sequence[str] = ()) -> str:
    """`text` as one clean line without mails, links, phones, cards, order numbers, addresses, days
    of birth, and names that are known (`names`) or introduced as such; each leaves a gap, no mark:
    a mark would be searched by. What is left may be empty."""
    left = normalise(text)
    left = _LINK.sub(" ", _MAIL.sub(" ", left))
    left = _HANDLE.sub(" ", left)
    left = _CARD.sub(_unless(_luhn), _IBAN.sub(" ", left))
    left = _without_phones(left, language)
    left = _BORN.sub(lambda found: found["what"] or " ", left)
    left = _FULL_DAY.sub(lambda day: " " if _LONG_AGO.search(day[0]) else day[0], left)
    left = _NUMBERED.sub(r"\g<what>", left)
    left = _LONG.sub(" ", _SIGNED.sub(" ", left))
    left = _FLAT.sub(" ", _STREET.sub(" ", left))
    for name in sorted({part for each in names for part in _parts(each)}, key=len, reverse=True):
        left = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", left, flags=re.IGNORECASE)
    left = _CALLED.sub(lambda found: found["before"].rstrip(" ,:—–-") + " ", left)
    left = _HERE.sub(" ", _CALLED_SO.sub(r"\g<before> ", left))
    left = _ADDRESSED.sub(" ", _PATRONYMIC.sub(" ", left))
    left = re.sub(r"\s+([,.!?;:])", r"\1", " ".join(left.split()))
    return re.sub(r"([,;:])(?:\s*[,;:])+", r"\1", left).strip(" ,;:—–-")


def masked_reply(text: str) -> str:
    """An operator's `text`, line by line, without cards, order numbers and addressed persons; the
    company's own links, mails, phones and addresses stay."""
    lines = []
    for line in text.splitlines():
        left = _NUMBERED.sub(r"\g<what>", _CARD.sub(_unless(_luhn), _IBAN.sub(" ", line)))
        left = _ADDRESSED.sub(" ", _PATRONYMIC.sub(" ", left))
        lines.append(re.sub(r" +([,.!?;:])", r"\1", re.sub(r"(?<=\S) {2,}", " ", left)).rstrip())
    return "\n".join(lines).strip()


def _unless(real: Callable[[str], bool]) -> Callable[[re.Match[str]], str]:
    return lambda found: " " if real(found[0]) else found[0]


def _luhn(number: str) -> bool:
    digits = [int(char) for char in number if char.isdigit()]
    if not 13 <= len(digits) <= 19:
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _without_phones(text: str, language: Language) -> str:
    for region in REGIONS[language]:
        found = PhoneNumberMatcher(text, region, Leniency.VALID, _TRIES)
        for match in sorted(found, key=lambda each: -each.start):
            text = f"{text[: match.start]} {text[match.end :]}"
    return text


def _parts(name: str) -> list[str]:
    """The words of a name that are long enough not to be another word's."""
    return [part for part in re.findall(r"[^\W\d_][\w'’-]+", name) if len(part) > 1]
