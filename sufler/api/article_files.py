"""Articles as files: import with its report or its rehearsal, and export as a stream."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path as FilePath
from typing import Annotated, BinaryIO, Literal

import orjson
from fastapi import APIRouter, File, Form, Query, Response, UploadFile
from pydantic import BaseModel, Field
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, StreamingResponse

from sufler.api.caller import asking, signature
from sufler.api.once import Once
from sufler.api.parts import Here
from sufler.api.ports import Articles
from sufler.api.problems import documented, problem
from sufler.domain.errors import BadInput, SuflerError
from sufler.domain.knowledge import Article, ArticleStatus, Mode
from sufler.domain.people import Caller, Right
from sufler.kb_index.formats import export_stream
from sufler.kb_index.formats.export import without_flows
from sufler.kb_index.formats.report import ImportReport, Outcome, RowOutcome, TitlePair
from sufler.kb_index.formats.xlsx_export import export_xlsx
from sufler.kb_index.importing import import_upload

router = APIRouter(prefix="/api/v1/articles", tags=["articles"], route_class=Once)

PAGE = 200
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MEDIA = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}


class RowShown(BaseModel):
    """What became of one row. `detail`: why it was rejected, or which fields change."""

    outcome: Outcome
    file: str
    row: int
    article_id: str
    title: str
    detail: str


class PairShown(BaseModel):
    """Two articles with nearly the same title; `other_row` null: the other is in the base."""

    title: str
    file: str
    row: int
    article_id: str
    other_title: str
    other_row: int | None
    other_id: str
    likeness: float = Field(description="0 to 100.")


class ImportShown(BaseModel):
    """What the import did or would do. Lists are capped, counts are whole."""

    dry_run: bool
    imported: bool
    saved: int = Field(description="How many articles were written.")
    import_id: int | None = Field(description="Take it back: POST /api/v1/imports/{id}/undo.")
    counts: dict[Outcome, int]
    rows: list[RowShown]
    near_duplicates: list[PairShown]
    contradictions: list[PairShown]
    topics: dict[str, Mode]
    words: list[str] = Field(description="The closing lines, for people.")


@router.post(
    "/import",
    response_model=ImportShown,
    responses=documented(400, 401, 403, 413, 422, 503),
    summary="Import articles from a file",
)
async def import_articles(
    file: Annotated[
        UploadFile, File(description="CSV, XLSX, JSONL, JSON, MD, HTML, DOCX or ZIP; 50 MB.")
    ],
    caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)],
    here: Here,
    dry_run: Annotated[bool, Form(description="Only say what it would do.")] = False,
    skip_rejected: Annotated[bool, Form(description="Take the good rows all the same.")] = False,
    mapping: Annotated[
        list[str], Form(description="`question=Вопрос`, once for each column, or a JSON object.")
    ] = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """All or nothing: a rejected row keeps everything out (422 with the report), unless
    `skip_rejected`. Sending the same file again changes nothing."""
    columns = _mapping(mapping)
    async with here.importing:
        with tempfile.TemporaryDirectory(prefix="sufler-upload-") as folder:
            path = FilePath(folder) / "upload"
            await asyncio.to_thread(_copy, file.file, path)
            try:
                report = await import_upload(
                    file.filename or "upload",
                    path,
                    here.knowledge,
                    author=signature(caller),
                    mapping=columns,
                    dry_run=dry_run,
                    skip_rejected=skip_rejected,
                    known_titles=await here.articles.titles(),
                    runs=here.imports,
                )
            except BadInput as error:
                raise _of_this_request(error) from error
    body = shown(report)
    if report.refused and not dry_run:
        rejected = report.counts[Outcome.REJECTED]
        detail = f"Nothing was imported: {rejected} rows are rejected; `report` says why."
        return problem(422, detail, field="file", extra={"report": body.model_dump(mode="json")})
    return Response(body.model_dump_json(), media_type="application/json")


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"text/csv": {}, "application/jsonl": {}, _XLSX: {}}},
        **documented(401, 403, 422, 503),
    },
    summary="Export all articles",
)
async def export_articles(
    _caller: Annotated[Caller, asking(Right.READ_ARTICLES)],
    here: Here,
    format: Annotated[Literal["csv", "jsonl", "xlsx"], Query()] = "csv",
    status: ArticleStatus | None = None,
) -> Response:
    """As a file that the import takes back without a change. Archived ones only by status; those
    that stand for flows not at all."""
    first = await here.articles.page(after=None, limit=PAGE, status=status)
    articles = without_flows(_all(here.articles, first, status))
    if format == "xlsx":
        return await _workbook(articles)
    lines = export_stream(articles, format)
    return StreamingResponse(
        lines,
        media_type=_MEDIA[format],
        headers={"Content-Disposition": f'attachment; filename="articles.{format}"'},
    )


async def _workbook(articles: AsyncIterator[Article]) -> Response:
    descriptor, name = await asyncio.to_thread(tempfile.mkstemp, ".xlsx", "sufler-export-")
    os.close(descriptor)
    try:
        await export_xlsx(articles, FilePath(name))
    except BaseException:
        os.unlink(name)
        raise
    return FileResponse(
        name,
        media_type=_XLSX,
        filename="articles.xlsx",
        background=BackgroundTask(os.unlink, name),
    )


def shown(report: ImportReport) -> ImportShown:
    """The report as a body."""
    return ImportShown(
        dry_run=report.dry_run,
        imported=report.imported,
        saved=report.saved,
        import_id=report.run_id,
        counts={outcome: report.counts[outcome] for outcome in Outcome},
        rows=[_row(row) for row in report.rows],
        near_duplicates=[_pair(pair) for pair in report.near_duplicates],
        contradictions=[_pair(pair) for pair in report.contradictions],
        topics={name: Mode(mode) for name, mode in report.topics.items()},
        words=report.words("en"),
    )


async def _all(
    articles: Articles, page: list[Article], status: ArticleStatus | None
) -> AsyncIterator[Article]:
    # The first page was read before the answer began: a database that is gone is a 503, not a
    # file cut short.
    while page:
        for article in page:
            yield article
        if len(page) < PAGE:
            return
        page = await articles.page(after=page[-1].id, limit=PAGE, status=status)


def _mapping(given: list[str]) -> Mapping[str, str]:
    columns: dict[str, str] = {}
    for part in given:
        if part.lstrip().startswith("{"):
            columns.update(_mapping_object(part))
            continue
        field, equals, name = part.partition("=")
        if not equals or not field.strip() or not name.strip():
            raise BadInput("mapping: must look like question=Вопрос", field="mapping")
        columns[field.strip()] = name.strip()
    return columns


def _mapping_object(text: str) -> dict[str, str]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found.values()):
        raise BadInput("mapping: must be a JSON object of field → column", field="mapping")
    return found


def _of_this_request(error: BadInput) -> SuflerError:
    """The same fault in the words of this request, which knows no path and no --map."""
    field = {None: "file", "path": "file", "header": "mapping"}.get(error.field, error.field)
    words = error.message.replace("--map:", "mapping:").replace("--map ", "mapping ")
    return BadInput(words, field=field)


def _copy(source: BinaryIO, target: FilePath) -> None:
    source.seek(0)
    with target.open("wb") as written:
        shutil.copyfileobj(source, written)


def _row(row: RowOutcome) -> RowShown:
    return RowShown(
        outcome=row.outcome,
        file=row.at.file,
        row=row.at.row,
        article_id=row.article_id,
        title=row.title,
        detail=row.detail,
    )


def _pair(pair: TitlePair) -> PairShown:
    return PairShown(
        title=pair.title,
        file=pair.at.file,
        row=pair.at.row,
        article_id=pair.article_id,
        other_title=pair.other_title,
        other_row=pair.other_at.row if pair.other_at else None,
        other_id=pair.other_id,
        likeness=pair.likeness,
    )
