"""Imports that were made: what each did, and taking one back whole."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from sufler.api.caller import asking, signature
from sufler.api.once import Once
from sufler.api.paging import LINKED, Cursor, Limit, page_of, place_in
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.domain.imports import ImportChange, ImportRun
from sufler.domain.people import Caller, Right

router = APIRouter(prefix="/api/v1/imports", tags=["imports"], route_class=Once)

RunId = Annotated[int, Path(ge=1, le=2**53)]


class RunShown(BaseModel):
    """One import. `counts`: rows by outcome, and `saved` articles."""

    id: int
    source: str
    source_id: int | None
    author: str
    started_at: datetime
    finished_at: datetime | None
    counts: Mapping[str, int]
    errors: list[str]
    undone_at: datetime | None
    undone_by: str | None


class RunList(BaseModel):
    """A page of imports, the newest first."""

    items: list[RunShown]
    next_cursor: str | None


class SkippedShown(BaseModel):
    """An article that was left alone, and who changed it after the import."""

    article_id: str
    title: str
    since: str


class UndoShown(BaseModel):
    """What was taken back."""

    restored: int = Field(description="Articles that are as they were before the import.")
    archived: int = Field(description="Articles that the import had made.")
    skipped: list[SkippedShown] = Field(description="Changed by somebody since; at most 1,000.")


@router.get(
    "",
    response_model=RunList,
    responses={**LINKED, **documented(401, 403, 422, 503)},
    summary="List imports",
)
async def list_imports(
    _caller: Annotated[Caller, asking(Right.READ_ARTICLES)],
    here: Here,
    request: Request,
    response: Response,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> RunList:
    """Those that wrote something, or whose source could not be read."""
    before = place_in(request, cursor, int)
    found = await here.imports.runs(limit + 1, before=before[0] if before else None)
    rows, following, headers = page_of(request, found, limit, lambda run: (run.id,))
    response.headers.update(headers)
    return RunList(items=[run_shown(run) for run in rows], next_cursor=following)


@router.post(
    "/{import_id}/undo",
    response_model=UndoShown,
    responses=documented(401, 403, 404, 409, 422, 503),
    summary="Take an import back",
)
async def undo_import(
    import_id: RunId, caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)], here: Here
) -> UndoShown:
    """Articles become what they were before it, those it made are archived, and those that were
    changed since are left alone. 409 when it was taken back before."""
    async with here.importing:
        report = await here.imports.undo(import_id, signature(caller))
    return UndoShown(
        restored=report.restored,
        archived=report.archived,
        skipped=[_skipped(change) for change in report.skipped[:1000]],
    )


def run_shown(run: ImportRun) -> RunShown:
    """The run as a body."""
    return RunShown(
        id=run.id,
        source=run.source,
        source_id=run.source_id,
        author=run.author,
        started_at=run.started_at,
        finished_at=run.finished_at,
        counts=run.counts,
        errors=list(run.errors),
        undone_at=run.undone_at,
        undone_by=run.undone_by,
    )


def _skipped(change: ImportChange) -> SkippedShown:
    title = next(iter(change.now.translations.values())).title
    return SkippedShown(article_id=change.article_id, title=title, since=change.since or "")
