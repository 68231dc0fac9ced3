"""The own status at the head of the desk; and passing the picked conversation on, with a note."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from sufler.desk.lines import Lines
from sufler.desk.queues import name_of
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller
from sufler.domain.queues import DEFAULT_QUEUE, Status
from sufler.domain.texts import text
from sufler.web.admin_fields import AreaField, Select
from sufler.web.elements import button, local_time

Act = Callable[[Callable[[Caller, str], Awaitable[object]]], Awaitable[bool]]
_QUEUE, _PERSON = "queue:", "person:"
_MOST_NOTE = 4000


async def status_choice(lines: Lines, caller: Caller, language: Language) -> None:
    """Lets the caller say what they are doing."""

    async def choose(value: str) -> None:
        await lines.duty.choose(caller, Status(value))

    options = {each.value: text(f"status_{each.value}", language) for each in Status}
    current = await lines.duty.status_of(caller)
    with ui.element("div").classes("own-status"):
        Select(options, current.value, text("desk_status", language), choose)


class Passing:
    """Opened by the operator; what can be chosen is read at that moment. `act` does something with
    the picked conversation and says why it could not."""

    def __init__(self, lines: Lines, language: Language, caller: Caller, act: Act) -> None:
        self._lines = lines
        self._language = language
        self._caller = caller
        self._act = act
        with ui.element("details").classes("passing") as self._element:
            with ui.element("summary").classes("act"):
                ui.label(text("desk_pass_on", language))
            self._panel = ui.element("div").classes("passing-panel")
        opened = "(event) => { if (event.target.open) emit(); }"
        self._element.on("toggle", self._opened, js_handler=opened)

    async def _opened(self) -> None:
        await self._act(self._draw)

    async def _draw(self, caller: Caller, conversation_id: str) -> None:
        goals = await self._goals()
        notes = await self._lines.transfers.notes(caller, conversation_id)
        self._panel.clear()
        with self._panel:
            goal = Select(
                goals, next(iter(goals)), text("desk_pass_to", self._language), shown=True
            )
            note = AreaField(text("desk_note", self._language), most=_MOST_NOTE)

            async def pass_on() -> None:
                await self._act(lambda by, id_: self._pass_on(by, id_, goal.value, note.value))

            async def keep() -> None:
                transfers = self._lines.transfers
                if await self._act(lambda by, id_: transfers.add_note(by, id_, note.value)):
                    await self._opened()

            with ui.element("div").classes("knobs"):
                button(text("desk_pass_on", self._language), pass_on, "act main")
                button(text("desk_note_add", self._language), keep, "act")
            if notes:
                ui.label(text("desk_notes", self._language)).classes("field-label")
            for each in notes:
                with ui.element("div").classes("passing-note"):
                    ui.label(f"{each.by_name}: {each.text}")
                    local_time(each.at)

    async def _goals(self) -> dict[str, str]:
        language, goals = self._language, {}
        for queue in await self._lines.queues.all():
            plain = text("queue_default", language) if queue.id == DEFAULT_QUEUE else queue.id
            name = name_of(queue, language) or plain
            goals[_QUEUE + queue.id] = text("desk_pass_queue", language, name=name)
        for each in await self._lines.duty.everybody():
            if each.status is not Status.OFFLINE and each.id != self._caller.person_id:
                status = text(f"status_{each.status.value}", language)
                words = text("desk_pass_person", language, name=each.name, status=status)
                goals[_PERSON + each.id] = words
        return goals

    async def _pass_on(self, caller: Caller, conversation_id: str, goal: str, note: str) -> None:
        transfers = self._lines.transfers
        if goal.startswith(_QUEUE):
            await transfers.to_queue(caller, conversation_id, goal.removeprefix(_QUEUE), note)
        else:
            await transfers.to_person(caller, conversation_id, goal.removeprefix(_PERSON), note)
        self._element.run_method("removeAttribute", "open")
