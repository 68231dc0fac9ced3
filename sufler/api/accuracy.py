"""What is proved of each topic, and how it came to what it may do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from sufler.api.caller import asking
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.api.texts import Moment
from sufler.domain.checks import ModeChange, ModeReason
from sufler.domain.errors import BadInput, NotFound
from sufler.domain.knowledge import Mode
from sufler.domain.people import Caller, Right
from sufler.prompter.accuracy.certificate import Certificate, Standing
from sufler.prompter.accuracy.standing import OVERALL, POOL, Share, TopicStanding
from sufler.prompter.accuracy.watch import DEMOTED_AT, Meter

router = APIRouter(prefix="/api/v1/accuracy", tags=["accuracy"])


class ShareShown(BaseModel):
    """`part` of `whole`."""

    part: int
    whole: int


class MeterShown(BaseModel):
    """How full a meter of the watch is; at `limit` it acts."""

    level: float
    limit: float


class CertificateShown(BaseModel):
    """What the checks prove: at least `precision` of the answers with a confidence of `bar` or more
    are right, with at most one chance in `enough` of ever being wrong about an unfit topic.
    `bar` null: nothing has passed yet. `live`: checks that are not of history."""

    target: float
    enough: float
    bar: float | None
    precision: float
    checks: int
    wrong: int
    live: int
    may_answer: bool


class ChangeShown(BaseModel):
    """A change of a topic's mode: who, when, why, and with which numbers."""

    topic: str
    at: datetime
    by: str
    before: Mode
    after: Mode
    reason: ModeReason
    words: str
    numbers: dict[str, float]


class StandingShown(BaseModel):
    """How a topic stands. `topic` is `*` for everything together and `*others` for the small topics
    as one, and `mode` is null then; `pooled`: a small topic, certified together with the others.
    With `bar` null, `precision`, `above` and `coverage` are of the strictest bar, which is being
    tested. `needed`: about how many more checks until it may answer."""

    topic: str
    mode: Mode | None
    pooled: bool
    without_certificate: str | None
    target: float
    hold_s: int
    bar: float | None
    precision: float
    coverage: float
    above: int
    above_wrong: int
    checks: int
    wrong: int
    last_wrong_at: datetime | None
    turns: int
    agreement: ShareShown
    acceptance: ShareShown
    watch: MeterShown
    needed: int | None
    a_day: float
    certified_at: datetime | None
    expires_at: datetime | None
    unwatched: int
    changed: ChangeShown | None
    certificate: CertificateShown


class StandingList(BaseModel):
    """Everything together first, then the topics, those that deserve attention first."""

    items: list[StandingShown]


class BarShown(BaseModel):
    """What the checks with a confidence of at least `bar` say."""

    bar: float
    right: int
    wrong: int
    passed: bool


class TopicAccuracy(StandingShown):
    """With every candidate bar, the strictest first, and the history of its mode."""

    curve: list[BarShown]
    history: list[ChangeShown]


@router.get(
    "",
    response_model=StandingList,
    responses=documented(401, 403, 503),
    summary="How every topic stands",
)
async def list_accuracy(
    _caller: Annotated[Caller, asking(Right.READ_ARTICLES)], here: Here
) -> StandingList:
    """Computed from the stored checks at this moment."""
    return StandingList(items=[standing_shown(each) for each in await here.certifying.overview()])


@router.get(
    "/{topic:path}",
    response_model=TopicAccuracy | CertificateShown,
    responses=documented(401, 403, 404, 422, 503),
    summary="How one topic stands",
)
async def get_accuracy(
    topic: Annotated[str, Path(max_length=300)],
    _caller: Annotated[Caller, asking(Right.READ_ARTICLES)],
    here: Here,
    at: Annotated[
        Moment | None, Query(description="Only the certificate, as it was at this moment.")
    ] = None,
) -> TopicAccuracy | CertificateShown:
    """`*` is everything together, `*others` the small topics as one."""
    if at is not None:
        if at.tzinfo is None:
            raise BadInput("at: needs a time zone", field="at")
        if topic not in {OVERALL, POOL, *here.knowledge.topics}:
            raise NotFound("There is no topic with this name.", field="topic")
        return certificate_shown(await here.certifying.certificate(topic, at))
    standing = await here.certifying.standing(topic)
    curve, history = await here.certifying.curve(topic), await here.certifying.history(topic)
    return topic_accuracy(standing, curve, history)


def topic_accuracy(
    standing: TopicStanding, curve: Sequence[Standing], history: Sequence[ModeChange]
) -> TopicAccuracy:
    """As programs are given it; the command line too."""
    fields = BarShown.model_fields
    bars = [BarShown(**{name: getattr(bar, name) for name in fields}) for bar in curve]
    changes = [_change(each) for each in history]
    return TopicAccuracy(**_fields(standing), curve=bars, history=changes)


def standing_shown(each: TopicStanding) -> StandingShown:
    """As programs are given it."""
    return StandingShown(**_fields(each))


def _fields(each: TopicStanding) -> dict[str, Any]:
    shown = {
        name: getattr(each, name) for name in StandingShown.model_fields if hasattr(each, name)
    }
    return shown | {
        "agreement": _share(each.agreement),
        "acceptance": _share(each.acceptance),
        "watch": _meter(each.watch),
        "certificate": certificate_shown(each.certificate),
        "changed": _change(each.changed) if each.changed is not None else None,
    }


def _share(share: Share) -> ShareShown:
    return ShareShown(part=share.part, whole=share.whole)


def _meter(meter: Meter) -> MeterShown:
    return MeterShown(level=meter.level, limit=DEMOTED_AT)


def certificate_shown(proved: Certificate) -> CertificateShown:
    """As programs are given it."""
    return CertificateShown(
        **{name: getattr(proved, name) for name in CertificateShown.model_fields}
    )


def _change(each: ModeChange) -> ChangeShown:
    return ChangeShown(**{name: getattr(each, name) for name in ChangeShown.model_fields})
