"""Sufler in Telegram's whole world: groups, business accounts, and a look into its database."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from customer_world import ANSWER_S
from sufler_world import Sufler
from telegram_world import FakeTelegram, wait_until


@contextmanager
def served_whole(
    telegram: FakeTelegram, model_folder: Path, known: Path, folder: Path
) -> Iterator[Sufler]:
    """`sufler serve` at an emptied Telegram; it must not be emptied again while this runs."""
    control = telegram.control
    control.clear_faults()
    control.bot(revoked=False, privacy=False)
    control.reset(drop_webhook=True)
    control.flood(enabled=False)
    served = Sufler(folder, model_folder, telegram.url, known)
    served.set(burst_pause="0.7")
    served.start()
    try:
        yield served
    finally:
        served.stop()


def rows(sufler: Sufler, query: str, *values: Any) -> list[sqlite3.Row]:
    """Read past the API, which shows no files."""
    opened = sqlite3.connect(f"file:{sufler.data_dir}/sufler.db?mode=ro", uri=True)
    opened.row_factory = sqlite3.Row
    try:
        return opened.execute(query, values).fetchall()
    finally:
        opened.close()


def talk_of(sufler: Sufler, external_id: str) -> dict[str, Any] | None:
    for row in sufler.api("GET", "/conversations?limit=200")["items"]:
        if row["customer"]["external_id"] == external_id:
            found: dict[str, Any] = sufler.api("GET", f"/conversations/{row['id']}")
            return found
    return None


def said_by(sufler: Sufler, external_id: str, author: str = "customer") -> list[str]:
    talk = talk_of(sufler, external_id)
    return [row["text"] for row in talk["messages"] if row["author"] == author] if talk else []


def group(telegram: FakeTelegram, **more: Any) -> int:
    return int(telegram.control.chat(type="group", title="Двор", bot_status="member", **more)["id"])


def in_group(telegram: FakeTelegram, chat: int, count: int = 1) -> list[dict[str, Any]]:
    wait_until(lambda: len(telegram.control.sent(chat=chat)) >= count, timeout_s=ANSWER_S)
    found: list[dict[str, Any]] = telegram.control.sent(chat=chat)
    return found
