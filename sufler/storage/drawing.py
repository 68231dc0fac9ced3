"""The draws of a turn, inside the transaction that decides it; what was drawn of it before."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.checks import CheckKind, Draw
from sufler.domain.decisions import Suggestion
from sufler.domain.knowledge import Mode
from sufler.prompter.accuracy.watch import AUDITED_A_DAY, AUDITED_LATER, AUDITS, audit_share
from sufler.storage.review_rows import add_task
from sufler.storage.tables.accuracy import draws, mode_changes
from sufler.storage.tables.conversations import conversations
from sufler.storage.tables.knowledge import topics

# After the alarm of the fast meter so many automatic answers of the topic are all audited.
AUDITED_AFTER_ALARM: Final = 30
# In a foreign desk's conversation a turn is of a new matter when nothing came for so long.
NEW_AFTER: Final = timedelta(days=1)
# From so many answers a day on, a topic's audit is as rare as it gets: no need to count further.
_MANY_A_DAY: Final = round(AUDITED_A_DAY / AUDITED_LATER)
_COUNTED_FROM: Final = AUDITS[-1][0]


async def record_draws(connection: AsyncConnection, made: Sequence[Draw]) -> None:
    """Store them inside the transaction that decides their turn, after their suggestions; an
    automatic answer may be drawn for the audit, and then waits for its reviewer at once."""
    for draw in made:
        chance = 0.0
        if draw.answered and draw.counts:
            chance = await _audited_share(connection, draw)
            draw = replace(draw, audited=draw.u < draw.share or _anew(draw) < chance)
        await connection.execute(insert(draws).values(**asdict(draw)))
        if draw.audited:
            # Drawn for hiding while nobody was there, or else by what is left of u.
            propensity = draw.share + (1 - draw.share) * chance
            await add_task(connection, draw.suggestion_id, CheckKind.AUDIT, propensity, draw.at)


async def record_outside(
    connection: AsyncConnection, made: Sequence[Suggestion], drawn: Mapping[str, Draw]
) -> tuple[frozenset[str], list[Draw]]:
    """Of suggestions that a program asks for: the ids of those that nobody may see, and the draws
    (of `drawn`, by suggestion) that are to be stored with them.

    What belongs to a hidden turn that still waits for its label is hidden along with it. A foreign
    desk's conversation has no episodes of ours: what comes a day after the last is a new one.
    """
    talks = {each.conversation_id for each in made} - {None}
    if not talks:
        return frozenset(), []
    waits = draws.c.hidden & draws.c.counts & draws.c.settled_at.is_(None)
    query = select(draws.c.conversation_id, draws.c.episode, draws.c.at, waits)
    rows = await connection.execute(query.where(draws.c.conversation_id.in_(talks)))
    before: dict[str, tuple[int, datetime]] = {}
    kept: set[str] = set()
    for talk, episode, at, still_waits in rows:
        before[talk] = max(before.get(talk, (episode, at)), (episode, at))
        if still_waits:
            kept.add(talk)
    ours = set[str]()
    if drawn:
        known = select(conversations.c.id).where(conversations.c.id.in_(talks))
        ours = set((await connection.execute(known)).scalars())
    hidden: set[str] = set()
    stored: list[Draw] = []
    for each in made:
        talk, draw = each.conversation_id, drawn.get(each.id)
        if talk in kept:
            hidden.add(each.id)
        elif talk is not None and draw is not None and talk not in ours:
            episode, at = before.get(talk, (0, None))
            if at is not None and draw.at - at < NEW_AFTER:
                continue
            draw = replace(draw, episode=episode + 1)
            before[talk] = (draw.episode, draw.at)
            stored.append(draw)
            if draw.hidden:
                hidden.add(each.id)
                kept.add(talk)
    return frozenset(hidden), stored


def _anew(draw: Draw) -> float:
    """u, given that it was not below the share, spread evenly over 0..1 again."""
    return (draw.u - draw.share) / (1 - draw.share) if draw.share < 1 else 0.0


async def _audited_share(connection: AsyncConnection, draw: Draw) -> float:
    """The chance with which the next automatic answer of this topic is audited."""
    switched = select(func.max(mode_changes.c.at)).where(
        mode_changes.c.topic == draw.topic,
        mode_changes.c.after == Mode.ANSWERS.value,
        mode_changes.c.before != Mode.ANSWERS.value,
    )
    alarmed = select(topics.c.alarm_at).where(topics.c.name == draw.topic)
    both = select(switched.scalar_subquery(), alarmed.scalar_subquery())
    since, alarm = (await connection.execute(both)).one()
    if alarm is not None:
        after = await _answered(connection, draw.topic, alarm, AUDITED_AFTER_ALARM)
        if after < AUDITED_AFTER_ALARM:
            return 1.0
    before = await _answered(connection, draw.topic, since, _COUNTED_FROM)
    if before < _COUNTED_FROM:
        return audit_share(before, 0.0)
    a_day = await _answered(connection, draw.topic, draw.at - timedelta(days=1), _MANY_A_DAY)
    return audit_share(before, float(a_day))


async def _answered(
    connection: AsyncConnection, topic: str, since: datetime | None, most: int
) -> int:
    """How many counting automatic answers there are since then (None: ever), `most` at most."""
    query = select(draws.c.suggestion_id).where(
        draws.c.topic == topic, draws.c.answered, draws.c.counts
    )
    if since is not None:
        query = query.where(draws.c.at >= since)
    counted = select(func.count()).select_from(query.limit(most).subquery())
    return int(await connection.scalar(counted) or 0)


async def drawn_before(
    connection: AsyncConnection, conversation_id: str, episode: int
) -> tuple[bool, bool]:
    """Whether nothing was predicted in this episode yet; and whether a hidden prediction of it
    still waits for its operator's words, so that nothing may show."""
    # Those that were kept hidden along with the first wait for nothing of their own.
    waits = draws.c.hidden & draws.c.counts & draws.c.settled_at.is_(None)
    of_episode = select(waits).where(
        draws.c.conversation_id == conversation_id, draws.c.episode == episode
    )
    before = (await connection.execute(of_episode)).scalars().all()
    return not before, any(before)
