"""Updates by the real protocol: stored before they are acknowledged, whatever Telegram answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from line_world import Inbox, OneHolder, WallClock
from telegram_world import TOKEN, FakeTelegram, until

from sufler.bot.telegram import trouble
from sufler.bot.telegram.send import TelegramChannel
from sufler.bot.telegram.setup import run_polling
from sufler.bot.telegram.state import TelegramState
from sufler.domain.conversation import Incoming, IncomingKind
from sufler.domain.errors import StorageUnavailable


@asynccontextmanager
async def polled(
    telegram: FakeTelegram, inbox: Inbox, leases: OneHolder | None = None
) -> AsyncIterator[TelegramState]:
    channel = TelegramChannel(TOKEN, telegram.url)
    state = TelegramState(WallClock())
    work = run_polling(channel, inbox.receive, state, leases or OneHolder(), poll_timeout_s=1)
    task = asyncio.create_task(work)
    try:
        yield state
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await channel.close()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trouble, "FIRST_WAIT_S", 0.2)
    monkeypatch.setattr(trouble, "TOKEN_REFUSED_WAIT_S", 0.2)


async def test_that_a_message_is_stored_and_then_acknowledged(telegram: FakeTelegram) -> None:
    inbox = Inbox()
    async with polled(telegram, inbox):
        sent = await telegram.ask("send", from_=7, text="где мой заказ?")
        await until(lambda: inbox.rows)
        await until(lambda: telegram.control.update(update_id=sent["update_id"])["acked"])
    assert inbox.texts == ["где мой заказ?"]
    assert f"u:7:{sent['message_id']}" in inbox.rows


async def test_that_an_update_given_twice_is_one_message(telegram: FakeTelegram) -> None:
    inbox = Inbox()
    async with polled(telegram, inbox):
        sent = await telegram.ask("send", from_=7, text="раз")
        await until(lambda: inbox.offered >= 1)
        for again in (2, 3):
            await telegram.ask("redeliver", update_id=sent["update_id"])
            await until(lambda again=again: inbox.offered >= again)
    assert inbox.texts == ["раз"]


async def test_that_many_messages_arrive_in_order(telegram: FakeTelegram) -> None:
    inbox = Inbox()
    async with polled(telegram, inbox):
        await telegram.ask("burst", count=250, users=3, text="{i}")
        await until(lambda: len(inbox.rows) == 250)
    assert inbox.texts == [str(number) for number in range(250)]


async def test_that_what_cannot_be_stored_is_not_acknowledged(telegram: FakeTelegram) -> None:
    inbox = Inbox()

    def full(incoming: Incoming) -> None:
        raise StorageUnavailable("the disk is full")

    inbox.before = full
    async with polled(telegram, inbox) as state:
        sent = await telegram.ask("send", from_=7, text="не потеряй")
        await until(lambda: inbox.offered >= 3)
        assert state.report.error == "updates cannot be stored: the disk is full"
        assert not (await telegram.ask("update", update_id=sent["update_id"]))["acked"]
        inbox.before = None
        await until(lambda: inbox.rows)
        await until(lambda: state.report.connected)
        await until(lambda: telegram.control.update(update_id=sent["update_id"])["acked"])
    assert inbox.texts == ["не потеряй"]


async def test_that_stopping_while_storing_acknowledges_nothing(telegram: FakeTelegram) -> None:
    inbox = Inbox()
    inbox.hang = True
    sent = await telegram.ask("send", from_=7, text="в работе")
    async with polled(telegram, inbox):
        await until(lambda: inbox.offered)
    assert not (await telegram.ask("update", update_id=sent["update_id"]))["acked"]
    inbox.hang = False
    async with polled(telegram, inbox):
        await until(lambda: inbox.rows)
    assert inbox.texts == ["в работе"]


async def test_that_one_message_of_ours_that_always_fails_does_not_stop_the_others(
    telegram: FakeTelegram,
) -> None:
    inbox = Inbox()

    def strange(incoming: Incoming) -> None:
        if incoming.text == "яд":
            raise ValueError("a mistake of ours")

    inbox.before = strange
    async with polled(telegram, inbox):
        for text in ("раз", "яд", "два"):
            await telegram.ask("send", from_=7, text=text)
        await until(lambda: len(inbox.rows) == 2)
    assert inbox.texts == ["раз", "два"]


async def test_that_an_update_of_an_unknown_shape_does_not_stop_the_others(
    telegram: FakeTelegram,
) -> None:
    inbox = Inbox()
    await telegram.ask("raw", update={"message": {"message_id": "?", "chat": {"id": 7}}})
    await telegram.ask("raw", update={"quite_new": {"chat": {"id": 7}}})
    await telegram.ask("send", from_=7, text="дальше")
    async with polled(telegram, inbox):
        await until(lambda: inbox.rows)
    assert inbox.texts == ["дальше"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "html", "code": 502}, "Telegram says: 502 from a gateway"),
        ({"kind": "garbage"}, "an answer from Telegram that is not JSON"),
        ({"kind": "reset"}, "no answer from Telegram"),
        ({"code": 500}, "Telegram says: Internal Server Error"),
        ({"code": 429, "retry_after": 1}, "Telegram asks to wait 1 s (429)"),
    ],
)
async def test_that_trouble_with_telegram_is_shown_and_waited_out(
    telegram: FakeTelegram, fault: dict[str, object], words: str
) -> None:
    inbox = Inbox()
    async with polled(telegram, inbox) as state:
        await until(lambda: state.report.connected)
        assert state.report.error is None
        await telegram.ask("fault", method="getupdates", times=3, **fault)
        await until(lambda: state.report.error)
        assert words in str(state.report.error)
        assert TOKEN not in str(state.report.error)
        await telegram.ask("send", from_=7, text="после")
        await until(lambda: inbox.rows)
        await until(lambda: state.report.connected)
    assert inbox.texts == ["после"]


async def test_that_a_revoked_token_is_shown_and_a_restored_one_goes_on(
    telegram: FakeTelegram,
) -> None:
    inbox = Inbox()
    async with polled(telegram, inbox) as state:
        await until(lambda: state.report.connected)
        await telegram.ask("bot", revoked=True)
        await until(lambda: not state.report.connected)
        assert state.report.error == "Telegram refuses the bot's token: it was revoked or is wrong"
        assert state.report.token_refused
        await telegram.ask("bot", revoked=False)
        await telegram.ask("send", from_=7, text="снова")
        await until(lambda: inbox.rows)
        await until(lambda: state.report.connected)
        report = state.report
        assert not report.token_refused
        assert "revoked" in str(report.last_error)
        assert report.last_update_at is not None


async def test_that_another_poller_is_named(telegram: FakeTelegram) -> None:
    async with polled(telegram, Inbox()) as state:
        await until(lambda: state.report.connected)

        async def other() -> None:
            url = f"{telegram.url}/bot{TOKEN}/getUpdates?timeout=5&offset=-1"
            async with aiohttp.ClientSession() as session:
                while True:
                    await session.get(url)

        rival = asyncio.create_task(other())
        try:
            await until(lambda: "another program" in str(state.report.error))
        finally:
            rival.cancel()
        await until(lambda: state.report.connected)
        counters = (await telegram.ask("counters"))["counters"]
        assert counters["calls.getupdates"] < 60  # it waits longer and longer


async def test_that_of_two_processes_one_polls_and_the_other_takes_over(
    telegram: FakeTelegram,
) -> None:
    inbox, leases = Inbox(), OneHolder()
    async with polled(telegram, inbox, leases) as first:
        await until(lambda: first.report.connected)
        async with polled(telegram, inbox, leases) as second:
            await telegram.ask("send", from_=7, text="раз")
            await until(lambda: inbox.rows)
            report = second.report
            assert (report.standby, report.connected, report.error) == (True, False, None)
    async with polled(telegram, inbox, leases) as third:
        await telegram.ask("send", from_=7, text="два")
        await until(lambda: len(inbox.rows) == 2)
        await until(lambda: third.report.connected)
    counters = (await telegram.ask("counters"))["counters"]
    # The question of the one that was stopped may still be held when the other asks its first.
    assert counters.get("conflicts", 0) <= 1
    assert inbox.texts == ["раз", "два"]


async def test_that_a_webhook_is_removed_and_its_updates_are_kept(telegram: FakeTelegram) -> None:
    inbox = Inbox()
    async with aiohttp.ClientSession() as session:
        await session.get(f"{telegram.url}/bot{TOKEN}/setWebhook?url=http://127.0.0.1:9/hook")
    await telegram.ask("send", from_=7, text="ждал")
    async with polled(telegram, inbox):
        await until(lambda: inbox.rows)
    assert inbox.texts == ["ждал"]


async def forged_press(telegram: FakeTelegram, sender: int, chat: int) -> dict[str, str]:
    """A press in somebody else's private chat, which Telegram itself would never send."""
    press = await telegram.ask("click", from_=chat, data="a:x")
    message = {"message_id": 2, "date": 0, "chat": {"id": chat, "type": "private"}}
    who = {"id": sender, "is_bot": False, "first_name": "Чужой"}
    query = {"from": who, "message": message, "chat_instance": "1", "data": "a:x"}
    forged = {**query, "id": press["callback_query_id"] + "0"}
    await telegram.ask("raw", update={"callback_query": forged})
    return press


async def test_that_every_press_is_answered(telegram: FakeTelegram) -> None:
    inbox = Inbox()
    async with aiohttp.ClientSession() as session:
        await telegram.ask("send", from_=7, text="привет")
        keyboard = '{"inline_keyboard":[[{"text":"Да","callback_data":"a:x"}]]}'
        form = {"chat_id": "7", "text": "Это?", "reply_markup": keyboard}
        await session.post(f"{telegram.url}/bot{TOKEN}/sendMessage", data=form)
    async with polled(telegram, inbox):
        pressed = [await telegram.ask("click", from_=7, data="a:x") for _ in range(2)]
        pressed.append(await telegram.ask("click", from_=7, data="чужое", force=True))
        pressed.append(await forged_press(telegram, sender=8, chat=7))
        for press in pressed:
            query = press["callback_query_id"]
            await until(lambda query=query: telegram.control.callback(id=query)["answers"])
        await until(lambda: telegram.control.counters()["pending"] == 0)
    buttons = [row.button for row in inbox.rows.values() if row.kind is IncomingKind.BUTTON]
    assert buttons == ["a:x", "a:x", "чужое", "a:x"]  # the forged one is not among them


async def test_that_the_commands_are_set_in_both_languages(telegram: FakeTelegram) -> None:
    async with polled(telegram, Inbox()) as state:
        await until(lambda: state.report.connected)
        counters = await telegram.ask("counters")
    menus = counters["commands"]
    assert len(menus) == 3
    russian = next(menu for scope, menu in menus.items() if scope.endswith("|ru"))
    assert {command["command"] for command in russian} == {"start", "help", "close"}
    assert any("а" in command["description"] for command in russian)
    assert state.report.username == "fake123456_bot"
