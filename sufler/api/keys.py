"""Keys of machines: list, create, revoke."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from sufler.api.caller import asking
from sufler.api.once import Once
from sufler.api.paging import LINKED, Cursor, Limit, page_of, place_in
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.api.texts import Line
from sufler.domain.people import Caller, Key, Right, Role

router = APIRouter(prefix="/api/v1/keys", tags=["keys"], route_class=Once)


class KeyShown(BaseModel):
    """A key without its secret, which only its maker has seen. `person_id` null: a service's."""

    id: str
    name: str
    scope: Role
    person_id: str | None
    created_at: datetime
    revoked_at: datetime | None


class KeyList(BaseModel):
    """A page of keys, revoked ones included, oldest first."""

    items: list[KeyShown]
    next_cursor: str | None


class KeyAsked(BaseModel):
    """A new service's key."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "CRM", "scope": "operator"}]}
    )

    name: Line = Field(max_length=100)
    scope: Role


class KeyMade(KeyShown):
    """The key with its secret, shown once: null in an answer that is repeated, as it is not kept.
    Whoever lost it revokes the key by its id and makes another."""

    secret: str | None


@router.get(
    "",
    response_model=KeyList,
    responses={**LINKED, **documented(401, 403, 422, 503)},
    summary="List keys",
)
async def list_keys(
    _caller: Annotated[Caller, asking(Right.ADMINISTER)],
    here: Here,
    request: Request,
    response: Response,
    limit: Limit = 200,
    cursor: Cursor = None,
) -> KeyList:
    """Secrets are not kept, so none is shown."""
    after = place_in(request, cursor, datetime, str)
    found = sorted(await here.people.keys(), key=_place)
    left = [key for key in found if after is None or _place(key) > after]
    rows, following, headers = page_of(request, left, limit, _place)
    response.headers.update(headers)
    return KeyList(items=[KeyShown(**_fields(key)) for key in rows], next_cursor=following)


@router.post(
    "",
    status_code=201,
    response_model=KeyMade,
    responses=documented(400, 401, 403, 413, 422, 503),
    summary="Create a service's key",
)
async def create_key(
    asked: KeyAsked,
    _caller: Annotated[Caller, asking(Right.ADMINISTER)],
    here: Here,
    request: Request,
    response: Response,
) -> KeyMade:
    """The secret is in this answer and nowhere else."""
    key, secret = await here.people.create_key(asked.name, asked.scope)
    response.headers["Cache-Control"] = "no-store"
    request.state.to_keep = KeyMade(**_fields(key), secret=None).model_dump_json().encode()
    return KeyMade(**_fields(key), secret=secret)


@router.delete(
    "/{key_id}",
    status_code=204,
    responses=documented(401, 403, 404, 422, 503),
    summary="Revoke a key",
)
async def revoke_key(
    key_id: Annotated[str, Path(max_length=64)],
    _caller: Annotated[Caller, asking(Right.ADMINISTER)],
    here: Here,
) -> None:
    """Works at once in this process, within seconds in others."""
    await here.people.revoke_key(key_id)
    here.callers.forget()


def _place(key: Key) -> tuple[datetime, str]:
    return key.created_at, key.id


def _fields(key: Key) -> dict[str, Any]:
    return {name: getattr(key, name) for name in KeyShown.model_fields}
