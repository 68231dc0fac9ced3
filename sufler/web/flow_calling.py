"""A call in a try-out: its answer is typed, or it is really made (asked first, unless a GET)."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from nicegui import ui

from sufler.desk.people import require
from sufler.domain.people import Caller, Right
from sufler.domain.texts import text
from sufler.flows.state import Answer, Call
from sufler.web.elements import button, named
from sufler.web.flow_asking import ask_first

if TYPE_CHECKING:
    from sufler.web.flow_page import FlowPage

MAX_BODY: Final = 100_000
_SHOWN: Final = 2000
_STATUSES: Final = range(100, 600)


class CallCard:
    """What would be sent, and two ways to an answer."""

    def __init__(
        self, page: "FlowPage", call: Call, answered: Callable[[Answer, str], None]
    ) -> None:
        self._page = page
        self._call = call
        self._answered = answered
        with ui.element("div").classes("flow-call"):
            ui.label(f"{call.method} {call.url}").classes("flow-mono")
            for name, value in call.headers.items():
                ui.label(f"{name}: {value}").classes("flow-mono hint")
            if call.body is not None:
                body = json.dumps(call.body, ensure_ascii=False)[:_SHOWN]
                ui.label(body).classes("flow-mono hint")
            with ui.element("div").classes("flow-answer"):
                self._status = _field(self._text("flows_try_status"), "200", "flow-status")
                self._body = _field(self._text("flows_try_body"), "{}", "flow-body")
            with ui.element("div").classes("acts"):
                button(self._text("flows_try_answer"), self._typed, "act main")
                if page.edits and page.flows.perform is not None:
                    button(self._text("flows_try_really"), self._asked, "act")

    async def _typed(self) -> None:
        status, body = str(self._status.value or "").strip(), str(self._body.value or "").strip()
        code = int(status) if status.isascii() and status.isdigit() and len(status) < 4 else 0
        try:
            found = json.loads(body) if body else None
        except (ValueError, RecursionError):
            self._page.acts.say(self._text("flows_try_no_json"), "negative")
            return
        if code and code not in _STATUSES:
            self._page.acts.say(self._text("flows_try_no_status"), "negative")
            return
        self._answered(Answer(code, found), f"{code} {body}")

    async def _asked(self) -> None:
        if self._call.method == "GET":
            await self._made()
            return
        words = self._text("flows_try_sure", method=self._call.method, url=self._call.url)
        with self._page.acts.root:
            ask_first(words, "flows_try_really", self._page.language, self._made)

    async def _made(self) -> None:
        perform = self._page.flows.perform
        assert perform is not None

        async def act(caller: Caller) -> Answer:
            require(caller, Right.EDIT_ARTICLES)
            return await perform(self._call)

        came = await self._page.acts.do(act)
        if came is None:
            return
        if not came.status:
            self._page.acts.say(self._text("flows_try_nobody"), "negative")
        told = json.dumps(came.body, ensure_ascii=False)[:_SHOWN]
        self._answered(came, f"{came.status} {told}")

    def _text(self, key: str, **values: object) -> str:
        return text(key, self._page.language, **values)


def _field(caption: str, value: str, classes: str) -> ui.input | ui.textarea:
    long = classes == "flow-body"
    field = ui.textarea(value=value) if long else ui.input(value=value)
    field.props(f"borderless dense hide-bottom-space maxlength={MAX_BODY if long else 3}")
    field.classes(f"{classes} flow-mono")
    if long:
        field.props("autogrow")
    named(field, caption)
    return field
