"""Webhooks out, from the API to a real server: signed, in order, again after failures, replayed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from api_world import World, built_world
from receiver import OK, Receiver, Told, answering, receiving

from sufler.domain.administration import Act
from sufler.domain.conversation import Customer
from sufler.domain.people import Caller, Role
from sufler.storage.database import Database
from sufler.storage.erasure import ErasureStore
from sufler.storage.leases import Leases

URL = "/api/v1/webhooks"
ANNA = Caller("key:anna", "Анна", Role.OPERATOR)
BUSY = answering("503 Busy", body="later")


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[World]:
    database = Database(database_url)
    await database.migrate()
    world = await built_world(database)
    yield world
    await world.outside.poster.close()
    await database.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as served:
        yield served


async def add(world: World, receiver: Receiver, *kinds: str) -> dict[str, Any]:
    async with world.client() as client:
        asked = {"url": receiver.url, "kinds": list(kinds) or ["conversation.message"]}
        answer = await client.post(URL, json=asked)
    assert answer.status_code == 201
    return dict(answer.json())


async def talk_of(world: World, customer: str) -> str:
    found = await world.conversations.open_for("web", Customer(customer), "ru", world.clock.now())
    return found.id


async def say(world: World, customer: str, *texts: str) -> str:
    talk = await talk_of(world, customer)
    for text in texts:
        await world.desk.reply(ANNA, talk, text)
    return talk


async def log_of(world: World, hook: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
    async with world.client() as client:
        answer = await client.get(f"{URL}/{hook['id']}/deliveries", params=query)
    assert answer.status_code == 200
    return list(answer.json()["items"])


async def post(world: World, path: str) -> Any:
    async with world.client() as client:
        return await client.post(f"{URL}/{path}")


def texts(receiver: Receiver) -> list[str]:
    return [told.event["data"]["message"]["text"] for told in receiver.got]


async def test_that_what_happens_is_told_signed_and_in_order(
    office: World, receiver: Receiver
) -> None:
    await say(office, "c1", "до вебхука")
    hook = await add(office, receiver)
    await say(office, "c1", "раз", "два", "три")
    await office.outside.sending.drain()
    assert texts(receiver) == ["раз", "два", "три"]
    assert all(told.signed_with(hook["secret"]) for told in receiver.got)
    assert len({told.id for told in receiver.got}) == 3
    assert receiver.got[0].event["type"] == "conversation.message"
    log = await log_of(office, hook)
    assert [(each["state"], each["status"], each["answer"]) for each in log] == [
        ("done", 200, "ok")
    ] * 3
    assert [each["message_id"] for each in log] == [told.id for told in reversed(receiver.got)]
    pages = [await log_of(office, hook, limit=2), await log_of(office, hook, state="parked")]
    assert [len(each) for each in pages] == [2, 0]


async def test_that_no_secret_is_ever_shown_again(office: World, receiver: Receiver) -> None:
    hook = await add(office, receiver)
    assert hook["secret"].startswith("whsec_")
    await post(office, f"{hook['id']}/test")
    async with office.client() as client:
        shown = [await client.get(URL), await client.get(f"{URL}/{hook['id']}")]
        shown.append(await client.get(f"{URL}/{hook['id']}/deliveries"))
        shown.append(await client.patch(f"{URL}/{hook['id']}", json={"note": "x"}))
    for each in shown:
        assert each.status_code == 200
        assert hook["secret"] not in each.text
        assert "hidden" not in each.text  # the query of the address
    async with office.client(Role.EDITOR) as client:
        assert (await client.get(URL)).status_code == 403
        assert (await client.post(URL, json={"url": receiver.url})).status_code == 403


@pytest.mark.parametrize(
    "url", ["http://10.0.0.7/x", "https://10.0.0.7/x", "https://[::1]/", "words", ""]
)
async def test_that_an_address_that_would_not_be_told_is_refused(office: World, url: str) -> None:
    async with office.client() as client:
        answer = await client.post(URL, json={"url": url})
        assert (answer.status_code, answer.json()["field"]) == (422, "url")
        assert (await client.get(URL)).json()["items"] == []


async def test_that_one_that_fails_holds_back_its_conversation_only(
    office: World, receiver: Receiver
) -> None:
    def answer(told: Told) -> bytes:
        return BUSY if told.event["data"]["message"]["text"] == "раз" else OK

    hook = await add(office, receiver)
    receiver.answer = answer
    await say(office, "c1", "раз", "два")
    await say(office, "c2", "другой")
    await office.outside.sending.drain()
    assert sorted(texts(receiver)) == ["другой", "раз"]
    [first] = [told.id for told in receiver.got if told.event["data"]["message"]["text"] == "раз"]
    office.clock.pass_(seconds=4)
    await office.outside.sending.drain()
    assert len(receiver.got) == 2
    receiver.answer = lambda told: OK
    office.clock.pass_(seconds=2)
    await office.outside.sending.drain()
    assert texts(receiver)[2:] == ["раз", "два"]
    assert receiver.got[2].id == first
    [again] = [each for each in await log_of(office, hook) if each["message_id"] == first]
    assert (again["attempts"], again["state"]) == (2, "done")


async def test_that_after_days_it_is_parked_and_switched_off_and_nothing_is_lost(
    office: World, receiver: Receiver
) -> None:
    hook = await add(office, receiver)
    receiver.answer = lambda told: BUSY
    await say(office, "c1", "раз", "два")
    for _ in range(40):
        await office.outside.sending.drain()
        office.clock.pass_(hours=4)
    assert 8 <= len(receiver.got) <= 20
    async with office.client() as client:
        now = (await client.get(f"{URL}/{hook['id']}")).json()
    assert now["active"] is False
    assert now["disabled_why"].startswith("nothing has arrived since 2026-05-01 12:00")
    states = [each["state"] for each in await log_of(office, hook)]
    assert "parked" in states
    assert (await post(office, f"{hook['id']}/replay")).status_code == 409
    await say(office, "c1", "три")  # while it is off
    receiver.answer, receiver.got = (lambda told: OK), []
    async with office.client() as client:
        on = await client.patch(f"{URL}/{hook['id']}", json={"active": True})
    assert (on.json()["active"], on.json()["failing_since"]) == (True, None)
    await office.outside.sending.drain()
    replayed = await post(office, f"{hook['id']}/replay")
    assert replayed.json() == {"count": states.count("parked")}
    await office.outside.sending.drain()
    assert sorted(texts(receiver)) == ["два", "раз", "три"]
    assert {each["state"] for each in await log_of(office, hook)} == {"done"}


async def test_that_one_delivery_can_be_sent_again_with_its_id(
    office: World, receiver: Receiver
) -> None:
    hook = await add(office, receiver)
    await say(office, "c1", "раз")
    await office.outside.sending.drain()
    [done] = await log_of(office, hook)
    path = f"{hook['id']}/deliveries"
    assert (await post(office, f"{path}/{done['id']}/replay")).status_code == 204
    assert (await post(office, f"{path}/{done['id']}/replay")).status_code == 404  # it waits
    assert (await post(office, f"{path}/999/replay")).status_code == 404
    await office.outside.sending.drain()
    assert [told.id for told in receiver.got] == [done["message_id"]] * 2


async def test_that_a_new_secret_signs_beside_the_old_one_for_a_day(
    office: World, receiver: Receiver
) -> None:
    hook = await add(office, receiver)
    changed = (await post(office, f"{hook['id']}/rotate")).json()
    assert changed["secret"] != hook["secret"]
    await say(office, "c1", "раз")
    await office.outside.sending.drain()
    office.clock.pass_(hours=25)
    await say(office, "c1", "два")
    await office.outside.sending.drain()
    signed = [
        [told.signed_with(each["secret"]) for each in (hook, changed)] for told in receiver.got
    ]
    assert signed == [[True, True], [False, True]]


async def test_that_a_test_tells_at_once_what_came_of_it(office: World, receiver: Receiver) -> None:
    hook = await add(office, receiver)
    good = (await post(office, f"{hook['id']}/test")).json()
    assert (good["state"], good["status"], good["kind"]) == ("done", 200, "test")
    receiver.answer = lambda told: answering("401 Who", body="wrong signature")
    bad = (await post(office, f"{hook['id']}/test")).json()
    assert (bad["state"], bad["error"], bad["answer"]) == (
        "parked",
        "answers 401",
        "wrong signature",
    )
    assert [told.event["type"] for told in receiver.got] == ["test", "test"]
    receiver.answer = lambda told: answering("410 Gone")
    await say(office, "c1", "раз")
    await office.outside.sending.drain()
    async with office.client() as client:
        now = (await client.get(f"{URL}/{hook['id']}")).json()
    assert (now["active"], now["disabled_why"]) == (False, "answers 410: it wants no more")


async def test_that_what_was_being_sent_at_a_crash_is_sent_again(
    office: World, receiver: Receiver
) -> None:
    await add(office, receiver)
    await say(office, "c1", "раз")
    receiver.answer = lambda told: None
    dying = asyncio.create_task(office.outside.sending.run(Leases(office.database, "one")))
    await receiver.until(1)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    receiver.answer = lambda told: OK
    await office.outside.sending.drain()
    assert texts(receiver) == ["раз", "раз"]
    assert receiver.got[0].id == receiver.got[1].id


async def test_that_of_two_processes_one_sends_and_the_other_takes_over(
    postgresql_url: str, receiver: Receiver
) -> None:
    worlds = []
    for _ in range(2):
        database = Database(postgresql_url)
        await database.migrate()
        worlds.append(await built_world(database))
    one, two = worlds
    await add(one, receiver)
    sending = [
        asyncio.create_task(world.outside.sending.run(Leases(world.database, name)))
        for world, name in ((one, "one"), (two, "two"))
    ]
    hearing = [asyncio.create_task(world.database.wakeups.run()) for world in worlds]
    try:
        await asyncio.gather(say(one, "c1", "1", "2", "3"), say(two, "c2", "4", "5", "6"))
        await receiver.until(6)
        held = (await Leases(one.database).holders())["webhooks"]
        gone = sending[("one", "two").index(held)]
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        await asyncio.gather(say(one, "c1", "7"), say(two, "c2", "8"))
        await receiver.until(8)
    finally:
        for task in (*sending, *hearing):
            task.cancel()
        await asyncio.gather(*sending, *hearing, return_exceptions=True)
        for world in worlds:
            await world.outside.poster.close()
            await world.database.close()
    # One whose outcome was not yet stored comes twice, and is told by its id.
    said = list({told.id: told.event["data"]["message"]["text"] for told in receiver.got}.values())
    assert sorted(said) == [str(number) for number in range(1, 9)]
    assert [each for each in said if each in "1237"] == ["1", "2", "3", "7"]
    assert [each for each in said if each in "4568"] == ["4", "5", "6", "8"]


async def test_that_what_one_key_asked_for_goes_to_no_webhook_and_a_customer_leaves_with_all(
    office: World, receiver: Receiver, tmp_path: Path
) -> None:
    hook = await add(office, receiver, "suggestion.made", "conversation.message")
    async with office.client(Role.OPERATOR) as client:
        asked = {"text": "где заказ", "conversation_id": "desk-1"}
        assert (await client.post("/api/v1/suggestions", json=asked)).status_code == 200
    receiver.answer = lambda told: answering("500 No", body=told.event["data"]["message"]["text"])
    await say(office, "c1", "тайна крокодила")
    await say(office, "c2", "другой")
    await office.outside.sending.drain()
    assert sorted(texts(receiver)) == ["другой", "тайна крокодила"]
    assert any("крокодил" in each["answer"] for each in await log_of(office, hook))
    eraser = ErasureStore(office.database, tmp_path, office.clock)
    now = office.clock.now()
    await eraser.erase("web", "c1", lambda counts: Act(now, "x", "x", "erased", "x"))
    left = await log_of(office, hook)
    assert [each["answer"] for each in left] == ["другой"]
    office.clock.pass_(hours=1)
    receiver.got.clear()
    await office.outside.sending.drain()
    assert texts(receiver) == ["другой"]
