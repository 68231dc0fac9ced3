"""Logs: one stream, secrets masked, also in tracebacks and in other libraries' lines."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from sufler.app.logs import MASK, set_up_logs

TOKEN = "987654:" + "Zz9_" * 8
KEY = "sk_" + "abcDEF123" * 3


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("style", ["json", "console"])
def test_that_secrets_are_masked_wherever_they_stand(style: str) -> None:
    stream = io.StringIO()
    set_up_logs("info", style, ["given-secret"], stream)
    structlog.get_logger("a").info("given-secret", key=KEY, deep={"url": f"http://x/bot{TOKEN}/f"})
    logging.getLogger("b").warning("sent %s to postgresql://me:pass@host/db", KEY)
    try:
        raise ValueError(TOKEN)
    except ValueError:
        structlog.get_logger("c").exception("it failed")
    shown = stream.getvalue()
    assert MASK in shown
    for secret in ("given-secret", KEY, TOKEN, "me:pass"):
        assert secret not in shown


def test_that_lines_are_json_where_no_person_is_looking() -> None:
    stream = io.StringIO()
    set_up_logs("info", "auto", (), stream)
    structlog.get_logger("room").info("done", articles=3)
    line = json.loads(stream.getvalue())
    assert (line["event"], line["articles"], line["logger"]) == ("done", 3, "room")


def test_that_the_level_holds_and_every_request_is_not_told() -> None:
    stream = io.StringIO()
    set_up_logs("info", "json", (), stream)
    structlog.get_logger("room").debug("customer's text")
    logging.getLogger("uvicorn.access").info("GET /chat?text=secret")
    assert stream.getvalue() == ""
