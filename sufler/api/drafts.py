"""Drafts of replies, what fits them, and who looks on: everything beside a reply under way."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from sufler.api.caller import asking
from sufler.api.once import Once
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.api.suggestions import ItemShown, item_shown
from sufler.api.texts import Line, LongText, Whole
from sufler.domain.desk import Draft, Used
from sufler.domain.errors import Conflict
from sufler.domain.people import Caller, Right

router = APIRouter(prefix="/api/v1/conversations", tags=["conversations"], route_class=Once)

ConversationId = Annotated[str, Path(max_length=64)]
Asking = Annotated[Caller, asking(Right.CONVERSE)]
_READ = documented(401, 403, 404, 422, 503)


class UsedBody(BaseModel):
    """Which suggestion was open, and which article's text was inserted last; `found`: the operator
    searched for it."""

    model_config = ConfigDict(extra="forbid")

    suggestion_id: Annotated[Line, Field(max_length=64)]
    article_id: Annotated[Line, Field(max_length=300)] | None = None
    found: bool = Field(default=False, strict=True)

    def used(self) -> Used:
        """As the desk takes it."""
        return Used(self.suggestion_id, self.article_id, self.found)

    @classmethod
    def of(cls, used: Used) -> "UsedBody":
        """As it is shown."""
        return cls.model_construct(**asdict(used))


class FileShown(BaseModel):
    """A file that goes along; `size` in bytes."""

    id: str
    kind: str
    name: str
    media_type: str
    size: int


class DraftShown(BaseModel):
    """The caller's reply under way. `revision` 0: nothing is kept. `quotes` is the channel's id of
    the message that it answers."""

    text: str
    quotes: str | None
    quoted: str
    attachments: list[FileShown]
    used: UsedBody | None
    revision: int
    at: datetime | None


class DraftGiven(BaseModel):
    """What is to be kept in place of `revision`; files stay as they are."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"text": "Здравств", "revision": 0}]}
    )

    text: LongText
    quotes: Annotated[Line, Field(max_length=200)] | None = None
    quoted: Annotated[LongText, Field(max_length=500)] = ""
    used: UsedBody | None = None
    revision: Whole = Field(ge=0, le=2**53)


class DraftAsked(BaseModel):
    """What is written so far."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"draft": "Деньги вернутся"}]}
    )

    draft: Annotated[LongText, Field(max_length=20_000)]


class NearShown(BaseModel):
    """An article that the draft says already. `similarity` 0..1. Not `same`: the draft states other
    facts, and the article may be out of date."""

    article: ItemShown
    similarity: float
    same: bool


class DraftSuggestions(BaseModel):
    """What fits the customer's turn and the draft together, best first. The draft with `completion`
    behind it goes on as the article `completes` does."""

    suggestion_id: str | None
    items: list[ItemShown]
    completion: str
    completes: str | None
    near: NearShown | None


class ArticlesFound(BaseModel):
    """Articles for the words, best first, filled for this customer."""

    items: list[ItemShown]
    next_cursor: Literal[None] = None


class WatcherShown(BaseModel):
    """An operator who has the conversation open; `writes`: and is writing."""

    id: str
    name: str
    writes: bool


class WatcherList(BaseModel):
    """Everybody but the caller, by name."""

    items: list[WatcherShown]
    next_cursor: Literal[None] = None


class WatchGiven(BaseModel):
    """A sign, which holds for ten seconds; writing for six."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"writes": True}]})

    writes: bool = Field(default=False, strict=True)


@router.get(
    "/{conversation_id}/draft",
    response_model=DraftShown,
    responses=documented(401, 403, 422, 503),
    summary="Read one's draft",
)
async def read_draft(conversation_id: ConversationId, caller: Asking, here: Here) -> DraftShown:
    """An empty one where nothing is kept."""
    return _shown(await here.desk.workplace.drafts.of(caller, conversation_id))


@router.put(
    "/{conversation_id}/draft",
    response_model=DraftShown,
    responses=documented(400, 401, 403, 404, 409, 413, 422, 503),
    summary="Keep one's draft",
)
async def keep_draft(
    conversation_id: ConversationId, given: DraftGiven, caller: Asking, here: Here
) -> DraftShown:
    """409 when it was changed since `revision`; an empty one is removed, as it is by a reply."""
    drafts = here.desk.workplace.drafts
    before = await drafts.of(caller, conversation_id)
    used = given.used.used() if given.used else None
    draft = Draft(given.text, given.quotes, given.quoted, before.attachments, used, given.revision)
    saved = await drafts.save(caller, conversation_id, draft)
    if not saved.stored:
        raise Conflict("the draft was changed meanwhile; read it again", field="revision")
    return _shown(saved.draft)


@router.post(
    "/{conversation_id}/draft/suggestions",
    response_model=DraftSuggestions,
    responses=documented(400, 401, 403, 404, 413, 422, 503),
    summary="Suggest for a draft",
)
async def suggest_for_draft(
    conversation_id: ConversationId, asked: DraftAsked, caller: Asking, here: Here
) -> DraftSuggestions:
    """Ranked by the turn and the draft together; stores nothing. Cheap enough while typing."""
    found = await here.desk.suggest_for_draft(caller, conversation_id, asked.draft)
    near = found.near
    return DraftSuggestions(
        suggestion_id=found.suggestion.id if found.suggestion else None,
        items=[item_shown(each) for each in found.items],
        completion=found.completion,
        completes=found.completes,
        near=NearShown(article=item_shown(near.item), similarity=near.similarity, same=near.same)
        if near
        else None,
    )


@router.get(
    "/{conversation_id}/articles",
    response_model=ArticlesFound,
    responses=_READ,
    summary="Search articles for a customer",
)
async def search_articles(
    conversation_id: ConversationId,
    caller: Asking,
    here: Here,
    words: Annotated[str, Query(max_length=1_000, pattern=r"^[^\x00]*$")],
    limit: Annotated[int, Query(ge=1, le=10)] = 10,
) -> ArticlesFound:
    """By what the words mean."""
    drafting = here.desk.workplace.drafting
    found = await drafting.search_articles(caller, conversation_id, words, limit)
    return ArticlesFound(items=[item_shown(each) for each in found])


@router.get(
    "/{conversation_id}/watchers",
    response_model=WatcherList,
    responses=_READ,
    summary="See who looks on",
)
async def list_watchers(conversation_id: ConversationId, caller: Asking, here: Here) -> WatcherList:
    """Who has it open now and who writes in it; stored nowhere."""
    await here.desk.get(conversation_id)
    return _watchers(here, caller, conversation_id)


@router.put(
    "/{conversation_id}/watchers",
    response_model=WatcherList,
    responses=documented(400, 401, 403, 404, 413, 422, 503),
    summary="Say that one looks on",
)
async def watch(
    conversation_id: ConversationId, given: WatchGiven, caller: Asking, here: Here
) -> WatcherList:
    """Send it every few seconds while it is shown."""
    await here.desk.get(conversation_id)
    await here.desk.workplace.watching.look(caller, conversation_id, writes=given.writes)
    return _watchers(here, caller, conversation_id)


def _watchers(here: Any, caller: Caller, conversation_id: str) -> WatcherList:
    found = here.desk.workplace.watching.others(caller, conversation_id)
    return WatcherList(
        items=[WatcherShown(id=each.id, name=each.name, writes=each.writes) for each in found]
    )


def _shown(draft: Draft) -> DraftShown:
    used = draft.used
    return DraftShown(
        text=draft.text,
        quotes=draft.quotes,
        quoted=draft.quoted,
        attachments=[
            FileShown(**{name: getattr(each, name) for name in FileShown.model_fields})
            for each in draft.attachments
        ],
        used=None if used is None else UsedBody.of(used),
        revision=draft.revision,
        at=draft.at,
    )
