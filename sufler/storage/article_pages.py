"""Articles by pages, for lists and exports: drafts and archived ones included, filtered."""

from collections.abc import AsyncIterator, Sequence

from sqlalchemy import Select, select

from sufler.domain.knowledge import Article, ArticleStatus
from sufler.storage.article_json import decode
from sufler.storage.database import Database
from sufler.storage.learned import merged
from sufler.storage.tables.knowledge import articles

_READ_AT_ONCE = 200


class ArticlePages:
    """Reads only; each page is of its own moment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self,
        *,
        after: str | None,
        limit: int,
        topic: str | None = None,
        status: ArticleStatus | None = None,
        words: str | None = None,
    ) -> list[Article]:
        """At most `limit` articles with an id above `after`, by id. Without `status`, archived ones
        are left out. `words`: all of them occur in the id, a title, an answer or a phrasing."""
        found: list[Article] = []
        sought = words.casefold().split() if words else []
        async for article in self._read(after or "", _filtered(topic, status), limit, sought):
            found.append(article)
            if len(found) == limit:
                break
        return found

    async def every(self) -> AsyncIterator[Article]:
        """Every stored article in whatever status, by id."""
        async for article in self._read("", select(articles).order_by(articles.c.id), 200, ()):
            yield article

    async def titles(self) -> list[tuple[str, str]]:
        """(id, title) in each language of every article that is not archived."""
        return [
            (article.id, translation.title)
            async for article in self._read("", _filtered(None, None), _READ_AT_ONCE, ())
            for translation in article.translations.values()
        ]

    async def _read(
        self, last: str, query: Select[tuple[object, ...]], limit: int, sought: Sequence[str]
    ) -> AsyncIterator[Article]:
        # Words are looked for here: no database folds the case of Cyrillic in the same way.
        size = _READ_AT_ONCE if sought else min(limit, _READ_AT_ONCE)
        while True:
            async with self._database.read() as connection:
                rows = (
                    await connection.execute(query.where(articles.c.id > last).limit(size))
                ).all()
                page = [decode(x.body, x.revision, x.updated_at, x.version) for x in rows]
                page = await merged(connection, page)
            for article in page:
                if _has(article, sought):
                    yield article
            if len(rows) < size:
                return
            last = rows[-1].id


def _filtered(topic: str | None, status: ArticleStatus | None) -> Select[tuple[object, ...]]:
    query = select(articles).order_by(articles.c.id)
    if topic is not None:
        query = query.where(articles.c.topic == topic)
    if status is not None:
        return query.where(articles.c.status == status.value)
    return query.where(articles.c.status != ArticleStatus.ARCHIVED.value)


def _has(article: Article, sought: Sequence[str]) -> bool:
    if not sought:
        return True
    texts = [article.id, *(phrasing.text for phrasing in article.phrasings)]
    for translation in article.translations.values():
        texts += (translation.title, translation.answer)
    whole = "\n".join(texts).casefold()
    return all(word in whole for word in sought)
