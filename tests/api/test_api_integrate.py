"""The programs of docs/clients, run as they stand there: a desk of one's own, in two languages."""

import asyncio
import json
import os
import re
import runpy
import shutil
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from api_world import World
from listening import served_world, shelved
from patience import PATIENCE_S

from sufler.domain.decisions import FeedbackAction
from sufler.domain.people import Role
from sufler.outbound.webhooks import new_secret, signature

ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / "docs" / "clients"
PROGRAMS = {"python": [sys.executable, "-u", "desk.py"], "node": ["node", "run.mjs"]}


@pytest.fixture(params=sorted(PROGRAMS))
def program(request: pytest.FixtureRequest) -> list[str]:
    return there(request.param)


def there(language: str) -> list[str]:
    command = PROGRAMS[language]
    if shutil.which(command[0]) is None:
        # A newcomer needs no node; in CI, which installs it, a skip is a failure.
        pytest.skip(f"{command[0]} is not on this machine")
    return command


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[World, str]]:
    async with served_world(f"sqlite:///{tmp_path}/s.db") as (world, address):
        await shelved(world)
        yield world, address


async def test_that_a_desk_of_ones_own_gets_suggestions_and_teaches(
    served: tuple[World, str], program: list[str]
) -> None:
    world, address = served
    environment = {**os.environ, "SUFLER_URL": address, "SUFLER_KEY": world.keys[Role.OPERATOR]}
    process = await asyncio.create_subprocess_exec(
        *program,
        cwd=CLIENTS,
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    said: list[str] = []
    async with asyncio.timeout(PATIENCE_S):
        while not world.outside.stream.connections:  # noqa: ASYNC110 - the server's side
            await asyncio.sleep(0.01)
        process.stdin.write("где заказ\n".encode())
        await process.stdin.drain()
        while len(said) < 2:
            said.append((await process.stdout.readline()).decode().strip())
        while not (kept := await world.suggestions.feedback_of("s0")):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        process.stdin.close()
        await process.wait()
    assert sorted(said) == ["suggestion.made", "sure Где заказ? В пути."]
    assert [(each.action, each.article_id, each.final_text) for each in kept] == [
        (FeedbackAction.ACCEPTED, "where", "В пути.")
    ]
    assert process.returncode == 0


def in_python() -> Callable[[str, dict[str, str], bytes], Any]:
    verify: Callable[[str, dict[str, str], bytes], Any] = runpy.run_path(
        str(CLIENTS / "desk.py"), run_name="desk"
    )["verify"]
    return verify


async def _by_node(secret: str, headers: dict[str, str], body: bytes) -> bool:
    script = (
        f"import {{ verify }} from {json.dumps((CLIENTS / 'desk.mjs').as_uri())};"
        f"console.log(await verify({json.dumps(secret)}, {json.dumps(headers)},"
        f"{json.dumps(body.decode())}));"
    )
    process = await asyncio.create_subprocess_exec(
        *(there("node")[0], "--input-type=module", "-e", script), stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    return {"true": True, "false": False}[told.decode().strip()]


@pytest.mark.parametrize("language", sorted(PROGRAMS))
async def test_that_a_webhook_is_verified(language: str) -> None:
    secret, now = new_secret(), int(time.time())
    body = '{"text":"где заказ?"}'.encode()

    async def verified(at: int, sent: bytes = body, by: str = secret) -> bool:
        told = signature(by, "msg_1", at, body)
        headers = {"webhook-id": "msg_1", "webhook-timestamp": str(at)}
        headers["webhook-signature"] = f"{signature(new_secret(), 'msg_1', at, body)} {told}"
        if language == "python":
            return bool(in_python()(secret, headers, sent))
        return await _by_node(secret, headers, sent)

    assert await verified(now)
    assert not await verified(now - 1000)
    assert not await verified(now, sent=b"{}")
    assert not await verified(now, by=new_secret())


@pytest.mark.parametrize("page", ["integrate.md", "integrate.ru.md"])
def test_that_the_page_shows_the_programs_as_they_are(page: str) -> None:
    shown = re.findall(
        r"```(?:python|js)\n(.*?)```", (ROOT / "docs" / page).read_text("utf-8"), re.S
    )
    for name in ("desk.py", "desk.mjs"):
        assert (CLIENTS / name).read_text("utf-8") in shown
