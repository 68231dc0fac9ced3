"""Articles: list, read, make, change, archive, and their history. Files: `article_files.py`."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Header, Path, Query, Request, Response
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.exceptions import HTTPException

from sufler.api.article_bodies import (
    ArticleList,
    ArticleNew,
    ArticlePatch,
    ArticleShown,
    RestoreAsked,
    RevisionList,
    new_article,
    patched,
    revision_shown,
    shown,
)
from sufler.api.caller import asking, signature
from sufler.api.once import Once
from sufler.api.paging import LINKED, Cursor, Limit, page_of, place_in
from sufler.api.parts import Here, Parts
from sufler.api.problems import documented
from sufler.domain.errors import Conflict
from sufler.domain.knowledge import Article, ArticleStatus, PhrasingSource
from sufler.domain.people import Caller, Right


class _ArticleIds(PathConvertor):
    """Imported ids may hold slashes; what is an address of the API is no id."""

    regex = r"(?!(?:import|export)$).*(?<!/history)(?<!/restore)"


register_url_convertor("article", _ArticleIds())
router = APIRouter(prefix="/api/v1/articles", tags=["articles"], route_class=Once)

Id = Annotated[str, Path(max_length=200)]
IfMatch = Annotated[
    str | None,
    Header(max_length=200, description='The `ETag` that you saw, as in `"3"`; 412 if it changed.'),
]
IfNoneMatch = Annotated[
    str | None,
    Header(max_length=200, description="The `ETag` that you have; 304 if it is still the one."),
]
_TAGGED: dict[str, Any] = {
    "headers": {
        "ETag": {
            "description": "Its revision, quoted; with what was learned for it, another number "
            "after a hyphen.",
            "schema": {"type": "string"},
        }
    }
}
_READS: dict[int | str, dict[str, Any]] = {200: _TAGGED, **documented(401, 403, 404, 422, 503)}
_WRITES = documented(400, 401, 403, 404, 409, 412, 413, 422, 503)
_MOST_TRIES = 20


@router.get(
    "",
    response_model=ArticleList,
    responses={**LINKED, **documented(401, 403, 422, 503)},
    summary="List articles",
)
async def list_articles(
    _caller: Annotated[Caller, asking(Right.READ_ARTICLES)],
    here: Here,
    request: Request,
    q: Annotated[str | None, Query(max_length=200, description="Words that occur in it.")] = None,
    topic: Annotated[str | None, Query(max_length=300)] = None,
    status: ArticleStatus | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """By id. Archived ones only when asked for by status."""
    after = place_in(request, cursor, str)
    found = await here.articles.page(
        after=after[0] if after else None, limit=limit + 1, topic=topic, status=status, words=q
    )
    rows, following, headers = page_of(request, found, limit, lambda article: (article.id,))
    page = ArticleList.model_construct(
        items=[shown(article) for article in rows], next_cursor=following
    )
    return Response(page.model_dump_json(), headers=headers, media_type="application/json")


@router.post(
    "",
    status_code=201,
    response_model=ArticleShown,
    responses={201: _TAGGED, **documented(400, 401, 403, 409, 413, 422, 503)},
    summary="Make an article",
)
async def make_article(
    body: ArticleNew,
    caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)],
    here: Here,
) -> Response:
    """Found by the next query, once published. 409 when the id is taken."""
    article = new_article(body, caller.name)
    try:
        await here.knowledge.save([article], signature(caller), {article.id: 0})
    except Conflict:
        raise Conflict("id: there is already an article with this id", field="id") from None
    return _answer(await here.knowledge.get(article.id), 201)


@router.get(
    "/{article_id:path}/history",
    response_model=RevisionList,
    responses={**LINKED, **documented(401, 403, 404, 422, 503)},
    summary="Who changed an article, when, and to what",
)
async def read_history(
    article_id: Id,
    _caller: Annotated[Caller, asking(Right.READ_ARTICLES)],
    here: Here,
    request: Request,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """The newest first."""
    before = place_in(request, cursor, int)
    kept = [
        each
        for each in await here.knowledge.history(article_id)
        if before is None or each.article.revision < before[0]
    ]
    rows, following, headers = page_of(request, kept, limit, lambda each: (each.article.revision,))
    body = RevisionList.model_construct(
        items=[revision_shown(each) for each in rows], next_cursor=following
    )
    return Response(body.model_dump_json(), headers=headers, media_type="application/json")


@router.post(
    "/{article_id:path}/restore",
    response_model=ArticleShown,
    responses={200: _TAGGED, **_WRITES},
    summary="Bring an earlier revision back",
)
async def restore_article(
    article_id: Id,
    asked: RestoreAsked,
    caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)],
    here: Here,
) -> Response:
    """As a new revision: the history only grows."""
    await here.knowledge.restore(article_id, asked.revision, signature(caller))
    return _answer(await here.knowledge.get(article_id))


@router.get(
    "/{article_id:article}",
    response_model=ArticleShown,
    responses={304: {"description": "It is the one that you have"}, **_READS},
    summary="Read an article",
)
async def read_article(
    article_id: Id,
    _caller: Annotated[Caller, asking(Right.READ_ARTICLES)],
    here: Here,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """In whatever status. The ETag is its revision and, where phrasings were learned for it, the
    version of those."""
    article = await here.knowledge.get(article_id)
    if if_none_match is not None and {"*", _tag(article).strip('"')} & set(_tags(if_none_match)):
        return Response(status_code=304, headers={"ETag": _tag(article)})
    return _answer(article)


@router.patch(
    "/{article_id:article}",
    response_model=ArticleShown,
    responses={200: _TAGGED, **_WRITES},
    summary="Change an article",
)
async def change_article(
    article_id: Id,
    patch: ArticlePatch,
    caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)],
    here: Here,
    if_match: IfMatch = None,
) -> Response:
    """A merge patch (RFC 7396): what is not named stays, null takes a field away, a list is
    replaced as a whole."""
    return _answer(
        await _change(
            article_id,
            lambda article: patched(article, patch, caller.name),
            here,
            signature(caller),
            if_match,
        )
    )


@router.delete(
    "/{article_id:article}",
    status_code=204,
    responses=_WRITES,
    summary="Archive an article",
)
async def archive_article(
    article_id: Id,
    caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)],
    here: Here,
    if_match: IfMatch = None,
) -> None:
    """It is served no more, but kept with its history, and can be restored."""
    await _change(
        article_id,
        lambda article: replace(article, status=ArticleStatus.ARCHIVED),
        here,
        signature(caller),
        if_match,
    )


async def _change(
    article_id: str,
    change: Callable[[Article], Article],
    here: Parts,
    author: str,
    if_match: str | None,
) -> Article:
    """The article as it is after `change`, which is made anew when somebody else stored another
    revision meanwhile: the store compares, so that no change is swallowed. With `if_match` that
    is a 412 instead."""
    for _ in range(_MOST_TRIES):
        stored = await here.knowledge.get(article_id)
        article = stored if if_match is None else _as_seen(stored, if_match)
        if article is None:
            raise HTTPException(
                412, f"The article is at revision {stored.revision}; read it and change it anew."
            )
        changed = replace(change(article), version=article.version)
        try:
            await here.knowledge.save([changed], author, {article_id: article.revision})
        except Conflict:
            continue
        return await here.knowledge.get(article_id)
    raise Conflict("too many change this article at once; try again", field="article_id")


def _as_seen(article: Article, tags: str) -> Article | None:
    """The article as a client saw it that names it by one of `tags`; None when it has another
    revision. What was learned since then, the client has not seen and cannot take out."""
    for tag in _tags(tags):
        revision, _, learned = tag.partition("-")
        if revision == str(article.revision):
            return replace(article, version=int(learned) if learned.isdecimal() else 0)
    return article if "*" in _tags(tags) else None


def _tags(tags: str) -> list[str]:
    """A list of tags without quotes. A proxy that packs the answer makes a tag weak; ours names a
    revision all the same, so `W/` is overlooked also where the standard is stricter."""
    return [tag.strip().removeprefix("W/").strip('"') for tag in tags.split(",")]


def _tag(article: Article) -> str:
    if any(each.source is PhrasingSource.LEARNED for each in article.phrasings):
        return f'"{article.revision}-{article.version}"'
    return f'"{article.revision}"'


def _answer(article: Article, status: int = 200) -> Response:
    headers = {"ETag": _tag(article)}
    if status == 201:
        headers["Location"] = f"/api/v1/articles/{quote(article.id)}"
    body = shown(article).model_dump_json()
    return Response(body, status, headers, media_type="application/json")
