"""Blind review over the API: the next turn, picks and their undo, sprints by u alone, disputes."""

import httpx
from api_world import World, waiting
from sqlalchemy import insert, select, update

from sufler.app.reviewing import settling_over
from sufler.domain.checks import CheckKind
from sufler.domain.people import Role
from sufler.storage.checks import CheckStore
from sufler.storage.review_rows import add_task
from sufler.storage.tables.accuracy import draws, review_tasks

PATH = "/api/v1/reviews"


async def drawn(world: World, number: int, u: float = 0.5) -> str:
    """A customer asked, and the turn may be checked; the prediction's id."""
    talk = await waiting(world, number)
    made = (await world.conversations.get(talk)).suggestion_id
    assert made is not None
    suggestion = await world.suggestions.get(made)
    values = {
        **{"suggestion_id": made, "conversation_id": talk, "episode": 1, "message_id": None},
        **{"topic": suggestion.items[0].topic, "article_id": suggestion.items[0].article_id},
        **{"confidence": 0.9, "u": u, "share": 0.1, "counts": True, "hidden": False},
        **{"answered": False, "audited": False, "far_off": False, "at": suggestion.at},
    }
    async with world.database.write() as connection:
        await connection.execute(insert(draws).values(**values))
    return made


async def tasked(world: World, number: int, among: int = 1) -> None:
    made = await drawn(world, number)
    async with world.database.write() as connection:
        task = await add_task(connection, made, CheckKind.HIDDEN, 0.1, world.clock.now())
        row = update(review_tasks).where(review_tasks.c.id == task)
        await connection.execute(row.values(reviewers=among))


async def person(world: World, login: str, role: Role = Role.OPERATOR) -> httpx.AsyncClient:
    """A client with a key of their own."""
    made, _ = await world.people.add(login, login.title(), role, "long enough")
    return world.client((await world.people.create_key(login, role, made))[1])


async def test_that_a_turn_is_asked_for_picked_taken_back_and_checked(world: World) -> None:
    await tasked(world, 1)
    anna, boris = await person(world, "anna"), await person(world, "boris")
    shown = (await anna.get(f"{PATH}/next")).json()["card"]
    assert shown["turn"] == "где деньги"
    ids = [option["article_id"] for option in shown["options"]]
    assert "returns-money" in ids
    assert not {"confidence", "hidden", "propensity"} & set(str(shown).split("'"))
    address = f"{PATH}/{shown['task_id']}"
    for wrong in (
        {"choice": "skip"},
        {"choice": "two", "also": ids[:1]},
        {"choice": "none", "x": 1},
    ):
        assert (await anna.post(address, json=wrong)).status_code == 422
    picked = (await anna.post(address, json={"choice": "none", "took_s": 8.5})).json()
    assert (picked["choice"], picked["shown"], picked["took_s"]) == ("none", ids, 8.5)
    assert (await boris.post(address, json={"choice": "none"})).status_code == 409
    back = await anna.post(f"{PATH}/undo")
    assert back.json() == shown
    assert (await anna.post(f"{PATH}/undo")).status_code == 409
    await anna.post(address, json={"choice": "returns-money"})
    now = (await anna.get(PATH)).json()
    assert (now["today"], now["mine"], now["waiting"]) == (1, 0, [])
    world.clock.pass_(seconds=31)
    assert await settling_over(world.database)(world.clock.now()) == 1
    (check,) = await CheckStore(world.database).all_until()
    assert check.right
    assert (await anna.post(f"{PATH}/999", json={"choice": "none"})).status_code == 404


async def test_that_who_read_a_conversation_over_the_api_does_not_review_it(world: World) -> None:
    await tasked(world, 1)
    anna = await person(world, "anna")
    card = (await anna.get(f"{PATH}/next")).json()["card"]
    (talk,) = (await anna.get("/api/v1/conversations")).json()["items"]
    assert (await anna.get(f"{PATH}/next")).json()["card"] == card  # a list tells nothing
    await anna.get(f"/api/v1/conversations/{talk['id']}")
    assert (await anna.get(f"{PATH}/next")).json() == {"card": None}
    refused = await anna.post(f"{PATH}/{card['task_id']}", json={"choice": "none"})
    assert refused.status_code == 403
    service = world.client(Role.ADMINISTRATOR)
    assert (await service.get(f"{PATH}/next")).json() == {"card": None}
    answer = await service.post(f"{PATH}/{card['task_id']}", json={"choice": "none"})
    assert answer.status_code == 409


async def test_that_a_sprint_can_be_chosen_by_nothing_but_its_length(world: World) -> None:
    for number, u in enumerate((0.8, 0.3, 0.6)):
        await drawn(world, number, u)
    zoya = await person(world, "zoya", Role.SUPERVISOR)
    topic = world.knowledge.articles["returns-money"].topic
    for more in ({"confidence_below": 0.5}, {"text": "деньги"}, {"right": True}, {"minutes": 5}):
        body = {"topic": topic, "checks": 2} | more
        assert (await zoya.post(f"{PATH}/sprints", json=body)).status_code == 422
    assert (await zoya.post(f"{PATH}/sprints", json={"topic": topic})).status_code == 422
    done = await zoya.post(f"{PATH}/sprints", json={"topic": topic, "checks": 2})
    assert done.json() == {"topic": topic, "taken": 2, "there": 3}
    async with world.database.read() as connection:
        query = select(draws.c.u, review_tasks.c.propensity).join(
            review_tasks, review_tasks.c.suggestion_id == draws.c.suggestion_id
        )
        rows = (await connection.execute(query.order_by(review_tasks.c.id))).all()
    assert [tuple(row) for row in rows] == [(0.3, 0.6), (0.6, 0.6)]
    progress = (await zoya.get(PATH, params={"topic": topic})).json()
    assert (progress["mine"], progress["waiting"]) == (2, [{"topic": topic, "turns": 2}])


async def test_that_disputes_are_listed_with_who_picked_what(world: World) -> None:
    await tasked(world, 1, among=2)
    for login, choice in (("anna", "returns-money"), ("boris", "none")):
        client = await person(world, login)
        card = (await client.get(f"{PATH}/next")).json()["card"]
        await client.post(f"{PATH}/{card['task_id']}", json={"choice": choice})
    world.clock.pass_(seconds=31)
    await settling_over(world.database)(world.clock.now())
    supervisor = world.client(Role.SUPERVISOR)
    (dispute,) = (await supervisor.get(f"{PATH}/disputes")).json()["items"]
    assert [pick["choice"] for pick in dispute["picks"]] == ["returns-money", "none"]
    found = (await supervisor.get(PATH)).json()
    assert (found["disputes"], found["agreement"]["pairs"]) == (1, 1)
