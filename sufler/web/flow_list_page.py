"""/admin/flows: the flows, how they do, and the ways to a new one."""

from typing import Final

from nicegui import events, ui

from sufler.desk.flow_book import NAME, FlowListed
from sufler.desk.people import may
from sufler.domain.errors import Conflict
from sufler.domain.flows import FlowVersion
from sufler.domain.knowledge import LANGUAGES, Language
from sufler.domain.people import Caller, Right
from sufler.domain.texts import text
from sufler.flows.faults import BadFlow
from sufler.flows.load import MAX_BYTES, read_yaml
from sufler.web.elements import button, heading, link, local_time, with_props
from sufler.web.flow_asking import ask_first
from sufler.web.flow_fields import text_field
from sufler.web.flow_picture import outcomes_words
from sufler.web.flow_services import PATH, FlowActs, FlowServices
from sufler.web.frame import Visit
from sufler.web.services import Services

MAX_NAME: Final = 30


class FlowListPage:
    """Built once for each opened tab."""

    def __init__(self, services: Services, flows: FlowServices, visit: Visit) -> None:
        self._flows = flows
        self._language = visit.language
        self._edits = may(visit.caller, Right.EDIT_ARTICLES)
        self._acts = FlowActs(services, visit)
        self._name = ""

    async def build(self) -> None:
        """Put the page up."""
        with ui.element("div").classes("kb-main flow-list") as self._acts.root:
            heading(1, self._text("flows_title"))
            ui.label(self._text("flows_about")).classes("hint")
            self._place = ui.element("section")
            if self._edits:
                self._beginning()
        found = await self._acts.do(self._flows.book.list)
        with self._place:
            if not found:
                ui.label(self._text("flows_none")).classes("nothing")
            with ui.element("ul").classes("learned-list"):
                for each in found or []:
                    with ui.element("li").classes("flow-card"):
                        self._listed(each)

    def _listed(self, each: FlowListed) -> None:
        title = each.titles.get(self._language) or next(iter(each.titles.values()), each.name)
        with ui.element("div").classes("learned-head"):
            link(title, f"{PATH}/{each.name}", "learned-article")
            ui.label(each.name).classes("flow-mono hint")
            if each.published:
                number = self._text("flows_published", number=each.published.number)
                with_props(ui.label(number).classes("tag"), **{"data-status": "published"})
            if each.draft:
                draft = ui.label(self._text("flows_draft")).classes("tag")
                with_props(draft, **{"data-status": "draft"})
        with ui.element("div").classes("learned-head"):
            for version in (each.published, each.draft):
                if version is not None:
                    self._who(version)
        if each.figures.started:
            ui.label(outcomes_words(each.figures, self._language)).classes("flow-outcomes")

    def _who(self, version: FlowVersion) -> None:
        key = "flows_published_by" if version.number else "flows_draft_by"
        ui.label(self._text(key, name=version.by)).classes("hint")
        local_time(version.at)

    def _beginning(self) -> None:
        heading(2, self._text("flows_new"))
        with ui.element("div").classes("flow-card flow-new"):
            ui.label(self._text("flows_new_about")).classes("hint")

            def named(words: str) -> None:
                self._name = words.strip()

            hint = self._text("flows_bad_name")
            text_field(self._text("flows_name"), "", named, most=MAX_NAME, hint=hint)
            with ui.element("div").classes("acts"):
                button(self._text("flows_begin"), self._begin, "act main")
                self._upload = ui.upload(
                    auto_upload=True,
                    max_file_size=MAX_BYTES,
                    max_files=1,
                    on_upload=self._came,
                    on_rejected=self._too_large,
                )
                self._upload.props('accept=".yaml,.yml"').classes("hidden")
                chooser = f"document.querySelector('#{self._upload.html_id} input[type=file]')"
                pick = button(self._text("flows_upload"), None, "act")
                pick.on("click", js_handler=f"() => {chooser}.click()")

    def _too_large(self) -> None:
        words = self._text("flows_too_large", most=MAX_BYTES // 1024)
        self._acts.say(words, "negative")

    async def _begin(self) -> None:
        if not NAME.fullmatch(self._name):
            self._acts.say(self._text("flows_bad_name"), "negative")
            return
        await self._put(self._name, template(self._name))

    async def _came(self, event: events.UploadEventArguments) -> None:
        self._upload.reset()
        if event.file.size() > MAX_BYTES:
            self._too_large()
            return
        try:
            told = (await event.file.read()).decode("utf-8")
            data = read_yaml(told, "flow")
        except UnicodeDecodeError:
            self._acts.say(self._text("flows_not_utf8"), "negative")
            return
        except BadFlow as error:
            words = error.told(self._language)
            self._acts.say(self._text("flows_no_yaml", error=words), "negative")
            return
        name = data.get("flow") if isinstance(data, dict) else None
        if not isinstance(name, str) or not NAME.fullmatch(name):
            self._acts.say(self._text("flows_no_name"), "negative")
            return
        known = await self._known(name)
        if known is None or not known.draft:
            await self._put(name, told)
            return

        async def do() -> None:
            await self._put(name, told)

        words = self._text("flows_replace_sure", name=name, by=known.draft.by)
        with self._acts.root:
            ask_first(words, "flows_replace", self._language, do)

    async def _known(self, name: str) -> FlowListed | None:
        found = await self._acts.do(self._flows.book.list) or []
        return next((each for each in found if each.name == name), None)

    async def _put(self, name: str, written: str) -> None:
        async def act(caller: Caller) -> bool:
            if written == template(name) and await self._known(name):
                raise Conflict("there is a flow of this name", field="name")
            await self._flows.book.save_draft(caller, name, written)
            return True

        try:
            if not await self._acts.do(act):
                return
        except Conflict:
            self._acts.say(self._text("flows_name_taken"), "negative")
            return
        with self._acts.root:
            ui.navigate.to(f"{PATH}/{name}")

    def _text(self, key: str, **values: object) -> str:
        return text(key, self._language, **values)


def template(name: str) -> str:
    """A flow to begin with: it asks, goes two ways and ends; it passes the check."""

    def both(key: str) -> str:
        ru, en = (text(f"flows_begun_{key}", each) for each in LANGUAGES)
        return f"{{ru: '{ru}', en: '{en}'}}"

    def phrasing(language: Language) -> str:
        return text("flows_begun_phrasing", language)

    return f"""\
flow: {name}
version: 1
title: {both("title")}
triggers:
  phrasings:
    ru: ['{phrasing("ru")}']
    en: ['{phrasing("en")}']
slots:
  wish:
    kind: choice
    choices:
      first: {{label: {both("first")}}}
      second: {{label: {both("second")}}}
steps:
  - id: ask_wish
    do: ask
    slot: wish
    text: {both("question")}
  - id: which
    do: branch
    when:
      - {{if: 'wish == "second"', go: person}}
  - id: done
    do: end
    text: {both("done")}
  - id: person
    do: hand_off
    text: {both("person")}
"""
