"""Templates: texts that operators insert, their own, their team's, everybody's."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from sufler.api.caller import asking
from sufler.api.once import Once
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.api.texts import Line, LongText
from sufler.domain.desk import Sharing, Template
from sufler.domain.people import Caller, Right

router = APIRouter(prefix="/api/v1/templates", tags=["templates"], route_class=Once)

TemplateId = Annotated[int, Path(ge=1, le=2**62)]
Asking = Annotated[Caller, asking(Right.CONVERSE)]
_CHANGES = documented(400, 401, 403, 404, 413, 422, 503)


class TemplateBody(BaseModel):
    """`shortcut` is one word, may be empty. `sharing`: private, team (of `queue_id`), shared. In
    `text`, `{customer.first_name|friend}` is filled; `{order number}` is left for the operator."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"title": "Где заказ", "shortcut": "где", "text": "Заказ {номер} в пути."}]
        },
    )

    title: Annotated[Line, Field(max_length=120)]
    text: Annotated[LongText, Field(min_length=1, max_length=10_000)]
    shortcut: Annotated[str, Field(max_length=40, pattern=r"^[^\s\x00-\x1f\x7f]*$")] = ""
    sharing: Sharing = Sharing.PRIVATE
    queue_id: Annotated[Line, Field(max_length=64)] | None = None

    def template(self, template_id: int = 0) -> Template:
        """As the desk takes it."""
        return Template(
            template_id,
            self.title,
            self.text,
            self.shortcut,
            self.sharing,
            queue_id=self.queue_id,
        )


class TemplateShown(BaseModel):
    """`uses` counts how often it was inserted."""

    id: int
    title: str
    text: str
    shortcut: str
    sharing: Sharing
    owner_id: str
    queue_id: str | None
    uses: int
    updated_at: datetime | None


class TemplateList(BaseModel):
    """At most 100, the most used first."""

    items: list[TemplateShown]
    next_cursor: Literal[None] = None


class InsertGiven(BaseModel):
    """For whom it is filled."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"conversation_id": "0f3…"}]}
    )

    conversation_id: Annotated[Line, Field(max_length=64)]


class Inserted(BaseModel):
    """The text for this customer; a `{place}` in it is still to be filled in."""

    text: str


@router.get(
    "",
    response_model=TemplateList,
    responses=documented(401, 403, 422, 503),
    summary="Find templates",
)
async def find_templates(
    caller: Asking,
    here: Here,
    words: Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")] = "",
) -> TemplateList:
    """Those that the caller sees, with all of the words in them."""
    found = await here.desk.workplace.templates.find(caller, words)
    return TemplateList(items=[_shown(each) for each in found])


@router.post(
    "", response_model=TemplateShown, status_code=201, responses=_CHANGES, summary="Add a template"
)
async def add_template(given: TemplateBody, caller: Asking, here: Here) -> TemplateShown:
    """Everybody's needs the right to supervise."""
    return _shown(await here.desk.workplace.templates.save(caller, given.template()))


@router.put(
    "/{template_id}",
    response_model=TemplateShown,
    responses=_CHANGES,
    summary="Change a template",
)
async def change_template(
    template_id: TemplateId, given: TemplateBody, caller: Asking, here: Here
) -> TemplateShown:
    """As a whole; its author and its uses stay."""
    return _shown(await here.desk.workplace.templates.save(caller, given.template(template_id)))


@router.delete(
    "/{template_id}",
    status_code=204,
    responses=documented(401, 403, 404, 422, 503),
    summary="Remove a template",
)
async def remove_template(template_id: TemplateId, caller: Asking, here: Here) -> None:
    """For good."""
    await here.desk.workplace.templates.remove(caller, template_id)


@router.post(
    "/{template_id}/insert",
    response_model=Inserted,
    responses=_CHANGES,
    summary="Fill a template",
)
async def insert_template(
    template_id: TemplateId, given: InsertGiven, caller: Asking, here: Here
) -> Inserted:
    """Counts as one use."""
    templates = here.desk.workplace.templates
    return Inserted(text=await templates.insert(caller, template_id, given.conversation_id))


def _shown(template: Template) -> TemplateShown:
    names = TemplateShown.model_fields
    return TemplateShown(**{name: getattr(template, name) for name in names})
