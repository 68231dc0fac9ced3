"""Golden questions: those that must always find their article."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from sufler.api.caller import asking
from sufler.api.once import Once
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.api.texts import Line
from sufler.domain.knowledge import Language
from sufler.domain.learning import Golden
from sufler.domain.people import Caller, Right

router = APIRouter(prefix="/api/v1/golden", tags=["learning"], route_class=Once)

Id = Annotated[int, Path(ge=1, le=2**31 - 1)]
_CHANGES = documented(400, 401, 403, 404, 409, 413, 422, 503)
_MOST_FILE = 500_000  # characters


class GoldenShown(BaseModel):
    """A question that must find its article."""

    id: int
    text: str
    language: Language
    article_id: str
    by: str
    at: datetime


class GoldenList(BaseModel):
    """All of them, by id."""

    items: list[GoldenShown]


class GoldenNew(BaseModel):
    """A question with the article that is right. A known question gets this article."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"text": "где мои деньги", "language": "ru", "article_id": "returns-money"}
            ]
        },
    )

    text: Line = Field(max_length=1000)
    language: Language
    article_id: Line = Field(max_length=200)
    conversation_id: Line | None = Field(
        default=None, max_length=200, description="Whose words they are: it leaves with them."
    )


class GoldenTable(BaseModel):
    """Golden questions as CSV with the columns text, language, article_id."""

    model_config = ConfigDict(extra="forbid")

    csv: str = Field(max_length=_MOST_FILE)


class Changed(BaseModel):
    """How many were added or changed."""

    changed: int


@router.get(
    "",
    response_model=GoldenList,
    responses=documented(401, 403, 503),
    summary="List golden questions",
)
async def list_golden(
    caller: Annotated[Caller, asking(Right.READ_ARTICLES)], here: Here
) -> GoldenList:
    """Every refit is checked against them."""
    return GoldenList(items=[_golden(each) for each in await here.golden.all(caller)])


@router.post(
    "",
    response_model=Changed,
    responses=_CHANGES,
    summary="Add a golden question",
)
async def add_golden(
    given: GoldenNew, caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)], here: Here
) -> Changed:
    """0 changed when it is there already."""
    found = await here.golden.add(
        caller, given.text, given.language, given.article_id, given.conversation_id
    )
    return Changed(changed=found)


@router.post(
    "/import",
    response_model=Changed,
    responses=_CHANGES,
    summary="Add golden questions from a table",
)
async def import_golden(
    given: GoldenTable, caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)], here: Here
) -> Changed:
    """All or none; a refusal names the row."""
    return Changed(changed=await here.golden.add_csv(caller, given.csv))


@router.delete(
    "/{golden_id:int}",
    status_code=204,
    responses=_CHANGES,
    summary="Remove a golden question",
)
async def remove_golden(
    golden_id: Id, caller: Annotated[Caller, asking(Right.EDIT_ARTICLES)], here: Here
) -> None:
    """Refits are not held against it any more."""
    await here.golden.remove(caller, golden_id)


def _golden(one: Golden) -> GoldenShown:
    return GoldenShown(**{name: getattr(one, name) for name in GoldenShown.model_fields})
