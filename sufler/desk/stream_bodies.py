"""What programs outside read of an event: the same body in the stream and in webhooks."""

from typing import Any

from sufler.conversation.decide import visible
from sufler.domain.conversation import Conversation, Message
from sufler.domain.decisions import Suggestion, SuggestionItem
from sufler.domain.stream import StreamEvent, StreamKind

_ABOUT_A_MESSAGE = frozenset({StreamKind.MESSAGE, StreamKind.SENT, StreamKind.FAILED})


def body_of(event: StreamEvent) -> dict[str, Any]:
    """As JSON: plain values only, times in ISO 8601."""
    data: dict[str, Any] = {
        "conversation_id": event.conversation_id,
        "queue_id": event.queue_id,
        **event.facts,
        "conversation": None if event.conversation is None else _talk(event.conversation),
    }
    if event.kind in _ABOUT_A_MESSAGE:
        data["message_id"] = event.message_id
        data["message"] = None if event.message is None else _message(event.message)
    if event.kind is StreamKind.SUGGESTION:
        data["suggestion"] = _offer(event)
    elif event.suggestion_id is not None:
        data["suggestion_id"] = event.suggestion_id
    return {
        "id": event.id,
        "type": event.kind.value,
        "timestamp": event.at.isoformat(),
        "data": data,
    }


def _offer(event: StreamEvent) -> dict[str, Any]:
    """The one place that says what programs may see of a suggestion. What is hidden from operators
    is told of, so that nobody waits for it, without its items."""
    made: Suggestion | None = event.suggestion
    if made is None:
        return {"suggestion_id": event.suggestion_id, "text": None, "items": [], "hidden": False}
    return {
        "suggestion_id": made.id,
        "text": made.text,
        "language": made.language,
        "hidden": made.hidden,
        "items": [_item(item) for item in visible(made).items],
    }


def _item(item: SuggestionItem) -> dict[str, Any]:
    """As `POST /api/v1/suggestions` gives it."""
    return {
        "article_id": item.article_id,
        "title": item.title,
        "text": item.text,
        "topic": item.topic,
        "language": item.language,
        "confidence": item.confidence,
        "level": item.level.value,
        "phrasing": item.phrasing,
        "why": dict(item.why),
    }


def _talk(talk: Conversation) -> dict[str, Any]:
    return {
        "id": talk.id,
        "channel": talk.channel,
        "customer": {
            "external_id": talk.customer.external_id,
            "name": talk.customer.name,
            "language": talk.customer.language,
        },
        "owner": talk.owner.value,
        "operator_id": talk.operator_id,
        "language": talk.language,
        "open": talk.open,
        "ticket": talk.ticket,
        "episode": talk.episode,
    }


def _message(said: Message) -> dict[str, Any]:
    return {
        "id": said.id,
        "author": said.author.value,
        "author_name": said.author_name,
        "text": said.text,
        "at": said.at.isoformat(),
        "state": None if said.state is None else said.state.value,
        "error": said.error,
        "attachments": [
            {"name": each.name, "media_type": each.media_type, "size": each.size}
            for each in said.attachments
        ],
    }
