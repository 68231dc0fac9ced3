"""A whole installation of Sufler beside a Telegram server of its own: on SQLite one `serve`, on
PostgreSQL a `serve` and a worker. Many tests share one; each has customers of its own."""

import itertools
import json
import mimetypes
import shutil
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import httpx
from databases import at_once
from installation_programs import Prepared, Program, poured
from lossy_proxy import LossyProxy, lossy_proxy
from nursery_world import Forked
from patience import PATIENCE_S
from sqlalchemy import select, update
from telegram_world import PLAIN, FakeTelegram, free_port, wait_until

from sufler.app.clock import SystemClock
from sufler.bot.telegram.webhook import PATH
from sufler.conversation.ports import Reply
from sufler.domain.conversation import Attachment, Author
from sufler.domain.files import FileKind, StoredFile
from sufler.storage.conversations import ConversationStore
from sufler.storage.database import Database
from sufler.storage.files import FileStore
from sufler.storage.tables.conversations import conversations

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
LONG_S = PATIENCE_S
T = TypeVar("T")
_ids = itertools.count(700_001)


def new_customer() -> int:
    """Somebody who has not written before."""
    return next(_ids)


class Installation:
    """Its programs, its Telegram server, its staff, and what became of each customer."""

    def __init__(
        self,
        programs: Sequence[Program],
        telegram: FakeTelegram,
        proxy: LossyProxy,
        database: str,
        prepared: Prepared,
    ) -> None:
        self.programs = programs
        self.stage = Path(programs[0].environment["STAGE_FOLDER"])
        self.proxy = proxy
        self.telegram = telegram
        self.control = telegram.control
        self.database = database
        self._keys = prepared.keys
        self.set(burst_pause="0.1", api_rate="1000", database_url=database)

    @property
    def serve(self) -> Program:
        return self.programs[0]

    @property
    def on_postgresql(self) -> bool:
        return not self.database.startswith("sqlite")

    def set(self, **settings: str) -> None:
        """For every program, from its next start on."""
        for program in self.programs:
            program.set(**settings)

    def start(self) -> None:
        """Everything; Telegram posts to it when this returns."""
        for program in self.programs:
            if not program.alive:
                program.begin()
        for program in self.programs:
            program.wait()
        if self.serve.environment.get("SUFLER_TELEGRAM_MODE") == "webhook":
            url = self.serve.environment["SUFLER_PUBLIC_URL"] + PATH
            wait_until(lambda: self.webhook_url() == url, timeout_s=LONG_S)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Signal all at once, each once: a second signal would end it without a grace."""
        stopping = [program for program in self.programs if program.alive]
        for program in stopping:
            program.signal(how)
        for program in stopping:
            program.wait_for_its_end()

    def second_serve(self) -> tuple[Forked, str, Path]:
        """Another `sufler serve` over the same database, begun; where it will be, and its log."""
        port, log = free_port(), self.stage / "second.log"
        log.touch()
        environment = {**self.serve.environment, "SUFLER_PORT": str(port)}
        return self.serve.forked(["serve"], log, environment), f"http://127.0.0.1:{port}", log

    def webhook_url(self) -> str:
        webhook = self.control.counters()["webhook"]
        return str(webhook["url"]) if webhook else ""

    # ---- customers

    def say(self, customer: int, text: str, **more: Any) -> dict[str, Any]:
        """A message in the customer's private chat; what Telegram calls it."""
        sent: dict[str, Any] = self.control.send(from_=customer, text=text, **more)
        return sent

    def sent(self, customer: int) -> list[dict[str, Any]]:
        """What reached the customer as new messages, in order."""
        rows = self.control.sent(chat=customer, limit=5000)
        return [row for row in rows if row["method"].lower().startswith("send")]

    def arrived(self, customer: int, count: int) -> list[dict[str, Any]]:
        """What reached the customer, once it is `count` messages."""
        wait_until(lambda: len(self.sent(customer)) >= count, timeout_s=LONG_S, every_s=0.05)
        return self.sent(customer)

    def texts(self, customer: int) -> list[str]:
        return [row.get("text") or row.get("caption") or "" for row in self.sent(customer)]

    def received(self, customer: int, count: int = 1, timeout_s: float = LONG_S) -> list[str]:
        """The texts that reached the customer, once there are `count`."""
        wait_until(lambda: len(self.texts(customer)) >= count, timeout_s=timeout_s, every_s=0.05)
        return self.texts(customer)

    def everybody_received(self, customers: Sequence[int], count: int = 1) -> None:
        for customer in customers:
            self.received(customer, count)

    def quiet(self, seconds: float = 0.5) -> None:
        """Nothing is to be done any more, and some time passes in which more could come."""

        def idle() -> bool:
            return not self.rows(
                "SELECT 1 FROM inbox WHERE state = 'new' UNION ALL "
                "SELECT 1 FROM messages WHERE state IN ('pending', 'sending') UNION ALL "
                "SELECT 1 FROM conversations WHERE turn_due_at IS NOT NULL"
            )

        wait_until(lambda: self.control.counters()["pending"] == 0, timeout_s=LONG_S)
        wait_until(idle, timeout_s=LONG_S)
        time.sleep(seconds)
        wait_until(idle, timeout_s=LONG_S)

    # ---- the desk

    def call(self, who: str, method: str, path: str, **body: Any) -> httpx.Response:
        """One API call of a member of staff, whatever it is answered with."""
        return httpx.request(
            method,
            f"{self.serve.url}/api/v1{path}",
            headers={"Authorization": f"Bearer {self._keys[who]}"},
            json=body or None,
            timeout=LONG_S,
            verify=PLAIN,
        )

    def api(self, who: str, method: str, path: str, **body: Any) -> Any:
        answer = self.call(who, method, path, **body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def conversation_id(self, customer: int | str) -> str:
        """Waits for the customer's conversation."""
        query = f"SELECT id FROM conversations WHERE customer_id = '{customer}'"
        found = wait_until(lambda: self.rows(query), timeout_s=LONG_S, every_s=0.05)
        return str(found[0][0])

    def talk(self, customer: int | str) -> dict[str, Any]:
        """The conversation as the desk has it, with its newest messages."""
        path = f"/conversations/{self.conversation_id(customer)}?limit=200"
        found: dict[str, Any] = self.api("anna", "GET", path)
        return found

    def said_by(self, customer: int | str, author: str) -> list[str]:
        """Texts of the conversation by `author`: customer, bot or operator."""
        return [row["text"] for row in self.talk(customer)["messages"] if row["author"] == author]

    def states(self, customer: int | str) -> list[str]:
        """Of everything that was to reach the customer, in order."""
        return [row["state"] for row in self.talk(customer)["messages"] if row["state"]]

    def act(self, who: str, customer: int | str, act: str, **body: Any) -> Any:
        """take, reply, return or close."""
        path = f"/conversations/{self.conversation_id(customer)}/{act}"
        return self.api(who, "POST", path, **body)

    def owned_by(self, customer: int | str, owner: str) -> dict[str, Any]:
        """Waits until the conversation is its owner's."""
        wait_until(lambda: self.talk(customer)["owner"] == owner, timeout_s=LONG_S)
        return self.talk(customer)

    def person(self, who: str) -> str:
        """The id of a member of staff."""
        return str(self.rows(f"SELECT id FROM people WHERE login = '{who}'")[0][0])

    def all_know_the_base(self) -> None:
        """Every process answers from the newest base; the stage hand tells which one it has."""
        newest = int(self.rows("SELECT version FROM knowledge_state")[0][0])
        for program in self.programs:
            knows = self.stage / f"knows.{program.pid}"
            wait_until(
                lambda knows=knows: knows.exists() and int(knows.read_text() or 0) >= newest, LONG_S
            )

    # ---- inside

    def within(self, work: Callable[[Database], Awaitable[T]]) -> T:
        """Do something in the database that no face does."""

        async def done() -> T:
            database = Database(self.database)
            try:
                return await work(database)
            finally:
                await database.close()

        made: T = at_once(done())
        return made

    def replied(self, who: str, customer: int | str, reply: Reply) -> None:
        """A reply with what the API has no words for: files and quotes."""
        conversation, now = self.conversation_id(customer), datetime.now(UTC)
        person = self.person(who)
        said = replace(reply, author=Author.OPERATOR, author_name=who.title(), author_id=person)
        self.within(lambda db: ConversationStore(db).reply(conversation, person, said, now))

    def stored(self, customer: int, kind: FileKind, name: str, content: bytes) -> Attachment:
        """A file that an operator has put beside a reply."""

        async def stream() -> AsyncIterator[bytes]:
            yield content

        folder = self.serve.data_dir / "files"

        async def put(database: Database) -> StoredFile:
            store = FileStore(database, folder, SystemClock())
            at = {"channel": "telegram", "customer_id": str(customer), "kind": kind}
            media = mimetypes.guess_type(name)[0] or "application/octet-stream"
            return await store.put(stream(), name, media, 50_000_000, **at)

        made = self.within(put)
        return Attachment(made.id, made.kind.value, made.name, made.media_type, made.size)

    def burst_over(self, customer: int | str) -> float:
        """The pause after the customer's last message passes, in the database. Returns how long
        after the first one the turn was to be decided, in seconds."""
        of = conversations.c.customer_id == str(customer)
        times = select(conversations.c.turn_since, conversations.c.turn_due_at).where(of)
        passed = update(conversations).where(of).values(turn_due_at=datetime.now(UTC))

        async def brought_nearer(database: Database) -> float:
            async with database.write() as connection:
                since, due = (await connection.execute(times)).one()
                await connection.execute(passed)
            return float((due - since).total_seconds())

        return self.within(brought_nearer)

    def forgotten(self) -> None:
        """The database has no connection of a killed program any more: what such a program has
        asked it to commit is there to be seen now."""
        others = (
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        if self.on_postgresql:
            wait_until(lambda: self.rows(others)[0][0] == 0, timeout_s=LONG_S)

    def rows(self, query: str) -> list[Sequence[Any]]:
        """Rows of the database, for what no face shows."""
        if not self.on_postgresql:
            path = self.database.removeprefix("sqlite:///")
            with closing(sqlite3.connect(path, timeout=LONG_S)) as connection:
                return list(connection.execute(query).fetchall())

        async def asked() -> list[Sequence[Any]]:
            connection = await asyncpg.connect(self.database)
            try:
                return [tuple(row) for row in await connection.fetch(query)]
            finally:
                await connection.close()

        found: list[Sequence[Any]] = at_once(asked())
        return found

    def decisions(self, customer: int | str) -> list[dict[str, Any]]:
        """What was decided about the customer, in order."""
        of = self.conversation_id(customer)
        query = f"SELECT body FROM events WHERE kind = 'decision' AND conversation_id = '{of}'"
        return [json.loads(row[0]) for row in self.rows(query + " ORDER BY id")]

    def log(self) -> str:
        return "\n".join(
            program.log.read_text(encoding="utf-8", errors="replace") for program in self.programs
        )


@contextmanager
def installed(
    folder: Path,
    model_folder: Path,
    telegram: FakeTelegram,
    prepared: Prepared,
    url: str = "",
    **settings: str,
) -> Iterator[Installation]:
    """A started installation; `url` is an empty, migrated database on PostgreSQL."""
    programs = []
    for each in ("serve", "work") if url else ("serve",):
        (folder / each).mkdir()
        works = each == "work"
        program = Program(folder / each, model_folder, telegram.url, folder, works=works)
        # One folder of data, as where several processes share one installation.
        program.set(data_dir=str((programs or [program])[0].data_dir))
        programs.append(program)
    if url:
        poured(prepared.database, url)
    else:
        shutil.copy(prepared.database, folder / "serve" / "data" / "sufler.db")
        url = f"sqlite:///{folder / 'serve' / 'data' / 'sufler.db'}"
    telegram.control.flood(enabled=False)
    telegram.control.config(retry_scale=0.05)
    with lossy_proxy(int(programs[0].url.rpartition(":")[2])) as proxy:
        made = Installation(programs, telegram, proxy, url, prepared)
        made.set(telegram_mode="webhook", public_url=proxy.url, **settings)
        try:
            made.start()
            yield made
        finally:
            made.stop(signal.SIGKILL)
