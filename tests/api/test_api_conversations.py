"""Conversations over HTTP, with the real desk and database."""

from typing import Any

import pytest
from api_world import World, waiting
from sqlalchemy import update

from sufler.domain.conversation import Owner
from sufler.domain.people import Role
from sufler.storage.tables.conversations import conversations

URL = "/api/v1/conversations"


async def test_that_the_queue_is_listed_and_read_with_its_suggestion(world: World) -> None:
    first, second = await waiting(world, 1), await waiting(world, 2)
    bots = await waiting(world, 3, Owner.BOT)
    async with world.client(Role.OPERATOR) as client:

        async def listed(**params: Any) -> list[str]:
            answer = await client.get(URL, params=params)
            return [item["id"] for item in answer.json()["items"]]

        assert await listed(owner="queue") == [first, second]
        assert await listed(owner="queue", limit=1) == [first]
        assert await listed(owner="bot") == [bots]
        assert await listed(owner="operator") == []
        assert await listed() == [bots, second, first]
        body = (await client.get(f"{URL}/{first}")).json()
    assert body["customer"] == {"external_id": "c1", "name": "Пётр", "language": "ru"}
    assert (body["owner"], body["open"], body["channel"]) == ("queue", True, "web")
    assert body["waiting_since"] is not None
    assert [(m["author"], m["text"], m["state"]) for m in body["messages"]] == [
        ("customer", "где деньги", None)
    ]
    assert body["suggestion"]["text"] == "где деньги"
    assert {i["article_id"] for i in body["suggestion"]["items"]} >= {"returns-money"}


async def test_that_a_person_replies_under_their_own_name(world: World) -> None:
    person, _ = await world.people.add("anna", "Анна", Role.OPERATOR, "long enough")
    _, secret = await world.people.create_key("Anna's", Role.OPERATOR, person)
    conversation = await waiting(world)
    async with world.client(secret) as client:
        taken = (await client.post(f"{URL}/{conversation}/take")).json()
        assert (taken["owner"], taken["operator_id"]) == ("operator", person.id)
        said = await client.post(f"{URL}/{conversation}/reply", json={"text": "Завтра."})
        [_, message] = said.json()["messages"]
        assert (message["author"], message["author_name"]) == ("operator", "Анна")
        assert (message["text"], message["state"]) == ("Завтра.", "pending")


async def test_that_a_services_key_replies_under_its_name(world: World) -> None:
    conversation = await waiting(world)
    async with world.client(Role.OPERATOR) as client:
        said = await client.post(f"{URL}/{conversation}/reply", json={"text": "Завтра."})
    assert said.json()["messages"][-1]["author_name"] == "operator"
    assert said.json()["owner"] == "operator"


async def test_that_nobody_speaks_in_somebody_elses_conversation(world: World) -> None:
    conversation = await waiting(world)
    url = f"{URL}/{conversation}"
    async with world.client(Role.OPERATOR) as one, world.client(Role.EDITOR) as other:
        assert (await one.post(f"{url}/take")).status_code == 200
        for act, body in (
            ("take", None),
            ("reply", {"text": "x"}),
            ("return", None),
            ("close", None),
        ):
            answer = await other.post(f"{url}/{act}", json=body)
            assert answer.status_code == 409, act
            assert answer.headers["content-type"] == "application/problem+json"
        assert (await one.post(f"{url}/take")).status_code == 200
        back = (await one.post(f"{url}/return")).json()
        assert (back["owner"], back["open"]) == ("bot", True)
        closed = (await other.post(f"{url}/close")).json()
        assert (closed["owner"], closed["open"]) == ("bot", False)


@pytest.mark.parametrize("text", ["", "   ", "x" * 20_001, "\u200b", None, 5])
async def test_that_a_reply_needs_a_text(world: World, text: Any) -> None:
    conversation = await waiting(world)
    async with world.client(Role.OPERATOR) as client:
        answer = await client.post(f"{URL}/{conversation}/reply", json={"text": text})
        assert answer.status_code == 422, answer.text
        assert answer.json()["field"] == "text"
        assert (await client.get(f"{URL}/{conversation}")).json()["owner"] == "queue"


async def test_that_what_is_not_there_is_not_found(world: World) -> None:
    async with world.client(Role.OPERATOR) as client:
        assert (await client.get(f"{URL}/nothing")).status_code == 404
        for act in ("take", "reply", "return", "close"):
            answer = await client.post(f"{URL}/nothing/{act}", json={"text": "x"})
            assert answer.status_code == 404, act
        assert (await client.get(URL, params={"owner": "nobody"})).status_code == 422
        for bad in ({"limit": 0}, {"before": 0}, {"before": 2**80}):
            assert (await client.get(f"{URL}/nothing", params=bad)).status_code == 422


async def test_that_an_operator_lists_their_own_queues_and_may_not_have_all(world: World) -> None:
    number = 0

    async def waits_in(queue_id: str | None) -> str:
        nonlocal number
        number += 1
        found = await waiting(world, number)
        async with world.database.write() as connection:
            await connection.execute(
                update(conversations).where(conversations.c.id == found).values(queue_id=queue_id)
            )
        return found

    lena, _ = await world.people.add("lena", "Лена", Role.OPERATOR)
    await world.people.add("oleg", "Олег", Role.OPERATOR)
    _, key = await world.people.create_key("Лена", Role.OPERATOR, lena)
    async with world.client() as admin:
        made = {}
        for login in ("lena", "oleg"):
            [person] = [each.id for each in await world.people.list() if each.login == login]
            body = {"name": {"ru": login}, "members": [person]}
            made[login] = (await admin.post("/api/v1/queues", json=body)).json()["id"]
    mine, others, plain = (
        await waits_in(made["lena"]),
        await waits_in(made["oleg"]),
        await waits_in(None),
    )

    async def listed(caller: Role | str, **params: str) -> list[str]:
        async with world.client(caller) as client:
            answer = await client.get(URL, params={"owner": "queue", **params})
            return [each["id"] for each in answer.json()["items"]]

    assert await listed(key) == await listed(key, queues="mine") == [mine, plain]
    assert await listed(Role.OPERATOR) == await listed(Role.SUPERVISOR) == [mine, others, plain]
    async with world.client(key) as client:
        refused = await client.get(URL, params={"queues": "all"})
        assert refused.status_code == 403
        recent = (await client.get(URL)).json()["items"]
    assert {each["id"] for each in recent} == {mine, plain}
