"""Builds what programs outside are told by: the event stream, and webhooks."""

from dataclasses import dataclass

from sufler.desk.stream import Stream, StreamLimits
from sufler.desk.webhook_sending import WebhookSending
from sufler.desk.webhooks import Webhooks
from sufler.domain.ports import Clock
from sufler.outbound.webhooks import Poster, new_secret
from sufler.storage.database import Database
from sufler.storage.stream import StreamStore
from sufler.storage.webhooks import WebhookStore


@dataclass(frozen=True, slots=True)
class Outside:
    """`poster` holds connections; close it at the end."""

    stream: Stream
    webhooks: Webhooks
    sending: WebhookSending
    poster: Poster


def outside_over(
    database: Database,
    clock: Clock,
    allow_hosts: frozenset[str] = frozenset(),
    limits: StreamLimits | None = None,
) -> Outside:
    """What tells of the things in `database`."""
    log, store, poster = StreamStore(database), WebhookStore(database), Poster(allow_hosts)
    return Outside(
        stream=Stream(log, database.wakeups, limits),
        webhooks=Webhooks(store, poster, new_secret, clock),
        sending=WebhookSending(store, log, poster, database.wakeups, clock),
        poster=poster,
    )
