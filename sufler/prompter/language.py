"""What language and what keyboard layout a text was typed in, and whether it is words at all.

Plain tables and counting: tens of microseconds a text, no model.
"""

import re
import string
from itertools import pairwise

from sufler.domain.knowledge import Language


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Latin words that say nothing of the language: a Russian customer writes them too.
NEUTRAL_LATIN = _set(
    """
    ok okay okey wifi wi fi iphone ipad ios mac macbook android windows linux samsung xiaomi
    google apple huawei honor email mail pdf url id sms vpn qr nfc usb pin cvv cvc visa
    mastercard paypal sbp telegram whatsapp viber youtube rutube vk html app store play market
    online pro max plus mini air lol www http https com ru pay smart tv hd gb mb git github
    excel word png jpg mp
    """
)

# Words that only that language has; more of them than English ones: not English.
FOREIGN = _set(
    """
    el los las una que como donde cuando por para mi pedido quiero puedo gracias hola esta está
    dónde cómo der die das und ist nicht ich wo wann wie kann mein meine mit bitte danke hallo
    le les une est je vous pas pour mon ma où quand comment bonjour merci avec il lo gli che
    come dove quando sono grazie ciao posso mio nao não onde meu obrigado você gdzie jest moje
    nie jak bir nerede ne zaman için merhaba siparişim het een niet mijn waar wanneer ik
    dziękuję kiedy
    """
)

ENGLISH = _set(
    """
    the a is are was do does did can could will would how what when where why who which my your
    you i it to for of and or not in on with have has am me we us this that there if but be get
    need want please no yes an at from any some about after order card money delivery refund
    help
    """
)

# Russian written in Latin letters: words that are in no way English.
TRANSLIT = _set(
    """
    kak gde kogda pochemu zachem skolko skol'ko chto chego shto kto mozhno mojno nuzhno nujno
    nado mne menya moy moi moya moyu moego svoy vash vasha ne na po dlya iz ili u vas est eto
    etot etu uzhe eshche esche privet zdravstvuyte zdravstvuite zdravstvujte zdrastvuite spasibo
    pozhaluysta pojaluista pozhalujsta zakaz zakaza zakazal zakazala zakazy tovar tovara
    dostavka dostavki dostavku dostavit privezut prishel prishla prishlo pridet dengi vozvrat
    vernut verniti vernite oplata oplatit karta karty karte kartu kartoj kupil kupila nomer
    adres kurier kurer rabotaet rabotayet prilozhenie skidka skidku promokod bally garantiya
    pokupka pokupku magazin chek otmenit izmenit poluchit rassrochka operator operatora
    cheloveka hochu pozovite pomogite podskazhite ponyatno ponyal horosho da net skazhite mogu
    sdelat akkaunt parol srok sroki stoit besplatno segodnya zavtra tolko ochen bolshoe
    """
)

# Translit that is a word or a name in other languages as well, so that it proves nothing alone.
_ALSO_OTHER = _set("na ne est moi net operator da iz po parol ili vas")
# Too short to be judged by their letters; what they look like in Latin is no word either.
_SHORT = _set("да нет ага угу спс хай")
_PLAIN = ENGLISH | TRANSLIT | NEUTRAL_LATIN

# Which letters follow which in ordinary words (pairs rarer than 12 in 100,000 are left out),
# counted over the 60,000 commonest words of each language (list: wordfreq).
FOLLOWS: dict[str, str] = {
    "a": "abcdefghijklmnoprstuvwxyz",
    "b": "abeilorstuy",
    "c": "acehiklorstuy",
    "d": "adeghilmnorsuvwy",
    "e": "abcdefghiklmnopqrstuvwxyz",
    "f": "aefilorstuy",
    "g": "aeghilmnorstuy",
    "h": "aeilmnorstuy",
    "i": "abcdefgklmnopqrstuvxz",
    "j": "aeiou",
    "k": "aehilnorsuy",
    "l": "abcdefgiklmopstuvy",
    "m": "abceimnopsuy",
    "n": "abcdefghijklmnoprstuvwyz",
    "o": "abcdefghiklmnoprstuvwxy",
    "p": "aehiloprstuy",
    "q": "u",
    "r": "abcdefghiklmnoprstuvwy",
    "s": "abcdefhiklmnopqrstuwy",
    "t": "abcefhilmnorstuwy",
    "u": "abcdefgiklmnoprsty",
    "v": "aeio",
    "w": "aehilnors",
    "x": "aceipt",
    "y": "abcdeilmnoprst",
    "z": "aeioz",
    "а": "бвгдежзийклмнпрстуфхцчшщюя",
    "б": "аеиклнорсущъыя",
    "в": "авдезиклмнопрстушыья",
    "г": "адеиклнору",
    "д": "авдежиклмнопрсуцшыья",
    "е": "абвгдежзийклмнопрстфхцчшщюя",
    "ж": "адеикноу",
    "з": "абвгдеиклмноруыья",
    "и": "абвгдежзийклмнопрстфхцчшщюя",
    "й": "дкмностш",
    "к": "авеиклнорстуц",
    "л": "агежиклностуыьюя",
    "м": "абеиклмнопсуыья",
    "н": "авгдеикнорстуфцчыьюя",
    "о": "бвгдежзийклмнопрстуфхцчшщюя",
    "п": "аеиклнопрстуыья",
    "р": "абвгдежиклмнопрстухчшыьюя",
    "с": "абвдеиклмнопрстухчшыья",
    "т": "абвдеиклмнопрстучыья",
    "у": "абвгдежзклмнпрстхчшщю",
    "ф": "аеилору",
    "х": "авеинору",
    "ц": "аеикоуы",
    "ч": "аеикнтушь",
    "ш": "аеиклнотуь",
    "щ": "аеину",
    "ъ": "ея",
    "ы": "бвгдезйклмнпрстхчш",
    "ь": "безкмнстцшюя",
    "э": "клмнрт",
    "ю": "бдзнрстчщ",
    "я": "бвдежзйклмнрстхчщюя",
}

_LATIN_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN_KEYS = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_SHIFTED = "".join(
    _RUSSIAN_KEYS[_LATIN_KEYS.index(letter)] for letter in string.ascii_lowercase
).upper()
_TO_RUSSIAN = str.maketrans(
    string.ascii_uppercase + _LATIN_KEYS + '~{}:"<>&',
    _SHIFTED + _RUSSIAN_KEYS + "ЁХЪЖЭБЮ?",
)
_KEY_RUNS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_RUN_PAIRS = frozenset(
    pair for run in _KEY_RUNS for way in (run, run[::-1]) for pair in map("".join, pairwise(way))
)
_PAIRS = frozenset(first + second for first, row in FOLLOWS.items() for second in row)
_VOWELS = frozenset("aeiouyаеиоуыэюяё")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|\S*\d\S*")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_NOT_RUSSIAN = re.compile("[іїєґўјљњћђқңғүұөһ]", re.IGNORECASE)
_TYPED = re.compile(r"[\x20-\x7e«»–—…]+")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_TAIL = re.compile(r"^(.*?)([,.?!&]*)$", re.DOTALL)
_READ_CHARS = 400  # a language shows in the first lines; the rest would only cost time


def language_of(text: str, default: Language) -> Language:
    """The language `text` is written in; `default` when it shows none, or is a third one.

    Cyrillic is Russian, also beside Latin product names; so is Russian typed in Latin letters or
    in the wrong layout, when that is quite sure.
    """
    text = _ADDRESS.sub(" ", text[:_READ_CHARS])
    letters = [char for char in text if char.isalpha()]
    if not letters:
        return default
    cyrillic = sum("\u0400" <= char <= "\u04ff" for char in letters)
    latin = sum(char < "\u0250" for char in letters)
    if cyrillic + latin < 0.7 * len(letters):
        return default
    if cyrillic >= 0.25 * len(letters):
        return default if _NOT_RUSSIAN.search(text) else "ru"
    return _of_latin([word.lower() for word in _WORD.findall(text)], text, default)


def _of_latin(words: list[str], text: str, default: Language) -> Language:
    telling = [word for word in words if word not in NEUTRAL_LATIN and len(word) > 1]
    if not telling:
        return default
    english = sum(word in ENGLISH or "'" in word for word in telling)
    russian = sum(word in TRANSLIT for word in telling)
    foreign = sum(word in FOREIGN for word in telling)
    surely = any(word in TRANSLIT and word not in _ALSO_OTHER for word in telling)
    if surely and russian > max(english, foreign) and 3 * russian >= len(telling):
        return "ru"
    if foreign > english or (not text.isascii() and not english and not _TYPED.fullmatch(text)):
        return default
    if not english and relayout(text) is not None:
        return "ru"
    return "en"


def relayout(text: str) -> str | None:
    """The Russian reading of a text typed in the English layout ("ghbdtn"); None if it is not one.

    Sure only when the letters make no English and the keys make good Russian.
    """
    text = _STRETCHED.sub(r"\1\1", text[:_READ_CHARS])
    words = [word.lower() for word in _WORD.findall(text)]
    # The cheap look first: most texts have an ordinary English or Russian word.
    if not words or not text.isascii() or any(word in _PLAIN for word in words):
        return None
    short = sum(map(len, words)) < 5
    if (not short and _odd_share(words) < 0.25) or _ADDRESS.search(text):
        return None
    reading = " ".join(map(_retyped, text.split()))
    russian = [word.lower() for word in _WORD.findall(reading)]
    if sum(map(len, russian)) < 5:
        return reading if russian and _SHORT.issuperset(russian) else None
    good = all(len(word) == 1 or set(word) & _VOWELS for word in russian)
    return reading if good and _odd_share(russian) <= 0.1 else None


def _retyped(token: str) -> str:
    # A comma or full stop at a word's end is more often itself than «б» or «ю».
    found = _TAIL.match(token)
    body, tail = (found[1], found[2]) if found else (token, "")
    return body.translate(_TO_RUSSIAN) + tail.replace("&", "?")


def is_mash(word: str) -> bool:
    """Whether one word (letters only, as typed) is fingers on keys and no word of ru or en.

    Short words and short capitals get the benefit of the doubt: they are codes and abbreviations.
    """
    if len(word) < 4 or (word.isupper() and len(word) <= 6):
        return False
    word = word.lower().replace("ё", "е")
    pairs = [a + b for a, b in pairwise(word)]
    if not all("a" <= char <= "z" or "а" <= char <= "я" for char in word):
        return False
    runs = sum(pair in _RUN_PAIRS for pair in pairs) / len(pairs)
    odd = sum(pair not in _PAIRS for pair in pairs)
    if len(set(word)) <= 2 and len(word) >= 5:
        return True
    if word[0] in "ыъь":
        return True
    if not set(word) & _VOWELS:
        return len(word) >= 6 or runs >= 0.6
    return len(word) >= 5 and (runs >= 0.8 or (odd >= 3 and odd >= 0.45 * len(pairs)))


def _odd_share(words: list[str]) -> float:
    """Share of letter pairs, 0..1, that ordinary words do not have."""
    pairs = [a + b for word in words for a, b in pairwise(word)]
    return sum(pair not in _PAIRS for pair in pairs) / len(pairs) if pairs else 0.0
