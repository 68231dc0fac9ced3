"""Customers' cards: tags, fields, notes, past episodes; and which fields there are."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from sufler.api.caller import asking
from sufler.api.once import Once
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.api.texts import LongText, Whole
from sufler.domain.desk import CustomerCard, CustomerField, CustomerNote, FieldKind
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller, Right

router = APIRouter(prefix="/api/v1", tags=["customers"], route_class=Once)

ConversationId = Annotated[str, Path(max_length=64)]
Key = Annotated[str, Path(pattern=r"^[a-z][a-z_]{0,39}$")]
Asking = Annotated[Caller, asking(Right.CONVERSE)]
Value = Annotated[LongText, Field(max_length=500)]


class FieldBody(BaseModel):
    """One field of every card; `choices` for the kind choice. Fields are shown by `place`."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": {"ru": "Город", "en": "City"}, "kind": "text"}]},
    )

    name: dict[Language, Annotated[LongText, Field(max_length=60)]]
    kind: FieldKind = FieldKind.TEXT
    choices: Annotated[list[Value], Field(max_length=50)] = []
    place: Whole = Field(default=0, ge=0, le=1_000)


class FieldShown(FieldBody):
    """With its key: `{customer.key}` is filled with the value."""

    key: str


class FieldList(BaseModel):
    """By place."""

    items: list[FieldShown]
    next_cursor: Literal[None] = None


class CustomerNoteShown(BaseModel):
    """What staff wrote down about the customer, whatever the matter."""

    id: int
    at: datetime
    by: str
    by_name: str
    text: str


class EpisodeShown(BaseModel):
    """One matter. `outcome`: open, bot (no person had it), operator, queue (closed while it
    waited)."""

    number: int
    ticket: int
    opened_at: datetime
    closed_at: datetime | None
    outcome: str
    operator_name: str
    topic: str


class CardShown(BaseModel):
    """What is known of a customer. `values` by the key of a field."""

    channel: str
    customer_id: str
    conversation_id: str
    name: str
    first_name: str
    language: Language
    tags: list[str]
    values: dict[str, str]
    revision: int
    fields: list[FieldShown]
    notes: list[CustomerNoteShown]
    episodes: list[EpisodeShown]


class CardGiven(BaseModel):
    """`tags` replace all of them, `values` those that are named: an empty one removes it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"revision": 0, "tags": ["vip"], "values": {}}]},
    )

    revision: Whole = Field(ge=0, le=2**31 - 1)
    tags: (
        Annotated[list[Annotated[LongText, Field(max_length=40)]], Field(max_length=20)] | None
    ) = None
    values: dict[str, Value] | None = None


class CustomerNoteGiven(BaseModel):
    """A note for staff."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"text": "Звонить после шести."}]}
    )

    text: Annotated[LongText, Field(min_length=1, max_length=4_000)]


@router.get(
    "/conversations/{conversation_id}/card",
    response_model=CardShown,
    responses=documented(401, 403, 404, 422, 503),
    summary="Read a customer's card",
)
async def read_card(conversation_id: ConversationId, caller: Asking, here: Here) -> CardShown:
    """Of the customer of this conversation."""
    return _card(await here.desk.workplace.cards.of(caller, conversation_id))


@router.patch(
    "/conversations/{conversation_id}/card",
    response_model=CardShown,
    responses=documented(400, 401, 403, 404, 409, 413, 422, 503),
    summary="Change a customer's card",
)
async def change_card(
    conversation_id: ConversationId, given: CardGiven, caller: Asking, here: Here
) -> CardShown:
    """409 when somebody changed it after `revision`."""
    card = await here.desk.workplace.cards.change(
        caller,
        conversation_id,
        revision=given.revision,
        tags=given.tags,
        values=given.values,
    )
    return _card(card)


@router.post(
    "/conversations/{conversation_id}/card/notes",
    response_model=CustomerNoteShown,
    status_code=201,
    responses=documented(400, 401, 403, 404, 413, 422, 503),
    summary="Add a note on a customer",
)
async def add_customer_note(
    conversation_id: ConversationId, given: CustomerNoteGiven, caller: Asking, here: Here
) -> CustomerNoteShown:
    """It stays when the matter is closed."""
    return _note(await here.desk.workplace.cards.add_note(caller, conversation_id, given.text))


@router.delete(
    "/conversations/{conversation_id}/card/notes/{note_id}",
    status_code=204,
    responses=documented(401, 403, 404, 422, 503),
    summary="Remove a note on a customer",
)
async def remove_customer_note(
    conversation_id: ConversationId,
    note_id: Annotated[int, Path(ge=1, le=2**62)],
    caller: Asking,
    here: Here,
) -> None:
    """For good."""
    await here.desk.workplace.cards.remove_note(caller, conversation_id, note_id)


@router.get(
    "/customer-fields",
    response_model=FieldList,
    responses=documented(401, 403, 503),
    summary="List customers' fields",
)
async def list_fields(caller: Asking, here: Here) -> FieldList:
    """What every card has."""
    found = await here.desk.workplace.cards.fields(caller)
    return FieldList(items=[_field(each) for each in found])


@router.put(
    "/customer-fields/{key}",
    response_model=FieldShown,
    responses=documented(400, 401, 403, 413, 422, 503),
    summary="Set up a customers' field",
)
async def put_field(
    key: Key, given: FieldBody, caller: Annotated[Caller, asking(Right.ADMINISTER)], here: Here
) -> FieldShown:
    """Values that are there stay as they are."""
    field = CustomerField(key, dict(given.name), given.kind, tuple(given.choices), given.place)
    return _field(await here.desk.workplace.cards.save_field(caller, field))


@router.delete(
    "/customer-fields/{key}",
    status_code=204,
    responses=documented(401, 403, 404, 422, 503),
    summary="Remove a customers' field",
)
async def remove_field(
    key: Key, caller: Annotated[Caller, asking(Right.ADMINISTER)], here: Here
) -> None:
    """With its values on every card."""
    await here.desk.workplace.cards.remove_field(caller, key)


def _field(field: CustomerField) -> FieldShown:
    return FieldShown(
        key=field.key,
        name=dict(field.name),
        kind=field.kind,
        choices=list(field.choices),
        place=field.place,
    )


def _note(note: CustomerNote) -> CustomerNoteShown:
    names = CustomerNoteShown.model_fields
    return CustomerNoteShown(**{name: getattr(note, name) for name in names})


def _card(card: CustomerCard) -> CardShown:
    return CardShown(
        channel=card.channel,
        customer_id=card.customer_id,
        conversation_id=card.conversation_id,
        name=card.name,
        first_name=card.first_name,
        language=card.language,
        tags=list(card.tags),
        values=dict(card.values),
        revision=card.revision,
        fields=[_field(each) for each in card.fields],
        notes=[_note(each) for each in card.notes],
        episodes=[
            EpisodeShown(**{name: getattr(each, name) for name in EpisodeShown.model_fields})
            for each in card.episodes
        ],
    )
