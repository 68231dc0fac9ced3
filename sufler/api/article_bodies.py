"""Bodies of articles: as shown, as given for a new one, and a merge patch over what is stored."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import uuid4

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from sufler.api.texts import Line, LongText
from sufler.domain.errors import BadInput
from sufler.domain.knowledge import (
    OTHER_TOPIC,
    Article,
    ArticleRevision,
    ArticleStatus,
    Language,
    Phrasing,
    PhrasingSource,
    Translation,
)
from sufler.kb_index.formats import reason_against

EXAMPLE: JsonDict = {
    "id": "returns-money",
    "topic": "Возврат",
    "status": "published",
    "translations": {
        "ru": {"title": "Когда вернутся деньги?", "answer": "Деньги вернутся за **3 дня**."},
        "en": {"title": "When is my money back?", "answer": "Your money is back in **3 days**."},
    },
    "phrasings": [{"text": "где мои деньги за возврат", "language": "ru"}],
}


def _no_address(value: str) -> str:
    if value in ("import", "export") or value.endswith(("/history", "/restore")):
        raise ValueError("is an address of the API and cannot be an id")
    return value


ArticleId = Annotated[Line, AfterValidator(_no_address)]


class TranslationBody(BaseModel):
    """Title (the canonical question) and answer (a safe Markdown subset) in one language."""

    model_config = ConfigDict(extra="forbid")

    title: Line
    answer: LongText = Field(min_length=1)


class PhrasingBody(BaseModel):
    """One way of asking."""

    model_config = ConfigDict(extra="forbid")

    text: Line
    language: Language
    source: PhrasingSource = PhrasingSource.EDITOR
    author: Line | None = Field(default=None, max_length=200)
    weight: float = Field(default=1.0, ge=0, le=100, allow_inf_nan=False)


class ArticleContent(BaseModel):
    """What an editor may set. `valid_until` is exclusive; both moments carry a time zone, or are
    taken as UTC."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    topic: Line = Field(default=OTHER_TOPIC, max_length=200)
    translations: dict[Language, TranslationBody] = Field(min_length=1)
    phrasings: list[PhrasingBody] = Field(default=[], max_length=500)
    status: ArticleStatus = ArticleStatus.PUBLISHED
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    owner: Line | None = Field(default=None, max_length=200)
    other_language_ok: bool = False


class ArticleNew(ArticleContent):
    """A new article. Without an id it gets one."""

    id: ArticleId | None = Field(default=None, max_length=200)


class TranslationPatch(BaseModel):
    """What changes of one language. For a new language both are needed."""

    model_config = ConfigDict(extra="forbid")

    title: Line | None = None
    answer: LongText | None = None


class ArticlePatch(BaseModel):
    """An RFC 7396 merge patch: objects merge, null takes a field back to its default (or a
    translation away), everything else replaces."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"translations": {"ru": {"title": "Где мои деньги?"}}, "owner": None}]
        },
    )

    topic: Line | None = Field(default=None, max_length=200)
    translations: dict[Language, TranslationPatch | None] | None = None
    phrasings: list[PhrasingBody] | None = Field(default=None, max_length=500)
    status: ArticleStatus | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    owner: Line | None = Field(default=None, max_length=200)
    other_language_ok: bool | None = None


class ArticleShown(ArticleContent):
    """An article as it is stored. `revision` counts its changes from 1."""

    id: str
    updated_at: datetime | None
    revision: int


class ArticleList(BaseModel):
    """A page. `next_cursor` goes into `cursor` for the next page; null on the last."""

    items: list[ArticleShown]
    next_cursor: str | None


class RevisionShown(BaseModel):
    """One change: the article as it was after it."""

    revision: int
    author: str
    at: datetime
    article: ArticleShown


class RevisionList(BaseModel):
    """A page of an article's changes, the newest first."""

    items: list[RevisionShown]
    next_cursor: str | None


class RestoreAsked(BaseModel):
    """Which revision is to be in force again, as a new one."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"revision": 1}]})

    revision: int = Field(ge=1, le=2**31 - 1)


def shown(article: Article) -> ArticleShown:
    """The body of a stored article; it is ours and not validated again."""
    return ArticleShown.model_construct(
        **_plain(article),
        translations={
            language: TranslationBody.model_construct(
                title=translation.title, answer=translation.answer
            )
            for language, translation in article.translations.items()
        },
        phrasings=[
            PhrasingBody.model_construct(
                text=phrasing.text,
                language=phrasing.language,
                source=phrasing.source,
                author=phrasing.author,
                weight=phrasing.weight,
            )
            for phrasing in article.phrasings
        ],
        updated_at=article.updated_at,
        revision=article.revision,
        id=article.id,
    )


def revision_shown(kept: ArticleRevision) -> RevisionShown:
    """The body of one kept change."""
    article = kept.article
    return RevisionShown.model_construct(
        revision=article.revision, author=kept.author, at=kept.at, article=shown(article)
    )


def new_article(body: ArticleNew, author: str) -> Article:
    """The article that `body` describes. Raises BadInput for what only the whole can tell."""
    return _checked(_article(body.id or uuid4().hex, body, author))


def patched(article: Article, patch: ArticlePatch, author: str) -> Article:
    """`article` after a merge patch. Raises BadInput, and ValidationError where the whole does not
    fit any more."""
    current = shown(article).model_dump(mode="json", exclude={"id", "updated_at", "revision"})
    changes = patch.model_dump(mode="json", exclude_unset=True)
    body = ArticleContent.model_validate(_merged(current, changes))
    changed = _checked(_article(article.id, body, author))
    return replace(changed, revision=article.revision, updated_at=article.updated_at)


def _article(article_id: str, body: ArticleContent, author: str) -> Article:
    return Article(
        id=article_id,
        topic=body.topic,
        translations={
            language: Translation(each.title, each.answer)
            for language, each in body.translations.items()
        },
        phrasings=tuple(
            Phrasing(
                each.text,
                each.language,
                each.source,
                each.author or (author if each.source is PhrasingSource.EDITOR else None),
                each.weight,
            )
            for each in body.phrasings
        ),
        status=body.status,
        valid_from=_aware(body.valid_from),
        valid_until=_aware(body.valid_until),
        owner=body.owner,
        other_language_ok=body.other_language_ok,
    )


def _checked(article: Article) -> Article:
    reason = reason_against(article)
    if reason is not None:
        field, _, words = reason.removeprefix("column ").partition(":")
        raise BadInput(f"{field}:{words}", field=field.split(" ")[0])
    return article


def _aware(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=UTC)


def _plain(article: Article) -> dict[str, Any]:
    names = ("topic", "status", "valid_from", "valid_until", "owner", "other_language_ok")
    return {name: getattr(article, name) for name in names}


def _merged(target: Any, patch: Any) -> Any:
    """RFC 7396."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _merged(result.get(name), value)
    return result
