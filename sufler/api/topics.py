"""Topics and what each may do with a turn."""

from typing import Annotated, Self

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sufler.api.caller import asking
from sufler.api.paging import LINKED, Cursor, Limit, page_of, place_in
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.api.texts import Line
from sufler.desk.ladder import LONGEST_HOLD_S, TARGETS
from sufler.domain.errors import NotFound
from sufler.domain.knowledge import Mode, Topic
from sufler.domain.people import Caller, Right

router = APIRouter(prefix="/api/v1/topics", tags=["topics"])


class TopicShown(BaseModel):
    """A topic. `without_certificate` is the reason when a person let it answer by their word;
    `target` the precision (0..1) that its certificate has to prove; `bar` the confidence (0..1)
    from which it answers, null: the general one. Its automatic answers wait `hold_s` seconds on the
    desk first."""

    name: str
    mode: Mode
    without_certificate: str | None
    target: float
    bar: float | None
    hold_s: int


class TopicList(BaseModel):
    """A page of topics, by name."""

    items: list[TopicShown]
    next_cursor: str | None


class TopicChange(BaseModel):
    """What is to be otherwise. A topic answers by its certificate (see /accuracy), or else for a
    reason that everybody sees until it has one: `without_certificate`."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"mode": "answers", "without_certificate": "trial"}]},
    )

    mode: Mode | None = None
    without_certificate: Line | None = Field(default=None, max_length=300)
    target: float | None = Field(default=None, ge=TARGETS[0], le=TARGETS[1])
    hold_s: int | None = Field(default=None, ge=0, le=LONGEST_HOLD_S)

    @model_validator(mode="after")
    def _reason_goes_with_answers(self) -> Self:
        if self.mode is not Mode.ANSWERS and self.without_certificate is not None:
            raise ValueError("without_certificate goes only with the mode 'answers'")
        return self


@router.get(
    "",
    response_model=TopicList,
    responses={**LINKED, **documented(401, 403, 422)},
    summary="List topics",
)
async def list_topics(
    _caller: Annotated[Caller, asking(Right.READ_ARTICLES)],
    here: Here,
    request: Request,
    response: Response,
    limit: Limit = 200,
    cursor: Cursor = None,
) -> TopicList:
    """Every topic with its mode."""
    after = place_in(request, cursor, str)
    found = sorted(here.knowledge.topics.values(), key=lambda topic: topic.name)
    left = [topic for topic in found if after is None or topic.name > after[0]]
    rows, following, headers = page_of(request, left, limit, lambda topic: (topic.name,))
    response.headers.update(headers)
    return TopicList(items=[_shown(topic) for topic in rows], next_cursor=following)


@router.patch(
    "/{name:path}",
    response_model=TopicShown,
    responses=documented(400, 401, 403, 404, 409, 413, 422, 503),
    summary="Change what a topic may do",
)
async def change_topic(
    name: Annotated[str, Path(max_length=300)],
    change: TopicChange,
    caller: Annotated[Caller, asking(Right.ADMINISTER)],
    here: Here,
) -> TopicShown:
    """observes · suggests · answers, and how. In force for the next turn. 409 where it may not
    answer: there is neither a certificate nor a reason."""
    topic = here.knowledge.topics.get(name)
    if topic is None:
        raise NotFound("There is no topic with this name.", field="name")
    if change.target is not None or change.hold_s is not None:
        await here.ladder.tune(caller, name, target=change.target, hold_s=change.hold_s)
    reason = change.without_certificate
    again = change.mode is topic.mode and reason in (None, topic.without_certificate)
    if change.mode is not None and not again:
        await here.ladder.change(caller, name, change.mode, reason or "")
    return _shown(here.knowledge.topics[name])


def _shown(topic: Topic) -> TopicShown:
    return TopicShown(**{name: getattr(topic, name) for name in TopicShown.model_fields})
