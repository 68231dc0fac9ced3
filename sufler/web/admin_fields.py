"""Fields of the administrators' pages: a line, many lines, and the browser's own choice."""

from collections.abc import Awaitable, Callable, Mapping

from markupsafe import Markup
from nicegui import events, ui

from sufler.web.elements import named, with_props

_OPTION = Markup('<option value="{}"{}>{}</option>')
_CHOSEN = Markup(" selected")


class LineField:
    """A field of one line, with its label."""

    def __init__(self, label: str, value: str = "", *, most: int, hint: str = "") -> None:
        with ui.element("div").classes("field"):
            caption = ui.element("label").classes("field-label")
            with caption:
                ui.label(label)
            self._input = ui.input(value=value).props(
                f"borderless dense hide-bottom-space maxlength={most} autocomplete=off"
            )
            with_props(caption, **{"for": self._input.html_id})
            if hint:
                ui.label(hint).classes("hint")

    @property
    def value(self) -> str:
        """What is written."""
        return str(self._input.value or "")

    def put(self, value: str) -> None:
        """Write something else."""
        self._input.set_value(value)


class AreaField(LineField):
    """A field of many lines, with its label."""

    def __init__(self, label: str, value: str = "", *, most: int, lang: str = "") -> None:
        with ui.element("div").classes("field"):
            caption = ui.element("label").classes("field-label")
            with caption:
                ui.label(label)
            area = ui.textarea(value=value)
            area.props(f"autogrow borderless dense hide-bottom-space maxlength={most}")
            if lang:
                area.props(f"lang={lang}")
            with_props(caption, **{"for": area.html_id})
            self._input = area


class Select:
    """The browser's own choice of one of a few, by value and words."""

    def __init__(
        self,
        options: Mapping[str, str],
        value: str,
        label: str,
        changed: Callable[[str], Awaitable[None]] | None = None,
        *,
        disabled: bool = False,
        shown: bool = False,
    ) -> None:
        """`shown`: the label stands over it; otherwise only those who hear the page get it."""
        self.value = value
        self._changed = changed
        if shown:
            with ui.element("div").classes("field") as place:
                ui.label(label).classes("field-label")
        else:
            place = ui.element("div")
        with place:
            self._list = ui.html(sanitize=False, tag="select").classes("select")
        named(self._list, label)
        if disabled:
            self._list.props("disabled")
        self._list.on("change", self._picked, js_handler="(event) => emit(event.target.value)")
        self.offer(options)

    def offer(self, options: Mapping[str, str]) -> None:
        """These can be chosen now; what is chosen stays."""
        self._options = options
        # One element: the desk's filter changes with what customers ask about.
        made = (
            _OPTION.format(key, _CHOSEN if key == self.value else "", words)
            for key, words in options.items()
        )
        self._list.set_content("".join(made))

    async def _picked(self, event: events.GenericEventArguments) -> None:
        value = str(event.args)
        if value not in self._options:
            return
        self.value = value
        if self._changed is not None:
            await self._changed(value)
