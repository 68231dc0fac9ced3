"""What is known of chats beyond their id: groups that moved, and business accounts' permissions."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from aiogram.types import BusinessConnection

from sufler.bot.markdown import whole
from sufler.bot.telegram.places import place_of
from sufler.bot.telegram.state import AccountReport
from sufler.domain.conversation import Customer

# What a group with a backlog got within the last minute may have been written this long ago.
_LATELY = timedelta(minutes=10)


class ChatStore(Protocol):
    """`storage.telegram.TelegramStore`."""

    async def moves(self) -> dict[int, int]: ...
    async def sent_to_groups(self, since: datetime) -> dict[str, int]: ...
    async def moved(self, old_chat: int, new_chat: int) -> None: ...
    async def connections(self) -> dict[str, tuple[str, bool]]: ...
    async def connected(self, id_: str, owner: str, may_reply: bool, at: datetime) -> None: ...


class Chats:
    """Remembers for all processes when it has a `store`, else for this run. `tell` hears of every
    business account, first and whenever one changes."""

    def __init__(
        self,
        store: ChatStore | None = None,
        tell: Callable[[tuple[AccountReport, ...]], None] = lambda accounts: None,
    ) -> None:
        self._store = store
        self._tell = tell
        self._now: dict[int, int] = {}
        self._first: dict[int, int] = {}
        self._known: set[int] = set()
        self._accounts: dict[str, AccountReport] = {}
        self._read = False

    def first(self, chat_id: int) -> int:
        """The first id of the group that has this one now: its members are known by that."""
        return self._first.get(chat_id, chat_id)

    def now(self, chat_id: int) -> int:
        """The id that a group has now."""
        return self._now.get(chat_id, chat_id)

    async def know(self, chat_id: int) -> None:
        """Before a group is looked up: another process may have heard that it moved. Raises
        StorageUnavailable."""
        if self._store is None or chat_id in self._known:
            return
        for old, new in (await self._store.moves()).items():
            self._put(old, new)
        self._known.add(chat_id)

    async def sent_lately(self) -> dict[int, int]:
        """How many messages went to each group lately, by the id that it has now. Raises
        StorageUnavailable."""
        if self._store is None:
            return {}
        counts: dict[int, int] = {}
        since = datetime.now(UTC) - _LATELY
        for customer_id, count in (await self._store.sent_to_groups(since)).items():
            chat_id = self.now(place_of(Customer(customer_id)).chat_id)
            counts[chat_id] = counts.get(chat_id, 0) + count
        return counts

    async def begin(self) -> None:
        """Read what is known, once. Raises StorageUnavailable."""
        if self._read or self._store is None:
            return
        found = await self._store.connections()
        self._accounts = {id_: AccountReport(owner, may) for id_, (owner, may) in found.items()}
        for old, new in (await self._store.moves()).items():
            self._put(old, new)
        self._read = True
        self._tell(tuple(self._accounts.values()))

    async def moved(self, chat_id: int, new_chat: int) -> None:
        """A group has become a supergroup, with another id. Raises StorageUnavailable."""
        first = self.first(chat_id)
        if first == new_chat or self._now.get(first) == new_chat:
            return
        if self._store is not None:
            await self._store.moved(first, new_chat)
        self._put(first, new_chat)

    async def connected(self, connection: BusinessConnection) -> None:
        """A business account let the bot in, changed what it allows, or shut it out. Raises
        StorageUnavailable."""
        rights = connection.rights
        may_reply = connection.is_enabled and bool(rights.can_reply if rights else False)
        owner = whole(connection.user.full_name)
        if self._store is not None:
            await self._store.connected(connection.id, owner, may_reply, datetime.now(UTC))
        self._accounts = {**self._accounts, connection.id: AccountReport(owner, may_reply)}
        self._tell(tuple(self._accounts.values()))

    def _put(self, first: int, new: int) -> None:
        self._now[first] = new
        self._first[new] = first
