"""Blind review: turns to judge, what was picked, sprints, disputes."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from sufler.api.caller import asking
from sufler.api.once import Once
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.api.texts import Line
from sufler.domain.checks import Review
from sufler.domain.conversation import Author, Message
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller, Right
from sufler.domain.reviews import Card

router = APIRouter(prefix="/api/v1/reviews", tags=["accuracy"], route_class=Once)

Id = Annotated[int, Path(ge=1, le=2**31 - 1)]
Asking = Annotated[Caller, asking(Right.CONVERSE)]
OneTopic = Annotated[Line | None, Query(max_length=300, description="Turns of one topic only.")]
_CHANGES = documented(400, 401, 403, 404, 409, 413, 422, 503)
_MOST = 1000


class AgreementShown(BaseModel):
    """Of `pairs` turns that two people reviewed, in `same` they picked the same; `kappa` is that
    less chance, null where nothing can be said."""

    pairs: int
    same: int
    kappa: float | None


class WaitingShown(BaseModel):
    """How many turns of a topic wait."""

    topic: str
    turns: int


class ProgressShown(BaseModel):
    """How the review stands. `mine`: turns that this person may review; `pace_s`: seconds that one
    takes them. `late`: automatic answers whose check has waited for three days."""

    waiting: list[WaitingShown]
    mine: int
    today: int
    pace_s: float
    disputes: int
    late: int
    agreement: AgreementShown


class SaidShown(BaseModel):
    """A message of the turn or before it."""

    author: Author
    text: str
    at: datetime


class OptionShown(BaseModel):
    """An answer to pick, as it would be sent."""

    article_id: str
    title: str
    text: str


class CardShown(BaseModel):
    """A turn to judge: `turn` is what the customer asks, `context` what was said before it. The
    options are in no order that means anything."""

    task_id: int
    turn: str
    language: Language
    context: list[SaidShown]
    options: list[OptionShown]


class NextShown(BaseModel):
    """The next turn; null when there is none for this person, and always for a service."""

    card: CardShown | None


class PickGiven(BaseModel):
    """What would have been right: an article's id, or `none`, `two` (with both ids in `also`), or
    `not_a_question`. There is no skip."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"choice": "none", "took_s": 8.5}]}
    )

    choice: Line = Field(min_length=1, max_length=300)
    also: list[Annotated[Line, Field(max_length=300)]] = Field(default=[], max_length=2)
    took_s: Annotated[float, Field(ge=0, le=3600, strict=True)] | None = Field(
        default=None, description="Seconds it took; by default since the turn was asked for."
    )


class ReviewShown(BaseModel):
    """What was picked. `shown`: the options in their order."""

    id: int
    task_id: int
    reviewer: str
    choice: str
    also: list[str]
    shown: list[str]
    took_s: float
    at: datetime


class SprintGiven(BaseModel):
    """So many further turns of a topic, or as many as fit into so many minutes. They are taken by
    the chance number that each got when it arrived, and can be chosen by nothing else."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"topic": "Возврат", "minutes": 10}]}
    )

    topic: Line = Field(min_length=1, max_length=300)
    checks: Annotated[int, Field(ge=1, le=_MOST, strict=True)] | None = None
    minutes: Annotated[float, Field(ge=1, le=120, strict=True)] | None = None


class SprintShown(BaseModel):
    """`taken` turns, of `there` that could have been taken."""

    topic: str
    taken: int
    there: int


class DisputeShown(BaseModel):
    """A turn that its reviewers judge differently, with what each picked."""

    task_id: int
    topic: str
    turn: str
    picks: list[ReviewShown]


class DisputeList(BaseModel):
    """The oldest first."""

    items: list[DisputeShown]


@router.get(
    "",
    response_model=ProgressShown,
    responses=documented(401, 403, 422, 503),
    summary="How the review stands",
)
async def review_progress(caller: Asking, here: Here, topic: OneTopic = None) -> ProgressShown:
    """For the person that the key belongs to; a service reviews nothing, and only looks on."""
    found = await here.reviewing.progress(caller, topic)
    return ProgressShown(
        waiting=[WaitingShown(topic=each, turns=n) for each, n in found.waiting.items()],
        mine=found.mine,
        today=found.today,
        pace_s=found.pace_s,
        disputes=found.disputes,
        late=found.late,
        agreement=AgreementShown(
            pairs=found.agreement.pairs,
            same=found.agreement.same,
            kappa=found.agreement.kappa,
        ),
    )


@router.get(
    "/next",
    response_model=NextShown,
    responses=documented(401, 403, 422, 503),
    summary="The next turn to review",
)
async def next_review(caller: Asking, here: Here, topic: OneTopic = None) -> NextShown:
    """Of a conversation that this person neither served nor read. It is theirs for three minutes;
    asked again, they get the same one."""
    card = await here.reviewing.next(caller, topic)
    return NextShown(card=_card(card) if card else None)


@router.get(
    "/disputes",
    response_model=DisputeList,
    responses=documented(401, 403, 503),
    summary="Turns that reviewers judge differently",
)
async def list_disputes(
    caller: Annotated[Caller, asking(Right.SUPERVISE)], here: Here
) -> DisputeList:
    """Each goes to one more reviewer, or a supervisor picks; the last pick decides."""
    return DisputeList(
        items=[
            DisputeShown(
                task_id=each.turn.task.id,
                topic=each.turn.task.topic,
                turn=each.turn.suggestion.text,
                picks=[_review(pick) for pick in each.picks],
            )
            for each in await here.reviewing.disputes(caller)
        ]
    )


@router.post(
    "/sprints",
    response_model=SprintShown,
    responses=_CHANGES,
    summary="Begin a sprint for a topic",
)
async def begin_sprint(
    given: SprintGiven, caller: Annotated[Caller, asking(Right.SUPERVISE)], here: Here
) -> SprintShown:
    """Further turns of the last 30 days are put before reviewers."""
    found = await here.reviewing.sprint(caller, given.topic, given.checks, given.minutes)
    return SprintShown(topic=found.topic, taken=found.taken, there=found.there)


@router.post(
    "/undo",
    response_model=CardShown,
    responses=documented(401, 403, 409, 422, 503),
    summary="Take the last pick back",
)
async def undo_review(caller: Asking, here: Here) -> CardShown:
    """One's own, for 30 seconds; the turn is given again. 409 when it is too late."""
    return _card(await here.reviewing.undo(caller))


@router.post(
    "/{task_id:int}",
    response_model=ReviewShown,
    responses=_CHANGES,
    summary="Pick an answer",
)
async def pick_review(task_id: Id, given: PickGiven, caller: Asking, here: Here) -> ReviewShown:
    """It is a check once it can no longer be taken back. 403 for a conversation that this person
    served or read, 409 when the turn was reviewed meanwhile."""
    return _review(
        await here.reviewing.pick(caller, task_id, given.choice, given.also, given.took_s)
    )


def _card(card: Card) -> CardShown:
    return CardShown(
        task_id=card.task_id,
        turn=card.turn,
        language=card.language,
        context=[_said(each) for each in card.context],
        options=[
            OptionShown(article_id=each.article_id, title=each.title, text=each.text)
            for each in card.options
        ],
    )


def _said(message: Message) -> SaidShown:
    return SaidShown(author=message.author, text=message.text, at=message.at)


def _review(review: Review) -> ReviewShown:
    return ReviewShown(**{name: getattr(review, name) for name in ReviewShown.model_fields})
