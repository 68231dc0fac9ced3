"""Servers that the acceptance tests share."""

from collections.abc import Iterator

import pytest
from telegram_world import FakeTelegram, running_telegram


@pytest.fixture(scope="session")
def telegram_process() -> Iterator[FakeTelegram]:
    with running_telegram() as telegram:
        yield telegram


@pytest.fixture
def telegram(telegram_process: FakeTelegram) -> FakeTelegram:
    """The Telegram server, empty."""
    telegram_process.control.clear_faults()
    telegram_process.control.bot(revoked=False)
    telegram_process.control.reset(drop_webhook=True)
    telegram_process.control.flood(enabled=False)
    return telegram_process
