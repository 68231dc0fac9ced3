"""The Telegram channel over the services, as `serve` and `work` both have it."""

from functools import partial

from pydantic import SecretStr

from sufler.app.wiring import Services
from sufler.bot.telegram.chats import Chats
from sufler.bot.telegram.send import TelegramChannel
from sufler.bot.telegram.state import TelegramState
from sufler.desk.alerting import AlertSending
from sufler.desk.topic_notices import TopicNotices
from sufler.storage.alerts import AlertLinkStore, AlertStore
from sufler.storage.coming_files import ComingFiles
from sufler.storage.telegram import TelegramStore
from sufler.storage.topic_notices import TopicNoticeStore


def telegram_channel(
    services: Services, token: SecretStr, state: TelegramState | None = None
) -> TelegramChannel:
    """Sends; with `state`, tells it what Telegram says of token and business accounts."""
    basis, store = services.basis, TelegramStore(services.basis.database)
    return TelegramChannel(
        token.get_secret_value(),
        basis.settings.telegram_api,
        own_limits=basis.settings.telegram_limits,
        chats=Chats(store) if state is None else Chats(store, state.accounts),
        talks=services.conversations,
        files=services.files,
        state=state,
    )


def alert_sending(services: Services, channel: TelegramChannel) -> AlertSending:
    """Sends alerts to operators' own chats, where this process sends on Telegram."""
    basis = services.basis
    return AlertSending(
        AlertStore(basis.database),
        AlertLinkStore(basis.database),
        services.conversations,
        services.suggestions,
        channel,
        basis.clock,
        mine=partial(services.delivery.sends_on, channel.name),
        public_url=basis.settings.public_url,
    )


def topic_notices(services: Services, channel: TelegramChannel) -> TopicNotices:
    """Tells administrators in their own chats what the watch did."""
    basis = services.basis
    return TopicNotices(
        TopicNoticeStore(basis.database),
        AlertLinkStore(basis.database),
        basis.staff,
        channel,
        basis.clock,
        mine=partial(services.delivery.sends_on, channel.name),
        public_url=basis.settings.public_url,
    )


def coming_files(services: Services) -> ComingFiles:
    """Files that are still at Telegram."""
    basis = services.basis
    return ComingFiles(basis.database, basis.settings.data_dir / "files", basis.clock)
