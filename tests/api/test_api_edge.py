"""The outer edge: every error is a problem, bodies are capped, hostile bodies are harmless."""

import gc
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from api_world import World
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sufler.domain.errors import ModelMissing, StorageUnavailable
from sufler.domain.people import Role

URL = "/api/v1/suggestions"
JSON = {"Content-Type": "application/json"}


def _is_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "detail"} <= set(body)
    assert body["status"] == status
    return body


async def test_that_an_unknown_address_is_a_problem(world: World) -> None:
    async with world.client() as client:
        for path in ("/api/v1/nothing", "/api/", "/api/v2/suggestions", "/api/v1/suggestions/"):
            _is_problem(await client.get(path), 404)


async def test_that_a_wrong_method_names_the_right_ones(world: World) -> None:
    async with world.client() as client:
        answer = await client.put("/api/v1/articles/where-is-it", json={})
        _is_problem(answer, 405)
        assert answer.headers["allow"] == "DELETE, GET, PATCH"
        _is_problem(await client.get(URL), 405)


async def test_that_other_pages_of_the_application_are_left_alone(world: World) -> None:
    async with world.client() as client:
        assert (await client.get("/desk")).headers["content-type"] == "application/json"
        assert (await client.get("/apiary")).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"text": "\xd0"}',
        b'"text"',
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"a":' * 30_000 + b"1" + b"}" * 30_000,
        b'{"text": ' + b"9" * 6_000 + b"}",
        b'{"text": NaN}',
        b'{"text": "x", "limit": 1e999}',
        b'{"\\ud800": 1, "text": "x"}',
        b'{"text": "x", "history": [{"role": "\\ud800", "text": ""}]}',
        b'{"text": {"a": "b"}}',
    ],
)
async def test_that_a_hostile_body_is_a_clear_refusal(world: World, body: bytes) -> None:
    async with world.client() as client:
        answer = await client.post(URL, content=body, headers=JSON)
        assert answer.status_code in (400, 422)
        _is_problem(answer, answer.status_code)
        for path in ("/api/v1/articles", "/api/v1/keys"):
            answer = await client.post(path, content=body, headers=JSON)
            assert answer.status_code in (400, 422)
        answer = await client.patch("/api/v1/articles/where-is-it", content=body, headers=JSON)
        assert answer.status_code in (400, 422), answer.text


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    body=st.recursive(
        st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["text", "history", "limit", "translations", "ru"]) | st.text(),
                inner,
            )
        ),
        max_leaves=12,
    )
)
async def test_that_no_json_makes_an_internal_error(world: World, body: object) -> None:
    content = json.dumps(body).encode()
    async with world.client() as client:
        for method, path in (
            ("POST", URL),
            ("POST", "/api/v1/articles"),
            ("PATCH", "/api/v1/articles/where-is-it"),
            ("PATCH", "/api/v1/topics/Возврат"),
        ):
            answer = await client.request(method, path, content=content, headers=JSON)
            assert answer.status_code < 500, answer.text
            if answer.status_code >= 400:
                _is_problem(answer, answer.status_code)


@pytest.mark.parametrize("path", ["%00", "%ff", "%F0%9F%98%80", "a%0Ab", "x" * 500, "..%2f..", "%"])
async def test_that_a_hostile_path_is_a_clear_refusal(world: World, path: str) -> None:
    async with world.client() as client:
        for address in (
            f"/api/v1/articles/{path}",
            f"/api/v1/articles/{path}/history",
            f"/api/v1/conversations/{path}",
        ):
            answer = await client.get(address)
            assert answer.status_code in (404, 422), answer.text
            _is_problem(answer, answer.status_code)


async def _pieces(size: int, number: int) -> AsyncIterator[bytes]:
    for _ in range(number):
        yield b"x" * size


async def test_that_a_large_body_is_cut_even_when_it_comes_in_pieces(world: World) -> None:
    async with world.client() as client:
        _is_problem(await client.post(URL, content=b"x" * 200_001, headers=JSON), 413)
        _is_problem(await client.post(URL, content=_pieces(10_000, 30), headers=JSON), 413)
        lie = {**JSON, "Content-Length": "5"}
        _is_problem(await client.post(URL, content=_pieces(10_000, 30), headers=lie), 413)
        form = {"Content-Type": "multipart/form-data; boundary=x"}
        import_url = "/api/v1/articles/import"
        answer = await client.post(import_url, content=_pieces(100_000, 20), headers=form)
        assert answer.status_code in (400, 413)
        _is_problem(answer, answer.status_code)


async def test_that_an_import_may_be_larger_than_other_bodies(world: World) -> None:
    rows = "".join(f'"вопрос {n}","{"ответ " * 40}"\n' for n in range(800))
    file = ("kb.csv", ("вопрос,ответ\n" + rows).encode(), "text/csv")
    assert len(file[1]) > 200_000
    async with world.client() as client:
        answer = await client.post(
            "/api/v1/articles/import", files={"file": file}, data={"dry_run": "true"}
        )
    assert answer.status_code == 200, answer.text


async def test_that_an_unforeseen_error_tells_nothing_of_the_inside(world: World) -> None:
    world.prompter.fault = RuntimeError("password=hunter2 in /etc/secret")
    async with world.client() as client:
        answer = await client.post(URL, json={"text": "мой секрет"})
    _is_problem(answer, 500)
    for word in ("hunter2", "secret", "секрет", "Traceback", "RuntimeError"):
        assert word not in answer.text


async def test_that_a_missing_part_is_a_503_in_its_own_words(world: World) -> None:
    async with world.client() as client:
        for fault in (ModelMissing("the model is not there"), StorageUnavailable("disk full")):
            world.prompter.fault = fault
            answer = await client.post(URL, json={"text": "x"})
            assert _is_problem(answer, 503)["detail"] == fault.message


async def test_that_a_read_only_database_is_a_503_and_reading_goes_on(
    world: World, tmp_path: Any
) -> None:
    async with world.client(Role.ADMINISTRATOR) as client:
        assert (await client.get("/api/v1/articles")).status_code == 200
        async with world.database.engine.connect() as connection:
            await connection.exec_driver_sql("PRAGMA query_only = ON")
        # The pool has one connection so far: the next write gets it.
        answer = await client.post(URL, json={"text": "деньги"})
        _is_problem(answer, 503)
        assert "read-only" in answer.json()["detail"]
        assert (await client.get("/api/v1/articles")).status_code == 200
    gc.collect()


async def test_that_faults_are_all_listed_with_the_first_one_named(world: World) -> None:
    async with world.client() as client:
        answer = await client.post(URL, json={"limit": 99, "language": "xx"})
    body = _is_problem(answer, 422)
    assert body["field"] == "text"
    assert [fault["field"] for fault in body["errors"]] == ["text", "language", "limit"]
    assert "99" not in body["detail"]


async def test_that_addresses_of_articles_do_not_borrow_each_others_methods(world: World) -> None:
    async with world.client() as client:
        for method, path, allowed in (
            ("DELETE", "/api/v1/articles/export", "GET"),
            ("GET", "/api/v1/articles/import", "POST"),
            ("PATCH", "/api/v1/articles/where-is-it/restore", "POST"),
            ("DELETE", "/api/v1/articles/where-is-it/history", "GET"),
        ):
            answer = await client.request(method, path)
            _is_problem(answer, 405)
            assert answer.headers["allow"] == allowed
