"""Articles: list, read, make, change, archive, and their history. Files: `article_files.py`."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Body, Header, Path, Query, Response
from starlette.exceptions import HTTPException

from sufler.api.article_bodies import (
    ArticleList,
    ArticleNew,
    ArticleShown,
    RestoreAsked,
    RevisionList,
    new_article,
    patched,
    revision_shown,
    shown,
)
from sufler.api.caller import asking, signature
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.domain.errors import Conflict, NotFound
from sufler.domain.knowledge import Article, ArticleStatus
from sufler.domain.people import Caller, Right

router = APIRouter(prefix="/api/v1/articles", tags=["articles"])

Id = Annotated[str, Path(max_length=200)]
IfMatch = Annotated[
    str | None,
    Header(max_length=40, description='The revision that you saw, as in `"3"`; 412 if it changed.'),
]
_WRITES = documented(400, 401, 403, 404, 409, 412, 413, 422, 503)
_PATCH_EXAMPLE = {"translations": {"en": {"title": "Where is it?"}}, "owner": None}


@router.get(
    "",
    response_model=ArticleList,
    responses=documented(401, 403, 422, 503),
    summary="List articles",
)
async def list_articles(
    _caller: Annotated[Caller, asking(Right.READ_ARTICLES)],
    here: Here,
    q: Annotated[str | None, Query(max_length=200, description="Words that occur in it.")] = None,
    topic: Annotated[str | None, Query(max_length=300)] = None,
    status: ArticleStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str | None, Query(max_length=200, description="The last id seen.")] = None,
) -> Response:
    """By id. Archived ones only when asked for by status."""
    found = await here.articles.page(
        after=after, limit=limit + 1, topic=topic, status=status, words=q
    )
    page = ArticleList.model_construct(
        items=[shown(article) for article in found[:limit]],
        next_after=found[limit - 1].id if len(found) > limit else None,
    )
    return Response(page.model_dump_json(), media_type="application/json")


@router.post(
    "",
    status_code=201,
    response_model=ArticleShown,
    responses=documented(400, 401, 403, 409, 413, 422, 503),
    summary="Make an article",
)
async def make_article(
    body: ArticleNew,
    caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)],
    here: Here,
) -> Response:
    """Found by the next query, once published. 409 when the id is taken."""
    article = new_article(body, caller.name)
    async with here.changing:
        if await _exists(article.id, here.knowledge.get):
            raise Conflict("id: there is already an article with this id", field="id")
        await here.knowledge.save([article], signature(caller))
    return _answer(await here.knowledge.get(article.id), 201)


# These two before the bare id, which takes every path: imported ids may hold slashes.
@router.get(
    "/{article_id:path}/history",
    response_model=RevisionList,
    responses=documented(401, 403, 404, 422, 503),
    summary="Who changed an article, when, and to what",
)
async def read_history(
    article_id: Id, _caller: Annotated[Caller, asking(Right.READ_ARTICLES)], here: Here
) -> Response:
    """The newest first."""
    kept = await here.knowledge.history(article_id)
    body = RevisionList.model_construct(items=[revision_shown(each) for each in kept])
    return Response(body.model_dump_json(), media_type="application/json")


@router.post(
    "/{article_id:path}/restore",
    response_model=ArticleShown,
    responses=_WRITES,
    summary="Bring an earlier revision back",
)
async def restore_article(
    article_id: Id,
    asked: RestoreAsked,
    caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)],
    here: Here,
) -> Response:
    """As a new revision: the history only grows."""
    async with here.changing:
        await here.knowledge.restore(article_id, asked.revision, signature(caller))
    return _answer(await here.knowledge.get(article_id))


@router.get(
    "/{article_id:path}",
    response_model=ArticleShown,
    responses=documented(401, 403, 404, 422, 503),
    summary="Read an article",
)
async def read_article(
    article_id: Id, _caller: Annotated[Caller, asking(Right.READ_ARTICLES)], here: Here
) -> Response:
    """In whatever status. Its revision is also the ETag."""
    return _answer(await here.knowledge.get(article_id))


@router.patch(
    "/{article_id:path}",
    response_model=ArticleShown,
    responses=_WRITES,
    summary="Change an article",
)
async def change_article(
    article_id: Id,
    patch: Annotated[dict[str, Any], Body(examples=[_PATCH_EXAMPLE])],
    caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)],
    here: Here,
    if_match: IfMatch = None,
) -> Response:
    """A merge patch (RFC 7396): what is not named stays, null takes a field away, a list is
    replaced as a whole."""
    async with here.changing:
        article = await here.knowledge.get(article_id)
        _check_revision(article, if_match)
        await here.knowledge.save([patched(article, patch, caller.name)], signature(caller))
    return _answer(await here.knowledge.get(article_id))


@router.delete(
    "/{article_id:path}",
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
    async with here.changing:
        _check_revision(await here.knowledge.get(article_id), if_match)
        await here.knowledge.archive(article_id, signature(caller))


async def _exists(article_id: str, get: Any) -> bool:
    try:
        await get(article_id)
    except NotFound:
        return False
    return True


def _check_revision(article: Article, if_match: str | None) -> None:
    if if_match is None or if_match.strip() == "*":
        return
    if if_match.strip().removeprefix("W/").strip('"') != str(article.revision):
        raise HTTPException(
            412, f"The article is at revision {article.revision}; read it and change it anew."
        )


def _answer(article: Article, status: int = 200) -> Response:
    headers = {"ETag": f'"{article.revision}"'}
    if status == 201:
        headers["Location"] = f"/api/v1/articles/{quote(article.id)}"
    body = shown(article).model_dump_json()
    return Response(body, status, headers, media_type="application/json")
