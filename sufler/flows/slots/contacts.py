"""Phones (phonenumbers), e-mail addresses (email-validator), places and postal addresses."""

import re

import phonenumbers
from email_validator import EmailNotValidError, validate_email

_PHONE_LIKE = re.compile(r"\+?\(?\d[\d ()\-.]{5,24}\d")
_EMAIL = re.compile(r"[^\s,;:<>()\[\]\"«»@]+@[^\s,;:<>()\[\]\"«»@]+\.[^\s,;:<>()\[\]\"«»@.!?]+")
_AT = re.compile(
    r"\s*(?:\bсобака\b|\(at\)|\[at\]|\bсобачка\b)\s*|(?<=\w)\s+at\s+(?=\w+(?:\.|\s+dot\s))", re.I
)
_DOT = re.compile(r"\s+(?:точка|dot)\s+", re.I)
_PLACE = re.compile(
    r"(?<![\d.])(?P<lat>-?\d{1,2}\.\d{2,8})\s*[,; ]\s*(?P<lon>-?\d{1,3}\.\d{2,8})(?![\d.])"
)
_STREET = re.compile(
    r"\b(?:ул(?:ица|ице|\.)?|пр(?:оспект|-т|-кт)|просп|пер(?:еулок)?|ш(?:оссе)?|наб(?:ережная)?|б(?:ульва|-)р"
    r"|пл(?:ощадь)?|д(?:ом)?\.?\s?\d|кв(?:артира)?|корп|мкр|микрорайон|проезд|street|st\.?|road|rd|avenue|ave"
    r"|lane|drive|square|flat|apt|apartment|house)\b",
    re.I,
)
_ONE_WORD = re.compile(r"[A-ZА-ЯЁ][^\W\d_]{3,},?\s?\d{1,4}\w?(?:[/-]\d+)?")  # Тверская 7
_ADDRESS_LEAD = re.compile(
    r"^\s*(?:(?:мой|новый|нужный|наш|адрес|доставки|доставить|доставьте|привезите|везите|отправьте|на|по|в|будет"
    r"|записывай|записывайте|пишите|живу|адресу|вот|пожалуйста|это|my|new|the|our|delivery|address|is|deliver|send|it's|its|it|to|ship|at|please|i|live|its|it's)\b[\s:,\-—]*)+",
    re.I,
)
_TAIL = re.compile(r"[\s.,;!]*(?:пожалуйста|спасибо|please|thanks|thank you)?[\s.,;!]*$", re.I)


def phone_in(text: str, country: str) -> tuple[str, int, int] | None:
    """The first possible phone number, E.164, and where it stands; `country` (RU, US) is whose it
    is where it begins with neither + nor 00."""
    text = re.sub(r"(?<![\d+])00(?=\d{2})", " +", text)
    for found in phonenumbers.PhoneNumberMatcher(
        text, country, leniency=phonenumbers.Leniency.VALID
    ):
        return _e164(found.number), found.start, found.end
    for like in _PHONE_LIKE.finditer(text):
        number = _parsed(like[0], country)
        if number:
            return number, like.start(), like.end()
    return None


def _parsed(written: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(re.sub(r"[^\d+]", "", written), region)
    except phonenumbers.NumberParseException:
        return None
    # Not `is_valid_number`, which knows no numbers given out since its release; a local number
    # without its area is only "possible locally".
    reason = phonenumbers.is_possible_number_with_reason(number)
    return _e164(number) if reason == phonenumbers.ValidationResult.IS_POSSIBLE else None


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email_in(text: str) -> tuple[str, int, int] | None:
    """The first e-mail address, in small letters; «иван собака mail точка ру» is none,
    “ivan at mail dot ru” is one. Its server is not asked."""
    spoken = _DOT.sub(".", _AT.sub("@", text))
    for where in (text, spoken):
        for found in _EMAIL.finditer(where):
            try:
                read = validate_email(found[0].strip(".-'"), check_deliverability=False)
            except EmailNotValidError:
                continue
            return read.normalized.lower(), *(found.span() if where is text else (0, len(text)))
    return None


def place_in(text: str) -> tuple[dict[str, float], int, int] | None:
    """A pair of coordinates: «55.7558, 37.6173»."""
    found = _PLACE.search(text)
    if not found:
        return None
    latitude, longitude = float(found["lat"]), float(found["lon"])
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return {"latitude": latitude, "longitude": longitude}, found.start(), found.end()


def address_of(text: str) -> str | None:
    """The address that the whole of `text` is, without «мой адрес:» before it; None where nothing
    in it looks like an address: it needs a house, so a digit, and two words."""
    bare = _TAIL.sub("", _ADDRESS_LEAD.sub("", text)).strip(" :,-—")
    words = re.findall(r"[^\W\d_]{2,}", bare)
    if not re.search(r"\d", bare) or not words or "?" in text:
        return None
    if len(words) < 2 and not (_STREET.search(bare) or _ONE_WORD.fullmatch(bare)):
        return None
    return bare[:300] or None
