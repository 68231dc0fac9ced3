"""Who may ask for what: keys, scopes, revoking."""

import httpx
import pytest
from api_world import World

from sufler.api.caller import KEEP_S, CallerCache
from sufler.desk.people import People
from sufler.domain.people import Caller, Role
from sufler.storage.keys import KeyStore
from sufler.storage.people import PeopleStore
from sufler.storage.sessions import SessionStore

OP, SU, ED, AD = Role.OPERATOR, Role.SUPERVISOR, Role.EDITOR, Role.ADMINISTRATOR
ARTICLE = {"translations": {"ru": {"title": "Вопрос?", "answer": "Ответ."}}}
NEEDS = [
    ("POST", "/api/v1/suggestions", {"text": "x"}, {OP, SU, ED, AD}),
    ("POST", "/api/v1/suggestions/x/feedback", {"action": "ignored"}, {OP, SU, ED, AD}),
    ("GET", "/api/v1/articles", None, {OP, SU, ED, AD}),
    ("GET", "/api/v1/articles/where-is-it", None, {OP, SU, ED, AD}),
    ("GET", "/api/v1/articles/where-is-it/history", None, {OP, SU, ED, AD}),
    ("GET", "/api/v1/articles/export", None, {OP, SU, ED, AD}),
    ("POST", "/api/v1/articles", ARTICLE, {ED, AD}),
    ("PATCH", "/api/v1/articles/where-is-it", {"owner": "x"}, {ED, AD}),
    ("DELETE", "/api/v1/articles/where-is-it", None, {ED, AD}),
    ("POST", "/api/v1/articles/where-is-it/restore", {"revision": 1}, {ED, AD}),
    ("GET", "/api/v1/topics", None, {OP, SU, ED, AD}),
    ("PATCH", "/api/v1/topics/Возврат", {"mode": "suggests"}, {AD}),
    ("GET", "/api/v1/conversations", None, {OP, SU, ED, AD}),
    ("GET", "/api/v1/conversations/x", None, {OP, SU, ED, AD}),
    ("POST", "/api/v1/conversations/x/take", None, {OP, SU, ED, AD}),
    ("POST", "/api/v1/conversations/x/reply", {"text": "x"}, {OP, SU, ED, AD}),
    ("POST", "/api/v1/conversations/x/return", None, {OP, SU, ED, AD}),
    ("POST", "/api/v1/conversations/x/close", None, {OP, SU, ED, AD}),
    ("PUT", "/api/v1/conversations/x/messages/1", {"text": "x"}, {OP, SU, ED, AD}),
    ("PUT", "/api/v1/stops", {"scope": "conversation:x", "reason": "x"}, {OP, SU, ED, AD}),
    ("PUT", "/api/v1/operators/me/status", {"status": "away"}, {OP, SU, ED, AD}),
    ("PUT", "/api/v1/operators/x", {"capacity": 3}, {AD}),
    ("GET", "/api/v1/stops", None, {OP, SU, ED, AD}),
    ("DELETE", "/api/v1/stops?scope=conversation:x", None, {OP, SU, ED, AD}),
    ("GET", "/api/v1/keys", None, {AD}),
    ("POST", "/api/v1/keys", {"name": "x", "scope": "operator"}, {AD}),
    ("DELETE", "/api/v1/keys/x", None, {AD}),
]


@pytest.mark.parametrize(("method", "path", "body", "scopes"), NEEDS)
async def test_that_each_route_asks_for_its_scope(
    world: World, method: str, path: str, body: object, scopes: set[Role]
) -> None:
    for role in Role:
        async with world.client(role) as client:
            answer = await client.request(method, path, json=body)
        assert (answer.status_code == 403) is (role not in scopes), (role, answer.text)
        if answer.status_code == 403:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["type"] == "urn:sufler:forbidden"


@pytest.mark.parametrize(("method", "path", "body", "_scopes"), NEEDS)
async def test_that_no_route_answers_without_a_key(
    world: World, method: str, path: str, body: object, _scopes: object
) -> None:
    for key in (None, "sk_wrong", "x" * 300):
        async with world.client(key) as client:
            answer = await client.request(method, path, json=body)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert "sk_wrong" not in answer.text


async def test_that_every_route_of_the_api_is_in_the_table_of_scopes(world: World) -> None:
    async with world.client(None) as client:
        paths = (await client.get("/openapi.json")).json()["paths"]
    asked = {(method, path.count("/")) for method, path, _, _ in NEEDS}
    for path, methods in paths.items():
        if path.startswith("/api/") and not path.endswith("/import"):
            for method in methods:
                assert (method.upper(), path.count("/")) in asked, (method, path)


@pytest.mark.parametrize(
    "header",
    ["Basic abc", "Bearer", "Bearer ", "sk_x", "bearer \x00", "Bearer sk_ü", "Bearer a b"],
)
async def test_that_a_strange_header_is_refused_not_fatal(world: World, header: str) -> None:
    async with world.client(None) as client:
        answer = await client.get(
            "/api/v1/topics", headers=httpx.Headers([(b"authorization", header.encode())])
        )
    assert answer.status_code == 401


async def test_that_the_scheme_is_read_in_any_case(world: World) -> None:
    async with world.client(None) as client:
        header = {"Authorization": f"bearer {world.keys[OP]}"}
        assert (await client.get("/api/v1/topics", headers=header)).status_code == 200


async def test_that_a_revoked_key_is_refused_at_once(world: World) -> None:
    async with world.client(AD) as client:
        made = (await client.post("/api/v1/keys", json={"name": "CRM", "scope": "operator"})).json()
        async with world.client(made["secret"]) as theirs:
            assert (await theirs.get("/api/v1/topics")).status_code == 200
            assert (await client.delete(f"/api/v1/keys/{made['id']}")).status_code == 204
            assert (await theirs.get("/api/v1/topics")).status_code == 401


async def test_that_a_disabled_persons_key_is_refused_at_once(world: World) -> None:
    person, _ = await world.people.add("anna", "Анна", OP, "long enough")
    _, secret = await world.people.create_key("Anna's", OP, person)
    async with world.client(secret) as client:
        assert (await client.get("/api/v1/topics")).status_code == 200
        await world.people.disable("anna")
        assert (await client.get("/api/v1/topics")).status_code == 401


async def test_that_a_key_revoked_by_another_process_is_refused_within_seconds(
    world: World,
) -> None:
    database = world.database
    other = People(PeopleStore(database), KeyStore(database), SessionStore(database), world.clock)
    key, secret = await other.create_key("CRM", OP)
    async with world.client(secret) as client:
        assert (await client.get("/api/v1/topics")).status_code == 200
        await other.revoke_key(key.id)
        world.clock.pass_(seconds=KEEP_S + 0.1)
        assert (await client.get("/api/v1/topics")).status_code == 401


async def test_that_a_key_revoked_while_it_is_looked_up_is_not_remembered(world: World) -> None:
    looked = 0

    async def look_up(secret: str) -> Caller:
        nonlocal looked
        looked += 1
        if looked == 1:
            cache.forget()
        return Caller("key:1", "x", OP)

    cache = CallerCache(look_up, world.clock)
    for _ in range(3):
        await cache.caller("sk_1")
    assert looked == 2
