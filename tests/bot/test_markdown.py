"""The safe Markdown subset, as runs, as plain text and as HTML."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sufler.bot.markdown import Run, Style, StyleKind, parse, plain, to_html

BOLD = Style(StyleKind.BOLD)
SIGNS = "*_`[]()<>&!-1.\\ \nабв~#:/@h\u200d😀"
MARKDOWN = st.text(alphabet=SIGNS)


def test_that_bold_italic_code_and_links_become_styles() -> None:
    runs = parse("**да** _нет_ `x<y` [сайт](https://a.example/?q=1&r=2)")
    assert [(run.text, [style.kind for style in run.styles]) for run in runs if run.styles] == [
        ("да", [StyleKind.BOLD]),
        ("нет", [StyleKind.ITALIC]),
        ("x<y", [StyleKind.CODE]),
        ("сайт", [StyleKind.LINK]),
    ]
    assert runs[-1].styles[0].url == "https://a.example/?q=1&r=2"


def test_that_code_inside_bold_stands_alone() -> None:
    assert parse("**a `b` c**") == (
        Run("a ", (BOLD,)),
        Run("b", (Style(StyleKind.CODE),)),
        Run(" c", (BOLD,)),
    )


def test_that_lists_keep_their_numbers_and_their_blank_lines() -> None:
    assert plain("Шаги:\n\n3. раз\n4. два\n   - в нём\n\nВсё.") == (
        "Шаги:\n\n3. раз\n4. два\n  • в нём\n\nВсё."
    )


def test_that_a_code_block_keeps_its_lines_and_language() -> None:
    (run,) = parse("```py\nif a < b:\n    pass\n```")
    assert run == Run("if a < b:\n    pass", (Style(StyleKind.PRE, language="py"),))


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "data:text/html,x",
        "/relative",
        "file:///etc",
        "https:",
    ],
)
def test_that_an_unsafe_link_stays_literal(address: str) -> None:
    written = f"[нажми]({address})"
    assert plain(written) == written
    assert "<a" not in to_html(written)


@pytest.mark.parametrize("name", ['<b>"&', "<script>x</script>", "&lt;b&gt;", "<!--", "Ан<на"])
def test_that_html_is_literal_text(name: str) -> None:
    assert plain(name) == name
    assert "<script" not in to_html(name)


def test_that_an_escaped_sign_is_that_sign() -> None:
    assert parse(r"\*\*Иван\*\* \[x\](https://a.example)") == (
        Run("**Иван** [x](https://a.example)"),
    )


def test_that_html_has_only_the_subset() -> None:
    assert to_html("**a**\nb\n\n- [c](mailto:d@e.example)") == (
        "<p><strong>a</strong><br>\nb</p>\n<ul>\n"
        '<li><a href="mailto:d@e.example" rel="noopener noreferrer nofollow">c</a></li>\n</ul>\n'
    )


def test_that_lone_surrogates_and_nul_are_replaced() -> None:
    assert plain("а\ud800б\0") == "а\ufffdб\ufffd"


@given(MARKDOWN)
def test_that_any_text_is_read_and_links_are_safe(text: str) -> None:
    for run in parse(text):
        assert run.text
        for style in run.styles:
            if style.kind is StyleKind.LINK:
                assert style.url.lower().startswith(("http:", "https:", "mailto:", "tel:"))


@given(st.text(alphabet="абв 123.,!?😀\n", max_size=60))
def test_that_text_without_markdown_keeps_its_words(text: str) -> None:
    numbered = any(line.lstrip()[:1].isdigit() for line in text.splitlines())
    assert numbered or plain(text).split() == text.split()


@pytest.mark.parametrize("nasty", ["[" * 50_000, "*a " * 20_000, "- " * 20_000, "`" * 50_000])
def test_that_hostile_text_is_read_in_bounded_time(nasty: str) -> None:
    began = time.process_time()  # not the clock's: a busy machine is no failure
    parse(nasty)
    assert time.process_time() - began < 20
