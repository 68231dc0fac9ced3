"""How often a caller may ask: per key, per address, and what is said of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from api_world import MovedClock, World, built_world
from databases import fresh_file

from sufler.api.rate import RateLimit, address_name
from sufler.domain.people import Role
from sufler.storage.database import Database

URL = "/api/v1/articles"


@pytest.fixture
async def slow(tmp_path: Path) -> AsyncIterator[World]:
    """A world where a caller may ask twice a second, eight times at once."""
    database = Database(fresh_file(tmp_path))
    yield await built_world(database, rate=2)
    await database.close()


async def test_that_who_asks_too_often_is_told_when_to_come_back(slow: World) -> None:
    async with slow.client() as client:
        first = await client.get(URL)
        assert first.headers["ratelimit-policy"] == '"caller";q=8;w=4'
        assert first.headers["ratelimit"] == '"caller";r=7;t=1'
        # The key was not known to be good at its first request, which its address paid for.
        assert [(await client.get(URL)).status_code for _ in range(9)] == [200] * 8 + [429]
        refused = await client.get(URL)
        assert refused.headers["retry-after"] == "1"
        assert refused.headers["ratelimit"] == '"caller";r=0;t=4'
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["type"] == "urn:sufler:too-many-requests"
        slow.clock.pass_(seconds=1)
        assert [(await client.get(URL)).status_code for _ in range(3)] == [200, 200, 429]


async def test_that_keys_do_not_use_up_each_others_requests(slow: World) -> None:
    async with slow.client(Role.OPERATOR) as operator, slow.client(Role.EDITOR) as editor:
        await editor.get(URL)
        answers = [(await operator.get(URL)).status_code for _ in range(12)]
        assert 429 in answers
        assert (await editor.get(URL)).status_code == 200


async def test_that_wrong_keys_cannot_lock_out_good_ones_of_the_same_address(slow: World) -> None:
    async with slow.client(Role.EDITOR) as editor, slow.client(None) as nobody:
        assert (await editor.get(URL)).status_code == 200
        answers = []
        for number in range(12):  # each with another key
            wrong = {"Authorization": f"Bearer sk_wrong{number}"}
            answers.append((await nobody.get(URL, headers=wrong)).status_code)
        assert answers == [401] * 7 + [429] * 5
        assert (await nobody.get(URL)).status_code == 429
        slow.clock.pass_(seconds=0.1)
        assert (await editor.get(URL)).status_code == 200


async def test_that_a_refused_upload_is_not_read(slow: World) -> None:
    read = []

    async def pieces() -> AsyncIterator[bytes]:
        read.append(1)
        yield b"x"

    async with slow.client(None) as nobody:
        for _ in range(8):
            await nobody.get(URL)
        answer = await nobody.post(f"{URL}/import", content=pieces())
    assert answer.status_code == 429
    # httpx itself takes the first piece; ours asked for none.
    assert "multipart" not in answer.text


async def test_that_health_and_the_description_are_never_refused(slow: World) -> None:
    async with slow.client(None) as nobody:
        for path in ("/healthz", "/readyz", "/metrics", "/openapi.json"):
            for _ in range(12):
                answer: httpx.Response = await nobody.get(path)
            assert answer.status_code == 200
            assert "ratelimit" not in answer.headers
        assert 'status="429"' not in (await nobody.get("/metrics")).text
        for _ in range(12):
            await nobody.get(URL)
        assert 'status="429"' in (await nobody.get("/metrics")).text


def test_that_an_ipv6_network_is_one_address() -> None:
    assert address_name(("2001:db8:1:2::1", 1)) == address_name(("2001:db8:1:2:ff::9", 2))
    assert address_name(("2001:db8:1:2::1", 1)) != address_name(("2001:db8:1:3::1", 1))
    assert address_name(("::ffff:192.0.2.1", 1)) != address_name(("::ffff:192.0.2.2", 1))
    assert address_name(("192.0.2.1", 1)) != address_name(("192.0.2.2", 1))


def test_that_a_flood_of_addresses_stays_within_its_memory() -> None:
    clock = MovedClock()
    rate = RateLimit(0.5, clock.monotonic)
    for number in range(25_000):
        assert rate.take(f"address {number}").allowed
    assert len(rate._buckets) <= 10_000
    assert [rate.take("address 24999").allowed for _ in range(2)] == [True, False]
