"""The bare framework for Telegram: aiogram's own webhook with one async handler that answers."""

import asyncio
import os

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from bench.telegram import TOKEN

WEBHOOK = "/webhook"


async def answer(message: Message, bot: Bot) -> None:
    """The least that a bot does."""
    await bot.send_message(message.chat.id, "x" * 600)


async def main() -> None:
    """Serve on SUFLER_PORT against the Bot API at BENCH_TELEGRAM, for ever."""
    port = int(os.environ["SUFLER_PORT"])
    api = TelegramAPIServer.from_base(os.environ["BENCH_TELEGRAM"])
    bot = Bot(TOKEN, session=AiohttpSession(api=api))
    dispatcher = Dispatcher()
    dispatcher.message.register(answer)
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, handle_in_background=True).register(app, WEBHOOK)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await bot.set_webhook(f"http://localhost:{port}{WEBHOOK}", allowed_updates=["message"])
    await asyncio.Event().wait()


if __name__ == "__main__":
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
