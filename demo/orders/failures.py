"""Failures on demand: the next answers go wrong, in the ways in which services do."""

import asyncio
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

Kind = Literal["delay", "error", "busy", "html", "reset", "large", "deep", "redirect"]
_LARGE = b'{"status": "' + b"x" * 1_100_000 + b'"}'
_DEEP = b'{"status": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
_ANSWERS: dict[str, tuple[int, bytes, bytes]] = {
    "error": (500, b"application/json", b'{"error": "on demand"}'),
    "busy": (503, b"application/json", b'{"error": "on demand"}'),
    "html": (200, b"text/html", b"<!doctype html><title>Log in</title>"),
    "reset": (200, b"application/json", b'{"status"'),
    "large": (200, b"application/json", _LARGE),
    "deep": (200, b"application/json", _DEEP),
    "redirect": (302, b"text/html", b""),
}


class Demand(BaseModel):
    """What is wanted: `times` answers of this kind; `seconds` is how long a delay lasts."""

    kind: Kind
    times: Annotated[int, Field(ge=1, le=1000)] = 1
    seconds: Annotated[float, Field(ge=0, le=120)] = 15.0


class Failures:
    """ASGI middleware: fails as demanded, else lets the service answer. /failures never fails."""

    def __init__(self, app: Any, demands: list[Demand]) -> None:
        self._app = app
        self._demands = demands

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request."""
        fails = scope["type"] == "http" and scope["path"] != "/failures" and self._demands
        if not fails:
            await self._app(scope, receive, send)
            return
        demand = self._demands[0]
        demand.times -= 1
        if not demand.times:
            self._demands.pop(0)
        if demand.kind == "delay":
            await asyncio.sleep(demand.seconds)
            await self._app(scope, receive, send)
            return
        status, kind, body = _ANSWERS[demand.kind]
        headers = [(b"content-type", kind)]
        if demand.kind == "redirect":
            headers.append((b"location", b"http://169.254.169.254/latest/meta-data/"))
        # What was announced and does not come: the server ends the connection.
        length = len(body) + (100 if demand.kind == "reset" else 0)
        headers.append((b"content-length", str(length).encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        ends = demand.kind != "reset"
        await send({"type": "http.response.body", "body": body, "more_body": not ends})
