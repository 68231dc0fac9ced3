"""Suggestions: what to answer to a text, and what the operator did with it."""

from dataclasses import replace
from time import perf_counter
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from sufler.api.caller import asking
from sufler.api.once import Once
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.api.texts import Line, LongText, StrangersText
from sufler.conversation.decide import bars_of, decide_suggestion, visible
from sufler.conversation.drawing import outside_draw
from sufler.domain.decisions import (
    UNSEEN,
    Decision,
    DecisionKind,
    Feedback,
    FeedbackAction,
    Level,
    Reason,
    Suggestion,
    SuggestionItem,
)
from sufler.domain.errors import BadInput
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller, Right

router = APIRouter(prefix="/api/v1/suggestions", tags=["suggestions"], route_class=Once)

MOST_ITEMS = 10
MOST_HISTORY = 100

_QUESTION: JsonDict = {
    "text": "как вернуть деньги за заказ",
    "conversation_id": "desk-4711",
    "limit": 3,
}


class PastMessage(BaseModel):
    """One earlier message of the conversation."""

    role: Literal["customer", "operator", "bot"]
    text: StrangersText


class SuggestionAsked(BaseModel):
    """What the customer wrote. `conversation_id` may be your own desk's."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_QUESTION]})

    text: StrangersText = Field(description="The customer's message.")
    conversation_id: Line | None = Field(default=None, max_length=200)
    language: Language | None = Field(
        default=None, description="The customer's language; by default told from the text."
    )
    limit: int = Field(default=3, ge=1, le=MOST_ITEMS)
    history: list[PastMessage] = Field(
        default=[], max_length=MOST_HISTORY, description="Earlier messages, oldest first."
    )


class ItemShown(BaseModel):
    """An offered article. `confidence` (0..1): the probability that it would be right as it is."""

    article_id: str
    title: str
    text: str = Field(description="The answer in a safe Markdown subset, variables filled.")
    topic: str
    language: Language
    confidence: float
    level: Level
    phrasing: str = Field(description="The indexed text that fits best.")
    why: dict[str, float] = Field(description="The named parts of the score.")


class DecisionShown(BaseModel):
    """What the bot would do with this text by itself, and by which rule."""

    kind: DecisionKind
    reason: Reason


class VersionsShown(BaseModel):
    """What the suggestion was made with."""

    knowledge: int
    model: str
    head: str


class SuggestionShown(BaseModel):
    """At most `limit` items, best first; none when nothing fits or the topic only observes. None
    either when it is `hidden`: drawn for a check, a person answers without a suggestion."""

    suggestion_id: str
    hidden: bool
    items: list[ItemShown]
    decision: DecisionShown
    versions: VersionsShown
    took_ms: float


class FeedbackGiven(BaseModel):
    """What the operator did. `final_text` is what went to the customer."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"action": "edited", "article_id": "returns-money"}]},
    )

    action: FeedbackAction
    article_id: Line | None = Field(default=None, max_length=200)
    final_text: LongText | None = None
    reason: LongText | None = None


@router.post(
    "",
    response_model=SuggestionShown,
    responses=documented(400, 401, 403, 413, 422, 503),
    summary="Suggest replies to a customer's text",
)
async def suggest(
    asked: SuggestionAsked, caller: Annotated[Caller, asking(Right.SUGGEST)], here: Here
) -> Response:
    """Up to `limit` articles with confidence, and what the bot would do. Stored, so that feedback
    can refer to it. A share of them, by conversation, is `hidden`: give the text that your operator
    sent as `final_text` of the feedback, and the suggestion is checked against it."""
    started = perf_counter()
    with here.writer.announced():
        suggestion = await here.prompter.suggest(
            asked.text,
            language=asked.language,
            history=[(message.role, message.text) for message in asked.history],
            limit=asked.limit,
            conversation_id=asked.conversation_id,
        )
        topics, policy = here.knowledge.topics, here.policy()
        decision = decide_suggestion(suggestion, policy, bars_of(topics))
        topic = topics.get(suggestion.items[0].topic) if suggestion.items else None
        draw = outside_draw(suggestion, decision, policy, topic, here.chance())
        if await here.writer.add(suggestion, decision, caller.id, draw):
            suggestion, decision = replace(suggestion, hidden=True), UNSEEN
    took = perf_counter() - started
    here.metrics.suggestion_seconds.observe(took)
    here.metrics.prompter_seconds.observe(suggestion.took_ms / 1000)
    here.metrics.decisions.labels(decision.kind.value, decision.reason.value).inc()
    body = shown(suggestion, decision, took * 1000).model_dump_json()
    return Response(body, media_type="application/json")


@router.post(
    "/{suggestion_id}/feedback",
    status_code=204,
    responses=documented(400, 401, 403, 404, 413, 422, 503),
    summary="Say what the operator did with a suggestion",
)
async def give_feedback(
    suggestion_id: Annotated[str, Path(max_length=64)],
    given: FeedbackGiven,
    caller: Annotated[Caller, asking(Right.SUGGEST)],
    here: Here,
) -> None:
    """Kept for learning. May be given more than once; every act is kept."""
    if given.article_id is not None and not await here.knowledge.get_many([given.article_id]):
        raise BadInput("article_id: there is no such article", field="article_id")
    await here.desk.add_feedback(
        Feedback(
            suggestion_id=suggestion_id,
            action=given.action,
            by=f"person:{caller.person_id}" if caller.person_id else caller.id,
            at=here.clock.now(),
            article_id=given.article_id,
            final_text=given.final_text,
            reason=given.reason,
        )
    )


def shown(suggestion: Suggestion, decision: Decision, took_ms: float) -> SuggestionShown:
    """The body for `suggestion`, without what its topics hide. `took_ms` is milliseconds."""
    return SuggestionShown.model_construct(
        suggestion_id=suggestion.id,
        hidden=suggestion.hidden,
        items=items_shown(suggestion),
        decision=DecisionShown.model_construct(kind=decision.kind, reason=decision.reason),
        versions=VersionsShown.model_construct(
            knowledge=suggestion.versions.knowledge,
            model=suggestion.versions.model,
            head=suggestion.versions.head,
        ),
        took_ms=round(took_ms, 2),
    )


def items_shown(suggestion: Suggestion) -> list[ItemShown]:
    """What may be shown of its items."""
    return [item_shown(item) for item in visible(suggestion).items]


def item_shown(item: SuggestionItem) -> ItemShown:
    """An item for an answer. It is ours and checked: not validated again."""
    return ItemShown.model_construct(
        article_id=item.article_id,
        title=item.title,
        text=item.text,
        topic=item.topic,
        language=item.language,
        confidence=item.confidence,
        level=item.level,
        phrasing=item.phrasing,
        why=dict(item.why),
    )
