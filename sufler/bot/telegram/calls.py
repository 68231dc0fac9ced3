"""The calls of the Bot API that put something into a chat, or change what stands there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    FSInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    ReplyParameters,
)

from sufler.bot.telegram.format import Piece, pieces
from sufler.bot.telegram.parcels import CAPTION, Parcel, Sendable
from sufler.bot.telegram.places import Ref
from sufler.domain.conversation import Button
from sufler.domain.errors import ChannelError
from sufler.domain.files import FileKind

_UPLOAD_TIMEOUT_S: Final = 300
_IN_ALBUMS: Final[Mapping[FileKind, Callable[..., Any]]] = {
    FileKind.PHOTO: InputMediaPhoto,
    FileKind.VIDEO: InputMediaVideo,
    FileKind.AUDIO: InputMediaAudio,
    FileKind.VOICE: InputMediaDocument,
    FileKind.DOCUMENT: InputMediaDocument,
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where to, in whose name, in answer to what, and with which buttons."""

    chat_id: int
    connection: str | None
    reply: ReplyParameters | None
    buttons: Sequence[Button]


async def send_parcel(bot: Bot, to: Address, parcel: Parcel) -> list[int]:
    """Ids of the messages it became, in order. Raises AiogramError."""
    if len(parcel.files) > 1:
        return await _send_album(bot, to, parcel)
    if parcel.files:
        return [await _send_file(bot, to, parcel.files[0], parcel.text)]
    assert parcel.text is not None
    sent = await bot.send_message(
        to.chat_id,
        parcel.text.text,
        business_connection_id=to.connection,
        entities=list(parcel.text.entities) or None,
        reply_markup=_keyboard(to.buttons),
        reply_parameters=to.reply,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    return [sent.message_id]


async def put_in_place(
    bot: Bot, sent: Ref, parts: Sequence[Piece], markdown: str, connection: str | None
) -> None:
    """The new text where the old one stands, part by part; parts too many are taken away. Raises
    AiogramError, and ChannelError for a caption that has grown too long."""
    for number, message_id in enumerate(sent.message_ids):
        try:
            if number < len(parts):
                captions = pieces(markdown, CAPTION)
                one = Ref(sent.chat_id, (message_id,))
                await _edit(bot, one, parts[number], captions, connection)
            else:
                await bot.delete_message(sent.chat_id, message_id)
        except TelegramBadRequest as error:
            if "message is not modified" not in error.message:  # so it stands there already
                raise


async def _edit(
    bot: Bot, of: Ref, part: Piece, captions: Sequence[Piece], connection: str | None
) -> None:
    """A message with files has a caption in place of its text; only Telegram knows which it is."""
    try:
        await bot.edit_message_text(
            part.text,
            chat_id=of.chat_id,
            message_id=of.message_ids[0],
            business_connection_id=connection,
            entities=list(part.entities) or None,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
    except TelegramBadRequest as error:
        if "no text in the message" not in error.message:
            raise
        if len(captions) != 1:
            raise ChannelError("too long now for a caption", permanent=True) from None
        await bot.edit_message_caption(
            chat_id=of.chat_id,
            message_id=of.message_ids[0],
            business_connection_id=connection,
            caption=captions[0].text,
            caption_entities=list(captions[0].entities) or None,
        )


async def _send_file(bot: Bot, to: Address, file: Sendable, caption: Piece | None) -> int:
    send: dict[FileKind, Callable[..., Any]] = {
        FileKind.PHOTO: bot.send_photo,
        FileKind.VIDEO: bot.send_video,
        FileKind.AUDIO: bot.send_audio,
        FileKind.VOICE: bot.send_voice,
        FileKind.DOCUMENT: bot.send_document,
    }
    sent = await send[file.kind](
        to.chat_id,
        _input(file),
        business_connection_id=to.connection,
        caption=caption.text if caption else None,
        caption_entities=(list(caption.entities) or None) if caption else None,
        reply_markup=_keyboard(to.buttons),
        reply_parameters=to.reply,
        request_timeout=_UPLOAD_TIMEOUT_S,
    )
    return int(sent.message_id)


async def _send_album(bot: Bot, to: Address, parcel: Parcel) -> list[int]:
    """Buttons cannot stand under an album: Telegram has none there."""
    media = []
    for number, file in enumerate(parcel.files):
        caption = parcel.text if number == 0 else None
        media.append(
            _IN_ALBUMS[file.kind](
                media=_input(file),
                caption=caption.text if caption else None,
                caption_entities=(list(caption.entities) or None) if caption else None,
            )
        )
    sent = await bot.send_media_group(
        to.chat_id,
        media,
        business_connection_id=to.connection,
        reply_parameters=to.reply,
        request_timeout=_UPLOAD_TIMEOUT_S,
    )
    return [each.message_id for each in sent]


def _input(file: Sendable) -> FSInputFile:
    return FSInputFile(file.path, filename=file.name)


def _keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """One button a row: labels are questions, and a phone is narrow."""
    rows = [
        [InlineKeyboardButton(text=button.label, callback_data=button.data)]
        for button in buttons
        if button.label.strip()
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None
