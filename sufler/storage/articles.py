"""Articles and topics: a write is one transaction and one knowledge version; history is kept."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.errors import Conflict, NotFound
from sufler.domain.knowledge import Article, ArticleRevision, ArticleStatus, Mode, Topic
from sufler.domain.learning import Learned
from sufler.domain.ports import ArticleChange, Clock
from sufler.storage.article_json import decode
from sufler.storage.database import Database
from sufler.storage.flow_guard import refuse_flows
from sufler.storage.given_phrasings import Given
from sufler.storage.idempotency import mark_done
from sufler.storage.learned import Change, merged, serving_negatives
from sufler.storage.new_facts import note_new_facts
from sufler.storage.spool import Spool, SpooledArticle
from sufler.storage.tables.knowledge import (
    article_revisions,
    articles,
    knowledge_log,
    knowledge_state,
    topics,
)
from sufler.storage.tables.learning import clearances
from sufler.storage.topics import read_topics, write_topic
from sufler.storage.versions import next_version, set_version

# Rows read at a time, and ids asked for at a time: far below every database's limit.
PAGE = 500


class ArticleStore:
    """Fulfils `domain.ports.ArticleStore`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def version(self) -> int:
        """The newest knowledge version; 0 for an empty base."""
        async with self._database.read() as connection:
            return await connection.scalar(select(knowledge_state.c.version)) or 0

    async def get(self, article_id: str) -> Article:
        """Raises NotFound."""
        found = await self.get_many([article_id])
        if article_id not in found:
            raise _no_article()
        return found[article_id]

    async def get_many(self, ids: Sequence[str]) -> dict[str, Article]:
        """Those of `ids` that exist, archived ones included."""
        found: dict[str, Article] = {}
        async with self._database.read() as connection:
            for start in range(0, len(ids), PAGE):
                query = select(articles).where(articles.c.id.in_(ids[start : start + PAGE]))
                rows = (await connection.execute(query)).all()
                for article in await merged(connection, [_article(row) for row in rows]):
                    found[article.id] = article
        return {article_id: found[article_id] for article_id in ids if article_id in found}

    async def all(self) -> AsyncIterator[Article]:
        """Every article that is not archived, by id, read in pages.

        Each page is read at its own moment: whoever needs one state asks for `version()` before,
        and for `changed_since` that version after.
        """
        last = ""
        while True:
            query = (
                select(articles)
                .where(articles.c.id > last, articles.c.status != ArticleStatus.ARCHIVED.value)
                .order_by(articles.c.id)
                .limit(PAGE)
            )
            async with self._database.read() as connection:
                rows = (await connection.execute(query)).all()
                page = await merged(connection, [_article(row) for row in rows])
            for article in page:
                yield article
            if len(rows) < PAGE:
                return
            last = rows[-1].id

    async def changed_since(self, version: int) -> list[ArticleChange]:
        """The newest state of each article changed after `version`, archived ones included,
        by version and id."""
        query = (
            select(articles)
            .where(articles.c.version > version)
            .order_by(articles.c.version, articles.c.id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
            found = await merged(connection, [_article(row) for row in rows])
            return [ArticleChange(article.version, article) for article in found]

    async def negatives(self) -> list[Learned]:
        """Wordings that do not ask for an article, as far as they serve."""
        async with self._database.read() as connection:
            return await serving_negatives(connection)

    async def uncleared(self) -> frozenset[str]:
        """Articles that only an operator may send, because approved facts of them are new."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(clearances.c.article_id))
            return frozenset(rows.scalars())

    async def save_many(
        self,
        articles: Iterable[Article],
        author: str,
        expected: Mapping[str, int] | None = None,
        *,
        import_id: int | None = None,
    ) -> int:
        """Store new or changed articles, all or none; create missing topics as `suggests`.

        Articles equal to what is stored are skipped; nothing changed makes no version. Returns
        how many revisions were written. The iterable is read in a thread, before the database is
        locked, and may be lazy and long: memory stays bounded. What it raises is raised here.

        `expected` gives articles the revision that the writer saw (0: none yet); raises Conflict
        when one has another by now. `import_id`: the run of an import that writes them. What a flow
        says of the article that stands for it cannot be changed: BadInput.

        Learned phrasings go to their own table: what served when the writer read the article (its
        `version`) and is not given any more was taken out.
        """
        return await self._save(articles, author, expected, import_id, flows=False)

    async def save_flows(
        self, articles: Iterable[Article], author: str, expected: Mapping[str, int]
    ) -> int:
        """The same for the articles that stand for published flows."""
        return await self._save(articles, author, expected, None, flows=True)

    async def _save(
        self,
        articles: Iterable[Article],
        author: str,
        expected: Mapping[str, int] | None,
        import_id: int | None,
        *,
        flows: bool,
    ) -> int:
        with Spool() as spool:
            await spool.fill(articles)
            async with self._database.write() as connection:
                version, at = await next_version(connection), self._clock.now()
                by = {"author": author, "at": at, "import_id": import_id}
                writer = _Writer(connection, version, by, expected or {})
                change = Change(connection, author, at)
                given = Given(connection, change, author, at)
                written = 0
                while chunk := await asyncio.to_thread(spool.take, PAGE):
                    if not flows:
                        await refuse_flows(connection, chunk)
                    revised = await writer.write(chunk)
                    written += len(revised)
                    written += len(await given.take(chunk) - set(revised))
                if written:
                    await set_version(connection, version)
                await change.finish()
                await mark_done(connection)
        return written

    async def history(self, article_id: str) -> list[ArticleRevision]:
        """Newest first. Raises NotFound."""
        query = (
            select(article_revisions)
            .where(article_revisions.c.article_id == article_id)
            .order_by(article_revisions.c.revision.desc())
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        if not rows:
            raise _no_article()
        return [
            ArticleRevision(decode(row.body, row.revision, row.at), row.author, row.at)
            for row in rows
        ]

    async def topics(self) -> list[Topic]:
        """By name."""
        async with self._database.read() as connection:
            return await read_topics(connection)

    async def set_topic(self, topic: Topic, author: str) -> None:
        """Make or change a topic: a knowledge version of its own, unless nothing changes."""
        async with self._database.write() as connection:
            await write_topic(connection, topic, author, self._clock.now())


class _Writer:
    """Writes chunks of articles inside one transaction, as one knowledge version."""

    def __init__(
        self,
        connection: AsyncConnection,
        version: int,
        by: Mapping[str, Any],
        expected: Mapping[str, int],
    ) -> None:
        self._connection = connection
        self._version = version
        self._by = by
        self._expected = expected
        self._topics: set[str] | None = None

    async def write(self, chunk: Sequence[SpooledArticle]) -> list[str]:
        """Store what differs from the stored state; a later row with the same id wins. Returns
        the id of each revision that was made."""
        query = select(articles.c.id, articles.c.revision, articles.c.content_hash)
        query = query.where(articles.c.id.in_({spooled.id for spooled in chunk}))
        rows = await self._connection.execute(query)
        stored = {row.id: (row.revision, row.content_hash) for row in rows}
        for spooled in chunk:
            found = stored.get(spooled.id, (0, ""))[0]
            if self._expected.get(spooled.id, found) != found:
                raise Conflict(
                    f"article {spooled.id!r} is at revision {found} by now", field="revision"
                )
        current = dict(stored)
        newest: dict[str, dict[str, Any]] = {}
        revisions: list[dict[str, Any]] = []
        for spooled in chunk:
            revision, content_hash = current.get(spooled.id, (0, ""))
            if content_hash == spooled.content_hash:
                continue
            revision += 1
            current[spooled.id] = (revision, spooled.content_hash)
            newest[spooled.id] = self._article_row(spooled, revision)
            revisions.append({"article_id": spooled.id, "revision": revision, "body": spooled.body})
        if not revisions:
            return []
        await self._create_topics({row["topic"] for row in newest.values()})
        bodies = {each: row["body"] for each, row in newest.items() if each in stored}
        if bodies:
            await note_new_facts(self._connection, bodies, self._by["author"], self._by["at"])
        await self._store_articles(newest, stored.keys())
        signed = [{**row, **self._by} for row in revisions]
        await self._connection.execute(insert(article_revisions), signed)
        by = {"author": self._by["author"], "at": self._by["at"]}
        await self._connection.execute(
            insert(knowledge_log),
            [
                {"version": self._version, "article_id": row["article_id"]}
                | {"revision": row["revision"]}
                | by
                for row in revisions
            ],
        )
        return [row["article_id"] for row in revisions]

    def _article_row(self, spooled: SpooledArticle, revision: int) -> dict[str, Any]:
        return {
            "id": spooled.id,
            "topic": spooled.topic,
            "status": spooled.status,
            "revision": revision,
            "version": self._version,
            "content_hash": spooled.content_hash,
            "body": spooled.body,
            "updated_at": self._by["at"],
        }

    async def _store_articles(
        self, newest: dict[str, dict[str, Any]], stored: Iterable[str]
    ) -> None:
        known = newest.keys() & set(stored)
        new = [row for article_id, row in newest.items() if article_id not in known]
        if new:
            await self._connection.execute(insert(articles), new)
        if known:
            # "id" names the column itself in an UPDATE, so the key to find it needs another name.
            rows = [newest[article_id] | {"of": article_id} for article_id in sorted(known)]
            await self._connection.execute(
                update(articles).where(articles.c.id == bindparam("of")), rows
            )

    async def _create_topics(self, names: set[str]) -> None:
        if self._topics is None:
            rows = await self._connection.execute(select(topics.c.name))
            self._topics = set(rows.scalars())
        missing = sorted(names - self._topics)
        if missing:
            await self._connection.execute(
                insert(topics),
                [{"name": name, "mode": Mode.SUGGESTS.value} for name in missing],
            )
            self._topics.update(missing)


def _article(row: Row[*tuple[Any, ...]]) -> Article:
    return decode(row.body, row.revision, row.updated_at, row.version)


def _no_article() -> NotFound:
    return NotFound("there is no article with this id", field="article_id")
