"""Topics' modes and machines' keys over HTTP."""

from typing import Any

import pytest
from api_world import World

from sufler.domain.knowledge import Article, Translation
from sufler.domain.people import Role


async def test_that_topics_are_listed_with_their_mode(world: World) -> None:
    async with world.client(Role.OPERATOR) as client:
        body = (await client.get("/api/v1/topics")).json()
    assert body["items"] == [
        {"name": "Возврат", "mode": "suggests", "without_certificate": None},
        {"name": "Доставка", "mode": "suggests", "without_certificate": None},
    ]


async def test_that_a_topic_answers_only_with_a_reason(world: World) -> None:
    async with world.client() as client:
        url = "/api/v1/topics/Возврат"
        answer = await client.patch(url, json={"mode": "answers"})
        assert answer.status_code == 422
        assert "without_certificate" in answer.json()["detail"]
        answer = await client.patch(url, json={"mode": "answers", "without_certificate": "trial"})
        assert answer.json() == {
            "name": "Возврат",
            "mode": "answers",
            "without_certificate": "trial",
        }
        assert world.knowledge.topics["Возврат"].without_certificate == "trial"
        answer = await client.patch(url, json={"mode": "suggests", "without_certificate": "x"})
        assert answer.status_code == 422
        assert (await client.patch(url, json={"mode": "observes"})).status_code == 200
        assert (await client.patch(url, json={"mode": "shouts"})).json()["field"] == "mode"


async def test_that_a_topic_with_a_slash_can_be_changed(world: World) -> None:
    article = Article("x", "Прочее / Other", {"ru": Translation("Что?", "То.")})
    await world.knowledge.save([article], "test")
    async with world.client() as client:
        for path in ("Прочее / Other", "Прочее%20%2F%20Other"):
            answer = await client.patch(f"/api/v1/topics/{path}", json={"mode": "observes"})
            assert answer.status_code == 200, answer.text
        assert (
            await client.patch("/api/v1/topics/x", json={"mode": "observes"})
        ).status_code == 404


async def test_that_a_keys_secret_is_shown_once(world: World) -> None:
    async with world.client() as client:
        made = await client.post("/api/v1/keys", json={"name": "CRM", "scope": "editor"})
        assert made.status_code == 201
        assert made.headers["cache-control"] == "no-store"
        secret = made.json()["secret"]
        assert secret.startswith("sk_")
        listed = await client.get("/api/v1/keys")
        assert secret not in listed.text
        [key] = [key for key in listed.json()["items"] if key["name"] == "CRM"]
        assert (key["scope"], key["revoked_at"]) == ("editor", None)
        assert (await client.delete(f"/api/v1/keys/{key['id']}")).status_code == 204
        assert (await client.delete("/api/v1/keys/nothing")).status_code == 404
        [key] = [
            k for k in (await client.get("/api/v1/keys")).json()["items"] if k["name"] == "CRM"
        ]
        assert key["revoked_at"] is not None


@pytest.mark.parametrize(
    ("body", "field"),
    [({"name": "", "scope": "operator"}, "name"), ({"name": "x", "scope": "king"}, "scope")],
)
async def test_that_a_bad_key_names_its_field(
    world: World, body: dict[str, Any], field: str
) -> None:
    async with world.client() as client:
        answer = await client.post("/api/v1/keys", json=body)
    assert answer.status_code == 422
    assert answer.json()["field"] == field
