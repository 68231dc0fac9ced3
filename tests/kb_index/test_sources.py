"""Sources read from a real site into a real SQLite base: what changed, what stays, what goes."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from databases import fresh_file
from pages_world import Answer, Site, served

from sufler.app.base import StoredBase
from sufler.domain.errors import BadInput, Conflict
from sufler.domain.imports import ImportRun
from sufler.domain.knowledge import ArticleStatus, Translation
from sufler.domain.sources import Source, Vanished, next_run
from sufler.kb_index.imports import Imports
from sufler.kb_index.sources import Sources, kind_of
from sufler.outbound.fetch import Fetcher, Limits
from sufler.storage.articles import ArticleStore
from sufler.storage.database import Database
from sufler.storage.imports import ImportStore
from sufler.storage.sources import SourceStore


class SetClock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 2, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return 0.0


@dataclass
class World:
    site: Site
    store: ArticleStore
    sources: Sources
    imports: Imports
    kept: SourceStore
    clock: SetClock

    async def add(self, path: str = "/sitemap.xml", **given: object) -> Source:
        return await self.sources.add(address=self.site.url + path, author="eva", **given)  # type: ignore[arg-type]  # as given

    def pages(self, **texts: str) -> None:
        """A sitemap of pages, each with one question; "" is in the sitemap but 404."""
        base = self.site.url
        places = "".join(f"<url><loc>{base}/help/{name}</loc></url>" for name in texts)
        self.site.put("/sitemap.xml", f"<urlset>{places}</urlset>", "application/xml")
        self.site.pages = {
            path: page for path, page in self.site.pages.items() if "/help/" not in path
        }
        for name, text in texts.items():
            if text:
                html = f"<html lang=ru><main><h1>Вопрос про {name}</h1><p>{text}</p></main></html>"
                self.site.put(
                    f"/help/{name}", html, "text/html; charset=utf-8", ETag=f'"{hash(text)}"'
                )

    async def run(self, source: Source) -> ImportRun:
        return await self.sources.run(source.id)

    def id(self, name: str) -> str:
        return f"127.0.0.1:{self.site.port}/help/{name}"

    async def answer(self, name: str) -> str:
        return (await self.store.get(self.id(name))).translations["ru"].answer

    async def edit(self, name: str, answer: str) -> None:
        article = await self.store.get(self.id(name))
        texts = {"ru": Translation(article.translations["ru"].title, answer)}
        await self.store.save_many([replace(article, translations=texts)], "ivan")


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as site:
        yield site


@pytest.fixture
async def world(tmp_path: Path, site: Site) -> AsyncIterator[World]:
    database, clock = Database(fresh_file(tmp_path)), SetClock()
    store = ArticleStore(database, clock)
    base = await StoredBase.over(store)
    runs, kept = ImportStore(database, clock), SourceStore(database, clock)
    limits = Limits(pause_s=0.0)
    sources = Sources(
        kept, runs, base, lambda: Fetcher(frozenset({"127.0.0.1"}), limits=limits), clock
    )
    yield World(site, store, sources, Imports(runs, base), kept, clock)
    await database.close()


async def test_that_a_second_run_asks_only_for_what_changed(world: World) -> None:
    world.pages(a="Один", b="Два")
    source = await world.add()
    first = await world.run(source)
    assert (first.counts["new"], first.counts["saved"], first.errors) == (2, 2, ())
    world.pages(a="Один", b="Второй", c="Три")
    second = await world.run(source)
    assert (second.counts["new"], second.counts["changed"]) == (1, 1)
    assert await world.answer("b") == "Второй"
    third = await world.run(source)
    assert third.counts["saved"] == 0
    assert [run.id for run in await world.sources.runs(source.id)] == [3, 2, 1]


async def test_that_what_a_person_changed_is_listed_and_not_overwritten(world: World) -> None:
    world.pages(a="Один", b="Два")
    source = await world.add()
    await world.run(source)
    await world.edit("a", "Правка")
    assert (await world.run(source)).counts["conflicts"] == 0  # the source still says the same
    world.pages(a="Иначе", b="Два")
    run = await world.run(source)
    assert run.counts["conflicts"] == 1
    assert run.errors[0].startswith(f"conflict: {world.id('a')}: was changed by a person")
    assert await world.answer("a") == "Правка"


async def test_that_an_article_of_somebody_else_is_not_taken_over(world: World) -> None:
    world.pages(a="Один")
    other = await world.add(name="one")
    await world.run(other)
    again = await world.add(name="two")
    world.pages(a="Иначе")
    run = await world.run(again)
    assert run.counts["conflicts"] == 1
    assert await world.answer("a") == "Один"


@pytest.mark.parametrize(
    ("vanished", "status"),
    [
        (Vanished.LEAVE, ArticleStatus.PUBLISHED),
        (Vanished.DRAFT, ArticleStatus.DRAFT),
        (Vanished.ARCHIVE, ArticleStatus.ARCHIVED),
    ],
)
async def test_that_what_vanished_goes_as_was_said_and_comes_back(
    world: World, vanished: Vanished, status: ArticleStatus
) -> None:
    world.pages(a="Один", b="Два")
    source = await world.add(vanished=vanished)
    await world.run(source)
    world.pages(a="Один", b="")
    run = await world.run(source)
    assert run.counts["vanished"] == 1
    assert (await world.store.get(world.id("b"))).status is status
    assert (await world.run(source)).counts["vanished"] == 0
    world.pages(a="Один", b="Два")
    await world.run(source)
    assert (await world.store.get(world.id("b"))).status is ArticleStatus.PUBLISHED


async def test_that_a_page_that_fails_does_not_vanish(world: World) -> None:
    world.pages(a="Один", b="Два")
    source = await world.add(vanished=Vanished.ARCHIVE)
    await world.run(source)
    world.site.pages["/help/b"] = Answer(status=500)
    run = await world.run(source)
    assert (run.counts["failed"], run.counts["vanished"]) == (1, 0)
    assert "the server answers 500" in run.errors[0]
    errors = {page.url: page.error for page in await world.sources.pages(source.id)}
    assert errors[f"{world.site.url}/help/b"] == "the server answers 500"
    assert errors[f"{world.site.url}/help/a"] is None


async def test_that_a_site_that_lost_most_of_itself_changes_nothing(world: World) -> None:
    names = [f"p{number}" for number in range(10)]
    world.pages(**dict.fromkeys(names, "Текст"))
    source = await world.add(vanished=Vanished.ARCHIVE)
    await world.run(source)
    world.pages(p0="Текст")
    run = await world.run(source)
    assert "9 of 10 articles at once; they are left as they are" in run.errors[0]
    assert len([article async for article in world.store.all()]) == 10


async def test_that_a_sitemap_that_fails_is_a_failed_run_and_not_an_empty_site(
    world: World,
) -> None:
    world.pages(a="Один")
    source = await world.add(vanished=Vanished.ARCHIVE)
    await world.run(source)
    world.site.pages["/sitemap.xml"] = Answer(status=502)
    run = await world.run(source)
    assert run.counts == {"failed": 1}
    assert "/sitemap.xml: the server answers 502" in run.errors[0]
    assert (await world.store.get(world.id("a"))).status is ArticleStatus.PUBLISHED


async def test_that_a_run_is_taken_back(world: World) -> None:
    world.pages(a="Один")
    source = await world.add()
    await world.run(source)
    world.pages(a="Иначе", b="Два")
    run = await world.run(source)
    report = await world.imports.undo(run.id, "olga")
    assert (report.restored, report.archived) == (1, 1)
    assert await world.answer("a") == "Один"
    assert (await world.run(source)).counts["saved"] == 0  # the same is not brought in again


async def test_that_nested_and_packed_sitemaps_are_followed(world: World) -> None:
    import gzip

    world.pages(a="Один")
    base = world.site.url
    packed = gzip.compress(world.site.pages["/sitemap.xml"].body)
    world.site.pages["/one.xml.gz"] = Answer(packed, headers={"Content-Type": "application/gzip"})
    index = f"<sitemapindex><sitemap><loc>{base}/one.xml.gz</loc></sitemap></sitemapindex>"
    world.site.put("/index.xml", index, "text/xml")
    assert (await world.run(await world.add("/index.xml"))).counts["new"] == 1


async def test_that_a_file_behind_an_address_is_a_source(world: World) -> None:
    rows = "вопрос,ответ\nКак?,Так.\n"
    world.site.put("/kb.csv", rows, "text/csv", ETag='"1"')
    source = await world.add("/kb.csv")
    assert (await world.run(source)).counts["new"] == 1
    assert (await world.run(source)).counts["saved"] == 0
    world.site.put("/kb.csv", rows + "Где?,Тут.\n", "text/csv", ETag='"2"')
    assert (await world.run(source)).counts["new"] == 1


async def test_that_a_folder_is_a_source(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "docs" / "delivery"
    folder.mkdir(parents=True)
    (folder / "cost.ru.md").write_text("# Сколько стоит?\n\nДорого.\n", "utf-8")
    source = await world.sources.add(address=str(folder.parent), author="eva", topic="Всё")
    assert (await world.run(source)).counts["new"] == 1
    assert (await world.store.get("delivery/cost")).topic == "Всё"
    (folder / "cost.en.md").write_text("# How much?\n\nA lot.\n", "utf-8")
    assert (await world.run(source)).counts["changed"] == 1
    assert (await world.store.get("delivery/cost")).translations["en"].answer == "A lot."


async def test_that_sources_are_due_by_their_schedule(world: World) -> None:
    world.pages(a="Один")
    source = await world.add(schedule="Daily 03:00")
    assert source.schedule == "daily 03:00"
    assert source.next_run_at == datetime(2026, 11, 3, 3, tzinfo=UTC)
    assert await world.kept.due(world.clock.now()) == []
    world.clock.moment += timedelta(days=1)
    assert [one.id for one in await world.kept.due(world.clock.now())] == [source.id]
    await world.run(source)
    assert await world.kept.due(world.clock.now()) == []


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("manual", None),
        ("hourly", datetime(2026, 11, 2, 13, tzinfo=UTC)),
        ("daily 12:00", datetime(2026, 11, 3, 12, tzinfo=UTC)),
        ("daily 12:01", datetime(2026, 11, 2, 12, 1, tzinfo=UTC)),
        ("weekly mon 11:00", datetime(2026, 11, 9, 11, tzinfo=UTC)),
        ("weekly tue 00:00", datetime(2026, 11, 3, tzinfo=UTC)),
    ],
)
def test_that_the_next_run_is_the_first_moment_after_now(
    schedule: str, expected: datetime | None
) -> None:
    assert next_run(schedule, datetime(2026, 11, 2, 12, tzinfo=UTC)) == expected  # a Monday


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"address": ""}, "address"),
        ({"address": "relative/folder"}, "address"),
        ({"address": "https://anna:pw@a.test/sitemap.xml"}, "address"),
        ({"address": "https://a.test/\nnonsense"}, "address"),
        ({"address": "https://a.test/", "schedule": "sometimes"}, "schedule"),
        ({"address": "https://a.test/", "schedule": "daily 25:00"}, "schedule"),
        ({"address": "https://a.test/", "name": "x" * 201}, "name"),
    ],
)
async def test_that_a_bad_source_is_refused_by_field(
    world: World, given: dict[str, str], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        await world.sources.add(author="eva", **given)  # type: ignore[arg-type]  # as given
    assert refused.value.field == field
    assert "pw" not in refused.value.message
    assert await world.sources.all() == []


async def test_that_a_name_is_taken_once_and_free_after_removal(world: World) -> None:
    source = await world.add(name="Сайт")
    with pytest.raises(Conflict):
        await world.add(name="Сайт")
    await world.sources.remove(source.id)
    await world.add(name="Сайт")


def test_that_the_kind_of_a_source_is_told_by_its_address() -> None:
    kinds = [
        kind_of(each).value
        for each in ("https://a.test/sitemap.xml", "https://a.test/kb.xlsx?x=1", "https://a.test/",
                     "https://a.test/1\nhttps://a.test/2", "/srv/docs")
    ]  # fmt: skip
    assert kinds == ["sitemap", "file", "pages", "pages", "folder"]
