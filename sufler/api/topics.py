"""Topics and what each may do with a turn."""

from typing import Annotated, Self

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sufler.api.caller import asking, signature
from sufler.api.paging import LINKED, Cursor, Limit, page_of, place_in
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.api.texts import Line
from sufler.domain.errors import NotFound
from sufler.domain.knowledge import Mode, Topic
from sufler.domain.people import Caller, Right

router = APIRouter(prefix="/api/v1/topics", tags=["topics"])


class TopicShown(BaseModel):
    """A topic. `without_certificate` is the reason when a person let it answer by their word."""

    name: str
    mode: Mode
    without_certificate: str | None


class TopicList(BaseModel):
    """A page of topics, by name."""

    items: list[TopicShown]
    next_cursor: str | None


class TopicChange(BaseModel):
    """A new mode. Letting a topic answer needs a reason: no certificate vouches for it yet."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"mode": "answers", "without_certificate": "trial"}]},
    )

    mode: Mode
    without_certificate: Line | None = Field(default=None, max_length=300)

    @model_validator(mode="after")
    def _has_its_reason(self) -> Self:
        if self.mode is Mode.ANSWERS and self.without_certificate is None:
            raise ValueError("'answers' without a certificate needs a reason: without_certificate")
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
    responses=documented(400, 401, 403, 404, 413, 422, 503),
    summary="Change what a topic may do",
)
async def change_topic(
    name: Annotated[str, Path(max_length=300)],
    change: TopicChange,
    caller: Annotated[Caller, asking(Right.ADMINISTER)],
    here: Here,
) -> TopicShown:
    """observes · suggests · answers. In force for the next turn."""
    if name not in here.knowledge.topics:
        raise NotFound("There is no topic with this name.", field="name")
    topic = Topic(name, change.mode, change.without_certificate)
    await here.knowledge.set_topic(topic, signature(caller))
    return _shown(topic)


def _shown(topic: Topic) -> TopicShown:
    return TopicShown(
        name=topic.name, mode=topic.mode, without_certificate=topic.without_certificate
    )
