"""Fields of the pages of flows: texts, choices of one, tick boxes; each tells what was entered."""

from collections.abc import Callable, Mapping

from nicegui import events, ui

from sufler.web.elements import named, with_props

Entered = Callable[[str], None]


def text_field(
    caption: str,
    value: str,
    entered: Entered,
    *,
    spoken: str = "",
    lines: bool = False,
    most: int = 8000,
    hint: str = "",
) -> ui.input | ui.textarea:
    """A field under its caption; `spoken` is the language of what stands in it."""
    with ui.element("div").classes("flow-field"):
        with ui.element("label").classes("flow-caption") as label:
            ui.label(caption)
        field = ui.textarea(value=value) if lines else ui.input(value=value)
        field.props(f"borderless dense hide-bottom-space maxlength={most}")
        if lines:
            field.props("autogrow")
        if spoken:
            field.props(f"lang={spoken}")
        with_props(label, **{"for": field.html_id})
        if hint:
            ui.label(hint).classes("hint")
    field.on_value_change(lambda event: entered(str(event.value or "")))
    return field


def one_of(
    caption: str, options: Mapping[str, str], value: str, entered: Entered, *, bare: bool = False
) -> ui.element:
    """The browser's own list to choose one from; `bare`: its caption is only heard."""
    with ui.element("label").classes("flow-field flow-one"):
        ui.label(caption).classes("unseen" if bare else "flow-caption")
        place = ui.element("select").classes("flow-select")
    with place:
        for key, shown in options.items():
            option = with_props(ui.element("option"), value=key)
            if key == value:
                with_props(option, selected=True)
            with option:
                ui.label(shown)
    named(place, caption)

    def changed(event: events.GenericEventArguments) -> None:
        chosen = str(event.args)
        if chosen in options:
            entered(chosen)

    place.on("change", changed, js_handler="(e) => emit(e.target.value)")
    return place


def ticked(caption: str, value: bool, entered: Callable[[bool], None]) -> ui.element:
    """A tick box before its caption."""
    with ui.element("label").classes("flow-tick"):
        box = ui.element("input").props("type=checkbox")
        if value:
            with_props(box, checked=True)
        ui.label(caption)
    box.on(
        "change",
        lambda event: entered(bool(event.args)),
        js_handler="(e) => emit(e.target.checked)",
    )
    return box
