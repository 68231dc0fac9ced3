"""Logging: structlog and the standard library's into one stream, with secrets masked."""

import logging
import re
import sys
from collections.abc import Iterable
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

MASK = "•••"
# Our keys, Telegram's tokens and passwords in URLs, also those that no setting holds.
_SECRETS = re.compile(
    r"\bsk_[A-Za-z0-9_-]{8,}|\d{5,}:[A-Za-z0-9_-]{20,}|(?<=bearer )\S+|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)",
    re.IGNORECASE,
)
# These tell of every request, or of every statement: more than an operator of Sufler wants.
_LOUD = (
    "uvicorn.access",
    "uvicorn.error",
    "aiosqlite",
    "alembic.runtime.migration",
    "sqlalchemy.engine",
    "httpx",
    "httpcore",
    "aiogram.event",
    "faiss.loader",
)


class MaskSecrets:
    """The last processor: hides the given secrets, and what looks like one, in the whole line."""

    def __init__(self, render: Processor, secrets: Iterable[str]) -> None:
        self._render = render
        self._secrets = [secret for secret in secrets if len(secret) > 3]

    def __call__(self, logger: WrappedLogger, name: str, event: EventDict) -> str:
        line = str(self._render(logger, name, event))
        for secret in self._secrets:
            line = line.replace(secret, MASK)
        return _SECRETS.sub(MASK, line)


def set_up_logs(
    level: str, style: str = "auto", secrets: Iterable[str] = (), stream: TextIO | None = None
) -> None:
    """Log at `level` and above to `stream` (default: stderr), in `style` auto, console or json."""
    stream = stream or sys.stderr
    as_json = style == "json" or (style == "auto" and not stream.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=as_json),
        structlog.processors.StackInfoRenderer(),
    ]
    render: Processor
    if as_json:
        shared.append(structlog.processors.format_exc_info)
        render = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        # Plain tracebacks: rich ones print the values of variables, customers' texts among them.
        render = structlog.dev.ConsoleRenderer(
            colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler: logging.Handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                MaskSecrets(render, secrets),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    quiet: dict[str, Any] = dict.fromkeys(_LOUD, logging.WARNING)
    for name, least in quiet.items():
        logging.getLogger(name).setLevel(least)
