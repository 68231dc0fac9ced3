"""Events from the company's other systems, and customers' consent to be written to first."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from sufler.api.caller import asking
from sufler.api.customers import ChannelName, CustomerId
from sufler.api.once import Once
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.api.texts import Line
from sufler.domain.outside_events import Consent, EventState
from sufler.domain.people import Caller, Right

router = APIRouter(prefix="/api/v1", tags=["events"], route_class=Once)

MOST_DATA = 60
LARGEST = 10**15

Asking = Annotated[Caller, asking(Right.CONVERSE)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
Number = Annotated[int, Field(strict=True, ge=-LARGEST, le=LARGEST)]
Fraction = Annotated[float, Field(strict=True, ge=-LARGEST, le=LARGEST, allow_inf_nan=False)]
Value = StrictBool | Number | Fraction | Annotated[Line, Field(strict=True, max_length=500)]


class CustomerNamed(BaseModel):
    """Whom `channel` and `id` name together."""

    model_config = ConfigDict(extra="forbid")

    channel: ChannelName
    id: CustomerId


class EventTold(BaseModel):
    """What has happened. `id` is yours and unique among all your systems; `type` stands in a flow's
    `triggers.events`; of `data` the flow takes what names its slots."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "id": "delay-4512-1",
                    "customer": {"channel": "telegram", "id": "123456"},
                    "type": "parcel_delayed",
                    "data": {"order": "4512", "days": 2},
                }
            ]
        },
    )

    id: Line = Field(max_length=200)
    customer: CustomerNamed
    type: Name
    data: dict[Name, Value] = Field(default_factory=dict, max_length=MOST_DATA)


class EventShown(BaseModel):
    """What came of it. `known`: it was told before, and nothing was done now. `reason` is that of
    a refusal; `until` when a waiting one is looked at again; `flow` what it started."""

    id: str
    outcome: EventState
    known: bool
    reason: str | None
    until: datetime | None
    flow: str | None
    conversation_id: str | None


class ConsentAsked(BaseModel):
    """Whether the customer may be written to first, and how they said so."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"given": True, "how": "ticked at the checkout"}]},
    )

    given: StrictBool
    how: Line = Field(max_length=500)


class ConsentShown(BaseModel):
    """`by` noted it: a key, a person, or the customer's own words."""

    given: bool
    at: datetime
    by: str
    how: str


_ACCEPTED: dict[int | str, dict[str, Any]] = {202: {"model": EventShown, "description": "It waits"}}


@router.post(
    "/events",
    response_model=EventShown,
    responses={**_ACCEPTED, **documented(400, 401, 403, 413, 503)},
    summary="Something happened to a customer",
)
async def tell_event(told: EventTold, caller: Asking, here: Here, response: Response) -> EventShown:
    """May start a flow with the customer, once for its id."""
    event, known = await here.events.take(
        caller, told.id, told.type, told.customer.channel, told.customer.id, told.data
    )
    waits = event.state is EventState.WAITING
    response.status_code = 202 if waits else 200
    return EventShown(
        id=told.id,
        outcome=event.state,
        known=known,
        reason=event.reason or None,
        until=event.due_at if waits else None,
        flow=event.flow or None,
        conversation_id=event.conversation_id,
    )


@router.get(
    "/customers/{channel}/{customer_id:path}/consent",
    response_model=ConsentShown,
    responses=documented(401, 403, 404, 422, 503),
    summary="May they be written to first?",
)
async def get_consent(
    channel: Annotated[ChannelName, Path()],
    customer_id: Annotated[CustomerId, Path()],
    caller: Asking,
    here: Here,
) -> ConsentShown:
    """What was noted last."""
    return _shown(await here.events.consent(caller, channel, customer_id))


@router.put(
    "/customers/{channel}/{customer_id:path}/consent",
    response_model=ConsentShown,
    responses=documented(400, 401, 403, 413, 422, 503),
    summary="Note a customer's consent",
)
async def put_consent(
    channel: Annotated[ChannelName, Path()],
    customer_id: Annotated[CustomerId, Path()],
    asked: ConsentAsked,
    caller: Asking,
    here: Here,
) -> ConsentShown:
    """Given, or withdrawn; what was noted before is kept."""
    noted = await here.events.note_consent(
        caller, channel, customer_id, given=asked.given, how=asked.how
    )
    return _shown(noted)


def _shown(consent: Consent) -> ConsentShown:
    return ConsentShown(given=consent.given, at=consent.at, by=consent.by, how=consent.how)
