"""/admin/settings: findings of the checks, what may be chosen here, and the process's settings."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import background_tasks, ui

from sufler.desk.choices import (
    MOST_EXAMPLE,
    MOST_EXAMPLES,
    MOST_NAME,
    MOST_TEXT,
    ChosenSettings,
)
from sufler.domain.administration import OWN_TEXTS
from sufler.domain.knowledge import LANGUAGES
from sufler.domain.people import Caller
from sufler.domain.texts import CATALOGUE
from sufler.web.admin_fields import AreaField, LineField, Select
from sufler.web.admin_page import AdminPage, Table
from sufler.web.elements import button, heading
from sufler.web.services import Finding

_TAGS = {"ok": "", "off": "grey", "warning": "amber", "broken": "bad"}


class SettingsPage(AdminPage):
    """Each choice is a card of its own, saved by itself."""

    async def build(self) -> None:
        """Put the page up; the checks come when they are made."""
        with self.sheet("settings_title"):
            heading(2, self.text("checks_title"))
            self._findings = ui.element("section").props("aria-live=polite")
            button(self.text("checks_again"), self._check, "act")
            heading(2, self.text("choose_title"))
            self._language()
            self._percents("answer_bar")
            self._percents("hidden_share")
            self._names()
            self._examples()
            heading(2, self.text("own_title"))
            ui.label(self.text("own_text")).classes("quiet")
            for key in OWN_TEXTS:
                self._own(key)
            heading(2, self.text("force_title"))
            ui.label(self.text("force_text")).classes("quiet")
            self._in_force()
        background_tasks.create(self._check(), name="checks")

    @property
    def _chosen(self) -> ChosenSettings:
        return self.administration.chosen

    async def _check(self) -> None:
        self._findings.clear()
        with self._findings:
            ui.label(self.text("checks_running")).classes("quiet")
        found = await self.administration.examine()
        if self._findings.is_deleted:
            return
        self._findings.clear()
        with self._findings:
            for finding in found:
                self._finding(finding)

    def _finding(self, finding: Finding) -> None:
        with ui.element("div").classes("finding"):
            key, health = f"check_{finding.what}", str(finding.health)
            with ui.element("b"):
                ui.label(self.text(key) if key in CATALOGUE else finding.what)
            ui.label(self.text(f"health_{health}")).classes(f"tag {_TAGS.get(health, '')}")
            meaning = f"check_{finding.what}_{health}"
            if meaning in CATALOGUE:
                ui.label(self.text(meaning))
            details = " · ".join(each for each in (finding.words, finding.mend) if each)
            ui.label(details).classes("quiet").props("lang=en")

    def _language(self) -> None:
        options = {str(each): self.text(f"language_{each}") for each in LANGUAGES}

        async def save(value: str) -> None:
            await self._choose("language", value)

        with ui.element("div").classes("card choice"):
            self._title("choose_language", "choose_language_text")
            if not self._says_fixed("language"):
                current = self._chosen.choices.language
                Select(options, current, self.text("choose_language"), save)

    def _percents(self, key: str) -> None:
        """A number from 0 to 1, shown in percent."""

        def now() -> str:
            return f"{getattr(self._chosen.choices, key) * 100:g}"

        with ui.element("div").classes("card choice"):
            self._title(f"choose_{key}", f"choose_{key}_text")
            if self._says_fixed(key):
                return
            field = LineField(self.text(f"choose_{key}"), now(), most=5)

            def value() -> object:
                try:
                    return float(field.value.replace(",", ".")) / 100
                except ValueError:
                    return field.value

            self._buttons(key, value, lambda: field.put(now()))

    def _names(self) -> None:
        with ui.element("div").classes("card choice"):
            self._title("choose_name")
            with ui.element("div").classes("two"):
                for language in LANGUAGES:
                    name = self._chosen.choices.name.get(language, "")
                    with ui.element("div"):
                        label = self.text(f"choose_name_{language}")
                        field = LineField(label, name, most=MOST_NAME)
                        self._line_buttons(f"name.{language}", field, self._name_now(language))

    def _name_now(self, language: Any) -> Callable[[], str]:
        return lambda: self._chosen.choices.name.get(language, "")

    def _line_buttons(self, key: str, field: LineField, now: Callable[[], str]) -> None:
        self._buttons(key, lambda: field.value, lambda: field.put(now()))

    def _examples(self) -> None:
        with ui.element("div").classes("card choice"):
            self._title("choose_examples")
            ui.label(self.text("choose_examples_text", most=MOST_EXAMPLES)).classes("quiet")
            with ui.element("div").classes("two"):
                for language in LANGUAGES:
                    with ui.element("div"):
                        self._examples_in(language)

    def _examples_in(self, language: Any) -> None:
        def now() -> str:
            return "\n".join(self._chosen.choices.examples.get(language, ()))

        label = self.text(f"choose_name_{language}")
        most = MOST_EXAMPLES * (MOST_EXAMPLE + 1)
        field = AreaField(label, now(), most=most, lang=language)

        def value() -> object:
            return [line for line in field.value.splitlines() if line.strip()]

        self._buttons(f"examples.{language}", value, lambda: field.put(now()))

    def _own(self, key: str) -> None:
        with ui.element("details").classes("card choice"):
            with ui.element("summary"):
                heading(3, self.text(f"own_{key}"))
            with ui.element("div").classes("two"):
                for language in LANGUAGES:
                    with ui.element("div"):
                        self._own_in(key, language)

    def _own_in(self, key: str, language: Any) -> None:
        def now() -> str:
            own = self._chosen.choices.own_texts.get(key, {})
            return own.get(language) or CATALOGUE[key][language]

        label = self.text(f"choose_name_{language}")
        field = AreaField(label, now(), most=MOST_TEXT, lang=language)
        self._line_buttons(f"text.{key}.{language}", field, now)

    def _title(self, key: str, explained: str = "") -> None:
        heading(3, self.text(key))
        if explained:
            ui.label(self.text(explained)).classes("quiet")

    def _says_fixed(self, key: str) -> bool:
        fixed = self._chosen.fixed.get(key)
        if fixed is None:
            return False
        source = f"source_{fixed.source}"
        words = self.text(source) if source in CATALOGUE else fixed.source
        ui.label(
            self.text("settings_fixed", source=words, variable=f"SUFLER_{key.upper()}")
        ).classes("hint")
        return True

    def _buttons(self, key: str, value: Callable[[], object], put_back: Callable[[], None]) -> None:
        """Save, and back to the original; `put_back` shows what is in force."""

        async def save() -> None:
            if await self._choose(key, value()):
                show()

        async def back() -> None:
            if await self._choose(key, None):
                put_back()
                show()

        def show() -> None:
            chosen = key in self._chosen.chosen
            mark.set_visibility(chosen)
            undo.set_visibility(chosen)

        with ui.element("div").classes("knobs"):
            button(self.text("settings_save"), save, "act main")
            undo = button(self.text("settings_back"), back, "act")
            mark = ui.label(self.text("settings_chosen")).classes("tag")
        show()

    async def _choose(self, key: str, value: object) -> bool:
        async def do(caller: Caller) -> bool:
            await self._chosen.choose(caller, key, value)
            return True

        done: Callable[[Caller], Awaitable[bool]] = do
        if not await self.act(done):
            return False
        ui.notify(self.text("settings_saved"), type="positive")
        return True

    def _in_force(self) -> None:
        heads = ("force_variable", "force_value", "force_source", "force_meaning")
        table = Table(self.text("force_title"), *(self.text(head) for head in heads))
        for each in self.administration.settings():
            with table.row() as row:
                with row.cell(), ui.element("code"):
                    ui.label(each.variable)
                if each.value is not None:
                    row.say(each.value)
                else:
                    row.say(self.text("force_secret" if each.secret else "force_none"), "quiet")
                row.say(self._source(each.source), "quiet")
                meaning = f"setting_{each.name}"
                # One that nobody has explained yet must not take the page away.
                row.say(self.text(meaning) if meaning in CATALOGUE else "", "quiet")

    def _source(self, source: str) -> str:
        keys = {"environment": "from_environment", "default": "source_default"}
        return self.text(keys[source]) if source in keys else source
