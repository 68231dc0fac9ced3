"""Templates beside the reply: found by a word, inserted at the cursor, made and removed."""

from collections.abc import Awaitable, Callable

from nicegui import events, ui

from sufler.desk.desk import Desk
from sufler.desk.queues import name_of
from sufler.domain.desk import Sharing, Template
from sufler.domain.errors import BadInput, Forbidden
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller
from sufler.domain.queues import DEFAULT_QUEUE
from sufler.domain.texts import text
from sufler.web.admin_fields import LineField, Select
from sufler.web.desk_acts import Acting
from sufler.web.elements import button, named

_PREVIEW_CHARS = 120
_SHOWN = 30
_TEAM = "team:"
_OPENED_SCRIPT = """(event) => {
    if (!event.target.open) return;
    suflerKeys.focus(".templates-panel input");
    emit();
}"""


class TemplateMenu:
    """A panel over the field; several templates can be inserted one after the other."""

    def __init__(
        self,
        desk: Desk,
        language: Language,
        act: Acting,
        insert: Callable[[str], None],
        written: Callable[[], str],
    ) -> None:
        """`insert` puts a text where the cursor is; `written` gives what could become one."""
        self._desk = desk
        self._templates = desk.workplace.templates
        self._language = language
        self._act = act
        self._insert = insert
        self._written = written
        self._words = ""
        label = text("desk_templates", language)
        with ui.element("details").classes("templates") as self.element:
            with ui.element("summary").classes("act"):
                ui.label(label)
            with named(ui.element("div").classes("templates-panel"), label):
                seek = text("desk_template_seek", language)
                self._field = ui.input(placeholder=seek, on_change=self._sought)
                named(self._field, seek)
                self._field.props("debounce=200 borderless dense hide-bottom-space maxlength=100")
                self._place = ui.element("div").classes("templates-list")
                self._form = ui.element("div").classes("templates-form")
        self.element.on("toggle", self._opened, js_handler=_OPENED_SCRIPT)

    async def _opened(self) -> None:
        await self._draw()
        self._show_form()

    async def _sought(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        self._words = event.value or ""
        await self._draw()

    async def _draw(self) -> None:
        async def draw(caller: Caller, _conversation_id: str) -> None:
            found = await self._templates.find(caller, self._words)
            self._place.clear()
            with self._place:
                if not found:
                    ui.label(text("desk_template_none", self._language)).classes("nothing")
                for each in found[:_SHOWN]:
                    self._row(each)

        await self._act(draw)

    def _row(self, template: Template) -> None:
        async def insert() -> None:
            await self._insert_one(template)

        async def remove() -> None:
            await self._remove(template)

        language = self._language
        with ui.element("div").classes("template"):
            row = ui.element("button").classes("template-insert").props("type=button")
            label = text("desk_template_insert", language, title=template.title)
            with named(row, label):
                with ui.element("div").classes("template-top"):
                    ui.label(template.title).classes("template-title")
                    if template.shortcut:
                        ui.label(f"/{template.shortcut}").classes("tag")
                    ui.label(text(f"desk_sharing_{template.sharing.value}", language)).classes(
                        "tag bare"
                    )
                line = " ".join(template.text[:400].split())
                ui.label(line[:_PREVIEW_CHARS]).classes("template-text")
            row.on("click", insert, args=[])
            words = text("desk_template_remove", language, title=template.title)
            named(button("✕", remove, "line-act"), words)

    async def _insert_one(self, template: Template) -> None:
        async def insert(caller: Caller, conversation_id: str) -> None:
            words = await self._templates.insert(caller, template.id, conversation_id)
            self._insert(words)

        with self.element:
            await self._act(insert)

    async def _remove(self, template: Template) -> None:
        with self.element:
            if await self._tried(lambda caller: self._templates.remove(caller, template.id)):
                await self._draw()

    def _show_form(self) -> None:
        language = self._language

        async def show() -> None:
            await self._act(self._fill_form)

        self._form.clear()
        with self._form:
            button(text("desk_template_new", language), show, "act")

    async def _fill_form(self, caller: Caller, _conversation_id: str) -> None:
        language = self._language
        sharings = {each.value: text(f"desk_sharing_{each.value}", language) for each in Sharing}
        del sharings[Sharing.TEAM.value]
        for queue in await self._desk.lines.queues.all():
            plain = text("queue_default", language) if queue.id == DEFAULT_QUEUE else queue.id
            words = text("desk_sharing_of", language, name=name_of(queue, language) or plain)
            sharings[_TEAM + queue.id] = words
        self._form.clear()
        with self._form:
            title = LineField(text("desk_template_title", language), most=120)
            shortcut = LineField(text("desk_template_shortcut", language), most=40)
            hint = text("desk_template_hint", language)
            area = ui.textarea(value=self._written())
            area.props("autogrow borderless dense hide-bottom-space maxlength=10000")
            named(area, text("desk_template_text", language))
            ui.label(hint).classes("hint")
            whose = Select(
                sharings, Sharing.PRIVATE.value, text("desk_template_whose", language), shown=True
            )

            async def save() -> None:
                sharing, _, queue_id = whose.value.partition(":")
                made = Template(
                    0,
                    title.value,
                    str(area.value or ""),
                    shortcut.value,
                    Sharing(sharing),
                    queue_id=queue_id or None,
                )
                if await self._tried(lambda by: self._templates.save(by, made)):
                    self._show_form()
                    await self._draw()

            async def leave() -> None:
                self._show_form()

            with ui.element("div").classes("knobs"):
                button(text("desk_template_save", language), save, "act main")
                button(text("desk_no", language), leave, "act")
        ui.run_javascript('suflerKeys.focus(".templates-form input")')

    async def _tried(self, act: Callable[[Caller], Awaitable[object]]) -> bool:
        """Do something; what was wrong with it is told in the words of whoever checked it."""

        done = False

        async def do(caller: Caller, _conversation_id: str) -> None:
            nonlocal done
            try:
                await act(caller)
                done = True
            except (BadInput, Forbidden) as error:
                field = getattr(error, "field", None) or "refused"
                key = f"desk_template_wrong_{field}"
                known = key if key in _WRONG else "desk_template_wrong_refused"
                ui.notify(text(known, self._language), type="warning")

        with self.element:
            await self._act(do)
        return done


_WRONG = {f"desk_template_wrong_{each}" for each in ("title", "shortcut", "text", "queue_id")}
