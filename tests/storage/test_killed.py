"""An import killed half-way: nothing of it is stored, and running it again completes it."""

import asyncio
import sys
from pathlib import Path

import pytest
from set_clock import SetClock

from sufler.domain.knowledge import Article, Translation
from sufler.storage.articles import ArticleStore
from sufler.storage.database import Database

# Says "reading" or "writing" at the moment it is to be killed, then goes on slowly.
IMPORT = """
import asyncio, sys, time
from set_clock import SetClock
from sufler.domain.knowledge import Article, Translation
from sufler.storage import articles as module
from sufler.storage.database import Database

def lazily():
    for number in range(3000):
        if number == 1500 and sys.argv[2] == "reading":
            print("reading", flush=True)
            time.sleep(60)
        yield Article(str(number), "t", {"ru": Translation("Вопрос?", "Ответ. " * 200)})

class Slow(module._Writer):
    written = 0

    async def write(self, chunk):
        revised = await super().write(chunk)
        self.written += len(revised)
        if self.written >= 2000 and sys.argv[2] == "writing":
            print("writing", flush=True)
            time.sleep(60)
        return revised

async def main():
    module._Writer = Slow
    store = module.ArticleStore(Database(sys.argv[1]), SetClock())
    print(await store.save_many(lazily(), "import"), flush=True)

asyncio.run(main())
"""


async def importing(database: Database, moment: str) -> asyncio.subprocess.Process:
    here = Path(__file__)
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        IMPORT,
        database.url.render_as_string(hide_password=False),
        moment,
        stdout=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": f"{here.parents[2]}:{here.parent}"},
    )


@pytest.mark.parametrize("moment", ["reading", "writing"])
async def test_that_an_import_killed_half_way_leaves_nothing_and_can_be_run_again(
    database: Database, clock: SetClock, moment: str
) -> None:
    process = await importing(database, moment)
    assert process.stdout is not None
    assert (await process.stdout.readline()).decode().strip() == moment
    process.kill()
    await process.wait()

    store = ArticleStore(database, clock)
    assert await store.version() == 0
    assert await store.topics() == []
    # Nor is the database locked by the dead.
    await store.save_many([Article("0", "t", {"ru": Translation("Другой?", "Ответ.")})], "anna")

    again = await importing(database, "to the end")
    said, _ = await again.communicate()
    assert (again.returncode, said.decode().strip()) == (0, "3000")
    assert await store.version() == 2
    assert (await store.get("0")).revision == 2
