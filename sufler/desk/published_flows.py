"""The published flows as this process runs them; it follows what any process publishes."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final, Protocol

import structlog

from sufler.domain.errors import BadInput
from sufler.domain.flows import FlowVersion, VersionState
from sufler.domain.ports import Announcements
from sufler.flows.load import load_flow
from sufler.flows.model import Flow

LOOK_S: Final = 1.0

_log = structlog.get_logger(__name__)


class PublishedRecords(Protocol):
    """What of `storage.flows.FlowStore` tells what is published."""

    async def published(self) -> Mapping[str, int]: ...
    async def heads(self) -> Sequence[FlowVersion]: ...


class Published:
    """Fulfils `conversation.ports.Flows`. A flow's `version` is the number of its publication,
    whatever its file says."""

    def __init__(self, records: PublishedRecords) -> None:
        self._records = records
        self._loading = asyncio.Lock()
        self._numbers: Mapping[str, int] = {}
        self._flows: Mapping[str, Flow] = MappingProxyType({})

    @property
    def flows(self) -> Mapping[str, Flow]:
        """By name; replaced as a whole when something is published. Take it once per turn."""
        return self._flows

    async def load(self) -> bool:
        """Take in what is published; False when that is what is here already."""
        async with self._loading:
            if await self._records.published() == self._numbers:
                return False
            heads = await self._records.heads()
            found = [each for each in heads if each.state is VersionState.PUBLISHED]
            flows = {}
            for version in found:
                known = self._flows.get(version.name)
                if known is None or known.version != version.number:
                    known = await _loaded(version)
                if known is not None:
                    flows[version.name] = known
            self._flows = MappingProxyType(flows)
            self._numbers = {each.name: each.number for each in found}
            return True

    async def follow(self, changed: Announcements) -> None:
        """Follow what other processes publish, until cancelled. `changed` tells of it; it is looked
        for every second as well."""
        while True:
            await changed.wait(LOOK_S)
            if await self.load():
                _log.info("flows_changed", flows=len(self._flows))


async def _loaded(version: FlowVersion) -> Flow | None:
    try:
        flow = await asyncio.to_thread(load_flow, version.text, version.name)
    except BadInput as error:  # published by a program that took more
        _log.error("flow_unreadable", flow=version.name, version=version.number, why=error.message)
        return None
    return replace(flow, flow=version.name, version=version.number)
