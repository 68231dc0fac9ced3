"""Replies by the real protocol: what arrives, and which failures may be repeated."""

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from patience import PATIENCE_S, pass_by
from telegram_world import TOKEN, FakeTelegram, free_port, until

from sufler.bot.telegram.connection import REQUEST_TIMEOUT_S
from sufler.bot.telegram.cutting import units
from sufler.bot.telegram.limits import GROUP
from sufler.bot.telegram.send import TelegramChannel
from sufler.domain.conversation import Author, Button, Conversation, Customer, Message, Owner
from sufler.domain.errors import ChannelError, SettingsError

NOW = datetime(2025, 11, 22, tzinfo=UTC)
TALK = Conversation(
    id="c1",
    channel="telegram",
    customer=Customer(external_id="7", name="Анна"),
    owner=Owner.BOT,
    language="ru",
    created_at=NOW,
    updated_at=NOW,
)


class Pauses:
    """Sleeps at once and remembers for how long it should have."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


def said(text: str, buttons: Sequence[Button] = ()) -> Message:
    """A reply on its way out."""
    return Message(
        1, TALK.id, Author.BOT, text, datetime.now(UTC), buttons=tuple(buttons), attempts=1
    )


@pytest_asyncio.fixture
async def channel(telegram: FakeTelegram, pauses: Pauses) -> AsyncIterator[TelegramChannel]:
    opened = TelegramChannel(TOKEN, telegram.url + "/", sleep=pauses.sleep)
    await telegram.ask("send", from_=7, text="привет")
    yield opened
    await opened.close()


async def refused(channel: TelegramChannel, text: str = "ответ") -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        await channel.send(TALK, said(text))
    secret = TOKEN.split(":")[1]
    assert secret not in repr(caught.value) + str(caught.value.__cause__)
    return caught.value


async def test_that_a_reply_arrives_formatted_with_its_buttons(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    buttons = [Button("Доставка по почте", "a:post"), Button("Позвать человека", "p")]
    sent_id = await channel.send(TALK, said("**Сколько** стоит <b>?", buttons))
    (sent,) = await telegram.ask("wait", chat=7, method="sendMessage")
    assert sent["text"] == "Сколько стоит <b>?"
    *_, seen = await telegram.ask("view", chat=7)
    assert seen["entities"] == [{"type": "bold", "offset": 0, "length": 7}]
    assert seen["buttons"] == [["Доставка по почте"], ["Позвать человека"]]
    assert sent_id == f"u:7:{seen['message_id']}"


async def test_that_a_long_reply_arrives_in_order_with_buttons_under_the_last(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    text = "\n\n".join(f"{number} " + "😀 слово" * 60 for number in range(45))
    assert units(text) > 20_000
    await channel.send(TALK, said(text, [Button("Да", "a:x")]))
    seen = [row for row in await telegram.ask("view", chat=7) if row["by_bot"]]
    assert "".join("".join(row["text"] for row in seen).split()) == "".join(text.split())
    assert [bool(row.get("buttons")) for row in seen] == [False] * (len(seen) - 1) + [True]


async def test_that_a_flood_limit_says_how_long_to_wait(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    await telegram.ask("fault", method="sendmessage", code=429, retry_after=7, times=1)
    error = await refused(channel)
    assert (error.retry_after, error.permanent, error.outcome_unknown) == (7, False, False)


async def test_that_a_customer_who_blocked_the_bot_is_permanent(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    await telegram.ask("block", user=7)
    assert (await refused(channel)).permanent


async def test_that_a_deactivated_customer_and_an_unknown_chat_are_permanent(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    await telegram.ask("deactivate", user=7)
    assert (await refused(channel)).permanent
    for stranger in ("999", "not a number"):
        talk = dataclasses.replace(TALK, customer=Customer(external_id=stranger))
        with pytest.raises(ChannelError) as caught:
            await channel.send(talk, said("ответ"))
        assert caught.value.permanent


@pytest.mark.parametrize("fault", [{"kind": "html", "code": 502}, {"code": 500}, {"code": 502}])
async def test_that_a_broken_gateway_may_be_asked_again(
    telegram: FakeTelegram, channel: TelegramChannel, fault: dict[str, Any]
) -> None:
    await telegram.ask("fault", method="sendmessage", times=1, **fault)
    error = await refused(channel)
    assert (error.permanent, error.outcome_unknown) == (False, False)
    await channel.send(TALK, said("ответ"))
    assert len(await telegram.ask("sent", chat=7)) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset", "commit": True},
        {"kind": "garbage", "commit": True},
        {"kind": "timeout", "seconds": PATIENCE_S, "commit": True},
        {"kind": "html", "code": 504, "commit": True},
    ],
)
async def test_that_a_lost_answer_is_not_a_failed_send(
    telegram: FakeTelegram, channel: TelegramChannel, fault: dict[str, Any]
) -> None:
    await telegram.ask("fault", method="sendmessage", times=1, **fault)
    sending = asyncio.create_task(refused(channel))
    await until(lambda: telegram.control.sent(chat=7))
    if fault["kind"] == "timeout":
        pass_by(REQUEST_TIMEOUT_S)
    error = await sending
    assert error.outcome_unknown
    assert not error.permanent
    assert len(await telegram.ask("sent", chat=7)) == 1  # it had arrived


async def test_that_what_goes_to_a_group_counts_from_its_answer(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    group = dataclasses.replace(TALK, customer=Customer("g:-77:7", "Анна"))
    await telegram.ask("fault", method="sendmessage", kind="delay", seconds=1.5, times=1)
    begun = time.monotonic()
    assert channel.slot(group) == 0.0
    with pytest.raises(ChannelError):  # there is no such group, says the late answer
        await channel.send(group, said("ответ"))
    for _ in range(GROUP[0] - 1):
        assert channel.slot(group) == 0.0
    assert channel.slot(group) + time.monotonic() > begun + 1.5 + GROUP[1]


async def test_that_a_server_that_is_not_there_may_be_asked_again() -> None:
    channel = TelegramChannel(TOKEN, f"http://127.0.0.1:{free_port()}")
    error = await refused(channel)
    assert (error.permanent, error.outcome_unknown) == (False, False)
    await channel.close()


async def test_that_a_revoked_token_holds_replies_back(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    await telegram.ask("bot", revoked=True)
    error = await refused(channel)
    assert error.retry_after
    assert not error.permanent


async def test_that_a_later_piece_waits_by_itself_so_that_the_first_is_not_sent_twice(
    telegram: FakeTelegram, channel: TelegramChannel, pauses: Pauses
) -> None:
    await telegram.ask("fault", method="sendmessage", code=429, retry_after=3, times=1, after=1)
    await telegram.ask("fault", method="sendmessage", kind="html", times=1, after=1)
    await channel.send(TALK, said("а" * 4096 + "б" * 10))
    assert [sent["text"][0] for sent in await telegram.ask("sent", chat=7)] == ["а", "б"]
    assert pauses.seconds[0] == 3


async def test_that_half_a_reply_is_never_sent_again(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    await telegram.ask("fault", method="sendmessage", code=500, after=1)
    error = await refused(channel, "а" * 4096 + "б" * 10)
    assert error.outcome_unknown
    assert "piece 2 of 2" in error.message
    assert len(await telegram.ask("sent", chat=7)) == 1


async def test_that_a_reply_of_nothing_is_refused(channel: TelegramChannel) -> None:
    assert (await refused(channel, " \n ")).permanent


async def test_that_a_refused_look_does_not_keep_the_words_back(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    await telegram.ask(
        "fault",
        method="sendmessage",
        code=400,
        times=1,
        description="Bad Request: can't parse entities: something new",
    )
    await channel.send(TALK, said("**слова**"))
    (sent,) = await telegram.ask("sent", chat=7)
    assert sent["text"] == "слова"


@pytest.mark.parametrize("token", ["", "abc", "12 34:AA", "x:y"])
def test_that_an_impossible_token_is_refused_without_being_repeated(token: str) -> None:
    with pytest.raises(SettingsError) as caught:
        TelegramChannel(token)
    assert caught.value.field == "SUFLER_TELEGRAM_TOKEN"
    assert not token or token not in caught.value.message.replace("123456:ABC", "")
