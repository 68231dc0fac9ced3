"""The answers of a choice in the form: what their buttons say, and what else customers say."""

import re
from typing import TYPE_CHECKING

from nicegui import ui

from sufler.domain.texts import text
from sufler.flows import model
from sufler.web.elements import button
from sufler.web.flow_fields import text_field

if TYPE_CHECKING:
    from sufler.web.flow_form import FormPanel

_ID = re.compile(r"[a-z][a-z0-9_]{0,79}")


def choices_form(form: "FormPanel", name: str, slot: model.Slot) -> None:
    """The fields of the slot `name`."""
    language = form.page.language
    for choice, told in slot.choices.items():
        path = ("slots", name, "choices", choice)
        with ui.element("div").classes("flow-when"):
            ui.label(choice).classes("flow-mono")
            form.texts((*path, "label"), text("flows_label", language), told.label, needed=True)
            for spoken in form.flow.languages:
                caption = text("flows_words", language, spoken=text(f"kb_in_{spoken}", language))
                form.lines((*path, "words", spoken), caption, told.words.get(spoken, []), spoken)
            if len(slot.choices) > 1:
                form.remover(path, text("flows_take_away", language), choice)
    _adding(form, name, slot)


def _adding(form: "FormPanel", name: str, slot: model.Slot) -> None:
    language = form.page.language
    typed = {"id": ""}

    def entered(words: str) -> None:
        typed["id"] = words.strip()

    text_field(text("flows_new_choice", language), "", entered, most=80)

    async def add() -> None:
        if not _ID.fullmatch(typed["id"]) or typed["id"] in slot.choices:
            form.page.acts.say(text("flows_bad_choice", language), "negative")
            return
        label = dict.fromkeys(form.flow.languages, typed["id"])
        form.edit(("slots", name, "choices", typed["id"]), {"label": label})
        await form.rebuild()

    button(text("flows_add_choice", language), add, "act")
