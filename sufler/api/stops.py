"""The kill switch: where automatic answers are stopped, by whom and why."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from sufler.api.caller import asking
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.api.texts import Line
from sufler.domain.people import Caller, Right
from sufler.domain.stops import Stop

router = APIRouter(prefix="/api/v1/stops", tags=["stops"])

ScopeText = Annotated[
    str,
    Field(
        max_length=320,
        pattern=r"^(all|topic:[^\x00-\x1f]+|conversation:[^\x00-\x1f]+)$",
        description="all, topic:<name> or conversation:<id>",
    ),
]


class StopShown(BaseModel):
    """Topics in the scope only suggest until the stop is taken back."""

    scope: str
    by: str
    reason: str
    at: datetime


class StopList(BaseModel):
    """What is stopped now, the newest first."""

    items: list[StopShown]
    next_cursor: Literal[None] = None


class StopAsked(BaseModel):
    """Where to stop, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"scope": "all", "reason": "wrong prices since noon"}]},
    )

    scope: ScopeText
    reason: Line = Field(max_length=500)


@router.get("", response_model=StopList, responses=documented(401, 403, 503), summary="List stops")
async def list_stops(_caller: Annotated[Caller, asking(Right.CONVERSE)], here: Here) -> StopList:
    """Everybody at the desk may know why the bot is silent."""
    return StopList(items=[_shown(stop) for stop in await here.stops.all()])


@router.put(
    "",
    response_model=StopShown,
    responses=documented(400, 401, 403, 413, 422, 503),
    summary="Stop automatic answers",
)
async def stop(
    asked: StopAsked, caller: Annotated[Caller, asking(Right.CONVERSE)], here: Here
) -> StopShown:
    """In force at once, in every process; answers that wait to go out are held back and their
    conversations go to the queue. A conversation: operators; all else: supervisors."""
    return _shown(await here.stops.stop(caller, asked.scope, asked.reason))


@router.delete(
    "",
    status_code=204,
    responses=documented(400, 401, 403, 404, 422, 503),
    summary="Let automatic answers go on",
)
async def resume(
    scope: Annotated[ScopeText, Query()],
    caller: Annotated[Caller, asking(Right.CONVERSE)],
    here: Here,
) -> None:
    """The next turn is decided by its topic's mode again."""
    await here.stops.resume(caller, scope)


def _shown(stop: Stop) -> StopShown:
    return StopShown(scope=stop.scope, by=stop.by, reason=stop.reason, at=stop.at)
