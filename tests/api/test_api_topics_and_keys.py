"""Topics' modes and machines' keys over HTTP."""

from typing import Any

import pytest
from api_world import World

from sufler.domain.knowledge import Article, Translation
from sufler.domain.people import Role

UNTUNED = {"target": 0.95, "bar": None, "hold_s": 0}


async def test_that_topics_are_listed_with_their_mode(world: World) -> None:
    async with world.client(Role.OPERATOR) as client:
        body = (await client.get("/api/v1/topics")).json()
    assert body["items"] == [
        {"name": name, "mode": "suggests", "without_certificate": None, **UNTUNED}
        for name in ("Возврат", "Доставка")
    ]


async def test_that_a_topic_answers_only_with_a_reason(world: World) -> None:
    async with world.client() as client:
        url = "/api/v1/topics/Возврат"
        answer = await client.patch(url, json={"mode": "answers"})
        assert (answer.status_code, answer.json()["field"]) == (409, "words")
        answer = await client.patch(url, json={"mode": "answers", "without_certificate": "trial"})
        assert answer.json() == {
            "name": "Возврат",
            "mode": "answers",
            "without_certificate": "trial",
            **UNTUNED,
        }
        again = await client.patch(url, json={"mode": "answers", "without_certificate": "trial"})
        assert again.status_code == 200
        assert world.knowledge.topics["Возврат"].without_certificate == "trial"
        answer = await client.patch(url, json={"mode": "suggests", "without_certificate": "x"})
        assert answer.status_code == 422
        assert (await client.patch(url, json={"mode": "observes"})).status_code == 200
        assert (await client.patch(url, json={"mode": "shouts"})).json()["field"] == "mode"


async def test_that_a_topic_is_tuned_within_what_makes_sense(world: World) -> None:
    async with world.client() as client:
        url = "/api/v1/topics/Возврат"
        tuned = (await client.patch(url, json={"target": 0.9, "hold_s": 20})).json()
        assert (tuned["target"], tuned["hold_s"], tuned["mode"]) == (0.9, 20, "suggests")
        assert (await client.patch(url, json={"target": 0.5})).status_code == 422
        assert (await client.patch(url, json={"hold_s": 601})).status_code == 422


async def test_that_what_is_proved_of_topics_and_how_they_came_to_it_is_told(world: World) -> None:
    async with world.client() as client:
        change = {"mode": "answers", "without_certificate": "пробный запуск"}
        assert (await client.patch("/api/v1/topics/Возврат", json=change)).status_code == 200
        items = (await client.get("/api/v1/accuracy")).json()["items"]
        names = [item["topic"] for item in items]
        assert names == ["*", "Возврат", "Доставка", "*others"]
        assert items[1]["certificate"]["may_answer"] is False
        one = (await client.get("/api/v1/accuracy/Возврат")).json()
        assert one["history"][0]["reason"] == "without_certificate"
        assert one["history"][0]["words"] == "пробный запуск"
        past = await client.get("/api/v1/accuracy/Возврат", params={"at": "2026-01-01T00:00:00Z"})
        assert past.json()["checks"] == 0
        naive = await client.get("/api/v1/accuracy/Возврат", params={"at": "2026-01-01T00:00:00"})
        assert naive.status_code in {400, 422}
        assert (await client.get("/api/v1/accuracy/Нет")).status_code == 404


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
