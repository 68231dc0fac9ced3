"""`sufler work`: turns and delivery beside a `serve`, in a process that needs no port."""

import asyncio
import signal
from contextlib import AsyncExitStack

from sufler.app.logs import set_up_logs
from sufler.app.serving import loop_factory, prepare_encoder
from sufler.app.settings import Settings, variable_of
from sufler.app.terminal import say, steps
from sufler.domain.errors import SettingsError
from sufler.storage.database import Database


def work_until_stopped(settings: Settings) -> None:
    """Work until SIGTERM or Ctrl-C, then finish what was begun. Raises SuflerError when it cannot
    start, SettingsError on SQLite."""
    set_up_logs(settings.log_level, settings.log_format, settings.secrets())
    if Database(settings.database).is_sqlite:
        name = variable_of("database_url")
        raise SettingsError(
            f"sufler work needs PostgreSQL: set {name}=postgresql://…; "
            "on SQLite sufler serve does all the work itself",
            field=name,
        )
    prepare_encoder(settings)
    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(_work(settings))
    except (asyncio.CancelledError, KeyboardInterrupt):
        say("Stopped.")


async def _work(settings: Settings) -> None:
    from sufler.app.wiring import opened_services
    from sufler.app.work import Work, kept_up, shared_work
    from sufler.bot.web_widget.send import WebChannel

    stopped = asyncio.Event()
    task = asyncio.current_task()

    def stop() -> None:
        # A second signal, or one before the start is over, ends it at once.
        if working and not stopped.is_set():
            stopped.set()
        elif task is not None:
            task.cancel()

    working = False
    for sort in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sort, stop)
    async with AsyncExitStack() as opened:
        with steps("Starting") as tell:
            services = await opened.enter_async_context(opened_services(settings, tell))
        # Pages are open at `serve` only; it hears by a live event that something was sent.
        services.delivery.add_channel(WebChannel())
        alerts: dict[str, Work] = {}
        if settings.telegram_token is not None:
            from sufler.app.telegram import alert_sending, telegram_channel

            telegram = telegram_channel(services, settings.telegram_token)
            opened.push_async_callback(telegram.close)
            services.delivery.add_channel(telegram, telegram.begin)
            alerts["alerts"] = alert_sending(services, telegram).run
        await opened.enter_async_context(kept_up({**shared_work(services), **alerts}))
        working = True
        say(f"Sufler works: {services.knowledge.index.size} articles. Ctrl-C stops it.")
        await stopped.wait()
        say("Stopping: what was begun is finished.")
