"""One raw update, whichever way it came: read, stored in the inbox once, its press answered.

Next: `receive.py` says what an update is. Polling and webhook both end here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

import structlog
from aiogram.exceptions import AiogramError
from aiogram.types import CallbackQuery, Update
from pydantic import ValidationError

from sufler.bot.telegram.connection import in_words
from sufler.bot.telegram.groups import Me
from sufler.bot.telegram.receive import CHANNEL, Reader, Taken
from sufler.bot.telegram.send import TelegramChannel
from sufler.bot.telegram.staff import StaffChats
from sufler.bot.telegram.state import TelegramState
from sufler.domain.conversation import Attachment, Incoming
from sufler.domain.errors import BadInput, StorageUnavailable
from sufler.domain.knowledge import Language
from sufler.domain.texts import text

_log = structlog.get_logger(__name__)

Receive = Callable[[Incoming], Awaitable[bool]]

_STRANGE_FAILURES_BEFORE_SKIPPING = 5


class Expected(Protocol):
    """Notes files that are still at Telegram: `storage.coming_files.ComingFiles`."""

    async def expect(
        self, attachment: Attachment, source: str, *, channel: str, customer_id: str
    ) -> None: ...


class NotStored(Exception):  # noqa: N818 - in the words of the error tree
    """An update could not be stored now; Telegram must give it again."""


class Updates:
    """Takes updates in. `receive` has stored a message durably when it returns. Without `files`
    it is said what came, and nothing is kept of it; `staff` takes what operators send about their
    alerts."""

    def __init__(
        self,
        channel: TelegramChannel,
        receive: Receive,
        state: TelegramState,
        files: Expected | None = None,
        language: Language = "ru",
        staff: StaffChats | None = None,
    ) -> None:
        self._channel = channel
        self._bot = channel.bot
        self._receive = receive
        self._state = state
        self._files = files
        self._language = language
        self._staff = staff
        self._failures: dict[int, int] = {}
        self._answers: set[asyncio.Task[None]] = set()

    async def take(self, raw: Mapping[str, Any], update_id: int) -> None:
        """When this returns, the update may be acknowledged: it is stored, or there was nothing
        in it to store. Raises NotStored."""
        words = ""
        try:
            update = self._parsed(raw, update_id)
            if update is not None:
                words = await self._store(update)
        except BadInput as error:
            _log.warning("telegram_update_refused", update_id=update_id, reason=error.message)
        except StorageUnavailable as error:
            raise NotStored(f"updates cannot be stored: {error.message}") from None
        except NotStored:
            raise
        except Exception as error:
            failures = self._failures[update_id] = self._failures.get(update_id, 0) + 1
            if failures < _STRANGE_FAILURES_BEFORE_SKIPPING:
                name = type(error).__name__
                raise NotStored(f"an update could not be stored ({name})") from None
            # our own mistake about one message must not silence every other customer
            _log.error("telegram_update_skipped", update_id=update_id, error=type(error).__name__)
        self._failures.pop(update_id, None)
        self._state.received()
        self._answer_press(raw, words)

    async def close(self) -> None:
        """Give the answers to presses that are under way a moment to end."""
        if self._answers:
            await asyncio.wait(self._answers, timeout=2)
        for task in self._answers:
            task.cancel()
        if self._staff is not None:
            await self._staff.close()

    def _parsed(self, raw: Mapping[str, Any], update_id: int) -> Update | None:
        try:
            return Update.model_validate(raw, context={"bot": self._bot})
        except ValidationError as error:
            _log.warning(
                "telegram_update_not_understood", update_id=update_id, problems=error.error_count()
            )
            return None

    async def _store(self, update: Update) -> str:
        """What is in the update, with its files. Returns what to tell who pressed a button."""
        chats = self._channel.chats
        if update.business_connection is not None:
            await chats.connected(update.business_connection)
        await self._know_group(update)
        username = self._state.report.username
        reader = Reader(Me(self._bot.id, username or ""), self._language, chats.first)
        found = reader.read(update)
        query = update.callback_query
        if query is not None and not found:
            return _refusal(query)
        for each in found:
            if each.pressed and query is not None and not await self._is_theirs(each, query):
                return text("telegram_not_yours", _spoken_by(query))
            if self._staff is None or not await self._staff.took(each.incoming):
                await self._keep(each)
        return ""

    async def _know_group(self, update: Update) -> None:
        event = update.message or update.edited_message or update.message_reaction
        if event is None and update.callback_query is not None:
            event = getattr(update.callback_query, "message", None)
        if event is None or event.chat.type not in ("group", "supergroup"):
            return
        if self._state.report.username is None:
            raise NotStored("Telegram has not said yet who the bot is")
        chats, message = self._channel.chats, update.message
        await chats.know(event.chat.id)
        if message is not None and message.migrate_to_chat_id is not None:
            await chats.moved(message.chat.id, message.migrate_to_chat_id)
        if message is not None and message.migrate_from_chat_id is not None:
            await chats.moved(message.migrate_from_chat_id, message.chat.id)

    async def _keep(self, taken: Taken) -> None:
        incoming = taken.incoming
        if self._files is None:
            notes = tuple(each for each in incoming.attachments if not each.id)
            await self._receive(replace(incoming, attachments=notes))
            return
        for file in taken.files:
            # Before its message: what is noted twice is one, what is never noted would be lost.
            await self._files.expect(
                file.attachment,
                file.source,
                channel=CHANNEL,
                customer_id=incoming.customer.external_id,
            )
        await self._receive(incoming)

    async def _is_theirs(self, taken: Taken, query: CallbackQuery) -> bool:
        """Whether the button stands under an answer to whoever pressed it."""
        asked = getattr(query.message, "reply_to_message", None)
        if asked is not None and asked.from_user is not None:
            return bool(asked.from_user.id == query.from_user.id)
        talks = self._channel.talks
        talk = talks and await talks.find(CHANNEL, taken.incoming.customer.external_id)
        if not talks or not talk or not taken.pressed:
            return False
        return await talks.message_of(talk.id, taken.pressed) is not None

    def _answer_press(self, raw: Mapping[str, Any], words: str) -> None:
        """Every press is answered, or the customer's button keeps spinning."""
        query = raw.get("callback_query")
        query_id = query.get("id") if isinstance(query, Mapping) else None
        if isinstance(query_id, str):
            task = asyncio.create_task(self._answer(query_id, words))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)

    async def _answer(self, query_id: str, words: str) -> None:
        try:
            await self._bot.answer_callback_query(query_id, text=words or None)
        except AiogramError as error:  # too old, or answered before: nothing is lost
            _log.debug("telegram_press_not_answered", error=in_words(error, self._bot))


def _refusal(query: CallbackQuery) -> str:
    chat = query.message.chat if query.message is not None else None
    foreign = chat is not None and chat.type == "private" and chat.id != query.from_user.id
    key = "telegram_not_yours" if foreign else "telegram_stale_button"
    return text(key, _spoken_by(query))


def _spoken_by(query: CallbackQuery) -> Language:
    return "ru" if (query.from_user.language_code or "").lower().startswith("ru") else "en"
