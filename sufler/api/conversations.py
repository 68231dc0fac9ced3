"""Conversations: who waits, what was said, and taking, replying, returning, closing."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from sufler.api.caller import asking
from sufler.api.drafts import UsedBody
from sufler.api.once import Once
from sufler.api.paging import LINKED, Cursor, Limit, page_of, place_in
from sufler.api.parts import Here, Parts
from sufler.api.problems import documented
from sufler.api.queue_bodies import NoteShown, note_shown
from sufler.api.suggestions import ItemShown, items_shown
from sufler.api.texts import LongText
from sufler.desk.people import require
from sufler.domain.conversation import Author, Conversation, Message, Owner, SendState
from sufler.domain.decisions import Suggestion
from sufler.domain.desk import LONGEST_UNDO_S
from sufler.domain.errors import BadInput
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller, Right
from sufler.domain.queues import Note
from sufler.kb_index.normalise import normalise

router = APIRouter(prefix="/api/v1/conversations", tags=["conversations"], route_class=Once)

ConversationId = Annotated[str, Path(max_length=64)]
_ACTS = documented(400, 401, 403, 404, 409, 422, 503)


class CustomerShown(BaseModel):
    """Who writes, as their channel knows them."""

    external_id: str
    name: str
    language: Language | None


class ConversationShown(BaseModel):
    """One conversation. `operator_id` is set while an operator owns it; `ticket` counts matters.
    `queue_id`: the line it waits in or was taken from. `unanswered_since`: since when the customer
    waits for a person's words, in the queue or with an operator."""

    id: str
    channel: str
    customer: CustomerShown
    owner: Owner
    operator_id: str | None
    language: Language
    open: bool
    ticket: int
    episode: int
    hand_off_reason: str | None
    queue_id: str | None
    waiting_since: datetime | None
    unanswered_since: datetime | None
    owned_since: datetime | None
    created_at: datetime
    updated_at: datetime


class MessageShown(BaseModel):
    """One message. `state` is null for the customer's; for ours, how far it has come."""

    id: int
    author: Author
    author_name: str
    text: str
    at: datetime
    state: SendState | None
    error: str | None
    undo_until: datetime | None = Field(
        default=None, description="Until then a reply waits to be sent and can be taken back."
    )


class SuggestionBeside(BaseModel):
    """What is suggested for the newest turn."""

    suggestion_id: str
    text: str = Field(description="The turn it was made for.")
    hidden: bool = Field(description="Drawn for a check: an operator answers without it.")
    items: list[ItemShown]


class ConversationRead(ConversationShown):
    """A conversation with its newest messages, oldest first, staff's notes of that time, and the
    current suggestion."""

    messages: list[MessageShown]
    notes: list[NoteShown]
    suggestion: SuggestionBeside | None


class ConversationList(BaseModel):
    """A page of conversations."""

    items: list[ConversationShown]
    next_cursor: str | None


class TextGiven(BaseModel):
    """Another text for a reply, in the safe Markdown subset."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"text": "Деньги вернутся за 3 дня."}]}
    )

    text: LongText = Field(min_length=1)


class ReplyGiven(TextGiven):
    """A reply to the customer, in the safe Markdown subset; `{variables}` are filled, and one that
    nobody has filled is refused. `used`: where the text came from. For `undo_s` seconds it waits
    and can be taken back."""

    used: UsedBody | None = None
    undo_s: Annotated[float, Field(ge=0, le=LONGEST_UNDO_S, strict=True)] | None = None


@router.get(
    "",
    response_model=ConversationList,
    responses={**LINKED, **documented(401, 403, 422, 503)},
    summary="List conversations",
)
async def list_conversations(
    caller: Annotated[Caller, asking(Right.CONVERSE)],
    here: Here,
    request: Request,
    response: Response,
    owner: Annotated[Literal["queue", "bot", "operator"] | None, Query()] = None,
    queues: Annotated[Literal["mine", "all"] | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ConversationList:
    """The queue's come in the order of waiting, the others last changed first. An operator gets
    those of their queues, of the default one, and their own; supervisors and services get all.
    `queues` asks for one or the other; all of them an operator may not have."""
    after = place_in(request, cursor, datetime, str)
    if queues == "all":
        require(caller, Right.SUPERVISE if caller.person_id else Right.CONVERSE)
    hidden = await here.desk.lines.queues.hidden_from(caller, ours=queues == "mine")
    if owner == "queue":
        found = await here.conversations.queue(limit + 1, after, hidden)
    else:
        found = await here.conversations.recent(
            limit + 1,
            after,
            Owner(owner) if owner else None,
            hidden=hidden,
            mine=caller.person_id or caller.id,
        )
    rows, following, headers = page_of(
        request,
        found,
        limit,
        lambda each: (each.waiting_since if owner == "queue" else each.updated_at, each.id),
    )
    response.headers.update(headers)
    items = [conversation_shown(each) for each in rows]
    return ConversationList(items=items, next_cursor=following)


@router.get(
    "/{conversation_id}",
    response_model=ConversationRead,
    responses=documented(401, 403, 404, 422, 503),
    summary="Read a conversation",
)
async def read_conversation(
    conversation_id: ConversationId,
    caller: Annotated[Caller, asking(Right.CONVERSE)],
    here: Here,
    limit: Annotated[int, Query(ge=1, le=200, description="How many messages.")] = 50,
    before: Annotated[int | None, Query(ge=1, le=2**62, description="A message's id.")] = None,
) -> ConversationRead:
    """Its newest messages and what is suggested now. `before` leads to earlier messages."""
    return await _read(conversation_id, caller, here, limit, before)


@router.post(
    "/{conversation_id}/take",
    response_model=ConversationRead,
    responses=_ACTS,
    summary="Take a conversation",
)
async def take(
    conversation_id: ConversationId, caller: Annotated[Caller, asking(Right.CONVERSE)], here: Here
) -> ConversationRead:
    """From now on the bot is silent. 409 when somebody else has it."""
    await here.desk.take(caller, conversation_id)
    return await _read(conversation_id, caller, here)


@router.post(
    "/{conversation_id}/reply",
    response_model=ConversationRead,
    responses=documented(400, 401, 403, 404, 409, 413, 422, 503),
    summary="Reply to the customer",
)
async def reply(
    conversation_id: ConversationId,
    given: ReplyGiven,
    caller: Annotated[Caller, asking(Right.CONVERSE)],
    here: Here,
) -> ConversationRead:
    """Under the person's name that the key belongs to, or under the name of a service's key."""
    if not normalise(given.text):
        raise BadInput("text: there is nothing to see in it", field="text")
    used = given.used.used() if given.used else None
    await here.desk.reply(caller, conversation_id, given.text, used=used, undo_s=given.undo_s)
    return await _read(conversation_id, caller, here)


@router.post(
    "/{conversation_id}/messages/{message_id}/undo",
    response_model=ConversationRead,
    responses=_ACTS,
    summary="Take a reply back",
)
async def undo(
    conversation_id: ConversationId,
    message_id: Annotated[int, Path(ge=1, le=2**62)],
    caller: Annotated[Caller, asking(Right.CONVERSE)],
    here: Here,
) -> ConversationRead:
    """One's own, while it waits to be sent: it is gone, and its text is in the draft. 409 when it
    is too late."""
    await here.desk.undo(caller, conversation_id, message_id)
    return await _read(conversation_id, caller, here)


@router.put(
    "/{conversation_id}/messages/{message_id}",
    response_model=ConversationRead,
    responses=documented(400, 401, 403, 404, 409, 413, 422, 503),
    summary="Change a reply",
)
async def edit(
    conversation_id: ConversationId,
    message_id: Annotated[int, Path(ge=1, le=2**62)],
    given: TextGiven,
    caller: Annotated[Caller, asking(Right.CONVERSE)],
    here: Here,
) -> ConversationRead:
    """One's own only. What the customer has already is changed in their chat too."""
    if not normalise(given.text):
        raise BadInput("text: there is nothing to see in it", field="text")
    await here.desk.edit(caller, conversation_id, message_id, given.text)
    return await _read(conversation_id, caller, here)


@router.post(
    "/{conversation_id}/return",
    response_model=ConversationRead,
    responses=_ACTS,
    summary="Return a conversation to the bot",
)
async def return_to_bot(
    conversation_id: ConversationId, caller: Annotated[Caller, asking(Right.CONVERSE)], here: Here
) -> ConversationRead:
    """The bot answers the customer's next message."""
    await here.desk.return_to_bot(caller, conversation_id)
    return await _read(conversation_id, caller, here)


@router.post(
    "/{conversation_id}/close",
    response_model=ConversationRead,
    responses=_ACTS,
    summary="Close the matter",
)
async def close(
    conversation_id: ConversationId, caller: Annotated[Caller, asking(Right.CONVERSE)], here: Here
) -> ConversationRead:
    """Ends the episode; the customer's next message opens another."""
    await here.desk.close(caller, conversation_id)
    return await _read(conversation_id, caller, here)


async def _read(
    conversation_id: str, caller: Caller, here: Parts, limit: int = 50, before: int | None = None
) -> ConversationRead:
    conversation = await here.desk.get(conversation_id)
    said = await here.desk.stream(caller, conversation_id, limit, before)
    await here.desk.workplace.readers.opened(caller, conversation_id)
    suggestion = await here.desk.current_suggestion(conversation_id)
    return ConversationRead(
        **_fields(conversation),
        messages=[_message(each) for each in said if isinstance(each, Message)],
        notes=[note_shown(each) for each in said if isinstance(each, Note)],
        suggestion=_beside(suggestion) if suggestion else None,
    )


def _beside(suggestion: Suggestion) -> SuggestionBeside:
    return SuggestionBeside(
        suggestion_id=suggestion.id,
        text=suggestion.text,
        hidden=suggestion.hidden,
        items=items_shown(suggestion),
    )


def conversation_shown(conversation: Conversation) -> ConversationShown:
    """A conversation for an answer."""
    return ConversationShown(**_fields(conversation))


def _fields(conversation: Conversation) -> dict[str, Any]:
    customer = conversation.customer
    return {
        **{
            name: getattr(conversation, name)
            for name in ConversationShown.model_fields
            if name != "customer"
        },
        "customer": CustomerShown(
            external_id=customer.external_id, name=customer.name, language=customer.language
        ),
    }


def _message(message: Message) -> MessageShown:
    return MessageShown(
        id=message.id,
        author=message.author,
        author_name=message.author_name,
        text=message.text,
        at=message.at,
        state=message.state,
        error=message.error,
        undo_until=message.undo_until,
    )
