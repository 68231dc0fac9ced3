"""Events from outside and consents over HTTP."""

from typing import Any

import httpx
import pytest
from api_world import World

from sufler.domain.conversation import Customer
from sufler.domain.people import Role

FLOW = """
flow: late
version: 1
title: {ru: Посылка опаздывает, en: Late parcel}
triggers: {events: [parcel_delayed]}
slots: {order: {kind: data}}
steps:
  - {id: done, do: end, text: {ru: 'Заказ {order} опоздает.', en: 'Order {order} is late.'}}
"""
CONSENT = "/api/v1/customers/web/c1/consent"
EVENT = {
    "id": "e1",
    "customer": {"channel": "web", "id": "c1"},
    "type": "parcel_delayed",
    "data": {"order": "4512", "days": 2, "late": True, "price": 1.5},
}


async def publish(world: World) -> None:
    async with world.client(Role.EDITOR) as client:
        await client.put("/api/v1/flows/late", json={"text": FLOW})
        assert (await client.post("/api/v1/flows/late/publish")).status_code == 200


async def tell(client: httpx.AsyncClient, **other: Any) -> httpx.Response:
    return await client.post("/api/v1/events", json=EVENT | other)


async def test_that_an_event_is_answered_with_what_came_of_it(world: World) -> None:
    await publish(world)
    await world.conversations.open_for("web", Customer("c1", "Оля"), "ru", world.clock.now())
    async with world.client(Role.OPERATOR) as client:
        told = await tell(client)
        assert (told.status_code, told.json()["outcome"]) == (200, "refused")
        assert (told.json()["reason"], told.json()["known"]) == ("no_consent", False)
        assert (await client.get(CONSENT)).status_code == 404
        noted = await client.put(CONSENT, json={"given": True, "how": "галочка на сайте"})
        assert noted.status_code == 200, noted.text
        assert noted.json()["by"].startswith("key:")
        assert (await client.get(CONSENT)).json() == noted.json()
        assert (await tell(client)).json() | {"known": False} == told.json()

        key = {"Idempotency-Key": "e2"}
        first = await client.post("/api/v1/events", json=EVENT | {"id": "e2"}, headers=key)
        assert first.json() == {
            "id": "e2",
            "outcome": "started",
            "known": False,
            "reason": None,
            "until": None,
            "flow": "late",
            "conversation_id": first.json()["conversation_id"],
        }
        again = await client.post("/api/v1/events", json=EVENT | {"id": "e2"}, headers=key)
        assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")
        assert (await tell(client, id="e2")).json() == first.json() | {"known": True}
        talk = first.json()["conversation_id"]
        said = await client.get(f"/api/v1/conversations/{talk}")
        assert [each["text"] for each in said.json()["messages"]] == ["Заказ 4512 опоздает."]

        world.clock.pass_(hours=10)
        waits = await tell(client, id="e3")
        assert (waits.status_code, waits.json()["outcome"]) == (202, "waiting")
        assert waits.json()["until"] == "2026-05-02T09:00:00Z"
        withdrawn = await client.put(CONSENT, json={"given": False, "how": "письмо"})
        assert withdrawn.json()["given"] is False


@pytest.mark.parametrize(
    "other",
    [
        {"id": ""},
        {"id": "x" * 201},
        {"id": "a\nb"},
        {"type": "Parcel"},
        {"more": 1},
        {"customer": {"channel": "web"}},
        {"customer": {"channel": "web", "id": "c1", "name": "x"}},
        {"customer": {"channel": "web", "id": " "}},
        {"data": {"order": {"a": 1}}},
        {"data": {"order": None}},
        {"data": {"order": "x" * 501}},
        {"data": {"order": "a\x00b"}},
        {"data": {"Order!": "x"}},
        {"data": {"order": 10**16}},
        {"data": {f"s{number}": 1 for number in range(61)}},
        {"data": []},
    ],
)
async def test_that_a_strange_event_is_refused_and_not_kept(
    world: World, other: dict[str, Any]
) -> None:
    async with world.client(Role.OPERATOR) as client:
        told = await tell(client, **other)
        assert told.status_code == 422, told.text
        assert (await tell(client)).json()["known"] is False


async def test_that_a_customers_id_may_hold_slashes_and_what_is_strange_is_refused(
    world: World,
) -> None:
    async with world.client(Role.OPERATOR) as client:
        odd = "/api/v1/customers/web/a/b%2Fc/consent"
        assert (await client.put(odd, json={"given": True, "how": "x"})).status_code == 200
        assert (await client.get(odd)).json()["given"] is True
        for body in ({"given": "yes", "how": "x"}, {"given": True}, {"given": True, "how": " "}):
            assert (await client.put(CONSENT, json=body)).status_code == 422
        assert (await client.get(CONSENT)).status_code == 404
