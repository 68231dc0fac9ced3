"""Imports and sources over the API: undone, added, run against a real site, and their rights."""

from collections.abc import Iterator

import pytest
from api_world import World
from pages_world import Site, served

from sufler.domain.people import Role

CSV = "id,вопрос,ответ\na,Как?,Так.\nb,Где?,Тут.\n"


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as site:
        yield site


async def test_that_an_import_is_listed_and_taken_back_once(world: World) -> None:
    async with world.client(Role.EDITOR) as client:
        made = await client.post("/api/v1/articles/import", files={"file": ("kb.csv", CSV)})
        run = made.json()["import_id"]
        (listed,) = (await client.get("/api/v1/imports")).json()["items"]
        assert (listed["id"], listed["source"], listed["counts"]["new"]) == (run, "kb.csv", 2)
        undone = await client.post(f"/api/v1/imports/{run}/undo")
        assert undone.json() == {"restored": 0, "archived": 2, "skipped": []}
        assert (await client.post(f"/api/v1/imports/{run}/undo")).status_code == 409
        assert (await client.post("/api/v1/imports/999/undo")).status_code == 404
        there = (await client.get("/api/v1/articles")).json()["items"]
        assert not {"a", "b"} & {article["id"] for article in there}


async def test_that_a_source_is_added_run_and_removed(world: World, site: Site) -> None:
    site.put("/a", "<html lang=ru><main><h1>Как?</h1><p>Так.</p></main></html>")
    async with world.client(Role.EDITOR) as client:
        made = await client.post("/api/v1/sources", json={"address": f"{site.url}/a"})
        assert made.status_code == 201
        path = f"/api/v1/sources/{made.json()['id']}"
        run = (await client.post(f"{path}/run")).json()
        assert (run["counts"]["new"], run["errors"]) == (1, [])
        pages = (await client.get(path)).json()["pages"]
        assert [(page["url"], page["error"]) for page in pages] == [(f"{site.url}/a", None)]
        (listed,) = (await client.get("/api/v1/sources")).json()["items"]
        assert listed["last_run"]["id"] == run["id"]
        assert (await client.delete(path)).status_code == 204
        assert (await client.get(path)).status_code == 404


async def test_that_a_folder_of_the_server_is_for_administrators(world: World) -> None:
    async with world.client(Role.EDITOR) as client:
        refused = await client.post("/api/v1/sources", json={"address": "/etc"})
        assert refused.status_code == 403
    async with world.client(Role.ADMINISTRATOR) as client:
        assert (await client.post("/api/v1/sources", json={"address": "/srv"})).status_code == 201


async def test_that_operators_neither_undo_nor_add(world: World) -> None:
    async with world.client(Role.OPERATOR) as client:
        assert (await client.post("/api/v1/imports/1/undo")).status_code == 403
        asked = {"address": "https://a.test/"}
        assert (await client.post("/api/v1/sources", json=asked)).status_code == 403
