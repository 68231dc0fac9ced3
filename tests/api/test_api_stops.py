"""The kill switch over HTTP: who may, what is refused, and what everybody sees."""

import pytest
from api_world import World

from sufler.domain.people import Role

ALL = {"scope": "all", "reason": "неверные цены"}


async def test_that_a_supervisor_stops_and_resumes_with_a_reason(world: World) -> None:
    async with world.client(Role.SUPERVISOR) as client:
        made = await client.put("/api/v1/stops", json=ALL)
        assert (made.status_code, made.json()["reason"]) == (200, "неверные цены")
        [seen] = (await client.get("/api/v1/stops")).json()["items"]
        assert (seen["scope"], seen["by"]) == ("all", "supervisor")
        assert (await client.delete("/api/v1/stops?scope=all")).status_code == 204
        assert (await client.get("/api/v1/stops")).json()["items"] == []
        assert (await client.delete("/api/v1/stops?scope=all")).status_code == 404


async def test_that_an_operator_stops_a_conversation_only(world: World) -> None:
    async with world.client(Role.OPERATOR) as client:
        assert (await client.put("/api/v1/stops", json=ALL)).status_code == 403
        one = {"scope": "conversation:abc", "reason": "спор"}
        assert (await client.put("/api/v1/stops", json=one)).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        {"scope": "all", "reason": " "},
        {"scope": "all"},
        {"scope": "everything", "reason": "x"},
        {"scope": "topic:", "reason": "x"},
        {"scope": "all", "reason": "x", "more": 1},
    ],
)
async def test_that_a_stop_without_a_scope_or_reason_is_refused(
    world: World, asked: dict[str, object]
) -> None:
    async with world.client(Role.SUPERVISOR) as client:
        assert (await client.put("/api/v1/stops", json=asked)).status_code in (400, 422)
        assert (await client.get("/api/v1/stops")).json()["items"] == []
