"""Flows as staff keep them: drafts, checks, publication, history, rolling back, figures."""

import asyncio
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from sufler.desk.flow_articles import FlowArticles, put_in_line
from sufler.desk.people import require
from sufler.desk.published_flows import Published
from sufler.desk.staffing import act
from sufler.domain.administration import Act
from sufler.domain.errors import BadInput, Conflict, NotFound
from sufler.domain.flows import FlowFigures, FlowVersion, VersionState
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock
from sufler.flows.calls import CallHosts
from sufler.flows.check import check as faults_of
from sufler.flows.faults import BadFlow, Fault
from sufler.flows.load import load_flow, read_yaml
from sufler.flows.model import Flow, Run, Suggest

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,29}")
MOST_FLOWS: Final = 200
# Commands of the bot itself, in every channel.
_COMMANDS: Final = frozenset({"start", "help", "operator", "cancel", "back", "skip"})
_NAMED: Final = 5  # faults that a refusal names
Faults = list[Fault]
Versions = list[FlowVersion]


@dataclass(frozen=True, slots=True)
class FlowListed:
    """A flow in the list. `titles` are those of the published version, else of the newest text
    that can be read; empty where none can."""

    name: str
    titles: Mapping[Language, str]
    published: FlowVersion | None
    draft: FlowVersion | None
    figures: FlowFigures = field(default_factory=FlowFigures)


class Serving(Protocol):
    """`kb_index.knowledge.KnowledgeBase`."""

    async def refresh(self) -> bool: ...


class FlowRecords(Protocol):
    """`storage.flows.FlowStore`."""

    async def heads(self) -> Sequence[FlowVersion]: ...
    async def published(self) -> Mapping[str, int]: ...
    async def versions(self, name: str) -> list[FlowVersion]: ...
    async def put_draft(self, draft: FlowVersion, expected: datetime | None = ...) -> None: ...
    async def drop_draft(self, name: str, act: Act) -> None: ...
    async def publish(
        self, name: str, text: str, by: str, at: datetime, act: Act, *, draft: bool
    ) -> FlowVersion: ...
    async def withdraw(self, name: str, act: Act) -> None: ...
    async def figures(
        self, name: str | None = ..., since: datetime | None = ...
    ) -> Mapping[str, FlowFigures]: ...


class FlowBook:
    """Reading needs the right to read articles, changing the right to edit them (Forbidden).

    What is published is in force in this process when the call returns, and in the others within
    a second.
    """

    def __init__(
        self,
        records: FlowRecords,
        published: Published,
        articles: FlowArticles,
        clock: Clock,
        secrets: Collection[str] | None = None,
        hosts: CallHosts | None = None,
        knowledge: Serving | None = None,
    ) -> None:
        """`secrets`: the names of those that are set, and `hosts` those that may be called; None
        where that is not known here. `knowledge` takes changes in at once; without it the
        processes that serve follow."""
        self._records = records
        self._published = published
        self._articles = articles
        self._clock = clock
        self._secrets = secrets
        self._hosts = hosts
        self._knowledge = knowledge

    async def list(self, caller: Caller, since: datetime | None = None) -> list[FlowListed]:
        """By name, with the figures of the runs that began since then."""
        require(caller, Right.READ_ARTICLES)
        figures = await self._records.figures(since=since)
        by_name: dict[str, list[FlowVersion]] = {}
        for version in await self._records.heads():
            by_name.setdefault(version.name, []).append(version)
        listed = []
        for name, versions in by_name.items():
            by_state = {each.state: each for each in versions}
            listed.append(
                FlowListed(
                    name,
                    await self._titles(name, versions),
                    by_state.get(VersionState.PUBLISHED),
                    by_state.get(VersionState.DRAFT),
                    figures.get(name, FlowFigures()),
                )
            )
        return listed

    async def versions(self, caller: Caller, name: str) -> Sequence[FlowVersion]:
        """The draft, then what was published, the newest first. Raises NotFound."""
        require(caller, Right.READ_ARTICLES)
        return await self._records.versions(name)

    async def version(self, caller: Caller, name: str, number: int | None = None) -> FlowVersion:
        """A version by its number (0: the draft); without one the draft, else the published one,
        else the newest. Raises NotFound."""
        found = await self.versions(caller, name)
        if number is None:
            now = [each for each in found if each.state is not VersionState.RETIRED]
            return (now or found)[0]
        return _numbered(found, number)

    async def text(self, caller: Caller, name: str, number: int | None = None) -> str:
        """The YAML of a version, as `version` finds it."""
        return (await self.version(caller, name, number)).text

    async def save_draft(
        self, caller: Caller, name: str, text: str, seen: datetime | None = None
    ) -> FlowVersion:
        """Store the draft of a flow, new or not. Whatever is YAML is taken; see `check`.

        `seen`: when the draft that the writer began with was written. Raises Conflict when another
        was stored since, and BadInput for what is no YAML, or no name.
        """
        require(caller, Right.EDIT_ARTICLES)
        if not NAME.fullmatch(name) or name == "check":  # that is an address of the API
            raise BadInput(
                "a flow's name has 1 to 30 small Latin letters, digits and _, a letter first",
                field="name",
            )
        await asyncio.to_thread(read_yaml, text, f"flow {name}")
        names = {each.name for each in await self._records.heads()}
        if name not in names and len(names) >= MOST_FLOWS:
            raise BadInput(f"there can be {MOST_FLOWS} flows", field="name")
        draft = FlowVersion(name, 0, VersionState.DRAFT, text, caller.name, self._clock.now())
        await self._records.put_draft(draft, seen)
        return draft

    async def drop_draft(self, caller: Caller, name: str) -> None:
        """Throw the draft away. Raises NotFound."""
        require(caller, Right.EDIT_ARTICLES)
        await self._records.drop_draft(name, self._act(caller, "flow_draft_dropped", name))

    async def check(self, text: str, name: str | None = None) -> Faults:
        """All that is wrong with the text, errors first. `name`: of the flow that it is to be."""
        try:
            flow = await asyncio.to_thread(load_flow, text, name or "flow")
        except BadFlow as error:
            return list(error.faults)
        faults = await self._faults(flow, {**self._published.flows, flow.flow: flow})
        if name is not None and flow.flow != name:
            faults.insert(0, Fault("", "name", (("name", flow.flow), ("what", name))))
        return faults

    async def others(self, name: str, text: str) -> Mapping[str, Flow]:
        """The published flows with this text in place of, or beside, them, for a try-out. Raises
        BadInput when it cannot be read."""
        flow = await asyncio.to_thread(load_flow, text, name)
        return {**self._published.flows, flow.flow: flow}

    async def publish(self, caller: Caller, name: str) -> FlowVersion:
        """Let the draft be what customers get from now on. Raises BadInput that names its errors,
        NotFound without a draft, and Conflict when it was changed meanwhile."""
        require(caller, Right.EDIT_ARTICLES)
        draft = (await self._records.versions(name))[0]
        if draft.state is not VersionState.DRAFT:
            raise NotFound("this flow has no draft", field="name")
        return await self._publish(caller, name, draft.text, "flow_published", draft=True)

    async def publish_texts(self, caller: Caller, texts: Mapping[str, str]) -> Versions:
        """Publish several flows that may run one another, all or none; drafts stay. `texts` by what
        they are called in errors. What is published just so already is left out of the answer.
        Raises BadInput that names the errors."""
        require(caller, Right.EDIT_ARTICLES)
        await self._published.load()
        given: dict[str, tuple[str, str]] = {}
        flows = dict(self._published.flows)
        for called, text in texts.items():
            flow = await asyncio.to_thread(load_flow, text, called)
            if flow.flow in given:
                raise BadInput(f"{called}: {given[flow.flow][0]} is the flow {flow.flow} as well")
            given[flow.flow], flows[flow.flow] = (called, text), flow
        for name, (called, _) in given.items():
            _refuse_errors(called, await self._faults(flows[name], flows))
        heads = await self._records.heads()
        if len({*given, *(each.name for each in heads)}) > MOST_FLOWS:
            raise BadInput(f"there can be {MOST_FLOWS} flows", field="name")
        there = {x.name: x.text for x in heads if x.state is VersionState.PUBLISHED}
        made = []
        for name, (_, text) in given.items():
            if there.get(name) != text:
                now, act = self._clock.now(), self._act(caller, "flow_published", name)
                made.append(
                    await self._records.publish(name, text, caller.name, now, act, draft=False)
                )
        await self.reconcile(caller.name)
        return made

    async def roll_back(self, caller: Caller, name: str, number: int) -> FlowVersion:
        """Publish an earlier version's text again, under the next number; a draft stays. Raises
        NotFound, Conflict when it is the published one, and BadInput as `publish` does."""
        require(caller, Right.EDIT_ARTICLES)
        old = _numbered(await self._records.versions(name), number)
        if old.state is not VersionState.RETIRED:
            raise Conflict("only what was published before can be rolled back to", field="number")
        return await self._publish(caller, name, old.text, "flow_rolled_back", draft=False)

    async def withdraw(self, caller: Caller, name: str) -> None:
        """Customers get it no more; its versions stay. Raises NotFound when none is published, and
        Conflict where another published flow runs it."""
        require(caller, Right.EDIT_ARTICLES)
        await self._published.load()
        for other in self._published.flows.values():
            if other.flow != name and name in _run_by(other):
                raise Conflict(f"the flow {other.flow} runs it", field="name")
        await self._records.withdraw(name, self._act(caller, "flow_withdrawn", name))
        await self.reconcile(caller.name)

    async def figures(
        self, caller: Caller, name: str, since: datetime | None = None
    ) -> FlowFigures:
        """How often it was started since then, and what became of it."""
        require(caller, Right.READ_ARTICLES)
        found = await self._records.figures(name, since)
        return found.get(name, FlowFigures())

    async def reconcile(self, author: str = "flows") -> int:
        """Make the articles that stand for flows what is published; how many were changed. At the
        start: a process may have ended between the two."""
        await self._published.load()
        known = {each.name for each in await self._records.heads()}
        changed = await put_in_line(self._articles, self._published.flows, known, author)
        if self._knowledge is not None:
            await self._knowledge.refresh()
        return changed

    async def _publish(
        self, caller: Caller, name: str, text: str, what: str, *, draft: bool
    ) -> FlowVersion:
        await self._published.load()
        _refuse_errors(name, await self.check(text, name))
        now, act = self._clock.now(), self._act(caller, what, name)
        made = await self._records.publish(name, text, caller.name, now, act, draft=draft)
        await self.reconcile(caller.name)
        return made

    async def _titles(self, name: str, versions: Sequence[FlowVersion]) -> Mapping[Language, str]:
        known = self._published.flows.get(name)
        if known is not None:
            return known.title
        for version in versions:
            try:
                return (await asyncio.to_thread(load_flow, version.text, name)).title
            except BadInput:
                continue
        return {}

    async def _faults(self, flow: Flow, others: Mapping[str, Flow]) -> Faults:
        faults = await asyncio.to_thread(faults_of, flow, others, self._secrets, self._hosts)
        faults += _taken(flow, others)
        faults += await self._articles_missing(flow)
        return sorted(faults, key=lambda fault: fault.warning)

    async def _articles_missing(self, flow: Flow) -> Faults:
        steps = [step for step in flow.steps if isinstance(step, Suggest)]
        known = await self._articles.get_many([step.article for step in steps])
        return [
            Fault(step.id, "article", (("name", step.article),), warning=True)
            for step in steps
            if step.article not in known
        ]

    def _act(self, caller: Caller, what: str, name: str) -> Act:
        return act(self._clock, caller, what, name)


def _refuse_errors(called: str, faults: Faults) -> None:
    errors = [fault.told("en") for fault in faults if not fault.warning]
    if errors:
        more = f" (and {len(errors) - _NAMED} more)" if len(errors) > _NAMED else ""
        told = "; ".join(errors[:_NAMED])
        raise BadInput(f"{called} cannot be published: {told}{more}", field="text")


def _numbered(versions: Sequence[FlowVersion], number: int) -> FlowVersion:
    for version in versions:
        if version.number == number:
            return version
    raise NotFound("this flow has no version with this number", field="number")


def _run_by(flow: Flow) -> set[str]:
    return {step.flow for step in flow.steps if isinstance(step, Run)}


def _taken(flow: Flow, others: Mapping[str, Flow]) -> Faults:
    """Commands and events that start another flow, or mean something already."""
    faults = [
        Fault("", "command", (("name", name), ("what", "Sufler")))
        for name in flow.triggers.commands
        if name in _COMMANDS
    ]
    for other in others.values():
        if other.flow == flow.flow:
            continue
        theirs = {*other.triggers.commands} & {*flow.triggers.commands}
        faults += [Fault("", "command", (("name", n), ("what", other.flow))) for n in theirs]
        theirs = {*other.triggers.events} & {*flow.triggers.events}
        faults += [Fault("", "event", (("name", n), ("what", other.flow))) for n in theirs]
    return faults
