"""Flows and customers' requests over HTTP, and that articles of flows are left to them."""

import httpx
import pytest
from api_world import World, waiting

from sufler.domain.people import Role
from sufler.storage.customer_requests import create

FLOW = """
flow: gift
version: 1
title: {ru: Подарок, en: Gift}
triggers: {phrasings: {ru: [упакуйте в подарок], en: [wrap it as a gift]}}
steps:
  - {id: done, do: end, text: {ru: 'Упакуем.', en: 'We will wrap it.'}}
"""
ARTICLE = "/api/v1/articles/flow:gift"


async def published(client: httpx.AsyncClient, text: str = FLOW) -> httpx.Response:
    written = await client.put("/api/v1/flows/gift", json={"text": text})
    assert written.status_code == 200, written.text
    return await client.post("/api/v1/flows/gift/publish")


async def test_that_a_flow_is_written_checked_published_rolled_back_and_withdrawn(
    world: World,
) -> None:
    async with world.client(Role.EDITOR) as client:
        wrong = FLOW.replace("do: end", "do: say")
        told = (await client.put("/api/v1/flows/gift", json={"text": wrong})).json()
        assert [(each["step"], each["code"]) for each in told["faults"]] == [("done", "dead_end")]
        refused = await client.post("/api/v1/flows/gift/publish")
        assert refused.status_code == 422
        assert "done: nothing follows this step" in refused.json()["detail"]
        checked = await client.post("/api/v1/flows/check", json={"text": wrong, "name": "gift"})
        assert checked.json()["passes"] is False
        checked = await client.post("/api/v1/flows/check", json={"text": FLOW})
        assert checked.json() == {"passes": True, "faults": []}
        assert (await client.put("/api/v1/flows/gift", json={"text": "a: *b"})).status_code == 422

        made = await published(client)
        assert (made.status_code, made.json()["number"]) == (200, 1)
        assert (await published(client, FLOW + "# two\n")).json()["number"] == 2
        assert (await client.post("/api/v1/flows/gift/publish")).status_code == 404
        seen = (await client.get("/api/v1/flows/gift")).json()
        assert (seen["number"], seen["text"]) == (2, FLOW + "# two\n")
        first = (await client.get("/api/v1/flows/gift?number=1")).json()
        assert (first["state"], first["by"]) == ("retired", "editor")
        back = await client.post("/api/v1/flows/gift/rollback", json={"number": 1})
        assert back.json()["number"] == 3
        versions = (await client.get("/api/v1/flows/gift/versions")).json()["items"]
        assert [each["number"] for each in versions] == [3, 2, 1]
        [listed] = (await client.get("/api/v1/flows")).json()["items"]
        assert (listed["published"]["number"], listed["draft"]) == (3, None)
        assert listed["figures"]["started"] == 0
        assert (await client.post("/api/v1/flows/gift/withdraw")).status_code == 204
        [listed] = (await client.get("/api/v1/flows")).json()["items"]
        assert listed["published"] is None


async def test_that_a_draft_changed_meanwhile_is_not_overwritten(world: World) -> None:
    async with world.client(Role.EDITOR) as client:
        first = (await client.put("/api/v1/flows/gift", json={"text": FLOW})).json()
        world.clock.pass_(seconds=1)
        mine = {"text": FLOW + "# mine\n", "seen": first["at"]}
        assert (await client.put("/api/v1/flows/gift", json=mine)).status_code == 200
        assert (await client.put("/api/v1/flows/gift", json=mine)).status_code == 409
        assert (await client.delete("/api/v1/flows/gift/draft")).status_code == 204
        assert (await client.get("/api/v1/flows/gift")).status_code == 404


async def test_that_the_article_of_a_flow_is_left_to_the_flow(world: World) -> None:
    async with world.client(Role.EDITOR) as client:
        await published(client)
        article = (await client.get(ARTICLE)).json()
        assert article["translations"]["en"]["title"] == "Gift"
        phrasing = {"text": "с бантиком", "language": "ru"}
        more = {"phrasings": [*article["phrasings"], phrasing]}
        changed = await client.patch(ARTICLE, json=more)
        assert changed.status_code == 200, changed.text
        again = (await published(client, FLOW + "# two\n")).status_code
        kept = [each["text"] for each in (await client.get(ARTICLE)).json()["phrasings"]]
        assert (again, "с бантиком" in kept) == (200, True)

        for refused in (
            await client.patch(ARTICLE, json={"topic": "Доставка"}),
            await client.delete(ARTICLE),
            await client.post("/api/v1/articles", json=article | {"id": "flow:other"}),
        ):
            assert refused.status_code == 422, refused.text
        exported = await client.get("/api/v1/articles/export?format=jsonl")
        assert "flow:gift" not in exported.text
        row = '{"id": "flow:gift", "title": "Подарок", "answer": "Нет"}\n'
        files = {"file": ("a.jsonl", row.encode())}
        report = await client.post("/api/v1/articles/import", files=files)
        assert "what begins with flow: is made by publishing a flow" in report.text
        assert (await client.get(ARTICLE)).json()["translations"]["ru"]["answer"] == "Упакуем."


@pytest.mark.parametrize("name", ["Gift", "1gift", "g" * 31, "gift!"])
async def test_that_a_flow_has_a_plain_name(world: World, name: str) -> None:
    async with world.client(Role.EDITOR) as client:
        answer = await client.put(f"/api/v1/flows/{name}", json={"text": FLOW})
    assert answer.status_code == 422


async def test_that_requests_are_listed_by_pages_and_finished(world: World) -> None:
    talk, numbers = await waiting(world), []
    async with world.database.write() as connection:
        for key in ("a", "b", "c"):
            numbers.append(
                await create(
                    connection, key, talk, "goods", "Обмен", {"Заказ": key}, world.clock.now()
                )
            )
    async with world.client(Role.OPERATOR) as client:
        page = await client.get("/api/v1/requests?limit=2")
        assert [each["number"] for each in page.json()["items"]] == numbers[:0:-1]
        rest = await client.get(f"/api/v1/requests?limit=2&cursor={page.json()['next_cursor']}")
        assert [each["fields"] for each in rest.json()["items"]] == [{"Заказ": "a"}]
        done = await client.patch(f"/api/v1/requests/{numbers[0]}", json={"done": True})
        assert (done.json()["done_by"], done.status_code) == ("operator", 200)
        listed = (await client.get("/api/v1/requests?state=done")).json()["items"]
        assert [each["number"] for each in listed] == [numbers[0]]
        assert (await client.patch("/api/v1/requests/999", json={"done": True})).status_code == 404
        assert (await client.patch("/api/v1/requests/1", json={"done": "yes"})).status_code == 422
