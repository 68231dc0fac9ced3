"""What blind checks say to learning: how often they agree with an operator, and which answers are
right, so that refits must keep them."""

from typing import Final

from sqlalchemy import and_, case, func, not_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.learning import Frozen, LearnedKind, Use
from sufler.prompter.learning.ports import Checked
from sufler.storage.tables.accuracy import checks, review_tasks
from sufler.storage.tables.learning import learned
from sufler.storage.tables.suggestions import feedback, suggestions

# So many of the newest are asked at each refit, a millisecond each.
MOST_FROZEN: Final = 5_000
# These say: the article is the answer. Who changed its facts, or rejected it, said no such thing.
_ANSWERED: Final = [
    use.value for use in (Use.VERBATIM, Use.COSMETIC, Use.EXTENDED, Use.OTHER, Use.SEARCHED)
]


async def agreement(connection: AsyncConnection, by: str) -> Checked:
    """How many labels of others agree with what this operator sent for the same turn, and how many
    do not. What was taken from the operator's own words is no label of others.

    A label says whether one article was right. If it was, who sent another was wrong; if it was
    not, only who sent it was."""
    chosen = case((feedback.c.use.in_(_ANSWERED), feedback.c.article_id))
    sent = func.coalesce(learned.c.article_id, review_tasks.c.matched, chosen)
    taught = and_(
        learned.c.lesson_id == feedback.c.id, learned.c.kind == LearnedKind.PHRASING.value
    )
    query = (
        select(checks.c.suggestion_id, checks.c.right, sent == checks.c.article_id)
        .join(feedback, feedback.c.suggestion_id == checks.c.suggestion_id)
        .outerjoin(review_tasks, review_tasks.c.suggestion_id == checks.c.suggestion_id)
        .outerjoin(learned, taught)
        .where(feedback.c.by == by, feedback.c.use.is_not(None), sent.is_not(None))
        .where(checks.c.by != by, checks.c.voided_at.is_(None), not_(checks.c.overdue))
        .order_by(feedback.c.id)
    )
    # Of several replies to one turn the last stands.
    found = {row[0]: (row[1], bool(row[2])) for row in await connection.execute(query)}
    agreed = sum(right and same for right, same in found.values())
    return Checked(agreed, sum(right is not same for right, same in found.values()))


async def confirmed_answers(connection: AsyncConnection) -> list[Frozen]:
    """Turns whose top article was labelled right, each wording once, the newest MOST_FROZEN, by the
    time of the label. A turn that needed earlier words is not asked by itself."""
    query = (
        select(suggestions.c.text, suggestions.c.language, checks.c.article_id)
        .join(suggestions, suggestions.c.id == checks.c.suggestion_id)
        .where(checks.c.right, checks.c.voided_at.is_(None), not_(checks.c.overdue))
        .where(suggestions.c.text.not_like("%\n%"))
        .order_by(checks.c.at.desc(), checks.c.id.desc())
        .limit(MOST_FROZEN)
    )
    rows = dict.fromkeys(tuple(row) for row in await connection.execute(query))
    return [Frozen(text, language, article, golden=False) for text, language, article in rows][::-1]
