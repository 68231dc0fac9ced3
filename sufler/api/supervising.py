"""Search over all history, and what supervisors see and do."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel

from sufler.api.caller import asking
from sufler.api.conversations import ConversationShown, conversation_shown
from sufler.api.once import Once
from sufler.api.paging import LINKED, Cursor, Limit, linked, place_in
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.api.queue_bodies import (
    NoteGiven,
    NoteShown,
    OperatorShown,
    note_shown,
    operator_shown,
)
from sufler.api.texts import Moment
from sufler.domain.conversation import Author
from sufler.domain.desk import Hit, Sought
from sufler.domain.people import Caller, Right

router = APIRouter(prefix="/api/v1", tags=["conversations"], route_class=Once)

ConversationId = Annotated[str, Path(max_length=64)]
Named = Annotated[str | None, Query(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")]


class HitShown(BaseModel):
    """One thing found: a message, or with `message_id` null a conversation. `marks` are (start,
    end) of the words in `excerpt`."""

    conversation: ConversationShown
    at: datetime
    message_id: int | None
    author: Author | None
    author_name: str
    excerpt: str
    marks: list[tuple[int, int]]


class HitList(BaseModel):
    """The newest first."""

    items: list[HitShown]
    next_cursor: str | None


class LineShown(BaseModel):
    """A queue now: how many wait, since when the longest, and what waiting usually takes."""

    queue_id: str
    waiting: int
    oldest_since: datetime | None
    usual_wait_s: float | None


class LoadShown(BaseModel):
    """Somebody who may converse, with how many conversations of how many."""

    operator: OperatorShown
    load: int
    capacity: int


class OverviewShown(BaseModel):
    """Everything at this moment; the longest unanswered conversation first."""

    queues: list[LineShown]
    operators: list[LoadShown]
    conversations: list[ConversationShown]


@router.get(
    "/search",
    response_model=HitList,
    responses={**LINKED, **documented(401, 403, 422, 503)},
    summary="Search all history",
)
async def search(
    caller: Annotated[Caller, asking(Right.CONVERSE)],
    here: Here,
    request: Request,
    response: Response,
    words: Annotated[str, Query(max_length=500, pattern=r"^[^\x00]*$")] = "",
    channel: Annotated[str | None, Query(max_length=20, pattern=r"^[a-z_]+$")] = None,
    operator_id: Named = None,
    queue_id: Named = None,
    since: Moment | None = None,
    until: Moment | None = None,
    open: Annotated[bool | None, Query(description="Whether its matter is open.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> HitList:
    """Every word must occur, in a message or in a name beside it; other forms of a word are found.
    A number finds its matter. Without words, conversations that the filters let through."""
    place = place_in(request, cursor, str)
    sought = Sought(words, channel, operator_id, queue_id, since, until, open)
    after = str(place[0]) if place else None
    found = await here.desk.workplace.search.find(caller, sought, limit, after)
    following = None
    if found.following is not None:
        following, headers = linked(request, (found.following,))
        response.headers.update(headers)
    return HitList(items=[_hit(each) for each in found.items], next_cursor=following)


@router.get(
    "/overview",
    response_model=OverviewShown,
    responses=documented(401, 403, 503),
    summary="See the queues and who is there",
)
async def overview(caller: Annotated[Caller, asking(Right.SUPERVISE)], here: Here) -> OverviewShown:
    """For supervisors."""
    now = await here.desk.workplace.supervising.overview(caller)
    return OverviewShown(
        queues=[
            LineShown(
                queue_id=each.queue.id,
                waiting=each.waiting,
                oldest_since=each.oldest_since,
                usual_wait_s=each.usual_wait_s,
            )
            for each in now.lines
        ],
        operators=[
            LoadShown(
                operator=operator_shown(each.operator), load=each.load, capacity=each.capacity
            )
            for each in now.operators
        ],
        conversations=[conversation_shown(each) for each in now.conversations],
    )


@router.post(
    "/conversations/{conversation_id}/whisper",
    response_model=NoteShown,
    status_code=201,
    responses=documented(400, 401, 403, 404, 413, 422, 503),
    summary="Whisper to the operator",
)
async def whisper(
    conversation_id: ConversationId,
    given: NoteGiven,
    caller: Annotated[Caller, asking(Right.SUPERVISE)],
    here: Here,
) -> NoteShown:
    """A note that alerts who has the conversation; the customer never sees it."""
    supervising = here.desk.workplace.supervising
    return note_shown(await supervising.whisper(caller, conversation_id, given.text))


def _hit(hit: Hit) -> HitShown:
    return HitShown(
        conversation=conversation_shown(hit.conversation),
        at=hit.at,
        message_id=hit.message_id,
        author=hit.author,
        author_name=hit.author_name,
        excerpt=hit.excerpt,
        marks=list(hit.marks),
    )
