"""All texts for people stand in one catalogue, whole in both languages, and nowhere else."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from sufler.app.settings import Settings
from sufler.domain.administration import OWN_TEXTS
from sufler.domain.knowledge import LANGUAGES, Language
from sufler.domain.locales import FORMS, number, plural_form
from sufler.domain.texts import CATALOGUE, counted

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "sufler"
# Rooms whose words reach customers or staff. `app` speaks English, to administrators in a terminal;
# `api` speaks English, to programmers, and its examples show Russian questions.
ROOMS = ("web", "bot", "conversation", "desk", "domain")
CATALOGUES = {PACKAGE / "domain" / "texts.py", *(PACKAGE / "domain").glob("texts_*.py")}
CYRILLIC = re.compile("[а-яёА-ЯЁ]")
# An English text: two words or more, with nothing in it that only code has.
SENTENCE = re.compile(r"[A-Z][a-z’']+(?: [A-Za-z’',]+)+[.!?…]?")
SPEAKS = {"label", "notify", "button", "tooltip", "asking_button", "heading", "say", "set_text"}

# Literals that are no texts for people, each with its reason.
NOT_TEXTS = {
    "bot/console/chat.py": "the terminal: an administrator tries the bot",
    "domain/knowledge.py": "the name under which the topic of articles without one is stored",
}
MARKUP = re.compile(
    r"\{[{%#].*?[%#}]\}|<!--.*?-->|<(?:script|style).*?</(?:script|style)>|<[^>]*>", re.S
)


def _files(*rooms: str, suffix: str = ".py") -> list[Path]:
    found = [file for room in rooms for file in (PACKAGE / room).rglob(f"*{suffix}")]
    return sorted(file for file in found if file not in CATALOGUES)


def _where(file: Path, line: int, words: str) -> str:
    return f"{file.relative_to(ROOT)}:{line}: {words[:80]!r}"


def _named(faults: list[str]) -> None:
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


def _literals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """String literals that are not documentation, with their lines."""
    bare = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.lineno, node.value


def _called(node: ast.Call) -> str:
    called = node.func
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def test_that_no_russian_stands_outside_the_catalogue() -> None:
    faults = []
    for file in _files(*ROOMS):
        if str(file.relative_to(PACKAGE)) in NOT_TEXTS:
            continue
        for line, words in _literals(ast.parse(file.read_text("utf-8"))):
            if CYRILLIC.search(words):
                faults.append(_where(file, line, words))
    _named(faults)


def test_that_pages_show_no_words_of_their_own() -> None:
    faults = []
    for file in _files("web", "bot"):
        if str(file.relative_to(PACKAGE)) in NOT_TEXTS:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _called(node) in SPEAKS:
                said = "".join(words for _, words in _literals_of(_said(node)))
                if re.search(r"[A-Za-z]{2,}", said):
                    faults.append(_where(file, node.lineno, said))
    _named(faults)


def _said(node: ast.Call) -> ast.expr | None:
    """The argument that is shown: the first one, but heading(level, words)."""
    place = 1 if _called(node) == "heading" else 0
    return node.args[place] if len(node.args) > place else None


def _literals_of(said: ast.expr | None) -> Iterator[tuple[int, str]]:
    """What is written out in it: a literal, or the fixed parts of an f-string."""
    parts = said.values if isinstance(said, ast.JoinedStr) else [said]
    for part in parts:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.lineno, part.value


def test_that_templates_and_scripts_show_no_words_of_their_own() -> None:
    faults = []
    for file in _files("web", "bot", suffix=".html"):
        bare = MARKUP.sub(" ", file.read_text("utf-8"))
        if found := re.search(r"[A-Za-zа-яА-ЯёЁ]{3,}", bare):
            faults.append(f"{file.relative_to(ROOT)}: {found[0]!r}")
    for file in _files("web", "bot", suffix=".js"):
        code = re.sub(r"/\*.*?\*/|(?m:(?<![:\"'])//.*$)", "", file.read_text("utf-8"), flags=re.S)
        for quoted in re.findall(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`]*)`", code):
            words = "".join(quoted)
            if CYRILLIC.search(words) or SENTENCE.fullmatch(words):
                faults.append(f"{file.relative_to(ROOT)}: {words!r}")
    _named(faults)


def _places(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_that_every_text_is_whole_in_every_language() -> None:
    faults = []
    for key, told in CATALOGUE.items():
        if set(told) != set(LANGUAGES) or not all(words.strip() for words in told.values()):
            faults.append(f"{key}: has {sorted(told)}, not {sorted(LANGUAGES)}")
            continue
        ru, en = (_places(told[language]) for language in ("ru", "en"))
        if ru != en:
            faults.append(f"{key}: {sorted(ru)} in Russian, {sorted(en)} in English")
        if CYRILLIC.search(told["en"]) and not key.endswith(OTHER_LANGUAGE):
            faults.append(f"{key}: Russian letters in the English text")
    _named(faults)


# Names of the other language, said in it, so that its readers find them.
OTHER_LANGUAGE = ("other_language", "other_language_title")


def test_that_counted_texts_have_all_their_forms_with_the_number() -> None:
    faults = []
    keys = _keys_of_calls("counted")
    for key, told in CATALOGUE.items():
        forms = {language: told[language].split("|") for language in LANGUAGES}
        plural = any(len(each) > 1 for each in forms.values())
        if plural or key in keys:
            for language, each in forms.items():
                if len(each) != FORMS[language]:
                    faults.append(f"{key}: {len(each)} forms in {language}")
                elif any(not form.strip() for form in each):
                    faults.append(f"{key}: an empty form in {language}")
    _named(faults)


def _keys_of_calls(*names: str) -> set[str]:
    """Keys that are written out in calls of these functions."""
    found = set()
    for file in PACKAGE.rglob("*.py"):
        if file.is_relative_to(PACKAGE / "storage"):
            continue  # `text` is SQL there
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _called(node) in names and node.args:
                first = node.args[0]
                branches = (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,)
                for each in branches:
                    if isinstance(each, ast.Constant) and isinstance(each.value, str):
                        found.add(each.value)
    return found


def test_that_no_text_is_asked_for_that_is_not_there() -> None:
    asked = _keys_of_calls("text", "_text", "counted", "in_every_language", "_title", "_fact")
    for file in (*_files("web", "bot", suffix=".html"),):
        asked |= set(re.findall(r"\bt\(\"(\w+)\"(?! ~)", file.read_text("utf-8")))
    missing = sorted(
        key for key in asked if key not in CATALOGUE and re.fullmatch(r"[a-z_0-9]+", key)
    )
    _named([f"{key}: asked for, but not in the catalogue" for key in missing])


def test_that_no_text_of_the_catalogue_is_left_over() -> None:
    written = "\n".join(
        file.read_text("utf-8")
        for suffix in (".py", ".html", ".js")
        for file in PACKAGE.rglob(f"*{suffix}")
        if file not in CATALOGUES
    )
    whole = set(re.findall(r"[a-z][a-z0-9_]*", written))
    # Keys that are put together: f"desk_state_{…}", `chat_${…}`, "home_chat" ~ "_text".
    begun = set(re.findall(r"[\"'`]([a-z][a-z0-9_]*_)(?:\$?\{|[\"'`])", written))
    left = [
        key
        for key in CATALOGUE
        if key not in whole
        and key.removesuffix("_text") not in whole
        and not any(key.startswith(start) for start in begun)
    ]
    _named([f"{key}: nobody says it" for key in left])


def test_that_every_setting_and_every_own_text_is_explained() -> None:
    wanted = [f"setting_{name}" for name in Settings.model_fields]
    wanted += [f"own_{key}" for key in OWN_TEXTS]
    _named([f"{key}: missing in the catalogue" for key in wanted if key not in CATALOGUE])


@pytest.mark.parametrize(
    ("count", "ru", "en"),
    [
        (0, 2, 1),
        (1, 0, 0),
        (2, 1, 1),
        (4, 1, 1),
        (5, 2, 1),
        (11, 2, 1),
        (12, 2, 1),
        (14, 2, 1),
        (21, 0, 1),
        (22, 1, 1),
        (111, 2, 1),
        (121, 0, 1),
        (1.5, 1, 1),
    ],
)
def test_that_counts_take_the_right_form(count: float, ru: int, en: int) -> None:
    assert (plural_form(count, "ru"), plural_form(count, "en")) == (ru, en)


@pytest.mark.parametrize(
    ("count", "language", "said"),
    [
        (1, "ru", "1 ответ"),
        (2, "ru", "2 ответа"),
        (5, "ru", "5 ответов"),
        (1, "en", "1 reply"),
        (1234, "en", "1,234 replies"),
        (1001, "ru", "1\u00a0001 ответ"),
    ],
)
def test_that_a_counted_text_reads_right(count: int, language: Language, said: str) -> None:
    assert counted("channel_sent", language, count) == said


def test_that_numbers_are_written_as_their_readers_do() -> None:
    assert number(-1234567.25, "ru", 1) == "−1\u00a0234\u00a0567,2"
    assert number(1234567.25, "en", 1) == "1,234,567.2"
