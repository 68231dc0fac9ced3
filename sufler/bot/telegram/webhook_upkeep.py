"""Tells Telegram where to post, and looks again and again how that goes."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from aiogram.types import WebhookInfo

from sufler.bot.telegram.receive import ALLOWED_UPDATES
from sufler.bot.telegram.send import TelegramChannel
from sufler.bot.telegram.state import TelegramState, WebhookReport
from sufler.bot.telegram.trouble import Trouble
from sufler.domain.errors import ChannelError
from sufler.domain.ports import Clock

CHECK_S = 30.0
# At once from one Telegram; in each chat it waits for an answer before it gives the next update.
CONNECTIONS = 40
# Telegram tries again after two minutes at the latest: an error older than that is over.
_RETRIED_WITHIN = timedelta(seconds=150)


class WebhookUpkeep:
    """The endless loop of one process. One process sets the webhook up, see `keep`; the others
    receive all the same, and look on.

    The webhook stays when the process ends: Telegram keeps updates for a day with one or without,
    and other processes, or the next start, go on receiving without a gap. Polling removes it.
    """

    def __init__(
        self,
        channel: TelegramChannel,
        state: TelegramState,
        clock: Clock,
        introduce: Callable[[], Awaitable[None]],
        *,
        url: str,
        secret: str,
    ) -> None:
        self._bot = channel.bot
        self._state = state
        self._clock = clock
        self._introduce = introduce
        self._url = url
        self._secret = secret
        self._trouble = Trouble(channel.bot, state)
        self._introduced = False
        self._keeps = False
        self._is_set = False
        self._woken = asyncio.Event()

    def keep(self) -> None:
        """From now on this process sets the webhook up, and mends it."""
        self._keeps = True
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                if not self._introduced:
                    await self._introduce()
                    self._introduced = True
                if self._keeps and not self._is_set:
                    await self._set_up()
                    self._is_set = True
                if self._arrives(await self._bot.get_webhook_info()):
                    self._trouble.over()
                else:
                    self._state.stand_by()
                wait = CHECK_S
            except Exception as error:  # whatever it is, it is looked at again
                wait = self._trouble.met(error)
            self._woken.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._woken.wait()

    async def _set_up(self) -> None:
        before = await self._bot.get_webhook_info()
        if before.url == self._url and before.pending_update_count:
            # Telegram comes to a server that was down more and more rarely; to a new webhook at
            # once. Nothing is dropped
            await self._bot.delete_webhook(drop_pending_updates=False)
        await self._bot.set_webhook(
            self._url,
            secret_token=self._secret,
            allowed_updates=list(ALLOWED_UPDATES),
            max_connections=CONNECTIONS,
            drop_pending_updates=False,
        )

    def _arrives(self, info: WebhookInfo) -> bool:
        """Whether updates come to this server; False while another process is about to see to
        that. Raises ChannelError when they ought to come, and do not."""
        now = self._clock.now()
        webhook = WebhookReport(
            url=info.url,
            pending=info.pending_update_count,
            checked_at=now,
            last_error=info.last_error_message,
            last_error_at=info.last_error_date,
        )
        self._state.webhook_checked(webhook)
        if info.url != self._url:
            self._is_set = False
            if not self._keeps:
                return False
            raise ChannelError(
                "the webhook is not set to this server: another program of this bot's token "
                "removed or changed it; stop the other one, or use another bot's token"
            )
        if webhook.pending and self._fails_now(webhook):
            raise ChannelError(f"Telegram cannot deliver here: {webhook.last_error}")
        return True

    def _fails_now(self, webhook: WebhookReport) -> bool:
        failed_at = webhook.last_error_at
        if failed_at is None or webhook.checked_at - failed_at > _RETRIED_WITHIN:
            return False
        received_at = self._state.report.last_update_at
        return received_at is None or received_at < failed_at
