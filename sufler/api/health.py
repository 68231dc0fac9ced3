"""Whether the process lives, whether it can serve, and its measurements."""

from typing import Literal

import structlog
from fastapi import APIRouter, Response
from pydantic import BaseModel
from starlette.responses import JSONResponse

from sufler.api.edge import log_unexpected
from sufler.api.parts import Here
from sufler.api.problems import documented, problem
from sufler.domain.errors import StorageUnavailable, SuflerError

router = APIRouter(tags=["health"])

_log = structlog.get_logger(__name__)


class Health(BaseModel):
    """It lives."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """What was looked at."""

    status: Literal["ready"] = "ready"
    parts: dict[str, Literal["ready"]]


@router.get("/healthz", response_model=Health, summary="Is the process alive?")
async def healthz() -> Health:
    """Asks nobody else, so a broken database does not get the process killed."""
    return Health()


@router.get("/readyz", response_model=Readiness, responses=documented(503), summary="Can it serve?")
async def readyz(here: Here) -> Response:
    """503 with the names of the parts that are not ready."""
    parts = {name: await _state(name, check) for name, check in here.ready.items()}
    missing = {name: state for name, state in parts.items() if state != "ready"}
    if not missing:
        return JSONResponse({"status": "ready", "parts": parts})
    detail = "; ".join(f"{name}: {state}" for name, state in missing.items())
    return problem(503, f"Not ready: {detail}", extra={"parts": parts})


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}}, **documented(500)},
    summary="Measurements for Prometheus",
)
async def metrics(here: Here) -> Response:
    """Counts and times only: no text of a customer and no secret is a label."""
    index = here.knowledge.index
    here.metrics.set_knowledge(index.version, index.entries, index.kind, index.recall)
    if here.depths is not None:
        try:
            here.metrics.set_depths(*await here.depths())
        except StorageUnavailable as error:
            # The other series matter most when the database is gone.
            _log.warning("metrics_without_depths", reason=error.message)
    return Response(here.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


async def _state(name: str, check: object) -> str:
    assert callable(check)
    try:
        await check()
    except SuflerError as error:
        return error.message
    except Exception as error:
        log_unexpected(error, part=name)
        return "failed; the log of the server says why"
    return "ready"
