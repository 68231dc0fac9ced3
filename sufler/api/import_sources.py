"""Sources that are imported again: list, add, run, remove."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from sufler.api.caller import asking, signature
from sufler.api.import_runs import RunShown, run_shown
from sufler.api.once import Once
from sufler.api.paging import LINKED, Cursor, Limit, page_of, place_in
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.api.texts import Line
from sufler.desk.people import require
from sufler.domain.people import Caller, Right
from sufler.domain.sources import Source, SourceKind, Vanished
from sufler.kb_index.sources import kind_of

router = APIRouter(prefix="/api/v1/sources", tags=["sources"], route_class=Once)

SourceId = Annotated[int, Path(ge=1, le=2**53)]


class SourceShown(BaseModel):
    """A source with its last run. `next_run_at` null: only when it is asked for."""

    id: int
    name: str
    kind: SourceKind
    address: str
    schedule: str
    vanished: Vanished
    language: Literal["ru", "en"] | None
    topic: str | None
    next_run_at: datetime | None
    last_run: RunShown | None


class SourceList(BaseModel):
    """A page of sources, by name."""

    items: list[SourceShown]
    next_cursor: str | None


class PageShown(BaseModel):
    """A page of a source as it was last read."""

    url: str
    error: str | None
    read_at: datetime | None


class SourcePages(BaseModel):
    """Its pages, by address, and its runs, the newest first."""

    pages: list[PageShown]
    runs: list[RunShown]


class SourceAsked(BaseModel):
    """A new source. Without `kind` it is told by the address."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"address": "https://help.example.org/sitemap.xml", "schedule": "daily 03:00"}
            ]
        },
    )

    address: str = Field(min_length=1, max_length=500_000, description="Pages: one a line.")
    name: Line = Field(default="", max_length=200)
    kind: SourceKind | None = None
    schedule: str = Field(
        default="manual",
        max_length=40,
        description="manual, hourly, `daily 03:00` or `weekly mon 03:00`, in UTC.",
    )
    vanished: Vanished = Vanished.LEAVE
    language: Literal["ru", "en"] | None = None
    topic: Line | None = Field(default=None, max_length=200)


@router.get(
    "",
    response_model=SourceList,
    responses={**LINKED, **documented(401, 403, 422, 503)},
    summary="List sources",
)
async def list_sources(
    _caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)],
    here: Here,
    request: Request,
    response: Response,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> SourceList:
    """With the last run of each."""
    after = place_in(request, cursor, str)
    found = sorted(await here.sources.all(), key=lambda source: source.name)
    left = [source for source in found if after is None or source.name > after[0]]
    rows, following, headers = page_of(request, left, limit, lambda source: (source.name,))
    response.headers.update(headers)
    return SourceList(items=[await _shown(here, each) for each in rows], next_cursor=following)


@router.post(
    "",
    status_code=201,
    response_model=SourceShown,
    responses=documented(400, 401, 403, 409, 413, 422, 503),
    summary="Add a source",
)
async def add_source(
    asked: SourceAsked, caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)], here: Here
) -> SourceShown:
    """It is read when it is due, or by POST …/run. A folder on the server needs an administrator:
    whoever names it reads the server's files."""
    if (asked.kind or kind_of(asked.address)) is SourceKind.FOLDER:
        require(caller, Right.ADMINISTER)
    source = await here.sources.add(author=signature(caller), **asked.model_dump())
    return await _shown(here, source)


@router.get(
    "/{source_id}",
    response_model=SourcePages,
    responses=documented(401, 403, 404, 422, 503),
    summary="Pages and runs of a source",
)
async def read_source(
    source_id: SourceId, _caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)], here: Here
) -> SourcePages:
    """What could not be read, and what each run changed."""
    await here.sources.get(source_id)
    pages = await here.sources.pages(source_id)
    return SourcePages(
        pages=[PageShown(url=one.url, error=one.error, read_at=one.read_at) for one in pages],
        runs=[run_shown(run) for run in await here.sources.runs(source_id)],
    )


@router.post(
    "/{source_id}/run",
    response_model=RunShown,
    responses=documented(401, 403, 404, 409, 422, 503),
    summary="Read a source now",
)
async def run_source(
    source_id: SourceId, caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)], here: Here
) -> RunShown:
    """Answers when it is done; what went wrong is in `errors`. 409 while it is being read."""
    return run_shown(await here.sources.run(source_id, signature(caller)))


@router.delete(
    "/{source_id}",
    status_code=204,
    responses=documented(401, 403, 404, 422, 503),
    summary="Remove a source",
)
async def remove_source(
    source_id: SourceId, _caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)], here: Here
) -> None:
    """Its articles stay."""
    await here.sources.remove(source_id)


async def _shown(here: Here, source: Source) -> SourceShown:
    runs = await here.sources.runs(source.id, 1)
    return SourceShown(
        id=source.id,
        name=source.name,
        kind=source.kind,
        address=source.address,
        schedule=source.schedule,
        vanished=source.vanished,
        language=source.language,
        topic=source.topic,
        next_run_at=source.next_run_at,
        last_run=run_shown(runs[0]) if runs else None,
    )
