"""/admin/queues: where customers wait for a person: queues, their members, calendars and texts, and
what each operator can do."""

from collections.abc import Sequence

from nicegui import ui

from sufler.desk.queues import name_of
from sufler.domain.errors import BadInput, SuflerError
from sufler.domain.people import Caller
from sufler.domain.queues import DEFAULT_QUEUE, Operator, Queue
from sufler.domain.texts import CATALOGUE
from sufler.web.admin_fields import LineField
from sufler.web.admin_hours import minutes_of
from sufler.web.admin_page import AdminPage, Table
from sufler.web.admin_queue_form import QueueForm
from sufler.web.elements import button, heading, local_time, named

_TAGS = {"online": "", "away": "amber", "offline": "grey"}


class QueuesPage(AdminPage):
    """Each queue is a card of its own, saved by itself and drawn anew after that."""

    async def build(self) -> None:
        """Put the page up."""
        self._open: set[str] = set()
        self._lines = self.services.desk.lines
        ui.add_head_html('<link rel="stylesheet" href="/static/admin_queues.css">')
        with self.sheet("queues_title"):
            ui.label(self.text("queues_text")).classes("quiet")
            self._queues = ui.element("section")
            self._add_form()
            heading(2, self.text("operators_title"))
            ui.label(self.text("operators_text")).classes("quiet")
            self._operators = ui.element("section")
        await self.refresh()

    async def refresh(self) -> None:
        """Read everything and draw it."""

        async def read(caller: Caller) -> tuple[Sequence[Queue], Sequence[Operator]]:
            queues = self._lines.queues
            return await queues.all(), await queues.operators(caller)

        found = await self.act(read)
        if found is None:
            return
        queues, operators = found
        self._queues.clear()
        with self._queues:
            for queue in queues:
                self._queue(queue, operators)
        self._draw_operators(operators)

    def in_words(self, error: SuflerError) -> str:
        """Why it was refused; fields of a queue are named as the page names them."""
        key = f"queue_bad_{error.field}"
        if isinstance(error, BadInput) and key in CATALOGUE:
            return self.text(key)
        label = f"queue_{error.field}"
        if isinstance(error, BadInput) and label in CATALOGUE:
            return self.text("queue_bad_number", field=self.text(label))
        return super().in_words(error)

    def _name(self, queue: Queue) -> str:
        default = self.text("queue_default") if queue.id == DEFAULT_QUEUE else queue.id
        return name_of(queue, self.visit.language) or default

    def _queue(self, queue: Queue, operators: Sequence[Operator]) -> None:
        topics = sorted(self.services.knowledge.topics)
        card = ui.element("details").classes("card choice queue")
        if queue.id in self._open:
            card.props("open")
        with card:
            self._summary(queue, operators)
            form = QueueForm(queue, self.visit.language, topics, operators)

            async def save() -> None:
                async def put(caller: Caller) -> Queue:
                    return await self._lines.queues.save(caller, form.queue())

                if await self.act(put) is not None:
                    self._open.add(queue.id)
                    ui.notify(self.text("queue_saved"), type="positive")
                    await self.refresh()

            async def remove() -> None:
                await self.act(lambda caller: self._lines.queues.remove(caller, queue.id))
                await self.refresh()

            with ui.element("div").classes("knobs"):
                button(self.text("queue_save"), save, "act main")
                if queue.id != DEFAULT_QUEUE:
                    self.asking_button(self.text("queue_remove"), remove, self._name(queue))

    def _summary(self, queue: Queue, operators: Sequence[Operator]) -> None:
        now = self.services.clock.now()
        with ui.element("summary"):
            heading(3, self._name(queue))
            is_open = queue.calendar.open_at(now)
            state = self.text("queue_open_now" if is_open else "queue_closed_now")
            ui.label(state).classes("tag" if is_open else "tag grey")
            if queue.members:
                there = {each.id for each in operators}
                count = sum(each in there for each in queue.members)
                ui.label(self.counted("queue_members_count", count)).classes("quiet")
            else:
                ui.label(self.text("queue_everybody")).classes("quiet")
            how = "automatic" if queue.automatic else "manual"
            ui.label(self.text(f"queue_how_{how}")).classes("quiet")

    def _add_form(self) -> None:
        async def add() -> None:
            name = field.value

            async def put(caller: Caller) -> Queue:
                language = self.visit.language
                return await self._lines.queues.save(caller, Queue("", {language: name}))

            made = await self.act(put)
            if made is not None:
                field.put("")
                self._open.add(made.id)
            await self.refresh()

        title = self.text("queue_add_title")
        with named(ui.element("form").classes("add-form"), title) as form:
            form.on("submit.prevent", add, args=[])
            field = LineField(self.text("queue_name"), most=60)
            with ui.element("button").classes("act main").props("type=submit"):
                ui.label(self.text("queue_add"))

    def _draw_operators(self, operators: Sequence[Operator]) -> None:
        self._operators.clear()
        with self._operators:
            heads = ("people_name", "operators_status", "operators_skills", "operators_capacity")
            table = Table(
                self.text("operators_title"),
                *(self.text(head) for head in heads),
                self.text("people_acts"),
            )
            for operator in operators:
                self._operator(table, operator)

    def _operator(self, table: Table, operator: Operator) -> None:
        async def save() -> None:
            async def put(caller: Caller) -> bool:
                most = minutes_of("capacity", capacity.value)
                tags = skills.value.split(",")
                await self._lines.queues.set_up_operator(caller, operator.id, tags, most)
                return True

            if await self.act(put):
                ui.notify(self.text("queue_saved"), type="positive")
                await self.refresh()

        status = operator.status.value
        with table.row() as row:
            row.say(operator.name, "strong")
            with row.cell():
                ui.label(self.text(f"status_{status}")).classes(f"tag {_TAGS[status]}")
                if operator.since.year > 1970:
                    local_time(operator.since, "quiet")
            with row.cell():
                label = self.text("operators_skills_of", name=operator.name)
                skills = LineField(label, ", ".join(sorted(operator.skills)), most=1000)
            with row.cell():
                label = self.text("operators_capacity_of", name=operator.name)
                most = "" if operator.capacity is None else str(operator.capacity)
                capacity = LineField(label, most, most=3)
            with row.cell("acts"):
                button(self.text("queue_save"), save, "act")
