"""Articles that stand for flows are changed by publishing those; by hand only their phrasings."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.errors import BadInput
from sufler.domain.knowledge import FLOW_PREFIX, Article
from sufler.storage.article_json import decode
from sufler.storage.spool import SpooledArticle
from sufler.storage.tables.knowledge import articles


async def refuse_flows(connection: AsyncConnection, chunk: Sequence[SpooledArticle]) -> None:
    """Raises BadInput when somebody makes such an article, or changes more of it than phrasings,
    validity and owner."""
    given = [each for each in chunk if each.id.startswith(FLOW_PREFIX)]
    if not given:
        return
    query = select(articles).where(articles.c.id.in_({each.id for each in given}))
    rows = {row.id: row for row in await connection.execute(query)}
    for each in given:
        row = rows.get(each.id)
        if row is None:
            raise BadInput(
                f"id: what begins with {FLOW_PREFIX} is made by publishing a flow", field="id"
            )
        before = decode(row.body, row.revision, row.updated_at)
        if _told_by_flow(before) != _told_by_flow(decode(each.body, 0, row.updated_at)):
            raise BadInput(
                f"{each.id}: stands for a flow, which says its title, text, topic and status; "
                "change, publish or withdraw the flow",
                field="id",
            )


def _told_by_flow(article: Article) -> object:
    return article.topic, dict(article.translations), article.status, article.other_language_ok
