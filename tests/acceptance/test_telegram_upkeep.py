"""The webhook is set up, looked after, and its state shown, by the real protocol."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict

import pytest
import uvicorn
from line_world import Inbox, OneHolder, WallClock
from starlette.applications import Starlette
from telegram_world import TOKEN, FakeTelegram, free_port, until

from sufler.bot.telegram import trouble, webhook_upkeep
from sufler.bot.telegram.send import TelegramChannel
from sufler.bot.telegram.setup import set_up_webhook
from sufler.bot.telegram.state import TelegramState
from sufler.bot.telegram.webhook import PATH, secret_of
from sufler.domain.conversation import Incoming
from sufler.domain.errors import StorageUnavailable


class Server(uvicorn.Server):
    """Leaves the signals to the tests' own process."""

    def install_signal_handlers(self) -> None:
        return


@asynccontextmanager
async def posted_to(
    telegram: FakeTelegram,
    inbox: Inbox,
    leases: OneHolder | None = None,
    *,
    port: int = 0,
    served: bool = True,
) -> AsyncIterator[TelegramState]:
    """A line with its webhook; not `served`: nobody listens on `port`."""
    port = port or free_port()
    channel = TelegramChannel(TOKEN, telegram.url)
    state = TelegramState(WallClock(), "webhook")
    app = Starlette()
    run = set_up_webhook(
        app,
        channel,
        inbox.receive,
        state,
        leases or OneHolder(),
        clock=WallClock(),
        public_url=f"http://127.0.0.1:{port}",
    )
    server = Server(uvicorn.Config(app, port=port, log_config=None, lifespan="off"))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(channel.close)
        if served:
            serving = asyncio.create_task(server.serve())
            stack.push_async_callback(asyncio.wait, [serving])
            stack.callback(setattr, server, "should_exit", True)
            await until(lambda: server.started)
        task = asyncio.create_task(run())
        try:
            yield state
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trouble, "FIRST_WAIT_S", 0.2)
    monkeypatch.setattr(trouble, "TOKEN_REFUSED_WAIT_S", 0.2)
    monkeypatch.setattr(webhook_upkeep, "CHECK_S", 0.3)


async def test_that_a_message_comes_in_and_the_state_shows_the_line(
    telegram: FakeTelegram,
) -> None:
    inbox = Inbox()
    async with posted_to(telegram, inbox) as state:
        await telegram.ask("send", from_=7, text="где мой заказ?")
        await until(lambda: inbox.rows)
        await until(lambda: state.report.connected)
        await until(lambda: (webhook := state.report.webhook) and webhook.pending == 0)
        report = state.report
    assert inbox.texts == ["где мой заказ?"]
    assert (report.mode, report.username, report.error) == ("webhook", "fake123456_bot", None)
    assert report.name
    assert report.last_update_at is not None
    assert report.webhook is not None
    assert report.webhook.url.endswith(PATH)
    for hidden in (TOKEN, secret_of(TOKEN)):
        assert hidden not in str(asdict(report))


async def test_that_the_webhook_stays_when_the_process_ends_and_what_waited_comes_at_once(
    telegram: FakeTelegram,
) -> None:
    inbox, port = Inbox(), free_port()
    async with posted_to(telegram, inbox, port=port) as state:
        await until(lambda: state.report.connected)
    sent = await telegram.ask("send", from_=7, text="ждал")
    update = sent["update_id"]
    # Telegram gave up twice: the third try would come after more than a second, and later ones
    # after two minutes
    await telegram.ask("config", retry_scale=60)
    await until(lambda: telegram.control.update(update_id=update)["fails"] >= 2)
    try:
        async with posted_to(telegram, inbox, port=port):
            await until(lambda: inbox.rows)
    finally:
        await telegram.ask("config", retry_scale=1.0)
    assert inbox.texts == ["ждал"]


async def test_that_what_cannot_be_stored_is_given_again(telegram: FakeTelegram) -> None:
    inbox = Inbox()

    def full(incoming: Incoming) -> None:
        raise StorageUnavailable("the disk is full")

    inbox.before = full
    async with posted_to(telegram, inbox) as state:
        await telegram.ask("send", from_=7, text="не потеряй")
        await until(lambda: inbox.offered >= 2)
        assert "the disk is full" in str(state.report.last_error)
        inbox.before = None
        await until(lambda: inbox.rows)
        await until(lambda: state.report.connected)
    assert (await telegram.ask("counters"))["counters"]["webhook.status.503"] >= 2


async def test_that_one_message_of_ours_that_always_fails_does_not_stop_its_customer(
    telegram: FakeTelegram,
) -> None:
    inbox = Inbox()

    def strange(incoming: Incoming) -> None:
        if incoming.text == "яд":
            raise ValueError("a mistake of ours")

    inbox.before = strange
    await telegram.ask("config", retry_scale=0.01)
    try:
        async with posted_to(telegram, inbox):
            for text in ("раз", "яд", "два"):
                await telegram.ask("send", from_=7, text=text)
            await until(lambda: len(inbox.rows) == 2)
    finally:
        await telegram.ask("config", retry_scale=1.0)
    assert inbox.texts == ["раз", "два"]


async def test_that_a_server_telegram_cannot_reach_is_shown(telegram: FakeTelegram) -> None:
    async with posted_to(telegram, Inbox(), served=False) as state:
        await until(lambda: state.report.connected)
        await telegram.ask("send", from_=7, text="есть кто?")
        await until(lambda: "cannot deliver" in str(state.report.error))
        report = state.report
    assert report.error == "Telegram cannot deliver here: Connection refused"
    assert report.webhook is not None
    assert (report.webhook.pending, report.webhook.last_error) == (1, "Connection refused")
    assert report.webhook.last_error_at is not None


async def test_that_a_webhook_that_another_program_removed_is_set_again(
    telegram: FakeTelegram,
) -> None:
    inbox = Inbox()
    async with posted_to(telegram, inbox) as state:
        await until(lambda: state.report.connected)
        rival = TelegramChannel(TOKEN, telegram.url)
        await rival.bot.delete_webhook()
        await rival.close()
        await until(lambda: "another program" in str(state.report.last_error))
        await until(lambda: state.report.connected)
        await telegram.ask("send", from_=7, text="дальше")
        await until(lambda: inbox.rows)


async def test_that_a_revoked_token_is_shown_and_a_restored_one_goes_on(
    telegram: FakeTelegram,
) -> None:
    async with posted_to(telegram, Inbox()) as state:
        await until(lambda: state.report.connected)
        await telegram.ask("bot", revoked=True)
        await until(lambda: state.report.token_refused)
        assert state.report.error == "Telegram refuses the bot's token: it was revoked or is wrong"
        await telegram.ask("bot", revoked=False)
        await until(lambda: state.report.connected)
        assert not state.report.token_refused


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "html", "code": 502}, "502 from a gateway"),
        ({"kind": "reset"}, "no answer from Telegram"),
        ({"code": 400, "description": "Bad Request: bad webhook: no such host"}, "bad webhook"),
        ({"code": 429, "retry_after": 1}, "asks to wait 1 s"),
    ],
)
async def test_that_trouble_while_setting_up_is_shown_and_waited_out(
    telegram: FakeTelegram, fault: dict[str, object], words: str
) -> None:
    await telegram.ask("fault", method="setwebhook", times=2, **fault)
    async with posted_to(telegram, Inbox()) as state:
        await until(lambda: words in str(state.report.error))
        await until(lambda: state.report.connected)
        assert words in str(state.report.last_error)


async def test_that_one_of_two_processes_sets_the_webhook_up_and_the_other_looks_on(
    telegram: FakeTelegram,
) -> None:
    leases, port = OneHolder(), free_port()
    async with posted_to(telegram, Inbox(), leases, port=port) as first:
        await until(lambda: first.report.connected)
        async with posted_to(telegram, Inbox(), leases, port=port, served=False) as second:
            await until(lambda: second.report.connected)
        calls = (await telegram.ask("counters"))["counters"]
    assert calls["calls.setwebhook"] == 1
