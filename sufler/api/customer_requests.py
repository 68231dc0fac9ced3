"""Customers' requests, which flows create for people to do: the list, and that one is done."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from sufler.api.caller import asking
from sufler.api.paging import LINKED, Cursor, Limit, page_of, place_in
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.domain.flows import CustomerRequest
from sufler.domain.people import Caller, Right

router = APIRouter(prefix="/api/v1/requests", tags=["flows"])

Number = Annotated[int, Path(ge=1, le=2**62)]
Asking = Annotated[Caller, asking(Right.CONVERSE)]
_DONE: dict[str, bool | None] = {"open": False, "done": True, "all": None}


class RequestShown(BaseModel):
    """`fields` are labels by values, as the customer's language has them."""

    number: int
    conversation_id: str
    queue: str = Field(description="The id of a queue, or empty.")
    title: str
    fields: dict[str, str]
    created_at: datetime
    done_at: datetime | None
    done_by: str | None


class RequestList(BaseModel):
    """The newest first."""

    items: list[RequestShown]
    next_cursor: str | None


class RequestChange(BaseModel):
    """Whether it is done."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"done": True}]})

    done: bool = Field(strict=True)


@router.get(
    "",
    response_model=RequestList,
    responses={**LINKED, **documented(401, 403, 422, 503)},
    summary="Customers' requests",
)
async def list_requests(
    caller: Asking,
    here: Here,
    request: Request,
    state: Annotated[Literal["open", "done", "all"], Query()] = "open",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Those that are still to be done, unless others are asked for."""
    before = place_in(request, cursor, int)
    found = await here.requests.page(
        caller, done=_DONE[state], before=before[0] if before else None, limit=limit + 1
    )
    rows, following, headers = page_of(request, found, limit, lambda each: (each.number,))
    page = RequestList(items=[_shown(each) for each in rows], next_cursor=following)
    return Response(page.model_dump_json(), headers=headers, media_type="application/json")


@router.patch(
    "/{number}",
    response_model=RequestShown,
    responses=documented(400, 401, 403, 404, 413, 422, 503),
    summary="A request is done",
)
async def change_request(
    number: Number, change: RequestChange, caller: Asking, here: Here
) -> RequestShown:
    """Or is not, after all. Who finished it first stays."""
    return _shown(await here.requests.finish(caller, number, done=change.done))


def _shown(request: CustomerRequest) -> RequestShown:
    return RequestShown(**{name: getattr(request, name) for name in RequestShown.model_fields})
