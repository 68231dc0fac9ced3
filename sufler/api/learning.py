"""What operators taught, and the review list. Golden questions: `golden.py`."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from sufler.api.caller import asking
from sufler.api.once import Once
from sufler.api.paging import LINKED, Cursor, Limit, page_of, place_in
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.api.texts import Line, LongText, Moment
from sufler.domain.errors import BadInput
from sufler.domain.knowledge import Language
from sufler.domain.learning import (
    Learned,
    LearnedFilter,
    LearnedKind,
    LearnedState,
    Proposal,
    ProposalKind,
    Use,
)
from sufler.domain.people import Caller, Right

router = APIRouter(prefix="/api/v1", tags=["learning"], route_class=Once)

Id = Annotated[int, Path(ge=1, le=2**31 - 1)]
_CHANGES = documented(400, 401, 403, 404, 409, 413, 422, 503)


class LearnedShown(BaseModel):
    """A wording that an operator's act taught. `why`: the guard or the person that put it into its
    state. Only `unconfirmed` and `confirmed` serve."""

    id: int
    kind: LearnedKind
    state: LearnedState
    article_id: str
    text: str
    language: Language
    weight: float
    by: str
    at: datetime
    why: str
    lesson_id: int | None
    conversation_id: str | None
    confirmed_by: str | None


class LearnedList(BaseModel):
    """A page, the newest first."""

    items: list[LearnedShown]
    next_cursor: str | None


class UndoAsked(BaseModel):
    """Whose, of which article, or of what time: one of them at least. `until` is exclusive."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"by": "person:0000000000"}]}
    )

    by: Line | None = Field(default=None, max_length=200)
    article_id: Line | None = Field(default=None, max_length=200)
    since: Moment | None = None
    until: Moment | None = None


class Undone(BaseModel):
    """How many were taken back."""

    undone: int


class ProposalShown(BaseModel):
    """What waits for an editor: a new `text` for an article, a new `article`, or a `phrasing`."""

    id: int
    kind: ProposalKind
    article_id: str | None
    question: str
    language: Language
    before: str
    after: str
    base_revision: int
    by: str
    at: datetime
    count: int


class ProposalList(BaseModel):
    """A page, the oldest first."""

    items: list[ProposalShown]
    next_cursor: str | None


class Approval(BaseModel):
    """For a new text: the revision of the article that you saw, and the text as you want it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"revision": 3}]})

    revision: int = Field(default=0, ge=0, le=2**31 - 1)
    answer: LongText | None = None


class UseGiven(BaseModel):
    """What was really done with the suggestion."""

    model_config = ConfigDict(extra="forbid")

    use: Use


class LessonShown(BaseModel):
    """What a reply was, once it was learned from. `why`: what came of it."""

    lesson_id: int
    message_id: int
    use: Use
    why: str


class LessonList(BaseModel):
    """Of one conversation, by message."""

    items: list[LessonShown]


@router.get(
    "/learned",
    response_model=LearnedList,
    responses={**LINKED, **documented(401, 403, 422, 503)},
    summary="List what operators taught",
)
async def list_learned(
    caller: Annotated[Caller, asking(Right.READ_ARTICLES)],
    here: Here,
    request: Request,
    by: Annotated[str | None, Query(max_length=200)] = None,
    article_id: Annotated[str | None, Query(max_length=200)] = None,
    state: LearnedState | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """The newest first."""
    before = place_in(request, cursor, int)
    wanted = LearnedFilter(article_id, by, states=(state,) if state else ())
    found = await here.learned.learned(caller, wanted, limit + 1, before[0] if before else None)
    rows, following, headers = page_of(request, found, limit, lambda each: (each.id,))
    page = LearnedList(items=[_learned(each) for each in rows], next_cursor=following)
    return Response(page.model_dump_json(), headers=headers, media_type="application/json")


@router.post(
    "/learned/undo",
    response_model=Undone,
    responses=_CHANGES,
    summary="Take back what an operator, an article or a time taught",
)
async def undo_learned(
    asked: UndoAsked, caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)], here: Here
) -> Undone:
    """It serves no more from the next question on, and stays listed as undone."""
    for name, moment in (("since", asked.since), ("until", asked.until)):
        if moment is not None and moment.tzinfo is None:
            raise BadInput(f"{name}: needs a time zone", field=name)
    wanted = LearnedFilter(asked.article_id, asked.by, since=asked.since, until=asked.until)
    return Undone(undone=await here.learned.undo(caller, wanted))


@router.post(
    "/learned/{learned_id}/undo",
    status_code=204,
    responses=_CHANGES,
    summary="Take one wording back",
)
async def undo_one(
    learned_id: Id, caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)], here: Here
) -> None:
    """Undoing twice is no error."""
    await here.learned.undo_one(caller, learned_id)


@router.post(
    "/learned/{learned_id}/confirm",
    status_code=204,
    responses=_CHANGES,
    summary="Give a wording its full weight",
)
async def confirm_one(
    learned_id: Id, caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)], here: Here
) -> None:
    """Whatever held it back. 409 when it was undone."""
    await here.learned.confirm(caller, learned_id)


@router.get(
    "/lessons",
    response_model=LessonList,
    responses=documented(401, 403, 422, 503),
    summary="What the replies of a conversation were",
)
async def list_lessons(
    caller: Annotated[Caller, asking(Right.CONVERSE)],
    here: Here,
    conversation_id: Annotated[str, Query(max_length=200)],
) -> LessonList:
    """Replies that were learned from, with the class that can be corrected."""
    found = await here.learned.uses(caller, conversation_id)
    return LessonList(
        items=[
            LessonShown(lesson_id=lesson, message_id=message, use=use, why=why)
            for message, (lesson, use, why) in sorted(found.items())
        ]
    )


@router.post(
    "/lessons/{lesson_id}/use",
    status_code=204,
    responses=_CHANGES,
    summary="Correct what was done with a suggestion",
)
async def correct_lesson(
    lesson_id: Id,
    given: UseGiven,
    caller: Annotated[Caller, asking(Right.CONVERSE)],
    here: Here,
) -> None:
    """What the lesson taught is undone, and it is learned anew. Operators correct their own."""
    await here.learned.correct(caller, lesson_id, given.use)


@router.get(
    "/proposals",
    response_model=ProposalList,
    responses={**LINKED, **documented(401, 403, 422, 503)},
    summary="List what waits for an editor",
)
async def list_proposals(
    caller: Annotated[Caller, asking(Right.READ_ARTICLES)],
    here: Here,
    request: Request,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """The oldest first."""
    after = place_in(request, cursor, int)
    found = await here.learned.waiting(caller, limit + 1, after[0] if after else None)
    rows, following, headers = page_of(
        request, [each.proposal for each in found], limit, lambda each: (each.id,)
    )
    page = ProposalList(items=[_proposal(each) for each in rows], next_cursor=following)
    return Response(page.model_dump_json(), headers=headers, media_type="application/json")


@router.post(
    "/proposals/{proposal_id}/approve",
    status_code=204,
    responses=_CHANGES,
    summary="Approve a new text or a new phrasing",
)
async def approve_proposal(
    proposal_id: Id,
    given: Approval,
    caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)],
    here: Here,
) -> None:
    """The next operator is offered it at once. 409 when the article is at another revision by
    now. A new article is made with `POST /articles`, and its proposal dismissed."""
    proposal = await here.learned.proposal(caller, proposal_id)
    if proposal.kind is ProposalKind.PHRASING:
        await here.learned.approve_phrasing(caller, proposal_id)
    else:
        await here.learned.approve_text(caller, proposal_id, given.revision, given.answer)


@router.post(
    "/proposals/{proposal_id}/dismiss",
    status_code=204,
    responses=_CHANGES,
    summary="Dismiss a proposal",
)
async def dismiss_proposal(
    proposal_id: Id, caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)], here: Here
) -> None:
    """409 when it was decided about already."""
    await here.learned.dismiss(caller, proposal_id)


def _learned(one: Learned) -> LearnedShown:
    return LearnedShown(**{name: getattr(one, name) for name in LearnedShown.model_fields})


def _proposal(one: Proposal) -> ProposalShown:
    return ProposalShown(**{name: getattr(one, name) for name in ProposalShown.model_fields})
