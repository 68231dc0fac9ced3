"""How episodes ended, what operators did with suggestions, and what comes in far off."""

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import BaseModel

from sufler.api.caller import asking
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.domain.figures import Effect, Ending
from sufler.domain.people import Caller, Right

router = APIRouter(prefix="/api/v1/outcomes", tags=["accuracy"])

Days = Annotated[int, Query(ge=1, le=90, description="The period: the last so many days.")]


class ClassShown(BaseModel):
    """Episodes that ended so; each is in exactly one class."""

    ending: Ending
    episodes: int


class EffectShown(BaseModel):
    """Time to the first reply with a suggestion and without (drawn by lot), in seconds. `ratio` of
    the geometric means, with divided by without, and its 95 % interval; null under 30 replies in
    either arm."""

    with_count: int
    without_count: int
    with_s: float | None
    without_s: float | None
    ratio: float | None
    low: float | None
    high: float | None


class OperatorShown(BaseModel):
    """One operator's: what was done with shown suggestions, first replies, hidden checks."""

    by: str
    actions: dict[str, int]
    times: EffectShown
    checks: int
    agreed: int


class DayShown(BaseModel):
    """Turns of a day in UTC, and those of them far from everything the base knows."""

    day: date
    turns: int
    far_off: int


class OutcomesShown(BaseModel):
    """The figures of /admin/outcomes. `nothing_asked`: closed episodes in no class; `fresh`: ended
    under 7 days ago, so that they may still be reopened."""

    days: int
    classes: list[ClassShown]
    nothing_asked: int
    fresh: int
    open_now: int
    times: EffectShown
    operators: list[OperatorShown]
    drift: list[DayShown]


class EpisodeShown(BaseModel):
    """An episode that was closed in the period, and its class."""

    conversation_id: str
    number: int
    opened_at: datetime
    closed_at: datetime
    ending: Ending


class EpisodeList(BaseModel):
    """Newest first."""

    items: list[EpisodeShown]


@router.get(
    "",
    response_model=OutcomesShown,
    responses=documented(401, 403, 422, 503),
    summary="How episodes ended, and what suggestions change",
)
async def read_outcomes(
    caller: Annotated[Caller, asking(Right.ADMINISTER)], here: Here, days: Days = 28
) -> OutcomesShown:
    """Five disjoint classes, operators, first replies with and without suggestions, and drift."""
    endings = await here.figures.endings(caller, days)
    staff = await here.figures.staff(caller, days)
    drift = await here.figures.drift(caller, days, ZoneInfo("UTC"))
    return OutcomesShown(
        days=days,
        classes=[
            ClassShown(ending=ending, episodes=len(found))
            for ending, found in endings.by_class.items()
        ],
        nothing_asked=endings.nothing_asked,
        fresh=endings.fresh,
        open_now=endings.open_now,
        times=_effect(staff.times),
        operators=[
            OperatorShown(
                by=each.uses.by,
                actions=dict(each.uses.actions),
                times=_effect(each.times),
                checks=each.checks,
                agreed=each.agreed,
            )
            for each in staff.operators
        ],
        drift=[
            DayShown(day=day, turns=each.turns, far_off=each.far_off) for day, each in drift.items()
        ],
    )


@router.get(
    "/episodes",
    response_model=EpisodeList,
    responses=documented(401, 403, 422, 503),
    summary="The episodes behind the outcomes",
)
async def list_episodes(
    caller: Annotated[Caller, asking(Right.ADMINISTER)],
    here: Here,
    days: Days = 28,
    ending: Annotated[Ending | None, Query(description="Only those that ended so.")] = None,
) -> EpisodeList:
    """Every closed episode of the period with its class."""
    endings = await here.figures.endings(caller, days)
    found = [
        EpisodeShown(
            conversation_id=each.conversation_id,
            number=each.number,
            opened_at=each.opened_at,
            closed_at=each.closed_at,
            ending=kind,
        )
        for kind, episodes in endings.by_class.items()
        if ending in (None, kind)
        for each in episodes
    ]
    return EpisodeList(items=sorted(found, key=lambda each: each.closed_at, reverse=True))


def _effect(effect: Effect) -> EffectShown:
    return EffectShown(
        with_count=effect.with_count,
        without_count=effect.without_count,
        with_s=effect.with_s,
        without_s=effect.without_s,
        ratio=effect.ratio,
        low=effect.low,
        high=effect.high,
    )
