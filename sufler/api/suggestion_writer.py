"""Stores suggestions in groups: callers that come at about the same time share a transaction."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sufler.api.ports import Suggestions
from sufler.domain.checks import Draw
from sufler.domain.decisions import Decision, Suggestion
from sufler.domain.errors import StorageUnavailable

MOST_AT_ONCE = 200
# A transaction costs about as much as a search. Whoever is one of many waits a little for the
# others, and loses nothing, because the encoder is busy meanwhile; whoever is alone never waits.
WAIT_S_EACH = 0.0004
LONGEST_WAIT_S = 0.02

_Waiting = tuple[Suggestion, Decision, str, Draw | None, "asyncio.Future[bool]"]


class SuggestionWriter:
    """One transaction for as many callers as wait for one."""

    def __init__(self, store: Suggestions) -> None:
        self._store = store
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None
        self._coming = 0

    @contextmanager
    def announced(self) -> Iterator[None]:
        """Around making a suggestion and `add`: somebody is coming, and may share."""
        self._coming += 1
        try:
            yield
        finally:
            self._coming -= 1

    async def add(
        self, suggestion: Suggestion, decision: Decision, caller_id: str, draw: Draw | None = None
    ) -> bool:
        """Return when both are stored, as asked for by this caller, and whether nobody may see
        them; `draw` is what chance says of it. Raises StorageUnavailable."""
        stored = asyncio.get_running_loop().create_future()
        self._waiting.append((suggestion, decision, caller_id, draw, stored))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        hidden: bool = await stored
        return hidden

    async def finish(self) -> None:
        """Wait until everything that was handed in is stored or refused."""
        if self._writing is not None:
            await asyncio.wait([self._writing])

    async def _write(self) -> None:
        try:
            while self._waiting:
                others = self._coming - len(self._waiting)
                if others > 0:
                    await asyncio.sleep(min(others * WAIT_S_EACH, LONGEST_WAIT_S))
                group, self._waiting = (
                    self._waiting[:MOST_AT_ONCE],
                    self._waiting[MOST_AT_ONCE:],
                )
                await self._write_group(group)
        finally:
            self._writing = None
            _tell(self._waiting, asyncio.CancelledError())
            self._waiting = []

    async def _write_group(self, group: Sequence[_Waiting]) -> None:
        drawn = {made.id: draw for made, _, _, draw, _ in group if draw is not None}
        try:
            made = [(made, told, by) for made, told, by, _, _ in group]
            hidden = await self._store.add_many(made, drawn)
        except StorageUnavailable as error:
            _tell(group, error)
        except Exception as error:
            # One that cannot be stored must not take those beside it along.
            if len(group) == 1:
                _tell(group, error)
            else:
                for each in group:
                    await self._write_group([each])
        except BaseException as error:
            _tell(group, error)  # stopped: nobody may wait for ever
            raise
        else:
            _tell(group, None, hidden)


def _tell(
    group: Sequence[_Waiting],
    failure: BaseException | None,
    hidden: frozenset[str] = frozenset(),
) -> None:
    for made, _, _, _, stored in group:
        if stored.done():  # the caller has gone
            continue
        if failure is None:
            stored.set_result(made.id in hidden)
        elif isinstance(failure, Exception):
            stored.set_exception(failure)
        else:
            stored.cancel()
