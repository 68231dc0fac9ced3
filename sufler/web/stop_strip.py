"""On every staff page: where the bot's answers are stopped, by whom and why; stopping them, and
letting them go on."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from weakref import WeakKeyDictionary

import structlog
from nicegui import ui

from sufler.desk.people import People, may
from sufler.desk.stops import Stops
from sufler.domain.errors import Forbidden, NotFound, SuflerError, Unauthenticated
from sufler.domain.knowledge import Language, Topic
from sufler.domain.people import Caller, Right
from sufler.domain.stops import CONVERSATION, EVERYWHERE, TOPIC, Stop
from sufler.domain.texts import text
from sufler.web.elements import button, link, local_time
from sufler.web.stop_dialog import StopDialog
from sufler.web.stop_watch import StopWatch

_log = structlog.get_logger(__name__)

LOOK_S = 0.8
_SHOWN_AT_ONCE = 3
_watches: WeakKeyDictionary[Stops, StopWatch] = WeakKeyDictionary()


class StopStrip:
    """Below the bar. It looks by itself, so that a stop is seen within a second."""

    def __init__(
        self,
        stops: Stops,
        people: People,
        token: str,
        caller: Caller,
        language: Language,
        topics: Callable[[], Mapping[str, Topic]],
    ) -> None:
        self._stops = stops
        self._people = people
        self._token = token
        self._caller = caller
        self._language = language
        self._shown: Sequence[Stop] = ()
        self._watch = _watches.setdefault(stops, StopWatch(stops))
        self._conversation: str | None = None
        self._element = ui.element("div").classes("stops").props("role=status")
        self._dialog = StopDialog(language, topics, self._stop)
        # The bar is no element of NiceGUI: its button presses this one, see frame.js.
        button("", partial(self.ask, EVERYWHERE), "stop-ask").props("hidden")
        ui.timer(LOOK_S, self.look)

    def offer(self, conversation_id: str | None) -> None:
        """This conversation is picked, so it can be stopped too."""
        self._conversation = conversation_id

    async def ask(self, scope: str = EVERYWHERE) -> None:
        """Ask where, why, and whether really."""
        all_of_it = may(self._caller, Right.SUPERVISE)
        self._dialog.open(scope, self._conversation, everywhere=all_of_it)

    async def look(self) -> None:
        """Show what is stopped now, when that has changed."""
        try:
            stops = await self._watch.now()
        except SuflerError as error:
            _log.warning("stops_not_read", error=error.message)
            return
        if stops == self._shown:
            return
        self._shown = stops
        self._element.clear()
        with self._element:
            for stop in stops[:_SHOWN_AT_ONCE]:
                self._line(stop)
            if len(stops) > _SHOWN_AT_ONCE:
                with ui.element("details"):
                    with ui.element("summary").classes("stop-line"):
                        count = len(stops) - _SHOWN_AT_ONCE
                        ui.label(text("stop_more", self._language, count=count))
                    for stop in stops[_SHOWN_AT_ONCE:]:
                        self._line(stop)

    def _line(self, stop: Stop) -> None:
        language, scope = self._language, stop.scope
        inside = scope.startswith(CONVERSATION)
        with ui.element("div").classes("stop-line"):
            with ui.element("div").classes("stop-words"):
                ui.label(banner(scope, language)).classes("stop-where")
                ui.label(text("stop_banner_why", language, by=stop.by, reason=stop.reason))
                local_time(stop.at)
            if inside:
                address = f"/desk?conversation={scope.removeprefix(CONVERSATION)}"
                link(text("stop_open_conversation", language), address, "stop-link")
            if inside or may(self._caller, Right.SUPERVISE):
                self._resume_button(stop)

    def _resume_button(self, stop: Stop) -> None:
        sure = False

        async def press() -> None:
            nonlocal sure
            if sure:
                await self._resume(stop.scope)
                return
            sure = True
            label.set_text(text("stop_resume_sure", self._language))

        element = button("", press, "act")
        element.clear()
        with element:
            label = ui.label(text("stop_resume", self._language))

    async def _stop(self, scope: str, reason: str) -> bool:
        async def stop(caller: Caller) -> None:
            await self._stops.stop(caller, scope, reason)

        return await self._do(stop)

    async def _resume(self, scope: str) -> None:
        async def resume(caller: Caller) -> None:
            await self._stops.resume(caller, scope)

        await self._do(resume)

    async def _do(self, act: Callable[[Caller], Awaitable[None]]) -> bool:
        """As the person who is logged in now; says why where it cannot be done."""
        try:
            await act(await self._people.caller_of_session(self._token))
        except Unauthenticated:
            ui.navigate.to("/login?over")
            return False
        except NotFound:
            ui.notify(text("stop_gone", self._language))
        except SuflerError as error:
            _log.info("stop_refused", error=error.message)
            key = "desk_forbidden" if isinstance(error, Forbidden) else "desk_not_now"
            ui.notify(text(key, self._language), type="negative")
            return False
        self._watch.forget()
        await self.look()
        return True


def banner(scope: str, language: Language) -> str:
    """Where it is stopped."""
    if scope == EVERYWHERE:
        return text("stop_banner_all", language)
    if scope.startswith(TOPIC):
        return text("stop_banner_topic", language, topic=scope.removeprefix(TOPIC))
    return text("stop_banner_conversation", language)
