"""Articles on their way into the database: read from a lazy source into a temporary file first."""

import asyncio
import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from sufler.domain.errors import StorageUnavailable
from sufler.domain.knowledge import OTHER_TOPIC, Article, Language, PhrasingSource
from sufler.storage.article_json import encode, hash_of

# Below this many bytes the spool stays in memory: ordinary edits touch no file.
IN_MEMORY = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SpooledArticle:
    """An article ready to be stored; `body` is its JSON. `learned` are its learned phrasings as
    (text, language, author, weight), which are kept elsewhere; `version` as in `Article`."""

    id: str
    topic: str
    status: str
    content_hash: str
    body: str
    version: int
    learned: list[tuple[str, Language, str | None, float]]


class Spool:
    """Reads a source once, slowly if need be, so that the database is locked only for writing."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    async def fill(self, articles: Iterable[Article]) -> None:
        """Read all of `articles` in a thread. Raises what the iterable raises, and
        StorageUnavailable when there is no room for the temporary file."""
        await asyncio.to_thread(self._fill, articles)

    def take(self, count: int) -> list[SpooledArticle]:
        """The next `count` articles in order; fewer at the end, then none."""
        taken = []
        for line in self._file:
            taken.append(SpooledArticle(*json.loads(line)))
            if len(taken) == count:
                break
        return taken

    def _fill(self, articles: Iterable[Article]) -> None:
        for article in articles:
            body = encode(article)
            learned = [x for x in article.phrasings if x.source is PhrasingSource.LEARNED]
            row = (
                article.id,
                article.topic or OTHER_TOPIC,
                article.status.value,
                hash_of(body),
                body,
                article.version,
                [(each.text, each.language, each.author, each.weight) for each in learned],
            )
            self._write(json.dumps(row).encode() + b"\n")
        self._file.seek(0)

    def _write(self, line: bytes) -> None:
        try:
            self._file.write(line)
        except OSError as error:
            raise StorageUnavailable(
                f"no room for the temporary file of an import ({error.strerror}); "
                "free some space, or set TMPDIR to another disk"
            ) from error
