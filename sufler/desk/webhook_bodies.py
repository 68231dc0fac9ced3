"""What is sent to webhooks: bytes, for the very bytes are signed."""

import json
from datetime import datetime
from typing import Any

from sufler.desk.stream_bodies import body_of
from sufler.domain.stream import StreamEvent
from sufler.domain.webhooks import Webhook


def event_body(event: StreamEvent) -> bytes:
    """The same JSON as in the stream."""
    return _bytes(body_of(event))


def test_body(hook: Webhook, at: datetime) -> bytes:
    """What the test button sends: nothing of any customer."""
    data = {"webhook_id": hook.id, "note": hook.note}
    return _bytes({"id": None, "type": "test", "timestamp": at.isoformat(), "data": data})


def _bytes(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
