"""Pages of every list: cursors, `Link`, what is put in meanwhile, and cursors that are none."""

import base64
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from api_world import World

from sufler.domain.conversation import Customer
from sufler.domain.knowledge import Article, Topic, Translation
from sufler.domain.people import Role

LISTS = (
    "articles",
    "articles/where-is-it/history",
    "topics",
    "keys",
    "conversations",
    "imports",
    "sources",
)


@pytest.fixture
async def full(world: World) -> World:
    """Five or more of everything."""
    one = Article("where-is-it", "Доставка", {"ru": Translation("Где заказ?", "В пути.")})
    for number in range(5):
        text = Translation(f"Вопрос {number}?", "Ответ.")
        await world.knowledge.save(
            [
                Article(f"n{number}", f"Тема {number}", {"ru": text}),
                Article(one.id, one.topic, {"ru": Translation("Где заказ?", f"В пути {number}.")}),
            ],
            "test",
        )
        # Two of them at one moment: only the id tells which comes first.
        at = world.clock.now() + timedelta(seconds=number // 2)
        await world.conversations.open_for("web", Customer(f"c{number}", ""), "ru", at)
        async with world.client() as client:
            await _imported(client, f"Строка {number}")
    return world


async def _imported(client: httpx.AsyncClient, title: str) -> None:
    """An import of one row, and a source."""
    file = {"file": ("kb.csv", f"id,вопрос,ответ\nwhere-is-it,{title}?,Да.\n".encode())}
    answer = await client.post("/api/v1/articles/import", files=file)
    assert answer.json()["saved"] == 1, answer.text
    source = {"name": title, "address": "https://help.example.org/sitemap.xml"}
    answer = await client.post("/api/v1/sources", json=source)
    assert answer.status_code == 201, answer.text


async def _walk(client: httpx.AsyncClient, path: str, limit: int) -> list[list[dict[str, Any]]]:
    """Every page, following `Link`."""
    pages: list[list[dict[str, Any]]] = []
    url: str | None = f"/api/v1/{path}{'&' if '?' in path else '?'}limit={limit}"
    while url is not None:
        answer = await client.get(url)
        assert answer.status_code == 200, answer.text
        pages.append(answer.json()["items"])
        url = answer.links["next"]["url"] if "next" in answer.links else None
        assert (url is None) == (answer.json()["next_cursor"] is None)
        assert len(pages) < 50
    return pages


@pytest.mark.parametrize("path", [*LISTS, "conversations?owner=bot", "articles?topic=Доставка"])
async def test_that_every_list_is_walked_by_its_links(full: World, path: str) -> None:
    async with full.client() as client:
        whole = (await _walk(client, path, 200))[0]
        for limit in (1, 2, len(whole)):
            pages = await _walk(client, path, limit)
            assert [item for page in pages for item in page] == whole
            assert all(len(page) == limit for page in pages[:-1])
    assert whole


async def test_that_what_comes_in_between_moves_nothing(full: World) -> None:
    async with full.client() as client:
        for path in LISTS:
            before = (await client.get(f"/api/v1/{path}", params={"limit": 200})).json()["items"]
            first = await client.get(f"/api/v1/{path}", params={"limit": 2})
            await full.knowledge.save(
                [
                    Article("a-first", "Доставка", {"ru": Translation(f"{path}?", "Да.")}),
                    Article("where-is-it", "Доставка", {"ru": Translation(f"{path}?", "Да.")}),
                ],
                "test",
            )
            await full.knowledge.set_topic(Topic(f"А {path}"), "test")
            full.clock.pass_(seconds=60)
            await full.people.create_key(path, Role.OPERATOR)
            await full.conversations.open_for("web", Customer(path, ""), "ru", full.clock.now())
            await _imported(client, f"А {path}")
            seen = list(first.json()["items"])
            url = first.links["next"]["url"]
            while url:
                answer = await client.get(url)
                seen += answer.json()["items"]
                url = answer.links["next"]["url"] if "next" in answer.links else None
            names = [_name(item) for item in seen]
            assert len(names) == len(set(names))
            assert {_name(item) for item in before} <= set(names)


def _name(item: dict[str, Any]) -> object:
    return item.get("id") or item.get("name") or item["revision"]


@pytest.mark.parametrize("path", LISTS)
async def test_that_a_cursor_that_is_none_is_refused(full: World, path: str) -> None:
    async with full.client() as client:
        url = f"/api/v1/{path}"
        good = (await client.get(url, params={"limit": 1})).json()["next_cursor"]
        name, *values = json.loads(base64.urlsafe_b64decode(good))
        forged = [
            [],
            "x",
            [name],
            [name, *values, 1],
            [name, None, None],
            [name, *(10**30 for _ in values)],
            [name, *("a\0b" for _ in values)],
            [name, *("2026-01-01" for _ in values), "x"],
            [name, *(True for _ in values)],
            ["other", *values],
        ]
        bad = ["", "x", "Ж", good[:-3], "\0", "[" * 900, *map(_packed, forged)]
        for cursor in bad:
            answer = await client.get(url, params={"cursor": cursor})
            assert answer.status_code == 422, (cursor, answer.text)
            assert answer.json()["field"] == "cursor"
        elsewhere = next(each for each in LISTS if each != path)
        answer = await client.get(f"/api/v1/{elsewhere}", params={"cursor": good})
        assert answer.status_code == 422


async def test_that_a_cursor_belongs_to_its_filters(full: World) -> None:
    async with full.client() as client:
        first = await client.get("/api/v1/articles", params={"q": "вопрос", "limit": 2})
        cursor = first.json()["next_cursor"]
        other = await client.get("/api/v1/articles", params={"q": "ответ", "cursor": cursor})
        assert other.status_code == 422
        longer = {"q": "вопрос", "cursor": cursor, "limit": 3}
        more = await client.get("/api/v1/articles", params=longer)
        assert [item["id"] for item in more.json()["items"]] == ["n2", "n3", "n4"]
        assert "link" not in more.headers


def _packed(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
