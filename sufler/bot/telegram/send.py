"""Stop 7 of 7: our reply → Telegram. The last stop; a failure goes back to
`conversation/delivery.py` as a `ChannelError` that says whether sending again is right."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import ReplyParameters

from sufler.bot.telegram.calls import Address, put_in_place, send_parcel
from sufler.bot.telegram.chats import Chats
from sufler.bot.telegram.connection import channel_error, connect, in_words
from sufler.bot.telegram.format import pieces
from sufler.bot.telegram.limits import Limits
from sufler.bot.telegram.parcels import Files, Parcel, parcels_of
from sufler.bot.telegram.places import Place, message_ref, place_of, read_ref
from sufler.bot.telegram.receive import CHANNEL
from sufler.bot.telegram.state import TelegramState
from sufler.domain.conversation import Author, Conversation, Message
from sufler.domain.errors import ChannelError, StorageUnavailable

_log = structlog.get_logger(__name__)

# Only for the later parts of a reply: giving it back would send the first ones twice.
_LATER_PART_TRIES = 6
_LONGEST_WAIT_S = 60.0


class Talks(Protocol):
    """`storage.conversations.ConversationStore`."""

    async def find(self, channel: str, customer_id: str) -> Conversation | None: ...
    async def message_of(self, conversation_id: str, external_id: str) -> Message | None: ...
    async def messages(
        self, conversation_id: str, limit: int = 50, before: int | None = None
    ) -> list[Message]: ...


class TelegramChannel:
    """Sends replies through one bot (the `Channel` port).

    `api_base` is the address of a local Bot API server, None for Telegram's own. `talks` tells what
    a group's member asked last, `files` has what operators attach, `state` hears that the token is
    refused. Raises SettingsError when `token` cannot be a token; nothing is asked of Telegram yet.
    """

    name = CHANNEL

    def __init__(
        self,
        token: str,
        api_base: str | None = None,
        *,
        own_limits: bool = True,
        chats: Chats | None = None,
        talks: Talks | None = None,
        files: Files | None = None,
        state: TelegramState | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.bot: Bot = connect(token, api_base)
        self.chats = chats or Chats()
        self.talks = talks
        self._files = files
        self._state = state
        self._sleep = sleep
        self._limits = Limits(own=own_limits, sleep=sleep)

    def slot(self, conversation: Conversation) -> float:
        """0.0, and one message is counted; or in how many seconds there is room for one."""
        try:
            chat_id = self.chats.now(place_of(conversation.customer).chat_id)
        except ValueError:
            return 0.0  # `send` says what is wrong with it
        wait = self._limits.wait(chat_id)
        if wait == 0.0:
            self._limits.take(chat_id)
        return wait

    async def begin(self) -> None:
        """This process sends from now on: what another one sent to groups lately counts. Raises
        StorageUnavailable."""
        for chat_id, count in (await self.chats.sent_lately()).items():
            self._limits.sent_before(chat_id, count)

    def spare(self, chat_id: str) -> float:
        """0.0, and one message to an operator's own chat is counted; or in how many seconds there
        is room for one beside what customers get."""
        wait = self._limits.spare(int(chat_id))
        if wait == 0.0:
            self._limits.take(int(chat_id))
        return wait

    async def turn(self, chat_id: str) -> None:
        """Wait until one more message may go to this chat, and count it."""
        await self._limits.turn(int(chat_id))

    async def tell(self, chat_id: str, words: str) -> None:
        """Send a short text (safe Markdown) that is no part of a conversation. Raises
        ChannelError."""
        for piece in pieces(words)[:1]:
            parcel = Parcel(piece, ())
            try:
                await send_parcel(self.bot, Address(int(chat_id), None, None, ()), parcel)
            except AiogramError as error:
                raise self._told(error, int(chat_id)) from None

    async def edit(self, conversation: Conversation, message: Message) -> None:
        """Put the new text in place. Raises ChannelError."""
        sent, place = read_ref(message.external_id), _place(conversation)
        if sent is None:
            raise ChannelError("it is not known which message this was", permanent=True)
        parts = pieces(message.text)
        if len(parts) > len(sent.message_ids):
            raise ChannelError("too long now to stand where the message is", permanent=True)
        try:
            await put_in_place(self.bot, sent, parts, message.text, place.connection)
        except AiogramError as error:
            raise self._told(error, sent.chat_id) from None

    async def typing(self, conversation: Conversation) -> None:
        """Best effort."""
        try:
            place = _place(conversation)
            await self.bot.send_chat_action(
                self.chats.now(place.chat_id), "typing", business_connection_id=place.connection
            )
        except (AiogramError, ChannelError) as error:
            _log.debug("telegram_typing_not_shown", error=type(error).__name__)

    async def send(self, conversation: Conversation, message: Message) -> str | None:
        """Send files and text in as many messages as they need, buttons under the last.

        Returns `message_ref` of the last message, of all that hold its text where an operator, who
        may edit it, wrote it. Raises ChannelError; once a first part has gone out, only with
        `permanent` or `outcome_unknown`.
        """
        place = _place(conversation)
        parcels = await parcels_of(message, self._files)
        quoted = await self._quoted(conversation, message, place)
        chat_id, texts, last = self.chats.now(place.chat_id), [], 0
        for number, parcel in enumerate(parcels, start=1):
            address = Address(
                chat_id,
                place.connection,
                _reply_to(quoted, chat_id) if number == 1 else None,
                message.buttons if number == len(parcels) else (),
            )
            if number == 1:
                chat_id, ids = await self._send_first(address, parcel)
            else:
                ids = await self._send_later(address, parcel, f"piece {number} of {len(parcels)}")
            last = ids[-1]
            if parcel.text is not None:
                texts.append(ids[0])
        operators = message.author is Author.OPERATOR and texts
        return message_ref(chat_id, texts if operators else [last], place.connection)

    async def close(self) -> None:
        """Close the connections. Sending is impossible afterwards."""
        await self.bot.session.close()

    async def _quoted(
        self, conversation: Conversation, message: Message, place: Place
    ) -> str | None:
        """In a group everything says whom it is for: it quotes what the member wrote last."""
        if message.quotes is not None or place.member is None or self.talks is None:
            return message.quotes
        try:
            said = await self.talks.messages(conversation.id, 20)
        except StorageUnavailable:  # an answer without a quote is better than none
            return None
        refs = [
            each.external_id
            for each in said
            if each.author is Author.CUSTOMER and (each.external_id or "").startswith("u:")
        ]
        return refs[-1] if refs else None

    async def _send_first(self, address: Address, parcel: Parcel) -> tuple[int, list[int]]:
        """The chat it went to, which is another one for a group that moved, and the messages."""
        if parcel.count > 1:  # the first was counted when the reply was begun
            await self._limits.turn(address.chat_id, parcel.count - 1)
        try:
            return address.chat_id, await self._send(address, parcel)
        except _Moved as moved:
            with suppress(StorageUnavailable):  # Telegram says it again the next time
                await self.chats.moved(address.chat_id, moved.to)
            there = Address(moved.to, address.connection, None, address.buttons)
            return moved.to, await self._send(there, parcel)

    async def _send_later(self, address: Address, parcel: Parcel, which: str) -> list[int]:
        wait = 1.0
        for attempt in range(1, _LATER_PART_TRIES + 1):
            await self._limits.turn(address.chat_id, parcel.count)
            try:
                return await self._send(address, parcel)
            except ChannelError as error:
                if error.permanent or error.outcome_unknown:
                    raise
                if attempt == _LATER_PART_TRIES:
                    raise ChannelError(
                        f"{which} did not go out, those before it did: {error.message}",
                        outcome_unknown=True,
                    ) from None
                _log.info("telegram_piece_delayed", piece=which, error=error.message)
                await self._sleep(min(error.retry_after or wait, _LONGEST_WAIT_S))
                wait *= 2
        raise AssertionError("unreachable: the loop returns or raises")

    async def _send(self, address: Address, parcel: Parcel) -> list[int]:
        try:
            try:
                return await send_parcel(self.bot, address, parcel)
            except TelegramBadRequest as error:
                text = parcel.text
                if text is None or not text.entities or "entit" not in error.message.lower():
                    raise
                # a refused look must not keep the words back; nothing was sent yet
                bare = type(text)(text.text, ())
                return await send_parcel(self.bot, address, Parcel(bare, parcel.files))
        except TelegramMigrateToChat as error:
            raise _Moved(error.migrate_to_chat_id) from None
        except AiogramError as error:
            raise self._told(error, address.chat_id) from None
        finally:
            self._limits.answered(address.chat_id, parcel.count)

    def _told(self, error: AiogramError, chat_id: int) -> ChannelError:
        """What it means for the reply; and for others, where they are concerned too."""
        if isinstance(error, TelegramRetryAfter):
            self._limits.refused(chat_id, float(error.retry_after))
        if self._state is not None and isinstance(
            error, (TelegramUnauthorizedError, TelegramNotFound)
        ):
            self._state.down(in_words(error, self.bot), token_refused=True)
        return channel_error(error, self.bot)


class _Moved(ChannelError):  # noqa: N818 - no failure: it is sent to where the group is now
    def __init__(self, to: int) -> None:
        super().__init__("the group moved to another id", permanent=True)
        self.to = to


def _place(conversation: Conversation) -> Place:
    try:
        return place_of(conversation.customer)
    except ValueError:
        raise ChannelError("the customer's id is not a Telegram chat", permanent=True) from None


def _reply_to(quoted: str | None, chat_id: int) -> ReplyParameters | None:
    ref = read_ref(quoted)
    if ref is None or ref.chat_id != chat_id:  # a group that moved has left its messages behind
        return None
    return ReplyParameters(message_id=ref.message_ids[-1], allow_sending_without_reply=True)
