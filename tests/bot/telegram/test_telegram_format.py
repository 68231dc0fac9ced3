"""Replies as Telegram takes them: pieces that fit, entities that nest."""

from hypothesis import given
from hypothesis import strategies as st

from sufler.bot.markdown import parse
from sufler.bot.telegram.cutting import LIMIT, cuts, units
from sufler.bot.telegram.format import pieces

SIGNS = st.sampled_from(
    [
        "а",
        "b",
        " ",
        "\n",
        "\n\n",
        "😀",
        "👨‍👩‍👧",
        "🇷🇺",
        "é",
        "**",
        "*",
        "`",
        "[x](https://a.example)",
    ]
)
TEXTS = st.lists(SIGNS, max_size=120).map("".join)


@given(text=TEXTS, limit=st.integers(min_value=2, max_value=40))
def test_that_parts_fit_and_join_to_the_whole_text(text: str, limit: int) -> None:
    ends = cuts(text, limit)
    starts = [0, *ends[:-1]]
    parts = [text[start:end] for start, end in zip(starts, ends, strict=False)]
    assert "".join(parts) == text
    assert all(0 < units(part) <= limit for part in parts)


@given(text=TEXTS, limit=st.integers(min_value=2, max_value=40))
def test_that_pieces_keep_every_visible_sign(text: str, limit: int) -> None:
    whole = "".join(run.text for run in parse(text))
    joined = "".join(piece.text for piece in pieces(text, limit))
    assert "".join(joined.split()) == "".join(whole.split())


@given(text=TEXTS, limit=st.integers(min_value=2, max_value=40))
def test_that_entities_lie_within_their_piece_and_nest(text: str, limit: int) -> None:
    for piece in pieces(text, limit):
        spans = [(entity.offset, entity.offset + entity.length) for entity in piece.entities]
        assert all(0 <= begin < end <= units(piece.text) for begin, end in spans)
        for begin, end in spans:
            for other_begin, other_end in spans:
                apart = other_end <= begin or end <= other_begin
                inside = begin <= other_begin and other_end <= end
                around = other_begin <= begin and end <= other_end
                assert apart or inside or around


@given(text=TEXTS)
def test_that_an_entity_never_begins_or_ends_inside_a_surrogate_pair(text: str) -> None:
    for piece in pieces(text):
        encoded = piece.text.encode("utf-16-le")
        for entity in piece.entities:
            begin, end = entity.offset * 2, (entity.offset + entity.length) * 2
            encoded[begin:end].decode("utf-16-le")  # raises inside a pair


def test_that_offsets_count_utf_16_units() -> None:
    (piece,) = pieces("😀 **да**")
    (entity,) = piece.entities
    assert (entity.type, entity.offset, entity.length) == ("bold", 3, 2)


def test_that_a_long_text_breaks_at_an_empty_line() -> None:
    first, second = "а" * 3000, "б" * 3000
    assert [piece.text for piece in pieces(f"{first}\n\n{second}")] == [f"{first}\n\n", second]


def test_that_emoji_count_double_and_are_not_torn() -> None:
    parts = pieces("😀" * 3000)
    assert [units(part.text) for part in parts] == [LIMIT, 6000 - LIMIT]
    family = "👨‍👩‍👧"
    assert all(set(part.text.split(family)) == {""} for part in pieces(family * 900))


def test_that_bold_over_a_cut_is_bold_on_both_sides() -> None:
    parts = pieces("**" + "слово " * 1000 + "конец**")
    assert len(parts) == 2
    assert [[entity.type for entity in part.entities] for part in parts] == [["bold"], ["bold"]]


def test_that_a_name_like_a_tag_is_shown_as_it_is() -> None:
    (piece,) = pieces('Здравствуйте, <b>"&</b>!')
    assert piece.text == 'Здравствуйте, <b>"&</b>!'
    assert not piece.entities


def test_that_addresses_telegram_would_drop_are_spelled_out() -> None:
    (piece,) = pieces("[Почта](mailto:help@shop.example), [звоните](tel:+78000000000)")
    assert piece.text == "Почта (help@shop.example), звоните (+78000000000)"
    assert not piece.entities


def test_that_nothing_visible_is_no_piece() -> None:
    assert pieces(" \n\n ") == []
    assert pieces("") == []
