"""What Prometheus is shown, in a registry of its own, and an encoder that is timed for it."""

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import Protocol

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from sufler.domain.ports import TextEncoder, TextKind, Vectors

_BUCKETS = (0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.25, 0.5, 1.0, 2.5, 5.0)


class Waiting(Protocol):
    """`bot.telegram.state.WebhookReport`."""

    @property
    def pending(self) -> int: ...


class Line(Protocol):
    """`bot.telegram.state.LineReport`: how the line to Telegram stands."""

    @property
    def connected(self) -> bool: ...
    @property
    def standby(self) -> bool: ...
    @property
    def webhook(self) -> Waiting | None: ...


class Metrics:
    """The series. One instance a process, made by the wiring and shared with what it measures."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        registry = self._registry
        ProcessCollector(registry=registry)  # processor, memory and open files of this process
        self.requests = Counter(
            "sufler_api_requests",
            "API requests by method, route and status.",
            ("method", "route", "status"),
            registry=registry,
        )
        self.suggestion_seconds = Histogram(
            "sufler_suggestion_seconds",
            "Time from a request for a suggestion to its stored answer.",
            buckets=_BUCKETS,
            registry=registry,
        )
        self.prompter_seconds = Histogram(
            "sufler_prompter_seconds",
            "Time of the suggestion itself: encoding, search, confidence.",
            buckets=_BUCKETS,
            registry=registry,
        )
        self.encode_seconds = Histogram(
            "sufler_encode_seconds",
            "Time to encode one text, waiting for a free thread included.",
            buckets=_BUCKETS,
            registry=registry,
        )
        self.decisions = Counter(
            "sufler_api_decisions",
            "Decisions about suggestions asked for by machines.",
            ("kind", "reason"),
            registry=registry,
        )
        self.lessons = Counter(
            "sufler_lessons",
            "Lessons from operators that were ended, by what became of them.",
            ("state",),
            registry=registry,
        )
        self._inbox = Gauge(
            "sufler_inbox_depth", "Incoming messages not handled yet.", registry=registry
        )
        self._outbox = Gauge(
            "sufler_outbox_messages",
            "Outgoing messages by state.",
            ("state",),
            registry=registry,
        )
        self._knowledge = Gauge(
            "sufler_knowledge_version",
            "Version of the knowledge that is served.",
            registry=registry,
        )
        self._entries = Gauge("sufler_index_entries", "Entries of the index.", registry=registry)
        self._recall = Gauge(
            "sufler_index_recall",
            "Share of the exact first 8 that the search by meaning finds, measured at its build.",
            ("kind",),
            registry=registry,
        )

    def watch_telegram(self, report: Callable[[], Line]) -> None:
        """Show how the line to Telegram stands, asked at each look."""
        Gauge(
            "sufler_telegram_connected",
            "1 while updates come in, or another process has the line; else 0.",
            registry=self._registry,
        ).set_function(lambda: float(report().connected or report().standby))
        Gauge(
            "sufler_telegram_pending_updates",
            "Updates that wait at Telegram for the webhook, as it last said; 0 when polling.",
            registry=self._registry,
        ).set_function(lambda: float(webhook.pending if (webhook := report().webhook) else 0))

    def set_knowledge(self, version: int, entries: int, kind: str, recall: float) -> None:
        """Take over the version that is served, the number of entries of its index, how it finds
        them (exact, signs or lists), and with which recall (0..1)."""
        self._knowledge.set(version)
        self._entries.set(entries)
        self._recall.clear()  # of one kind at a time
        self._recall.labels(kind).set(recall)

    def set_depths(self, inbox: int, outbox: Mapping[str, int]) -> None:
        """Take over how many incoming messages wait, and the outgoing ones by state."""
        self._inbox.set(inbox)
        for state, number in outbox.items():
            self._outbox.labels(state).set(number)

    def text(self) -> bytes:
        """Everything in the Prometheus text format."""
        return generate_latest(self._registry)


class TimedEncoder:
    """An encoder whose single texts are timed: those are the messages, the rest is indexing."""

    def __init__(self, encoder: TextEncoder, metrics: Metrics) -> None:
        self._encoder = encoder
        self._seconds = metrics.encode_seconds

    @property
    def model_id(self) -> str:
        return self._encoder.model_id

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    def encode_one(self, text: str, kind: TextKind) -> Vectors:
        with self._seconds.time():
            return self._encoder.encode_one(text, kind)

    async def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        if len(texts) != 1:
            return await self._encoder.encode(texts, kind)
        started = perf_counter()
        try:
            return await self._encoder.encode(texts, kind)
        finally:
            self._seconds.observe(perf_counter() - started)
