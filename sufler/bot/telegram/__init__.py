"""The Telegram channel. aiogram is used in this room only."""
