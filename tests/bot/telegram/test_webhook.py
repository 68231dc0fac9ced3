"""What both ways of receiving share, and the webhook's own door."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from sufler.bot.telegram.send import TelegramChannel
from sufler.bot.telegram.state import TelegramState
from sufler.bot.telegram.updates import NotStored, Updates
from sufler.bot.telegram.webhook import BODY_BYTES, PATH, Webhook, secret_of
from sufler.domain.conversation import Incoming, IncomingKind
from sufler.domain.errors import BadInput, StorageUnavailable

TOKEN = "123456:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
NOBODY = "http://127.0.0.1:9"  # answers to presses go nowhere


class StillClock:
    def now(self) -> datetime:
        return datetime(2026, 5, 1, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0


class Inbox:
    """Keeps what came; fails with `error` where there is one."""

    def __init__(self) -> None:
        self.rows: list[Incoming] = []
        self.asked = 0
        self.error: Exception | None = None

    async def receive(self, incoming: Incoming) -> bool:
        self.asked += 1
        if self.error is not None:
            raise self.error
        self.rows.append(incoming)
        return True


class Line:
    def __init__(self) -> None:
        self.inbox = Inbox()
        self.state = TelegramState(StillClock(), "webhook")
        self.state.introduced("help_bot", "Помощник")
        self.channel = TelegramChannel(TOKEN, NOBODY)
        self.updates = Updates(self.channel, self.inbox.receive, self.state)
        door = Webhook(secret_of(TOKEN), self.updates, self.state)
        app = Starlette(routes=[Route(PATH, door)])
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://sufler"
        )

    async def post(self, body: object, **headers: str) -> int:
        shown = {"x-telegram-bot-api-secret-token": secret_of(TOKEN), **headers}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return (await self._client.post(PATH, content=content, headers=shown)).status_code

    async def close(self) -> None:
        await self.updates.close()
        await self._client.aclose()
        await self.channel.close()


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    line = Line()
    yield line
    await line.close()


def message(text: str = "где заказ?", **more: Any) -> dict[str, Any]:
    person = {"id": 7, "is_bot": False, "first_name": "Анна"}
    chat = {"id": 7, "type": "private"}
    said = {"message_id": 3, "date": 1_760_000_000, "chat": chat, "from": person, "text": text}
    return {"update_id": 10, "message": {**said, **more}}


async def test_that_an_update_is_stored_before_it_is_acknowledged(line: Line) -> None:
    assert await line.post(message()) == 200
    (row,) = line.inbox.rows
    assert (row.external_id, row.text, row.kind) == ("u:7:3", "где заказ?", IncomingKind.TEXT)
    assert line.state.report.last_update_at == StillClock().now()


async def test_that_both_ways_of_receiving_read_an_update_alike(line: Line) -> None:
    raw = message("<b>привет</b> \ud800")
    await line.updates.take(raw, 10)  # as polling does
    assert await line.post(raw) == 200
    polled, posted = line.inbox.rows
    assert polled == posted


@pytest.mark.parametrize(
    "raw",
    [
        {"update_id": 10},
        {"update_id": 10, "quite_new": {"id": 1}},
        {"update_id": 10, "message": "?"},
        {"update_id": 10, "message": {"message_id": "x"}},
        {"update_id": 10, "channel_post": message()["message"]},
        {"update_id": 10, "message": None},
        {"update_id": 10**30, "callback_query": {"id": 5}},
        message(chat={"id": -5, "type": "group", "title": "G"}),
        message(date=10**30),
    ],
)
async def test_that_what_is_not_for_the_bot_is_acknowledged_and_not_stored(
    line: Line, raw: dict[str, Any]
) -> None:
    assert await line.post(raw) == 200
    assert line.inbox.asked == 0


async def test_that_a_storage_that_is_away_makes_telegram_give_the_update_again(
    line: Line,
) -> None:
    line.inbox.error = StorageUnavailable("the disk is full")
    for _ in range(10):
        assert await line.post(message()) == 503
    assert line.state.report.error == "updates cannot be stored: the disk is full"
    line.inbox.error = None
    assert await line.post(message()) == 200
    assert len(line.inbox.rows) == 1


async def test_that_what_the_turn_refuses_is_not_given_again(line: Line) -> None:
    line.inbox.error = BadInput("no id")
    assert await line.post(message()) == 200


async def test_that_our_own_mistake_is_tried_again_and_given_up_without_a_500(
    line: Line,
) -> None:
    line.inbox.error = KeyError("a mistake of ours")
    assert [await line.post(message()) for _ in range(6)] == [503, 503, 503, 503, 200, 503]


async def test_that_polling_is_told_what_was_not_stored(line: Line) -> None:
    line.inbox.error = StorageUnavailable("the disk is full")
    with pytest.raises(NotStored, match="the disk is full"):
        await line.updates.take(message(), 10)


async def test_that_two_secrets_are_none(line: Line) -> None:
    name = b"x-telegram-bot-api-secret-token"
    good = secret_of(TOKEN).encode()
    answer = await line._client.post(
        PATH, content=b'{"update_id": 1}', headers=[(name, b"x"), (name, good)]
    )
    assert answer.status_code == 403


async def test_that_a_body_of_just_the_most_is_taken_and_one_byte_more_is_not(line: Line) -> None:
    start = b'{"update_id": 1'
    whole = start + b" " * (BODY_BYTES - len(start) - 1) + b"}"
    assert await line.post(whole) == 200
    assert await line.post(whole + b" ") == 413
    assert await line.post(b'{"update_id": 1}', **{"content-length": "9" * 30}) == 413


def test_that_the_secret_is_what_telegram_allows_and_tells_nothing_of_the_token() -> None:
    secret = secret_of(TOKEN)
    assert len(secret) == 64
    assert secret.isalnum()
    assert secret == secret_of(TOKEN) != secret_of(TOKEN + "x")
    assert not any(part in secret for part in TOKEN.split(":"))
