"""Stop 7 of 7: our reply → Telegram. The last stop; a failure goes back to
`conversation/delivery.py` as a `ChannelError` that says whether sending again is right."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
)

from sufler.bot.telegram.connection import channel_error, connect
from sufler.bot.telegram.format import Piece, pieces
from sufler.bot.telegram.receive import CHANNEL
from sufler.domain.conversation import Button, Conversation
from sufler.domain.errors import ChannelError

_log = structlog.get_logger(__name__)

# Only for the later pieces of a long message: giving it back would send the first ones twice.
_LATER_PIECE_TRIES = 6
_LONGEST_WAIT_S = 60.0


class TelegramChannel:
    """Sends replies through one bot (the `Channel` port).

    `api_base` is the address of a local Bot API server, None for Telegram's own. Raises
    SettingsError when `token` cannot be a token; nothing is asked of Telegram yet.
    """

    name = CHANNEL

    def __init__(
        self,
        token: str,
        api_base: str | None = None,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.bot: Bot = connect(token, api_base)
        self._sleep = sleep

    async def send(
        self, conversation: Conversation, text: str, buttons: Sequence[Button]
    ) -> str | None:
        """Send `text` in as many messages as it needs, buttons under the last.

        Returns the id of the last message as "u:<chat>:<message>". Raises ChannelError; once a
        first piece has gone out, only with `permanent` or `outcome_unknown`.
        """
        chat_id = _chat_id(conversation)
        parts = pieces(text)
        if not parts:
            raise ChannelError("the reply has no text", permanent=True)
        last: Message | None = None
        for number, piece in enumerate(parts, start=1):
            keyboard = _keyboard(buttons) if number == len(parts) else None
            if number == 1:
                last = await self._send_piece(chat_id, piece, keyboard)
            else:
                last = await self._send_later_piece(
                    chat_id, piece, keyboard, f"piece {number} of {len(parts)}"
                )
        return f"u:{chat_id}:{last.message_id}" if last else None

    async def close(self) -> None:
        """Close the connections. Sending is impossible afterwards."""
        await self.bot.session.close()

    async def _send_later_piece(
        self, chat_id: int, piece: Piece, keyboard: InlineKeyboardMarkup | None, which: str
    ) -> Message:
        wait = 1.0
        for attempt in range(1, _LATER_PIECE_TRIES + 1):
            try:
                return await self._send_piece(chat_id, piece, keyboard)
            except ChannelError as error:
                if error.permanent or error.outcome_unknown:
                    raise
                if attempt == _LATER_PIECE_TRIES:
                    raise ChannelError(
                        f"{which} did not go out, those before it did: {error.message}",
                        outcome_unknown=True,
                    ) from None
                _log.info("telegram_piece_delayed", piece=which, error=error.message)
                await self._sleep(min(error.retry_after or wait, _LONGEST_WAIT_S))
                wait *= 2
        raise AssertionError("unreachable: the loop returns or raises")

    async def _send_piece(
        self, chat_id: int, piece: Piece, keyboard: InlineKeyboardMarkup | None
    ) -> Message:
        try:
            try:
                return await self._send_message(chat_id, piece, keyboard)
            except TelegramBadRequest as error:
                if not piece.entities or "entit" not in error.message.lower():
                    raise
                # a refused look must not keep the words back; nothing was sent yet
                return await self._send_message(chat_id, Piece(piece.text, ()), keyboard)
        except AiogramError as error:
            raise channel_error(error, self.bot) from None

    async def _send_message(
        self, chat_id: int, piece: Piece, keyboard: InlineKeyboardMarkup | None
    ) -> Message:
        return await self.bot.send_message(
            chat_id,
            piece.text,
            entities=list(piece.entities) or None,
            reply_markup=keyboard,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )


def _chat_id(conversation: Conversation) -> int:
    try:
        return int(conversation.customer.external_id)
    except ValueError:
        raise ChannelError("the customer's id is not a Telegram chat", permanent=True) from None


def _keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """One button a row: labels are questions, and a phone is narrow."""
    rows = [
        [InlineKeyboardButton(text=button.label, callback_data=button.data)]
        for button in buttons
        if button.label.strip()
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None
