"""Liveness, readiness, measurements, and the description of the API."""

import re
from typing import Any

from api_world import World

from sufler.domain.errors import ModelMissing
from sufler.domain.people import Role


async def test_that_health_needs_no_key_and_nobody_else(world: World) -> None:
    world.broken["knowledge"] = ModelMissing("the model is not there")
    async with world.client(None) as client:
        answer = await client.get("/healthz")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
        assert (await client.head("/healthz")).status_code in (200, 405)


async def test_that_readiness_names_the_part_that_is_missing(world: World) -> None:
    async with world.client(None) as client:
        ready = await client.get("/readyz")
        assert ready.json() == {
            "status": "ready",
            "parts": {"database": "ready", "knowledge": "ready"},
        }
        world.broken["knowledge"] = ModelMissing("the model is not there")
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["parts"] == {
            "database": "ready",
            "knowledge": "the model is not there",
        }
        world.broken["knowledge"] = RuntimeError("secret")
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert "secret" not in answer.text


async def test_that_metrics_count_requests_without_anybodys_text(world: World) -> None:
    async with world.client(Role.OPERATOR) as client:
        await client.post("/api/v1/suggestions", json={"text": "деньги"})
        await client.get("/api/v1/articles/где-секрет")
        await client.get("/api/v1/unknown/секрет")
    async with world.client(None) as client:
        answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    text, requests = answer.text, "sufler_api_requests_total"
    for line in (
        requests + '{method="POST",route="/api/v1/suggestions",status="200"} 1.0',
        requests + '{method="GET",route="/api/v1/articles/{article_id}",status="404"} 1.0',
        requests + '{method="GET",route="other",status="404"} 1.0',
        "sufler_suggestion_seconds_count 1.0",
        "sufler_prompter_seconds_count 1.0",
        "sufler_encode_seconds_count 0.0",
        'sufler_api_decisions_total{kind="hand_off",reason="topic_suggests"} 1.0',
        "sufler_inbox_depth 0.0",
        "sufler_knowledge_version 1.0",
        "sufler_index_entries 2.0",
        'sufler_index_recall{kind="exact"} 1.0',
    ):
        assert line in text, text
    assert "секрет" not in text


async def test_that_openapi_describes_every_route_with_examples_and_problems(world: World) -> None:
    async with world.client(None) as client:
        schema: dict[str, Any] = (await client.get("/openapi.json")).json()
    assert schema["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    schemas = schema["components"]["schemas"]
    assert "HTTPValidationError" not in schemas
    for name in ("SuggestionAsked", "FeedbackGiven", "ArticleNew", "ReplyGiven", "Problem"):
        assert schemas[name]["examples"], name
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (method, path)
            if path.startswith("/api/"):
                assert operation["security"], (method, path)
                assert "401" in operation["responses"], (method, path)
                assert "403" in operation["responses"], (method, path)
    references = _references(schema)
    assert references
    assert all(name.removeprefix("#/components/schemas/") in schemas for name in references)


def _references(part: Any) -> set[str]:
    if isinstance(part, dict):
        own = {part["$ref"]} if "$ref" in part else set()
        return own.union(*(_references(value) for value in part.values()))
    if isinstance(part, list):
        return set().union(*(_references(value) for value in part))
    return set()


async def test_that_the_page_of_the_api_fetches_nothing(world: World) -> None:
    async with world.client(None) as client:
        answer = await client.get("/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    for part in ("/api/v1/suggestions", "как вернуть деньги", "RFC 9457"):
        assert part in answer.text
    assert not re.search(r"""(?:src|href|action)\s*=\s*["']?\s*(?:https?:)?//|url\(""", answer.text)
    assert "<script" not in answer.text
