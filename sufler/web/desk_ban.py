"""Banning the customer of the picked conversation, from its head: for how long, and why."""

from nicegui import ui

from sufler.desk.customers import MAX_REASON, Customers
from sufler.desk.desk import Desk
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller
from sufler.domain.texts import counted, text
from sufler.web.admin_fields import LineField, Select
from sufler.web.desk_passing import Act
from sufler.web.elements import button

# Days; the last one is for good.
_LENGTHS = ("1", "7", "30", "")


class Banning:
    """Opened by the operator. `act` does something with the picked conversation and says why it
    could not."""

    def __init__(self, customers: Customers, desk: Desk, language: Language, act: Act) -> None:
        self._customers = customers
        self._desk = desk
        self._language = language
        self._act = act
        with ui.element("details").classes("passing banning") as self._element:
            with ui.element("summary").classes("act"):
                ui.label(text("customers_ban", language))
            with ui.element("div").classes("passing-panel"):
                ui.label(text("customers_ban_text", language)).classes("hint")
                self._reason = LineField(text("customers_reason", language), most=MAX_REASON)
                lengths = {each: self._length(each) for each in _LENGTHS}
                label = text("desk_ban_for", language)
                self._days = Select(lengths, _LENGTHS[0], label, shown=True)
                with ui.element("div").classes("knobs"):
                    button(text("customers_ban", language), self._ban, "act main")

    def _length(self, days: str) -> str:
        if not days:
            return text("customers_for_good", self._language)
        return counted("desk_ban_days", self._language, int(days))

    async def _ban(self) -> None:
        if not self._reason.value.strip():
            ui.notify(text("admin_bad_reason", self._language), type="negative")
            return
        if await self._act(self._of):
            self._reason.put("")
            self._element.run_method("removeAttribute", "open")
            ui.notify(text("desk_ban_done", self._language), type="positive")

    async def _of(self, caller: Caller, conversation_id: str) -> None:
        talk = await self._desk.get(conversation_id)
        days = int(self._days.value) if self._days.value else None
        await self._customers.ban(
            caller, talk.channel, talk.customer.external_id, self._reason.value, days
        )
