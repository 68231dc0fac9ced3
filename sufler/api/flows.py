"""Flows: drafts, checks, publication, history; see docs/flows.md for what stands in their YAML."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.convertors import StringConvertor, register_url_convertor

from sufler.api.caller import asking
from sufler.api.once import Once
from sufler.api.parts import Here
from sufler.api.problems import documented
from sufler.api.texts import FileText, Moment, Whole
from sufler.desk.flow_book import FlowListed
from sufler.domain.flows import FlowFigures, FlowVersion, VersionState
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller, Right
from sufler.flows.faults import Fault


class _FlowNames(StringConvertor):
    """What is an address of the API is no name."""

    regex = r"(?!check$)[^/]+"


register_url_convertor("flow", _FlowNames())
router = APIRouter(prefix="/api/v1/flows", tags=["flows"], route_class=Once)

Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
Number = Annotated[
    int | None,
    Query(ge=0, le=2**31 - 1, description="Default: the draft, else the published one."),
]
Reading = Annotated[Caller, asking(Right.READ_ARTICLES)]
Editing = Annotated[Caller, asking(Right.EDIT_ARTICLES)]
_READS = documented(401, 403, 404, 422, 503)
_CHANGES = documented(400, 401, 403, 404, 409, 413, 422, 503)


class FiguresShown(BaseModel):
    """`ended`: outcomes by number: finished, cancelled, handed_off, left. `reached` and `gave_up`:
    steps by the number of runs that came there, and that ended there otherwise than finished."""

    started: int
    under_way: int
    ended: dict[str, int]
    reached: dict[str, int]
    gave_up: dict[str, int]


class VersionShown(BaseModel):
    """`number` counts publications from 1; 0 is the draft. `at`: when it was published, or the
    draft written, last, and by whom."""

    name: str
    number: int
    state: VersionState
    by: str
    at: datetime


class VersionList(BaseModel):
    """The draft, then what was published, the newest first."""

    items: list[VersionShown]
    next_cursor: Literal[None] = None


class FlowShown(BaseModel):
    """A flow of the list."""

    name: str
    titles: dict[Language, str]
    published: VersionShown | None
    draft: VersionShown | None
    figures: FiguresShown


class FlowList(BaseModel):
    """All of them, by name."""

    items: list[FlowShown]
    next_cursor: Literal[None] = None


class FaultShown(BaseModel):
    """One finding. `step` is empty where it is about the flow or a slot; a warning does not stop
    it from being published."""

    step: str
    code: str
    warning: bool
    ru: str
    en: str


class TextShown(VersionShown):
    """A version with its YAML, and what is wrong with that."""

    text: str
    faults: list[FaultShown]


class FlowDraftGiven(BaseModel):
    """The draft's YAML. `seen`: the `at` of the draft that you began with; 409 when it is another
    by now. Without it, whatever is there is replaced."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"text": "flow: gift\nversion: 1\n…", "seen": None}]},
    )

    text: FileText
    seen: Moment | None = None


class CheckAsked(BaseModel):
    """A flow's YAML. `name`: of the flow that it is to be, if that is known."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"text": "flow: gift\nversion: 1\n…", "name": "gift"}]},
    )

    text: FileText
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")] | None = None


class Checked(BaseModel):
    """Errors first. `passes`: nothing stops it from being published."""

    passes: bool
    faults: list[FaultShown]


class RollBackAsked(BaseModel):
    """The number of an earlier version."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"number": 1}]})

    number: Whole = Field(ge=1, le=2**31 - 1)


@router.get("", response_model=FlowList, responses=documented(401, 403, 422, 503), summary="Flows")
async def list_flows(
    caller: Reading,
    here: Here,
    since: Annotated[
        Moment | None, Query(description="Figures of runs that began since then.")
    ] = None,
) -> FlowList:
    """With what became of their runs."""
    return FlowList(items=[_listed(each) for each in await here.flows.list(caller, since)])


@router.post(
    "/check",
    response_model=Checked,
    responses=documented(400, 401, 403, 413, 422, 503),
    summary="What is wrong with a flow",
)
async def check_flow(asked: CheckAsked, caller: Reading, here: Here) -> Checked:
    """Stores nothing. Hosts and secrets are those of this server."""
    faults = await here.flows.check(asked.text, asked.name)
    passes = all(fault.warning for fault in faults)
    return Checked(passes=passes, faults=_faults(faults))


@router.get("/{name:flow}", response_model=TextShown, responses=_READS, summary="A flow's YAML")
async def read_flow(
    name: Name,
    caller: Reading,
    here: Here,
    number: Number = None,
) -> TextShown:
    """Of a version; 0 is the draft."""
    found = await here.flows.version(caller, name, number)
    faults = await here.flows.check(found.text, name)
    return TextShown(**_named(found), text=found.text, faults=_faults(faults))


@router.put("/{name:flow}", response_model=TextShown, responses=_CHANGES, summary="Write the draft")
async def write_draft(name: Name, given: FlowDraftGiven, caller: Editing, here: Here) -> TextShown:
    """Of a flow, new or not. Whatever is YAML is taken; its faults come with the answer."""
    made = await here.flows.save_draft(caller, name, given.text, given.seen)
    faults = await here.flows.check(made.text, name)
    return TextShown(**_named(made), text=made.text, faults=_faults(faults))


@router.delete("/{name}/draft", status_code=204, responses=_READS, summary="Throw the draft away")
async def drop_draft(name: Name, caller: Editing, here: Here) -> None:
    """What was published stays."""
    await here.flows.drop_draft(caller, name)


@router.get(
    "/{name}/versions", response_model=VersionList, responses=_READS, summary="A flow's versions"
)
async def list_versions(name: Name, caller: Reading, here: Here) -> VersionList:
    """Who published what, and when."""
    found = await here.flows.versions(caller, name)
    return VersionList(items=[VersionShown(**_named(each)) for each in found])


@router.post(
    "/{name}/publish", response_model=VersionShown, responses=_CHANGES, summary="Publish the draft"
)
async def publish_flow(name: Name, caller: Editing, here: Here) -> VersionShown:
    """In force at once, within a second in other processes. 422 names what its check finds."""
    return VersionShown(**_named(await here.flows.publish(caller, name)))


@router.post(
    "/{name}/rollback",
    response_model=VersionShown,
    responses=_CHANGES,
    summary="Publish an earlier version again",
)
async def roll_back_flow(
    name: Name, asked: RollBackAsked, caller: Editing, here: Here
) -> VersionShown:
    """Its text gets the next number; a draft stays."""
    return VersionShown(**_named(await here.flows.roll_back(caller, name, asked.number)))


@router.post(
    "/{name}/withdraw", status_code=204, responses=_CHANGES, summary="Take a flow out of use"
)
async def withdraw_flow(name: Name, caller: Editing, here: Here) -> None:
    """Its versions stay. 409 where another published flow runs it."""
    await here.flows.withdraw(caller, name)


def _listed(flow: FlowListed) -> FlowShown:
    return FlowShown(
        name=flow.name,
        titles=dict(flow.titles),
        published=VersionShown(**_named(flow.published)) if flow.published else None,
        draft=VersionShown(**_named(flow.draft)) if flow.draft else None,
        figures=_figures(flow.figures),
    )


def _figures(figures: FlowFigures) -> FiguresShown:
    return FiguresShown(
        started=figures.started,
        under_way=figures.ended.get("", 0),
        ended={outcome: runs for outcome, runs in figures.ended.items() if outcome},
        reached=dict(figures.reached),
        gave_up=dict(figures.gave_up),
    )


def _named(version: FlowVersion) -> dict[str, Any]:
    return {name: getattr(version, name) for name in VersionShown.model_fields}


def _faults(faults: Sequence[Fault]) -> list[FaultShown]:
    return [
        FaultShown(
            step=each.step,
            code=each.code,
            warning=each.warning,
            ru=each.told("ru"),
            en=each.told("en"),
        )
        for each in faults
    ]
