"""What is built: the demo in an empty base only, the kept secret, work that is kept up."""

import asyncio
import json
import os
from pathlib import Path

import pytest
from patience import PATIENCE_S

from sufler.app.accuracy import ladder_over
from sufler.app.base import DEMO_FILE, load_demo
from sufler.app.flow_publishing import flow_book_over
from sufler.app.mounting import kept_secret
from sufler.app.settings import load_settings
from sufler.app.wiring import opened_basis, opened_services
from sufler.app.work import _kept_up
from sufler.domain.errors import SuflerError
from sufler.domain.knowledge import FLOW_TOPIC, Article, Mode, Translation
from sufler.storage.flows import FlowStore


async def test_that_the_demo_goes_into_an_empty_base_only_and_its_topics_answer(
    tmp_path: Path,
) -> None:
    async with opened_basis(load_settings(data_dir=tmp_path, demo=True)) as basis:
        ladder, flows = ladder_over(basis.database, basis.clock), flow_book_over(basis)
        assert await load_demo(basis.articles, ladder, flows=flows) >= 80
        topics = await basis.articles.topics()
        assert {(t.mode, t.without_certificate) for t in topics} == {(Mode.ANSWERS, "demo")}
        assert FLOW_TOPIC in {topic.name for topic in topics}
        assert len(await FlowStore(basis.database).published()) == 7
        assert (await basis.articles.get("flow:order_status")).phrasings
        assert await load_demo(basis.articles, ladder_over(basis.database, basis.clock)) == 0


async def test_that_a_base_of_ones_own_is_left_alone(tmp_path: Path) -> None:
    async with opened_basis(load_settings(data_dir=tmp_path)) as basis:
        own = Article("own", "Topic", {"en": Translation("How?", "So.")})
        await basis.articles.save_many([own], "me")
        assert await load_demo(basis.articles, ladder_over(basis.database, basis.clock)) == 0
        assert [article.id async for article in basis.articles.all()] == ["own"]


async def test_that_a_demo_that_is_not_there_is_named(tmp_path: Path) -> None:
    async with opened_basis(load_settings(data_dir=tmp_path)) as basis:
        with pytest.raises(SuflerError, match="SUFLER_DEMO"):
            await load_demo(
                basis.articles, ladder_over(basis.database, basis.clock), tmp_path / "nowhere.jsonl"
            )


def test_that_the_demo_is_as_large_as_was_promised() -> None:
    articles = [json.loads(line) for line in DEMO_FILE.read_text("utf-8").splitlines()]
    assert len(articles) >= 80
    assert sum("en" in article["translations"] for article in articles) >= 40
    assert all(len(article["phrasings"]) >= 3 for article in articles)


def test_that_the_secret_is_kept_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "data" / "visitors.key"
    made = kept_secret(path)
    assert len(made) >= 32
    assert kept_secret(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_bytes(b"half")
    assert len(kept_secret(path)) >= 32


def test_that_a_secret_that_cannot_be_kept_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SuflerError, match=r"visitors\.key"):
        kept_secret(tmp_path / "file" / "visitors.key")


async def test_that_work_that_fails_is_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sufler.app.work.RESTART_S", (0.0,))
    begun = asyncio.Queue[int]()

    async def work() -> None:
        begun.put_nowait(os.getpid())
        raise SuflerError("it failed")

    task = asyncio.create_task(_kept_up("work", work))
    async with asyncio.timeout(PATIENCE_S):
        for _ in range(3):
            await begun.get()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_that_the_metrics_count_the_texts_that_suggestions_encode(
    tmp_path: Path, model_folder: Path
) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "default").symlink_to(model_folder)
    async with opened_services(load_settings(data_dir=tmp_path, demo=False)) as services:
        own = Article("own", "Topic", {"en": Translation("How do I pay?", "By card.")})
        await services.knowledge.save([own], "me")
        await services.prompter.suggest("can i pay by card")
        assert b"sufler_encode_seconds_count 1.0" in services.metrics.text()
