"""Phrasings that were learned from a customer's words, taken out of every article and revision."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.customers import learned_from
from sufler.domain.knowledge import Article, PhrasingSource
from sufler.storage.article_json import decode, encode, hash_of
from sufler.storage.sharing import alone
from sufler.storage.tables.imports import source_articles
from sufler.storage.tables.knowledge import (
    article_revisions,
    articles,
    knowledge_log,
    knowledge_state,
)

# Who takes them out, in an article's history.
AUTHOR = "erasure"
_MARK = f'"{PhrasingSource.LEARNED.value}"'


async def forget_learned(
    connection: AsyncConnection, talks: Sequence[str], said: Collection[str], at: datetime
) -> int:
    """Inside the erasure's transaction: take out what was learned from these conversations, by its
    author, or in these words. The articles get a new revision in one knowledge version; old
    revisions are rewritten. Returns how many phrasings went from articles as they are served."""
    await alone(connection, "knowledge")
    authors, words = {learned_from(talk) for talk in talks}, set(said)
    version = (await connection.scalar(select(func.max(knowledge_state.c.version))) or 0) + 1
    gone = 0
    query = select(articles).where(articles.c.body.contains(_MARK))
    for row in (await connection.execute(query)).all():
        article = decode(row.body, row.revision, row.updated_at)
        left = _without(article, authors, words)
        if left is None:
            continue
        gone += len(article.phrasings) - len(left.phrasings)
        await _store(connection, left, version, at)
    if gone:
        await connection.execute(update(knowledge_state).values(version=version))
    await _rewrite_revisions(connection, article_revisions, authors, words)
    return gone


def _without(article: Article, authors: set[str], words: set[str]) -> Article | None:
    """The article without them; None when it has none."""
    kept = tuple(
        each
        for each in article.phrasings
        if each.source is not PhrasingSource.LEARNED
        or (each.author not in authors and each.text not in words)
    )
    return None if len(kept) == len(article.phrasings) else replace(article, phrasings=kept)


async def _store(connection: AsyncConnection, left: Article, version: int, at: datetime) -> None:
    body, before, revision = encode(left), left.revision, left.revision + 1
    await connection.execute(
        update(articles)
        .where(articles.c.id == left.id)
        .values(
            body=body,
            content_hash=hash_of(body),
            revision=revision,
            version=version,
            updated_at=at,
        )
    )
    by = {"article_id": left.id, "revision": revision, "author": AUTHOR, "at": at}
    await connection.execute(insert(article_revisions).values(body=body, **by))
    await connection.execute(insert(knowledge_log).values(version=version, **by))
    # Not a change of content that a person made: its source may go on changing it.
    await connection.execute(
        update(source_articles)
        .where(source_articles.c.article_id == left.id, source_articles.c.revision == before)
        .values(revision=revision)
    )


async def _rewrite_revisions(
    connection: AsyncConnection, table: Table, authors: set[str], words: set[str]
) -> None:
    query = select(table).where(table.c.body.contains(_MARK))
    for row in (await connection.execute(query)).all():
        left = _without(decode(row.body, row.revision, row.at), authors, words)
        if left is not None:
            await connection.execute(
                update(table)
                .where(table.c.article_id == row.article_id, table.c.revision == row.revision)
                .values(body=encode(left))
            )
