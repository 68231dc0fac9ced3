"""Variables, cleaned input, buttons and the catalogue: small pure parts."""

import re
import string
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sufler.bot.markdown import plain, to_html
from sufler.conversation.buttons import MAX_DATA_BYTES, article_data, chosen_article
from sufler.conversation.intake import clean
from sufler.domain.knowledge import LANGUAGES
from sufler.domain.texts import CATALOGUE, text
from sufler.domain.variables import day, fill, literal, unknown_names

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("Привет, {customer.first_name}!", "Привет, Оля!"),
        ("Заявка {ticket.number|без номера}", "Заявка без номера"),
        ("Заявка {ticket.number}.", "Заявка ."),
        ("{customer.first_name|}{nobody.knows|пусто}", "Оляпусто"),
        ("code {x: 1} {} {A} {{a}}", "code {x: 1} {} {A} {}"),
    ],
)
def test_that_variables_are_filled_once_with_fallbacks(template: str, filled: str) -> None:
    assert fill(template, {"customer.first_name": "Оля", "ticket.number": " "}) == filled


@given(ANY_TEXT)
def test_that_a_name_is_shown_as_it_is_and_formats_nothing(name: str) -> None:
    shown = literal(name)
    assert "\n" not in shown
    assert "<a" not in to_html(shown)
    assert not re.search("<(strong|em|code|ul|ol|li)>", to_html(shown))
    written = fill("Это {customer.first_name}.", {"customer.first_name": name})
    assert plain(written) == f"Это {plain(shown)}."


@pytest.mark.parametrize("name", ["- x", "1. x", "# x", "> x", "*x*", "[x](https://e.org)"])
def test_that_markdown_in_a_name_stays_literal(name: str) -> None:
    assert plain(literal(name)) == name


def test_that_names_nobody_will_fill_are_found() -> None:
    assert unknown_names("{today} {order.id|?} {order.id}") == ["order.id"]


def test_that_a_day_is_written_in_words() -> None:
    moment = datetime(2026, 5, 9, 12, tzinfo=UTC)
    assert day(moment, "ru") == "9 мая 2026"
    assert day(moment, "en") == "9 May 2026"


@given(ANY_TEXT)
def test_that_cleaned_text_can_be_stored_and_cleaning_again_changes_nothing(given_: str) -> None:
    cleaned = clean(given_)
    cleaned.encode()
    assert "\x00" not in cleaned
    assert clean(cleaned) == cleaned


@given(st.text(min_size=1, max_size=120))
def test_that_a_button_fits_and_finds_its_article(article_id: str) -> None:
    data = article_data(article_id)
    assert len(data.encode()) <= MAX_DATA_BYTES
    assert chosen_article(data, ["other", article_id]) == article_id


def test_that_every_text_exists_in_every_language_with_the_same_values() -> None:
    for key, languages in CATALOGUE.items():
        assert set(languages) == set(LANGUAGES), key
        names = {
            tuple(sorted({name for _, name, _, _ in string.Formatter().parse(one) if name}))
            for one in languages.values()
            if "{" in one
        }
        assert len(names) <= 1, key


def test_that_a_value_is_never_read_as_a_template() -> None:
    assert "{x}" in text("unreadable", "ru", what="{x}")
