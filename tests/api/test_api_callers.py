"""Who may ask for what: keys, scopes, revoking."""

import re

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
# Who is refused: everything that is not named here is for everybody with a key.
EDITORS = """
POST /api/v1/articles
POST /api/v1/articles/import
PATCH /api/v1/articles/{article_id}
DELETE /api/v1/articles/{article_id}
POST /api/v1/articles/{article_id}/restore
POST /api/v1/imports/{import_id}/undo
GET /api/v1/sources
POST /api/v1/sources
GET /api/v1/sources/{source_id}
DELETE /api/v1/sources/{source_id}
POST /api/v1/sources/{source_id}/run
POST /api/v1/learned/undo
POST /api/v1/learned/{learned_id}/undo
POST /api/v1/learned/{learned_id}/confirm
POST /api/v1/proposals/{proposal_id}/approve
POST /api/v1/proposals/{proposal_id}/dismiss
POST /api/v1/golden
POST /api/v1/golden/import
DELETE /api/v1/golden/{golden_id}
PUT /api/v1/flows/{name}
DELETE /api/v1/flows/{name}/draft
POST /api/v1/flows/{name}/publish
POST /api/v1/flows/{name}/rollback
POST /api/v1/flows/{name}/withdraw
"""
SUPERVISORS = """
GET /api/v1/overview
GET /api/v1/reviews/disputes
POST /api/v1/reviews/sprints
POST /api/v1/conversations/{conversation_id}/whisper
"""
ADMINISTRATORS = """
PUT /api/v1/customer-fields/{key}
DELETE /api/v1/customer-fields/{key}
PATCH /api/v1/topics/{name}
GET /api/v1/outcomes
GET /api/v1/outcomes/episodes
POST /api/v1/queues
PUT /api/v1/queues/{queue_id}
DELETE /api/v1/queues/{queue_id}
PUT /api/v1/operators/{person_id}
GET /api/v1/customers
DELETE /api/v1/customers
GET /api/v1/customers/export
GET /api/v1/webhooks
POST /api/v1/webhooks
GET /api/v1/webhooks/{webhook_id}
PATCH /api/v1/webhooks/{webhook_id}
DELETE /api/v1/webhooks/{webhook_id}
POST /api/v1/webhooks/{webhook_id}/rotate
POST /api/v1/webhooks/{webhook_id}/test
GET /api/v1/webhooks/{webhook_id}/deliveries
POST /api/v1/webhooks/{webhook_id}/replay
POST /api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/replay
GET /api/v1/keys
POST /api/v1/keys
DELETE /api/v1/keys/{key_id}
"""
REFUSED = (
    dict.fromkeys(EDITORS.split("\n"), frozenset({OP, SU}))
    | dict.fromkeys(SUPERVISORS.split("\n"), frozenset({OP}))
    | dict.fromkeys(ADMINISTRATORS.split("\n"), frozenset({OP, SU, ED}))
)
# Answers for as long as its caller listens; test_api_stream asks it for its key.
ENDLESS = "GET /api/v1/stream"


async def routes(world: World) -> list[tuple[str, str, str]]:
    """As the description of the API has them: name, method, and a path to ask."""
    async with world.client(None) as client:
        paths = (await client.get("/openapi.json")).json()["paths"]
    named = [
        (f"{method.upper()} {path}", method.upper(), re.sub(r"\{[^}]*\}", "1", path))
        for path, methods in paths.items()
        for method in methods
        if path.startswith("/api/")
    ]
    return [each for each in named if each[0] != ENDLESS]


async def test_that_each_route_asks_for_its_scope(world: World) -> None:
    asked = await routes(world)
    assert {name for name in REFUSED if name} <= {name for name, _, _ in asked}
    for role in Role:
        async with world.client(role) as client:
            for name, method, path in asked:
                answer = await client.request(method, path, json={})
                refused = role in REFUSED.get(name, frozenset())
                assert (answer.status_code == 403) is refused, (name, role, answer.text)
                if refused:
                    assert answer.headers["content-type"] == "application/problem+json"
                    assert answer.json()["type"] == "urn:sufler:forbidden"


async def test_that_no_route_answers_without_a_key(world: World) -> None:
    for key in (None, "sk_wrong", "x" * 300):
        async with world.client(key) as client:
            for name, method, path in await routes(world):
                answer = await client.request(method, path, json={})
                assert answer.status_code == 401, (name, answer.text)
                assert answer.headers["www-authenticate"].startswith("Bearer")
                assert "sk_wrong" not in answer.text


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
