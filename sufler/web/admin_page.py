"""What the administrators' pages share: who acts, refusals in words, tables, buttons that ask."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import structlog
from nicegui import ui

from sufler.domain.errors import (
    BadInput,
    Conflict,
    Forbidden,
    NotFound,
    StorageUnavailable,
    SuflerError,
    Unauthenticated,
)
from sufler.domain.people import Caller
from sufler.domain.texts import CATALOGUE, counted, text
from sufler.web.elements import Act, named, with_props
from sufler.web.frame import Visit, frame
from sufler.web.services import Administration, Services

T = TypeVar("T")
SURE_S = 4.0

_log = structlog.get_logger(__name__)


class AdminPage:
    """The base of a page in one tab."""

    styles: tuple[str, ...] = ("admin.css",)
    scripts: tuple[str, ...] = ("admin.js",)

    def __init__(self, services: Services, administration: Administration, visit: Visit) -> None:
        self.services = services
        self.administration = administration
        self.visit = visit

    def text(self, key: str, **values: object) -> str:
        """The text of `key` in the viewer's language."""
        return text(key, self.visit.language, **values)

    def counted(self, key: str, count: float, **values: object) -> str:
        """The text of `key` in the form for `count`."""
        return counted(key, self.visit.language, count, **values)

    @contextmanager
    def sheet(self, title: str, **values: object) -> Iterator[None]:
        """The frame and the page's main part, with its heading."""
        frame(self.visit, styles=self.styles, scripts=self.scripts)
        with ui.element("div").classes("admin"):
            with ui.element("h1"):
                ui.label(self.text(title, **values))
            yield

    async def act(self, do: Callable[[Caller], Awaitable[T]]) -> T | None:
        """Do it as the caller that the session still names, or say why not and give None."""
        try:
            return await do(await self.services.people.caller_of_session(self.visit.token))
        except Unauthenticated:
            ui.navigate.to("/login?over")
        except SuflerError as error:
            _log.info("admin_act_refused", error=error.message)
            ui.notify(self.in_words(error), type="negative")
        return None

    def in_words(self, error: SuflerError) -> str:
        """Why it was refused, in the viewer's language."""
        key = ""
        match error:
            case Forbidden():
                key = "admin_forbidden"
            case NotFound():
                key = "admin_gone"
            case StorageUnavailable():
                key = "login_not_now"
            case Conflict() if error.field == "login":
                key = "admin_login_taken"
            case Conflict() if error.field is None:
                key = "admin_last_administrator"
            case BadInput():
                key = f"admin_bad_{(error.field or '').partition('.')[0]}"
        if key in CATALOGUE:
            return self.text(key)
        return self.text("admin_refused", error=error.message)

    def asking_button(self, label: str, act: Act, about: str = "") -> ui.element:
        """A button that acts at the second press; the first one asks, for SURE_S seconds. `about`
        names what it is for to those who hear the page."""
        asked = False

        async def pressed() -> None:
            nonlocal asked
            if asked:
                await act()
                return
            asked = True
            words.set_text(self.text("admin_sure"))
            element.classes(add="sure")

            def forget() -> None:
                nonlocal asked
                asked = False
                words.set_text(label)
                element.classes(remove="sure")

            with element:
                ui.timer(SURE_S, forget, once=True)

        element = ui.element("button").classes("act").props("type=button")
        element.on("click", pressed, args=[])
        with element:
            words = ui.label(label)
        if about:
            with_props(element, title=about)
        return element


class Table:
    """A real table; on a phone each row is a card, in which every cell says what it is."""

    def __init__(self, caption: str, *heads: str) -> None:
        self._heads = heads
        with ui.element("table").classes("table") as table, ui.element("thead"), ui.element("tr"):
            for head in heads:
                with ui.element("th").props("scope=col"):
                    ui.label(head)
        named(table, caption)
        with table:
            self._body = ui.element("tbody")

    @contextmanager
    def row(self, classes: str = "") -> Iterator["Row"]:
        """Fill it cell by cell, from the left."""
        with self._body, ui.element("tr").classes(classes):
            yield Row(self._heads)


class Row:
    """One row of a table."""

    def __init__(self, heads: tuple[str, ...]) -> None:
        self._heads = iter(heads)

    @contextmanager
    def cell(self, classes: str = "") -> Iterator[None]:
        """The next cell."""
        with with_props(ui.element("td").classes(classes), **{"data-label": next(self._heads, "")}):
            yield

    def say(self, words: str, classes: str = "", lang: str = "") -> None:
        """The next cell, with nothing but words."""
        with self.cell(classes):
            label = ui.label(words)
            if lang:
                label.props(f"lang={lang}")
