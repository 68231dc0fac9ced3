"""Queues, statuses, transfers, notes and clocks over HTTP."""

from datetime import timedelta

from api_world import World

from sufler.domain.conversation import Customer
from sufler.domain.people import Role

HOURS = {"zone": "Europe/Moscow", "hours": [{"day": 0, "start": 540, "end": 1080}]}


async def conversation(world: World) -> str:
    made = await world.conversations.open_for("web", Customer("c1", "Оля"), "ru", world.clock.now())
    return made.id


async def test_that_a_queue_is_added_changed_and_removed(world: World) -> None:
    async with world.client(Role.ADMINISTRATOR) as client:
        [default] = (await client.get("/api/v1/queues")).json()["items"]
        assert (default["id"], default["calendar"]["hours"]) == ("default", None)
        body = {"name": {"ru": "Возвраты"}, "topics": ["Возврат"], "calendar": HOURS}
        answer = await client.post("/api/v1/queues", json=body)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        assert made["calendar"] == HOURS | {"holidays": []}
        url = f"/api/v1/queues/{made['id']}"
        changed = await client.put(url, json=body | {"capacity": 2})
        assert changed.json()["capacity"] == 2
        wrong = await client.put(url, json=body | {"calendar": {"zone": "Mars/Base"}})
        assert (wrong.status_code, wrong.json()["field"]) == (422, "zone")
        assert (await client.delete(url)).status_code == 204
        assert (await client.delete(url)).status_code == 404
        assert len((await client.get("/api/v1/queues")).json()["items"]) == 1


async def test_that_operators_may_look_at_queues_and_not_change_them(world: World) -> None:
    async with world.client(Role.OPERATOR) as client:
        assert (await client.get("/api/v1/queues")).status_code == 200
        assert (await client.post("/api/v1/queues", json={})).status_code == 403
        assert (await client.delete("/api/v1/queues/default")).status_code == 403


async def test_that_a_conversation_is_passed_on_with_a_note(world: World) -> None:
    own = await conversation(world)
    url = f"/api/v1/conversations/{own}"
    async with world.client(Role.OPERATOR) as client:
        moved = await client.post(f"{url}/transfer", json={"queue_id": "default", "note": "чек"})
        assert moved.status_code == 200, moved.text
        assert (moved.json()["owner"], moved.json()["queue_id"]) == ("queue", "default")
        shown = (await client.get(url)).json()
        assert shown["queue_id"] == "default"
        assert shown["unanswered_since"] is not None
        [note] = (await client.get(f"{url}/notes")).json()["items"]
        assert note["text"] == "чек"
        added = await client.post(f"{url}/notes", json={"text": "и ещё"})
        assert added.status_code == 201
        both = await client.post(f"{url}/transfer", json={"queue_id": "a", "person_id": "b"})
        assert both.status_code == 422
        nowhere = await client.post(f"{url}/transfer", json={"queue_id": "none"})
        assert nowhere.status_code == 404
        world.clock.moment += timedelta(seconds=40)
        assert (await client.get(f"{url}/waits")).json() == {
            "bot_s": 0,
            "person_s": 40,
            "customer_s": 0,
        }


async def test_that_a_status_is_chosen_and_shown(world: World) -> None:
    async with world.client(Role.OPERATOR) as client:
        chosen = await client.put("/api/v1/operators/me/status", json={"status": "away"})
        assert chosen.status_code == 204
        wrong = await client.put("/api/v1/operators/me/status", json={"status": "asleep"})
        assert wrong.status_code == 422
        assert (await client.get("/api/v1/operators")).status_code == 200
