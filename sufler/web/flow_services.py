"""What the pages of flows are given beyond what every page has."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

import structlog
from nicegui import ui

from sufler.desk.flow_book import FlowBook
from sufler.domain.errors import (
    BadInput,
    Conflict,
    Forbidden,
    NotFound,
    StorageUnavailable,
    SuflerError,
    Unauthenticated,
)
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller
from sufler.domain.texts import text
from sufler.flows.state import Answer, Call
from sufler.web.frame import Visit
from sufler.web.services import Services

T = TypeVar("T")

PATH = "/admin/flows"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FlowServices:
    """The flows, and `perform`, which really makes a call for a try-out: None where this process
    makes none."""

    book: FlowBook
    perform: Callable[[Call], Awaitable[Answer]] | None = None


class FlowActs:
    """Who acts on a page of flows: asked anew before each act, because rights and sessions end."""

    def __init__(self, services: Services, visit: Visit) -> None:
        self._people = services.people
        self._token = visit.token
        self.language: Language = visit.language
        # What was pressed may have been drawn anew by the time something is said of it.
        self.root: ui.element

    async def do(self, act: Callable[[Caller], Awaitable[T]]) -> T | None:
        """The result of `act`, or None after saying why it was refused. Raises Conflict."""
        try:
            return await act(await self._people.caller_of_session(self._token))
        except Conflict:
            raise
        except Unauthenticated:
            with self.root:
                ui.navigate.to("/login?over")
        except SuflerError as error:
            _log.info("flow_act_refused", error=type(error).__name__)
            self.say(self._refusal(error), "negative")
        return None

    def say(self, words: str, kind: Literal["positive", "negative"] = "positive") -> None:
        """A word that fades."""
        with self.root:
            ui.notify(words, type=kind)

    def run(self, script: str) -> None:
        """A line of flows.js, in the browser."""
        with self.root:
            ui.run_javascript(script)

    def _refusal(self, error: SuflerError) -> str:
        match error:
            case Forbidden():
                return text("flows_forbidden", self.language)
            case NotFound():
                return text("flows_gone", self.language)
            case StorageUnavailable():
                return text("desk_not_now", self.language)
            case BadInput(field="name"):
                return text("flows_bad_name", self.language)
        return text("admin_refused", self.language, error=error.message)
