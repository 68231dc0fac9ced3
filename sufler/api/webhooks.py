"""Webhooks out: add, change, rotate, test; what was delivered, and sending it again."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from sufler.api.caller import asking
from sufler.api.once import Once
from sufler.api.paging import LINKED, Cursor, Limit, page_of, place_in
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.api.texts import Line
from sufler.desk.webhooks import WebhookChange
from sufler.domain.people import Caller, Right
from sufler.domain.stream import StreamKind
from sufler.domain.webhooks import Delivery, DeliveryState, Webhook

router = APIRouter(prefix="/api/v1/webhooks", tags=["webhooks"], route_class=Once)

WebhookId = Annotated[str, Path(max_length=32)]
Administrator = Annotated[Caller, asking(Right.ADMINISTER)]
_URL = Field(
    max_length=2000,
    description="Where it is told: https; plain http and private addresses only for hosts in "
    "SUFLER_ALLOW_HOSTS.",
)


class WebhookShown(BaseModel):
    """A webhook without its secret. `url` is shown without its query. `failing_since`: nothing has
    arrived since then; `disabled_why`: who or what switched it off. `old_secret_until`: until then
    bodies are signed with the secret before the last as well."""

    id: str
    url: str
    kinds: list[StreamKind]
    note: str
    active: bool
    created_at: datetime
    created_by: str
    old_secret_until: datetime | None
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_why: str | None


class WebhookList(BaseModel):
    """All webhooks, oldest first."""

    items: list[WebhookShown]


class WebhookAsked(BaseModel):
    """A new webhook."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"url": "https://desk.example/sufler", "kinds": ["conversation.message"]}]
        },
    )

    url: Line = _URL
    kinds: list[StreamKind] = Field(
        default=[], max_length=20, description="Which events; none: all."
    )
    note: str = Field(default="", max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")


class WebhookChanged(BaseModel):
    """What is to be another; what is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"active": True}]})

    url: Line | None = Field(default=None, max_length=2000)
    kinds: list[StreamKind] | None = Field(default=None, max_length=20)
    note: str | None = Field(default=None, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
    active: bool | None = None


class WebhookMade(WebhookShown):
    """With its secret, shown once: null in an answer that is repeated, as it is not kept."""

    secret: str | None


class DeliveryShown(BaseModel):
    """One event to one webhook. `status` and `answer` (its first bytes) are of the last try.
    `message_id` is what the receiver tells doubles by; null for a test."""

    id: int
    event_id: int | None
    message_id: str | None
    kind: str
    conversation_id: str | None
    state: DeliveryState
    attempts: int
    created_at: datetime
    tried_at: datetime | None
    next_at: datetime | None
    status: int | None
    error: str | None
    answer: str | None
    took_ms: int | None


class DeliveryList(BaseModel):
    """A page of deliveries, newest first."""

    items: list[DeliveryShown]
    next_cursor: str | None


class Replayed(BaseModel):
    """How many are sent again."""

    count: int


@router.get(
    "",
    response_model=WebhookList,
    responses=documented(401, 403, 503),
    summary="List webhooks",
)
async def list_webhooks(caller: Administrator, here: Here) -> WebhookList:
    """There are at most 50."""
    return WebhookList(items=[_shown(each) for each in await here.webhooks.all(caller)])


@router.post(
    "",
    status_code=201,
    response_model=WebhookMade,
    responses=documented(400, 401, 403, 409, 413, 422, 503),
    summary="Add a webhook",
)
async def add_webhook(
    asked: WebhookAsked, caller: Administrator, here: Here, request: Request, response: Response
) -> WebhookMade:
    """It is told what happens from now on. The secret is in this answer and nowhere else."""
    made, secret = await here.webhooks.add(caller, asked.url, frozenset(asked.kinds), asked.note)
    return _with_secret(made, secret, request, response)


@router.get(
    "/{webhook_id}",
    response_model=WebhookShown,
    responses=documented(401, 403, 404, 422, 503),
    summary="Read a webhook",
)
async def read_webhook(webhook_id: WebhookId, caller: Administrator, here: Here) -> WebhookShown:
    """Without its secret."""
    return _shown(await here.webhooks.get(caller, webhook_id))


@router.patch(
    "/{webhook_id}",
    response_model=WebhookShown,
    responses=documented(400, 401, 403, 404, 413, 422, 503),
    summary="Change a webhook, switch it off or on",
)
async def change_webhook(
    webhook_id: WebhookId, asked: WebhookChanged, caller: Administrator, here: Here
) -> WebhookShown:
    """Switched on again, it is told what it has missed, as far as the log is kept."""
    kinds = None if asked.kinds is None else frozenset(asked.kinds)
    wanted = WebhookChange(asked.url, kinds, asked.note, asked.active)
    return _shown(await here.webhooks.change(caller, webhook_id, wanted))


@router.delete(
    "/{webhook_id}",
    status_code=204,
    responses=documented(401, 403, 404, 422, 503),
    summary="Remove a webhook with its log",
)
async def remove_webhook(webhook_id: WebhookId, caller: Administrator, here: Here) -> None:
    """What waits for it is not sent any more."""
    await here.webhooks.remove(caller, webhook_id)


@router.post(
    "/{webhook_id}/rotate",
    response_model=WebhookMade,
    responses=documented(401, 403, 404, 422, 503),
    summary="Give a webhook another secret",
)
async def rotate_secret(
    webhook_id: WebhookId, caller: Administrator, here: Here, request: Request, response: Response
) -> WebhookMade:
    """For 24 hours bodies are signed with both, so that the receiver can change without loss."""
    made, secret = await here.webhooks.rotate(caller, webhook_id)
    return _with_secret(made, secret, request, response)


@router.post(
    "/{webhook_id}/test",
    response_model=DeliveryShown,
    responses=documented(401, 403, 404, 422, 503),
    summary="Send a test now",
)
async def test_webhook(webhook_id: WebhookId, caller: Administrator, here: Here) -> DeliveryShown:
    """One try, with an event of the type `test`; its outcome is the answer."""
    return _delivery(await here.webhooks.test(caller, webhook_id))


@router.get(
    "/{webhook_id}/deliveries",
    response_model=DeliveryList,
    responses={**LINKED, **documented(401, 403, 404, 422, 503)},
    summary="List what was delivered, and what was not",
)
async def list_deliveries(
    webhook_id: WebhookId,
    caller: Administrator,
    here: Here,
    request: Request,
    response: Response,
    state: Annotated[DeliveryState | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> DeliveryList:
    """The newest first."""
    after = place_in(request, cursor, int)
    found = await here.webhooks.log(
        caller, webhook_id, state=state, before=after[0] if after else None, limit=limit + 1
    )
    rows, following, headers = page_of(request, found, limit, lambda each: (each.id,))
    response.headers.update(headers)
    return DeliveryList(items=[_delivery(each) for each in rows], next_cursor=following)


@router.post(
    "/{webhook_id}/replay",
    response_model=Replayed,
    responses=documented(401, 403, 404, 409, 422, 503),
    summary="Send everything again that was given up",
)
async def replay_parked(webhook_id: WebhookId, caller: Administrator, here: Here) -> Replayed:
    """With the ids that they had."""
    return Replayed(count=await here.webhooks.replay_parked(caller, webhook_id))


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/replay",
    status_code=204,
    responses=documented(401, 403, 404, 409, 422, 503),
    summary="Send one again",
)
async def replay_delivery(
    webhook_id: WebhookId,
    delivery_id: Annotated[int, Path(ge=1, le=2**62)],
    caller: Administrator,
    here: Here,
) -> None:
    """Whatever became of it, with the id that it had."""
    await here.webhooks.replay(caller, webhook_id, delivery_id)


def _with_secret(hook: Webhook, secret: str, request: Request, response: Response) -> WebhookMade:
    shown = _fields(hook)
    response.headers["Cache-Control"] = "no-store"
    request.state.to_keep = WebhookMade(**shown, secret=None).model_dump_json().encode()
    return WebhookMade(**shown, secret=secret)


def _shown(hook: Webhook) -> WebhookShown:
    return WebhookShown(**_fields(hook))


def _fields(hook: Webhook) -> dict[str, Any]:
    found = {name: getattr(hook, name) for name in WebhookShown.model_fields}
    return found | {"url": hook.shown_url, "kinds": sorted(hook.kinds)}


def _delivery(each: Delivery) -> DeliveryShown:
    names = set(DeliveryShown.model_fields) - {"message_id"}
    message_id = None if each.event_id is None else each.message_id
    return DeliveryShown(**{name: getattr(each, name) for name in names}, message_id=message_id)
