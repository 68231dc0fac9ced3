"""Operators' own chats with the bot: a code that links one, and /alerts. Everything else that an
operator writes is a customer's, also in a linked chat."""

import asyncio
import time
from collections import OrderedDict
from typing import Final, Protocol

import structlog

from sufler.bot.telegram.places import place_of
from sufler.bot.telegram.send import TelegramChannel
from sufler.domain.alerts import Linking
from sufler.domain.conversation import Incoming, IncomingKind
from sufler.domain.errors import ChannelError
from sufler.domain.knowledge import Language
from sufler.domain.texts import text
from sufler.domain.variables import literal

PREFIX: Final = "link_"
COMMAND: Final = "/alerts"
# A refusal is said once in this time to one chat: whoever tries codes is given no more than that.
REFUSED_EVERY_S: Final = 60.0
_MOST_REMEMBERED: Final = 1000

_log = structlog.get_logger(__name__)


class Links(Protocol):
    """`desk.alert_links.AlertLinks`, as far as the bot needs it."""

    async def take(
        self, payload: str, chat_id: str, chat_name: str
    ) -> tuple[Linking, str, Language]: ...
    async def of_chat(self, chat_id: str) -> tuple[str, Language] | None: ...
    async def leave(self, chat_id: str) -> bool: ...


class StaffChats:
    """Takes what is not a customer's message out of what came in."""

    def __init__(self, channel: TelegramChannel, links: Links) -> None:
        self._channel = channel
        self._links = links
        self._refused: OrderedDict[str, float] = OrderedDict()
        self._answers: set[asyncio.Task[None]] = set()

    async def took(self, incoming: Incoming) -> bool:
        """Whether it was about alerts, and is done. Raises StorageUnavailable."""
        place = place_of(incoming.customer)
        if place.member is not None or place.connection is not None:
            return False
        chat_id = incoming.customer.external_id
        if incoming.kind is IncomingKind.START and incoming.text.startswith(PREFIX):
            await self._link(chat_id, incoming)
            return True
        words = incoming.text.lower().split()
        if incoming.kind is not IncomingKind.TEXT or not words or words[0] != COMMAND:
            return False
        whose = await self._links.of_chat(chat_id)
        if whose is None:
            return False  # whoever is linked to nothing is a customer
        name, language = whose
        if words[1:] == ["off"]:
            await self._links.leave(chat_id)
            self._say(chat_id, text("alert_unlinked", language))
        else:
            self._say(chat_id, text("alert_linked_to", language, name=literal(name)))
        return True

    async def close(self) -> None:
        """Give the answers that are under way a moment to end."""
        if self._answers:
            await asyncio.wait(self._answers, timeout=2)
        for task in self._answers:
            task.cancel()

    async def _link(self, chat_id: str, incoming: Incoming) -> None:
        became, name, language = await self._links.take(
            incoming.text, chat_id, incoming.customer.name
        )
        if became is Linking.DONE:
            self._say(chat_id, text("alert_linked", language, name=literal(name)))
        elif became is Linking.REFUSED and not self._refused_lately(chat_id):
            self._say(chat_id, text("alert_link_refused", incoming.customer.language or "ru"))

    def _refused_lately(self, chat_id: str) -> bool:
        now, last = time.monotonic(), self._refused.get(chat_id)
        if last is not None and now - last < REFUSED_EVERY_S:
            return True
        self._refused[chat_id] = now
        self._refused.move_to_end(chat_id)
        if len(self._refused) > _MOST_REMEMBERED:
            self._refused.popitem(last=False)
        return False

    def _say(self, chat_id: str, words: str) -> None:
        """Best effort: the page says how the link stands, whether or not this arrives."""
        task = asyncio.create_task(self._said(chat_id, words))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _said(self, chat_id: str, words: str) -> None:
        try:
            await self._channel.turn(chat_id)
            await self._channel.tell(chat_id, words)
        except ChannelError as error:
            _log.info("alert_word_not_sent", error=error.message)
