"""What a page may say over its socket, and what it is shown."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sufler.bot.web_widget import frames
from sufler.domain.conversation import Author, Button, Message
from sufler.domain.errors import BadInput

AT = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
ID = "abcdefgh-1"


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "null",
        "[]",
        "7",
        "{",
        '{"type": "other"}',
        '{"type": ["message"]}',
        '{"type": "message", "text": "?"}',
        '{"type": "message", "id": "../../etc", "text": "?"}',
        '{"type": "message", "id": 7, "text": "?"}',
        "[" * 20_000,
        '{"type": "ping", "more": "' + "x" * 40_000 + '"}',
    ],
)
def test_that_a_senseless_frame_is_refused_whole(frame: str) -> None:
    with pytest.raises(BadInput) as refused:
        frames.read(frame)
    assert refused.value.field is None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"type": "message", "text": " \n "}, "empty"),
        ({"type": "message", "text": 7}, "empty"),
        ({"type": "message", "text": "я" * 4001}, "too_long"),
        ({"type": "button", "data": ""}, "empty"),
        ({"type": "button", "data": "я" * 40}, "too_long"),
    ],
)
def test_that_a_message_that_cannot_be_taken_is_named(body: dict[str, object], reason: str) -> None:
    with pytest.raises(BadInput) as refused:
        frames.read(json.dumps({**body, "id": ID}))
    assert (refused.value.field, refused.value.message) == (ID, reason)


def test_that_broken_characters_are_replaced() -> None:
    said = frames.read(json.dumps({"type": "message", "id": ID, "text": "a\ud800b\0c"}))
    assert isinstance(said, frames.Said)
    assert said.text.encode()
    assert "\0" not in said.text


@pytest.mark.parametrize("cursor", [-1, 1.5, "7", None, True, 2**60, [1]])
def test_that_a_senseless_cursor_means_from_the_beginning(cursor: object) -> None:
    hello = frames.read(json.dumps({"type": "hello", "cursor": cursor, "language": "xx"}))
    assert hello == frames.Hello(0, None)


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda b: b.decode("latin-1")))
def test_that_no_text_breaks_the_reading(frame: str) -> None:
    with suppress(BadInput):
        frames.read(frame)


def test_that_a_customer_is_shown_text_and_staff_safe_html() -> None:
    hostile = "<script>x</script> **b** [l](javascript:x)"
    theirs = Message(1, "c", Author.CUSTOMER, hostile, AT, external_id="visitor:abcdefgh-1")
    ours = Message(2, "c", Author.OPERATOR, hostile, AT, "Анна", (Button("Да", "p"),))
    shown = frames.shown(theirs, "visitor")
    assert shown["text"] == hostile
    assert "html" not in shown
    assert shown["client_id"] == "abcdefgh-1"
    html = frames.shown(ours, "visitor")["html"]
    assert "<script" not in html
    assert "javascript:" not in html or "<a" not in html
    assert "<strong>b</strong>" in html


def test_that_an_id_of_another_channel_is_not_given_away() -> None:
    message = Message(1, "c", Author.CUSTOMER, "?", AT, external_id="u:77:12")
    assert "client_id" not in frames.shown(message, "visitor")
