"""Customers over HTTP: who may ban, export and erase, and what comes of it."""

import io
import json
import zipfile

from api_world import World

from sufler.domain.conversation import Customer
from sufler.domain.people import Role

OLYA = {"channel": "web", "id": "c1"}


async def talk(world: World) -> str:
    customer = Customer("c1", "Оля К.")
    made = await world.conversations.open_for("web", customer, "ru", world.clock.now())
    return made.id


async def test_that_an_administrator_finds_exports_and_erases_a_customer(world: World) -> None:
    conversation_id = await talk(world)
    async with world.client(Role.ADMINISTRATOR) as client:
        [found] = (await client.get("/api/v1/customers?words=Оля")).json()["items"]
        assert (found["channel"], found["id"], found["banned"]) == ("web", "c1", False)
        assert found["conversation_id"] == conversation_id
        got = await client.get("/api/v1/customers/export", params=OLYA)
        assert got.headers["content-type"] == "application/zip"
        with zipfile.ZipFile(io.BytesIO(got.content)) as archive:
            whole = json.loads(archive.read("customer.json"))
        assert whole["conversations"][0]["customer_name"] == "Оля К."
        erased = await client.delete("/api/v1/customers", params=OLYA)
        assert erased.json()["counts"]["conversations"] == 1
        assert (await client.delete("/api/v1/customers", params=OLYA)).status_code == 404
        assert (await client.get("/api/v1/customers/export", params=OLYA)).status_code == 404
        assert (await client.get("/api/v1/customers")).json()["items"] == []


async def test_that_an_operator_bans_but_does_not_erase(world: World) -> None:
    await talk(world)
    async with world.client(Role.OPERATOR) as client:
        made = await client.put("/api/v1/bans", json={**OLYA, "reason": "спам", "days": 2})
        assert made.status_code == 200
        assert made.json()["until"] is not None
        [ban] = (await client.get("/api/v1/bans")).json()["items"]
        assert (ban["id"], ban["reason"], ban["by"]) == ("c1", "спам", "operator")
        assert (await client.delete("/api/v1/bans", params=OLYA)).status_code == 204
        assert (await client.delete("/api/v1/bans", params=OLYA)).status_code == 404
        for method, path in (("GET", ""), ("GET", "/export"), ("DELETE", "")):
            answer = await client.request(method, f"/api/v1/customers{path}", params=OLYA)
            assert answer.status_code == 403


async def test_that_bad_bans_are_refused_by_field(world: World) -> None:
    async with world.client(Role.OPERATOR) as client:
        for asked in (
            OLYA,
            {**OLYA, "reason": " "},
            {**OLYA, "reason": "x", "days": 0},
            {"channel": "web", "reason": "x"},
        ):
            assert (await client.put("/api/v1/bans", json=asked)).status_code == 422
