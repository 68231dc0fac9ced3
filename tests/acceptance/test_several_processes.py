"""Two `sufler serve` and a `sufler work` over one PostgreSQL: what one stores the others follow,
and when one dies the others go on."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from customer_world import ANSWER_S, COURIER, answer_of, bot_texts, new_customer, received
from databases import Server
from installation_programs import poured
from patience import PATIENCE_S
from sufler_world import START_S, Sufler
from telegram_world import FakeTelegram, wait_until
from websockets.sync.client import connect

SECRET = b"visitors of both processes".ljust(32)


@pytest.fixture(scope="module")
def url(postgresql: Server, known: Path) -> str:
    return poured(known, postgresql.fresh_now())


@pytest.fixture(scope="module")
def pair(
    url: str,
    telegram_process: FakeTelegram,
    model_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[list[Sufler]]:
    telegram_process.control.clear_faults()
    telegram_process.control.reset(drop_webhook=True)
    telegram_process.control.flood(enabled=False)
    served = []
    for name in ("one", "two"):
        each = Sufler(tmp_path_factory.mktemp(name), model_folder, telegram_process.url)
        each.set(database_url=url)
        (each.data_dir / "visitors.key").write_bytes(SECRET)
        each.start()
        served.append(each)
    yield served
    for each in served:
        each.stop()


def suggested(sufler: Sufler, key: str, text: str) -> dict[str, Any]:
    answer = httpx.post(
        f"{sufler.url}/api/v1/suggestions",
        headers={"Authorization": f"Bearer {key}"},
        json={"text": text},
        timeout=PATIENCE_S,
    )
    assert answer.is_success, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_that_an_article_changed_in_one_process_is_found_by_the_other_with_its_head(
    pair: list[Sufler],
) -> None:
    one, two = pair
    key = str(one.command("keys", "create", "--scope", "administrator")["key"])
    before = suggested(two, key, "где поставить машину")["versions"]
    article = {
        "id": "parking",
        "topic": "Магазин",
        "translations": {"ru": {"title": "Где поставить машину?", "answer": "Во дворе, даром."}},
        "status": "published",
        # So many are learned by the head at once, fewer after a quiet minute.
        "phrasings": [{"text": f"машина, место {n}", "language": "ru"} for n in range(50)],
    }
    made = httpx.post(
        f"{one.url}/api/v1/articles",
        headers={"Authorization": f"Bearer {key}"},
        json=article,
        timeout=PATIENCE_S,
    )
    assert made.status_code == 201, made.text

    def found() -> bool:
        items = suggested(two, key, "где поставить машину")["items"]
        return bool(items) and items[0]["article_id"] == "parking"

    def same_head() -> bool:
        heads = [suggested(each, key, "где поставить машину")["versions"] for each in pair]
        return heads[0] == heads[1] and heads[0]["head"] != before["head"]

    wait_until(found, timeout_s=ANSWER_S, every_s=0.05)
    wait_until(same_head, timeout_s=ANSWER_S)


def test_that_a_page_open_at_one_process_shows_what_is_said_at_the_other(
    pair: list[Sufler],
) -> None:
    cookie = pair[0].get("/chat").headers["set-cookie"].split(";")[0]
    with ExitStack() as opened:
        sockets = [
            opened.enter_context(
                connect(
                    each.url.replace("http", "ws") + "/chat/socket",
                    origin=each.url,  # type: ignore[arg-type]  # a text is what it wants
                    additional_headers={"cookie": cookie},
                    open_timeout=PATIENCE_S,
                    ping_timeout=None,
                )
            )
            for each in pair
        ]
        for socket in sockets:
            socket.send(json.dumps({"type": "hello", "cursor": 0, "language": "ru"}))
        said = {"type": "message", "id": "message-1", "text": COURIER}
        sockets[0].send(json.dumps(said))
        for socket in sockets:
            until = time.monotonic() + ANSWER_S
            seen = ""
            while answer_of("delivery-cost")[:20] not in seen:
                seen += str(socket.recv(timeout=until - time.monotonic()))


def test_that_when_the_process_that_talks_to_telegram_is_killed_the_other_one_goes_on(
    pair: list[Sufler], telegram_process: FakeTelegram
) -> None:
    telegram, first, second = telegram_process, new_customer(), new_customer()
    telegram.control.send(from_=first, text=COURIER)
    received(telegram, first)
    pair[0].stop(signal.SIGKILL)
    telegram.control.send(from_=second, text=COURIER)
    received(telegram, second)
    assert len(bot_texts(telegram, first)) == len(bot_texts(telegram, second)) == 1
    pair[0].start()


def test_that_a_worker_without_pages_works_and_finishes_what_it_began(
    pair: list[Sufler], telegram_process: FakeTelegram
) -> None:
    two = pair[1]
    two.stop()
    with worker(two) as process:
        wait_until(lambda: "Sufler works" in two.log.read_text("utf-8"), timeout_s=START_S)
        customers = [new_customer() for _ in range(6)]
        for customer in customers:
            telegram_process.control.send(from_=customer, text=COURIER)
        for customer in customers:
            received(telegram_process, customer)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    assert [len(bot_texts(telegram_process, customer)) for customer in customers] == [1] * 6


def worker(sufler: Sufler) -> subprocess.Popen[bytes]:
    with sufler.log.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "sufler.app.main", "work"],
            env=sufler.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def test_that_a_worker_on_sqlite_says_what_it_needs(tmp_path: Path, model_folder: Path) -> None:
    alone = Sufler(tmp_path, model_folder)
    with worker(alone) as process:
        assert process.wait(PATIENCE_S) == 2
    assert "needs PostgreSQL" in alone.log.read_text("utf-8")
