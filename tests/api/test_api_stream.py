"""The event stream over real HTTP: what it tells, to whom, in which order, how it is resumed."""

import asyncio
from typing import Any

import httpx
import pytest
from api_world import World
from listening import QUICK, Reader, listening, served_world, shelved, talk_of
from patience import PATIENCE_S, pass_by

from sufler.api.stream import EventStream, _Teller
from sufler.domain.people import Caller, Role
from sufler.domain.queues import Queue
from sufler.domain.stream import StreamFilter, StreamKind

ANNA = Caller("key:anna", "Анна", Role.OPERATOR)


async def asked(address: str, key: str, **body: Any) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_S) as client:
        headers = {"Authorization": f"Bearer {key}"}
        answer = await client.post("/api/v1/suggestions", json=body, headers=headers)
        assert answer.status_code == 200
        return dict(answer.json())


async def replied(world: World, talk: str, *texts: str) -> None:
    for text in texts:
        await world.desk.reply(ANNA, talk, text)


def texts_of(reader: Reader) -> list[str]:
    return [each["data"]["message"]["text"] for each in reader.got]


async def test_that_a_conversation_is_told_in_its_order(database_url: str) -> None:
    async with served_world(database_url) as (world, address):
        talk, other = await talk_of(world), await talk_of(world, "c2")
        async with (
            listening(address, world.keys[Role.OPERATOR]) as all_of_it,
            listening(address, world.keys[Role.OPERATOR], conversation_id=other) as one,
            listening(address, world.keys[Role.EDITOR], kind=["conversation.closed"]) as ends,
        ):
            await replied(world, talk, "Добрый день!\n\ndata: нет")
            await replied(world, other, "Здравствуйте")
            await world.desk.close(ANNA, talk)
            kinds = await all_of_it.kinds(5)
            await one.kinds(2)
            await ends.kinds(1)
        assert kinds == [
            "conversation.owner",
            "conversation.message",
            "conversation.owner",
            "conversation.message",
            "conversation.closed",
        ]
        message = all_of_it.got[1]["data"]
        assert message["message"]["text"] == "Добрый день!\n\ndata: нет"
        assert message["conversation"]["customer"]["external_id"] == "c1"
        assert message["conversation_id"] == talk
        assert all_of_it.got[0]["data"]["owner"] == "operator"
        assert {each["data"]["conversation_id"] for each in one.got} == {other}
        assert [each["event"] for each in ends.got] == ["conversation.closed"]
        assert all_of_it.answer.headers["content-type"] == "text/event-stream; charset=utf-8"


async def test_that_a_suggestion_reaches_other_connections_of_its_key_only(
    database_url: str,
) -> None:
    async with served_world(database_url) as (world, address):
        await shelved(world)
        mine, others = world.keys[Role.OPERATOR], world.keys[Role.SUPERVISOR]
        async with listening(address, mine) as here, listening(address, others) as there:
            made = await asked(address, mine, text="где заказ", conversation_id="desk-4711")
            hidden = await asked(address, mine, text="что тайна", conversation_id="desk-4711")
            await asked(address, mine, text="где заказ")  # about no conversation
            theirs = await asked(address, others, text="где", conversation_id="их-1")
            await here.kinds(2)
            await there.kinds(1)
    first, second = (each["data"] for each in here.got)
    assert first["conversation_id"] == "desk-4711"
    assert first["suggestion"]["suggestion_id"] == made["suggestion_id"]
    assert first["suggestion"]["items"] == made["items"]
    assert [item["article_id"] for item in made["items"]] == ["where"]
    assert first["suggestion"]["hidden"] is False
    # A topic that observes shows nothing.
    assert second["suggestion"]["suggestion_id"] == hidden["suggestion_id"]
    assert second["suggestion"]["items"] == hidden["items"] == []
    assert "Не скажем" not in str(here.got)
    assert [each["data"]["suggestion"]["suggestion_id"] for each in there.got] == [
        theirs["suggestion_id"]
    ]


async def test_that_whoever_resumes_loses_and_doubles_nothing(database_url: str) -> None:
    wanted = [f"ответ {number}" for number in range(12)]
    only = {"kind": ["conversation.message"]}
    async with served_world(database_url) as (world, address):
        talk = await talk_of(world)
        async with listening(address, world.keys[Role.OPERATOR], **only) as first:
            await replied(world, talk, *wanted[:4])
            await first.kinds(4)
        await replied(world, talk, *wanted[4:8])  # while nobody listens
    # Another process, after a restart; the place is where the reader stopped.
    async with served_world(database_url) as (world, address):
        async with listening(address, world.keys[Role.OPERATOR], first.last_id, **only) as second:
            await replied(world, talk, *wanted[8:])
            await second.kinds(8)
        async with listening(address, world.keys[Role.OPERATOR], second.last_id, **only) as third:
            await third.until(lambda each: each.comments > 2)
    assert texts_of(first) + texts_of(second) == wanted
    assert third.got == []


async def test_that_events_that_are_kept_no_more_are_told_of(database_url: str) -> None:
    async with served_world(database_url) as (world, address):
        talk = await talk_of(world)
        await replied(world, talk, "раз", "два")
        async with listening(address, world.keys[Role.OPERATOR], "999999") as reader:
            await reader.kinds(1)
            await replied(world, talk, "три")
            assert await reader.kinds(2) == ["gap", "conversation.message"]
        assert texts_of(Reader(reader.answer, reader.got[1:])) == ["три"]
        async with listening(address, world.keys[Role.OPERATOR], "0") as whole:
            await whole.until(lambda each: len(each.got) == 4)
        assert whole.got[0]["event"] == "conversation.owner"


async def test_that_one_key_has_so_many_connections_and_no_more(database_url: str) -> None:
    async with served_world(database_url) as (world, address):
        key = world.keys[Role.OPERATOR]
        async with listening(address, key), listening(address, key):
            async with listening(address, key):
                async with listening(address, key) as refused:
                    assert refused.answer.status_code == 429
                    assert "3 connections" in refused.answer.json()["detail"]
                    assert refused.answer.headers["retry-after"] == "5"
                async with listening(address, world.keys[Role.EDITOR]) as other:
                    assert other.answer.status_code == 200
            async with asyncio.timeout(PATIENCE_S):
                while world.outside.stream.connections > 2:  # noqa: ASYNC110 - the server's end
                    await asyncio.sleep(0.01)
            async with listening(address, key) as again:
                assert again.answer.status_code == 200


async def test_that_a_connection_ends_after_its_time_and_is_resumed(tmp_path: Any) -> None:
    async with served_world(f"sqlite:///{tmp_path}/s.db") as (world, address):
        talk = await talk_of(world)
        async with listening(address, world.keys[Role.OPERATOR]) as reader:
            await replied(world, talk, "раз")
            await reader.kinds(2)
            await reader.until(lambda each: each.comments > 1)
            assert not reader.ended
            pass_by(QUICK.longest_s)
            await reader.until(lambda each: each.ended)  # a whole answer: httpx would raise else
        await replied(world, talk, "два")
        async with listening(address, world.keys[Role.OPERATOR], reader.last_id) as next_one:
            assert await next_one.kinds(1) == ["conversation.message"]
        assert texts_of(next_one) == ["два"]


async def test_that_who_may_not_listen_is_told_so(tmp_path: Any) -> None:
    async with served_world(f"sqlite:///{tmp_path}/s.db") as (world, address):
        async with listening(address, "sk_nobody") as stranger:
            assert stranger.answer.status_code == 401
        async with listening(address, world.keys[Role.OPERATOR], "letters") as odd:
            assert odd.answer.status_code == 422
        async with listening(address, world.keys[Role.OPERATOR], kind=["weather"]) as unknown:
            assert unknown.answer.status_code == 422
        key, secret = await world.people.create_key("leaves", Role.OPERATOR)
        async with listening(address, secret) as leaving:
            await world.people.revoke_key(key.id)
            await replied(world, await talk_of(world), "не для вас")
            await leaving.until(lambda each: each.ended)
            assert leaving.got == []


class _Stuck:
    """A reader that takes nothing, nor leaves."""

    def __init__(self) -> None:
        self.given = 0

    async def send(self, _message: Any) -> None:
        self.given += 1
        if self.given > 1:
            await asyncio.Event().wait()

    async def receive(self) -> Any:
        await asyncio.Event().wait()


async def test_that_a_reader_who_takes_nothing_is_let_go(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sufler.api.stream.LAST_WORDS_S", 0.05)
    stream = world.outside.stream
    object.__setattr__(stream.limits, "longest_s", 0.2)

    class Sight:
        async def of(self, events: Any) -> Any:
            return events

    stuck = _Stuck()
    answer = EventStream(_Teller(stream, Sight(), StreamFilter(), 0), "key:1", None)  # type: ignore[arg-type]
    scope = {"type": "http"}
    async with asyncio.timeout(PATIENCE_S):
        await answer(scope, stuck.receive, stuck.send)
    assert stream.connections == 0


async def test_that_two_processes_tell_the_same(postgresql_url: str) -> None:
    async with (
        served_world(postgresql_url) as (one, _),
        served_world(postgresql_url) as (two, there),
    ):
        talk = await talk_of(one)
        key = two.keys[Role.OPERATOR]
        wanted = [f"ответ {number}" for number in range(20)]
        async with (
            listening(there, key, kind=[StreamKind.MESSAGE.value]) as reader,
            listening(there, key, kind=[StreamKind.MESSAGE.value]) as beside,
        ):
            half = len(wanted) // 2
            # Both write at once, into conversations of their own.
            other = await talk_of(two, "c2")
            await asyncio.gather(
                replied(one, talk, *wanted[:half]), replied(two, other, *wanted[half:])
            )
            await reader.kinds(len(wanted))
            await beside.kinds(len(wanted))
        assert sorted(texts_of(reader)) == sorted(wanted)
        ids = [each["id"] for each in reader.got]
        assert ids == sorted(set(ids)) == [each["id"] for each in beside.got]


async def test_that_other_peoples_queues_are_hidden_as_on_the_desk(tmp_path: Any) -> None:
    async with served_world(f"sqlite:///{tmp_path}/s.db") as (world, address):
        boss = Caller("key:boss", "Boss", Role.ADMINISTRATOR)
        people = [
            (await world.people.add(login, login, Role.OPERATOR, "long enough"))[0]
            for login in ("anna", "boris")
        ]
        keys = [(await world.people.create_key("k", Role.OPERATOR, each))[1] for each in people]
        lines = world.desk.lines
        money = await lines.queues.save(boss, Queue("", {"ru": "Деньги"}, members=(people[1].id,)))
        talk = await talk_of(world)
        async with (
            listening(address, keys[0]) as anna,
            listening(address, keys[1]) as boris,
            listening(address, keys[0], conversation_id=talk) as named,
            listening(address, world.keys[Role.OPERATOR]) as service,
        ):
            await world.desk.take(boss, talk)
            await lines.transfers.to_queue(boss, talk, money.id)
            last = await talk_of(world, "c2")
            await world.desk.take(boss, last)
            for reader in (anna, boris, service):
                await reader.until(
                    lambda each: last in [one["data"]["conversation_id"] for one in each.got]
                )
            await named.until(lambda each: len(each.got) == 3)
        assert [each["event"] for each in named.got] == [
            "conversation.owner",
            "conversation.owner",
            "conversation.message",
        ]
        seen = {
            name: {each["id"] for each in reader.got}
            for name, reader in (("anna", anna), ("boris", boris), ("service", service))
        }
        hidden = {each["id"] for each in named.got if each["data"]["queue_id"] == money.id}
        assert hidden
        assert hidden <= seen["boris"]
        assert hidden <= seen["service"]
        assert not hidden & seen["anna"]
