"""Customers as a whole: find, ban, export, erase."""

import asyncio
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from sufler.api.caller import asking
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.api.texts import Line
from sufler.domain.customers import Ban
from sufler.domain.people import Caller, Right

router = APIRouter(prefix="/api/v1", tags=["customers"])

_ZIP = "application/zip"

ChannelName = Annotated[Line, Field(max_length=20, description="telegram, web, api or console")]
CustomerId = Annotated[Line, Field(max_length=200, description="the customer's id there")]
AskedChannel = Annotated[ChannelName, Query()]
AskedId = Annotated[CustomerId, Query(alias="id")]


class CustomerShown(BaseModel):
    """Whom `channel` and `id` name together."""

    channel: str
    id: str
    name: str
    conversation_id: str
    ticket: int
    updated_at: datetime
    banned: bool


class CustomerList(BaseModel):
    """At most 50, the newest talk first."""

    items: list[CustomerShown]
    next_cursor: Literal[None] = None


class BanAsked(BaseModel):
    """Whom, why, and for how many days; without `days` for good."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"channel": "web", "id": "v1", "reason": "spam"}]},
    )

    channel: ChannelName
    id: CustomerId
    reason: Line = Field(max_length=500)
    days: int | None = Field(default=None, ge=1, le=3650)


class BanShown(BaseModel):
    """`dismissed` counts the messages that were not taken since."""

    channel: str
    id: str
    at: datetime
    until: datetime | None
    by: str
    reason: str
    dismissed: int


class BanList(BaseModel):
    """Those in force, the newest first."""

    items: list[BanShown]
    next_cursor: Literal[None] = None


class ErasedShown(BaseModel):
    """How many rows of each kind were erased. `copies` lie beside the database and may still hold
    the customer."""

    channel: str
    counts: dict[str, int]
    copies: list[str]


@router.get(
    "/customers",
    response_model=CustomerList,
    responses=documented(401, 403, 422, 503),
    summary="Find customers",
)
async def find_customers(
    caller: Annotated[Caller, asking(Right.ADMINISTER)],
    here: Here,
    words: Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")] = "",
) -> CustomerList:
    """By name, id, conversation or ticket; without words the newest ones."""
    found = await here.customers.find(caller, words)
    return CustomerList(
        items=[
            CustomerShown(
                channel=one.channel,
                id=one.customer_id,
                name=one.name,
                conversation_id=one.conversation_id,
                ticket=one.ticket,
                updated_at=one.updated_at,
                banned=one.banned,
            )
            for one in found
        ]
    )


@router.get(
    "/customers/export",
    response_class=FileResponse,
    responses={200: {"content": {_ZIP: {}}}, **documented(401, 403, 404, 422, 503)},
    summary="Export a customer",
)
async def export_customer(
    channel: AskedChannel,
    customer: AskedId,
    caller: Annotated[Caller, asking(Right.ADMINISTER)],
    here: Here,
) -> Response:
    """A ZIP of all that is stored of them: customer.json, and their files."""
    descriptor, name = await asyncio.to_thread(tempfile.mkstemp, ".zip", "sufler-customer-")
    os.close(descriptor)
    try:
        await here.customers.export(caller, channel, customer, Path(name))
    except BaseException:
        os.unlink(name)
        raise
    return FileResponse(
        name,
        media_type=_ZIP,
        filename="customer.zip",
        headers={"Cache-Control": "no-store"},
        background=BackgroundTask(os.unlink, name),
    )


@router.delete(
    "/customers",
    response_model=ErasedShown,
    responses=documented(400, 401, 403, 404, 422, 503),
    summary="Erase a customer",
)
async def erase_customer(
    channel: AskedChannel,
    customer: AskedId,
    caller: Annotated[Caller, asking(Right.ADMINISTER)],
    here: Here,
) -> ErasedShown:
    """Everything that is stored of them, everywhere, for good. Backups are not reached."""
    erased = await here.customers.erase(caller, channel, customer)
    counts = dict(erased.counts)
    return ErasedShown(channel=channel, counts=counts, copies=list(erased.copies))


@router.get(
    "/bans", response_model=BanList, responses=documented(401, 403, 503), summary="List bans"
)
async def list_bans(caller: Annotated[Caller, asking(Right.CONVERSE)], here: Here) -> BanList:
    """Who is banned now, by whom and why."""
    return BanList(items=[_shown(ban) for ban in await here.customers.bans(caller)])


@router.put(
    "/bans",
    response_model=BanShown,
    responses=documented(400, 401, 403, 413, 422, 503),
    summary="Ban a customer",
)
async def ban_customer(
    asked: BanAsked, caller: Annotated[Caller, asking(Right.CONVERSE)], here: Here
) -> BanShown:
    """Their messages are not taken any more, only counted; the bot says nothing to them."""
    made = await here.customers.ban(caller, asked.channel, asked.id, asked.reason, asked.days)
    return _shown(made)


@router.delete(
    "/bans",
    status_code=204,
    responses=documented(400, 401, 403, 404, 422, 503),
    summary="Lift a ban",
)
async def unban_customer(
    channel: AskedChannel,
    customer: AskedId,
    caller: Annotated[Caller, asking(Right.CONVERSE)],
    here: Here,
) -> None:
    """Their messages are taken again."""
    await here.customers.unban(caller, channel, customer)


def _shown(ban: Ban) -> BanShown:
    return BanShown(
        channel=ban.channel,
        id=ban.customer_id,
        at=ban.at,
        until=ban.until,
        by=ban.by_name,
        reason=ban.reason,
        dismissed=ban.dismissed,
    )
