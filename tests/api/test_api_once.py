"""`Idempotency-Key`: a request that is sent again is done once and answered the same."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from api_world import World

from sufler.domain.conversation import Customer
from sufler.domain.errors import StorageUnavailable
from sufler.domain.people import Role

ARTICLES = "/api/v1/articles"
BODY = {"translations": {"ru": {"title": "Можно ли вернуть обувь?", "answer": "Да, 14 дней."}}}
KEY = {"Idempotency-Key": "8e03978e-40d5-43e8-bc93-6894a57f9324"}
SAME = ("content-type", "etag", "location")


def _repeats(first: httpx.Response, second: httpx.Response) -> None:
    assert second.status_code == first.status_code
    assert second.content == first.content
    assert [second.headers.get(name) for name in SAME] == [first.headers.get(n) for n in SAME]
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers


async def test_that_an_article_is_made_once(world: World) -> None:
    async with world.client(Role.EDITOR) as client:
        first = await client.post(ARTICLES, json=BODY, headers=KEY)
        assert first.status_code == 201, first.text
        _repeats(first, await client.post(ARTICLES, json=BODY, headers=KEY))
        quoted = {"Idempotency-Key": f'"{KEY["Idempotency-Key"]}"'}
        _repeats(first, await client.post(ARTICLES, json=BODY, headers=quoted))
        assert len(world.knowledge.articles) == 3
        other = await client.post(ARTICLES, json={**BODY, "topic": "Иная"}, headers=KEY)
        assert other.status_code == 422
        assert other.json()["field"] == "Idempotency-Key"
        fresh = await client.post(ARTICLES, json=BODY, headers={"Idempotency-Key": "2"})
        assert fresh.json()["id"] != first.json()["id"]


async def test_that_keys_of_different_callers_and_addresses_do_not_meet(world: World) -> None:
    async with world.client(Role.EDITOR) as one, world.client(Role.ADMINISTRATOR) as two:
        first = await one.post(ARTICLES, json=BODY, headers=KEY)
        second = await two.post(ARTICLES, json={**BODY, "topic": "Иная"}, headers=KEY)
        assert (first.status_code, second.status_code) == (201, 201)
        url = f"{ARTICLES}/{first.json()['id']}/restore"
        assert (await one.post(url, json={"revision": 1}, headers=KEY)).status_code == 200


async def test_that_many_at_one_moment_are_one(world: World) -> None:
    async with world.client(Role.EDITOR) as client:
        answers = await asyncio.gather(
            *(client.post(ARTICLES, json=BODY, headers=KEY) for _ in range(8))
        )
        for answer in answers:
            if answer.status_code == 409:
                assert answer.headers["retry-after"] == "1"
                assert answer.json()["type"] == "urn:sufler:conflict"
        done = {answer.content for answer in answers if answer.status_code == 201}
    assert len(done) == 1
    assert len(world.knowledge.articles) == 3


async def test_that_a_reply_goes_out_once(world: World) -> None:
    talk = await world.conversations.open_for("web", Customer("c1", ""), "ru", world.clock.now())
    url = f"/api/v1/conversations/{talk.id}/reply"
    async with world.client(Role.OPERATOR) as client:
        first = await client.post(url, json={"text": "Добрый день!"}, headers=KEY)
        assert first.status_code == 200, first.text
        _repeats(first, await client.post(url, json={"text": "Добрый день!"}, headers=KEY))
    assert len(await world.conversations.messages(talk.id)) == 1


async def test_that_the_secret_of_a_key_is_not_kept(world: World) -> None:
    body = {"name": "CRM", "scope": "operator"}
    async with world.client() as client:
        before = len((await client.get("/api/v1/keys")).json()["items"])
        first = await client.post("/api/v1/keys", json=body, headers=KEY)
        again = await client.post("/api/v1/keys", json=body, headers=KEY)
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.json() == {**first.json(), "secret": None}
        assert again.headers["cache-control"] == "no-store"
        assert len((await client.get("/api/v1/keys")).json()["items"]) == before + 1
    assert world.database.file is not None
    for part in ("", "-wal"):
        file = world.database.file.with_name(world.database.file.name + part)
        assert first.json()["secret"].encode() not in file.read_bytes()


async def test_that_an_import_is_done_once_whatever_boundary_the_client_draws(
    world: World,
) -> None:
    file = {"file": ("kb.csv", "вопрос,ответ\nКогда?,Завтра.\n".encode(), "text/csv")}
    async with world.client(Role.EDITOR) as client:
        first = await client.post(f"{ARTICLES}/import", files=file, headers=KEY)
        assert first.json()["saved"] == 1, first.text
        again = await client.post(f"{ARTICLES}/import", files=file, headers=KEY)
        assert again.request.headers["content-type"] != first.request.headers["content-type"]
        _repeats(first, again)
        file = {"file": ("kb.csv", "вопрос,ответ\nКогда?,Сегодня.\n".encode(), "text/csv")}
        other = await client.post(f"{ARTICLES}/import", files=file, headers=KEY)
        assert other.status_code == 422


async def test_that_feedback_is_counted_once(world: World) -> None:
    async with world.client(Role.OPERATOR) as client:
        made = await client.post("/api/v1/suggestions", json={"text": "деньги"})
        url = f"/api/v1/suggestions/{made.json()['suggestion_id']}/feedback"
        for _ in range(2):
            answer = await client.post(url, json={"action": "ignored"}, headers=KEY)
            assert (answer.status_code, answer.content) == (204, b"")
    assert len(await world.suggestions.feedback_of(made.json()["suggestion_id"])) == 1


async def test_that_what_was_refused_may_be_sent_again_mended(world: World) -> None:
    async with world.client(Role.EDITOR) as client:
        bad = await client.post(ARTICLES, json={"translations": {}}, headers=KEY)
        assert bad.status_code == 422
        assert (await client.post(ARTICLES, json=BODY, headers=KEY)).status_code == 201


async def test_that_after_a_fault_it_may_be_sent_again(world: World) -> None:
    world.prompter.fault = StorageUnavailable("disk full")
    async with world.client(Role.OPERATOR) as client:
        url, asked = "/api/v1/suggestions", {"text": "деньги"}
        assert (await client.post(url, json=asked, headers=KEY)).status_code == 503
        world.prompter.fault = None
        first = await client.post(url, json=asked, headers=KEY)
        assert first.status_code == 200
        _repeats(first, await client.post(url, json=asked, headers=KEY))


async def test_that_an_answer_lost_after_the_deed_is_said_and_not_done_again(
    world: World,
) -> None:
    get = world.knowledge.get

    async def gone(_article_id: str) -> Any:
        raise StorageUnavailable("the disk is gone")

    async with world.client(Role.EDITOR) as client:
        world.knowledge.get = gone  # type: ignore[method-assign]  # after it was stored
        assert (await client.post(ARTICLES, json=BODY, headers=KEY)).status_code == 503
        world.knowledge.get = get  # type: ignore[method-assign]
        again = await client.post(ARTICLES, json=BODY, headers=KEY)
        assert again.status_code == 409
        assert "answer was lost" in again.json()["detail"]
    assert len(world.knowledge.articles) == 3


async def test_that_a_day_later_it_is_a_new_request(world: World) -> None:
    async with world.client(Role.EDITOR) as client:
        first = await client.post(ARTICLES, json=BODY, headers=KEY)
        world.clock.moment += timedelta(hours=24, seconds=1)
        second = await client.post(ARTICLES, json=BODY, headers=KEY)
        assert first.json()["id"] != second.json()["id"]


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "два", "a b"])
async def test_that_a_bad_key_is_refused(world: World, key: str) -> None:
    async with world.client(Role.EDITOR) as client:
        answer = await client.post(
            ARTICLES, json=BODY, headers=[(b"Idempotency-Key", key.encode())]
        )
    assert answer.status_code == 422
    assert answer.json()["field"] == "Idempotency-Key"


async def test_that_nobody_reads_an_answer_without_the_key_that_got_it(world: World) -> None:
    async with world.client(Role.EDITOR) as client, world.client(None) as nobody:
        first = await client.post(ARTICLES, json=BODY, headers=KEY)
        assert (await nobody.post(ARTICLES, json=BODY, headers=KEY)).status_code == 401
        keys = await world.people.keys()
        revoked = next(key.id for key in keys if key.scope is Role.EDITOR)
        await world.people.revoke_key(revoked)
        assert (await client.post(ARTICLES, json=BODY, headers=KEY)).status_code == 401
    assert first.status_code == 201
