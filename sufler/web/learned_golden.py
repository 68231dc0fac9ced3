"""Golden questions with what is answered now, refits, and what an editor should look at."""

from collections.abc import Mapping
from typing import Any

from nicegui import events, ui

from sufler.desk.golden import MAX_TABLE, MAX_TEXT, GoldenShown
from sufler.domain.errors import BadInput
from sufler.domain.knowledge import LANGUAGES, Language
from sufler.domain.people import Caller
from sufler.domain.texts import counted, text
from sufler.kb_index.catalogue import Only
from sufler.web.elements import button, link, local_time, named, with_props
from sufler.web.kb_list_state import ListState
from sufler.web.learned_view import LearnedView


async def show_golden(view: LearnedView, article_id: str = "") -> None:
    """Draw the section, ready for a question of the article `article_id`."""
    found = await view.golden.looked_at(view.caller)
    refits = await view.golden.refits(view.caller)
    ids = [each.golden.article_id for each in found] + [each.found for each in found]
    await view.learn_titles(ids)
    ui.label(text("learned_golden_hint", view.language)).classes("hint")
    if view.edits:
        _adding(view, article_id)
    if not found:
        view.empty("learned_no_golden")
    with ui.element("ul").classes("learned-list"):
        for each in found:
            with ui.element("li").classes("learned-card"):
                _golden(view, each)
    view.part("learned_refits")
    if not refits:
        view.empty("learned_no_refits")
    with ui.element("ul").classes("learned-list"):
        for report in refits:
            with ui.element("li").classes("learned-card"):
                _refit(view, report)


async def show_watch(view: LearnedView) -> None:
    """Draw what an editor should look at."""
    pairs = await view.desk.confused(view.caller)
    await view.learn_titles([each for pair in pairs[:50] for each in (pair.one, pair.other)])
    language = view.language
    view.part("learned_confusing")
    if not pairs:
        view.empty("learned_no_confusing")
    with ui.element("ul").classes("learned-list"):
        for pair in pairs[:50]:
            with ui.element("li").classes("learned-card"):
                view.article(pair.one)
                view.article(pair.other)
                numbers = {"taken": pair.taken, "of": pair.of, "example": pair.example}
                words = text("learned_confusing_pair", language, **numbers)
                ui.label(words).classes("learned-words")
    for key, only in (("learned_unused", Only.NEVER_USED), ("learned_expired", Only.EXPIRED)):
        link(text(key, language), ListState(only=only).address(), "learned-article")


def _golden(view: LearnedView, shown: GoldenShown) -> None:
    language, golden = view.language, shown.golden
    ui.label(golden.text).classes("learned-words").props(f"lang={golden.language}")
    view.article(golden.article_id)
    with ui.element("div").classes("tags"):
        if shown.right:
            ui.label(text("learned_golden_right", language)).classes("tag")
        else:
            instead = view.title(shown.found) if shown.found else None
            instead = instead or text("learned_golden_nothing", language)
            words = text("learned_golden_wrong", language, found=instead)
            ui.label(words).classes("tag wrong")
    view.origin(golden.by, golden.at)
    if view.edits:

        async def remove(caller: Caller) -> None:
            await view.golden.remove(caller, golden.id)

        async def press() -> None:
            await view.act(remove, None)

        words = text("learned_golden_remove", language, question=golden.text)
        named(button("×", press, "remove"), words)


def _adding(view: LearnedView, named_id: str) -> None:
    language = view.language
    with ui.element("div").classes("learned-adding"):
        question = _field(view, "learned_golden_text", MAX_TEXT)
        article_id = _field(view, "learned_golden_article", 200)
        article_id.set_value(named_id)
        spoken: dict[str, Language] = {"now": language}
        with ui.element("label").classes("learned-filter"):
            ui.label(text("learned_golden_language", language))
            select = ui.element("select")
            with select:
                for each in LANGUAGES:
                    option = with_props(ui.element("option"), value=each)
                    if each == language:
                        option.props("selected")
                    with option:
                        ui.label(text(f"kb_in_{each}", language))

        def choose(value: object) -> None:
            spoken["now"] = "en" if value == "en" else "ru"

        select.on(
            "change",
            lambda event: choose(event.args),
            js_handler="(e) => emit(e.target.value)",
        )

        async def add(caller: Caller) -> None:
            wanted = (article_id.value or "").strip()
            await view.golden.add(caller, question.value or "", spoken["now"], wanted)

        view.choice("learned_golden_add", add, "learned_golden_added", main=True)
        _table(view)


def _table(view: LearnedView) -> None:
    """Many at a time: all rows of a CSV, or none and why."""
    language = view.language

    async def came(event: events.UploadEventArguments) -> None:
        upload.reset()
        content = await event.file.read()

        async def add(caller: Caller) -> None:
            try:
                count = await view.golden.add_csv(caller, content.decode("utf-8-sig"))
            except UnicodeDecodeError:
                raise BadInput("the file is no UTF-8", field="file") from None
            # Said before the section is drawn anew, and what was pressed is gone.
            ui.notify(counted("learned_golden_rows", language, count), type="positive")

        await view.act(add, None)

    upload = ui.upload(
        auto_upload=True, max_file_size=MAX_TABLE, max_files=1, on_upload=came,
        on_rejected=lambda: ui.notify(text("learned_golden_refused", language), type="negative"),
    )  # fmt: skip
    upload.props("accept=.csv").classes("hidden")
    # Quasar's own button has no name: this one has, and is reached by the keyboard.
    pick = button(text("learned_golden_csv", language), None, "act")
    chooser = f"document.querySelector('#{upload.html_id} input[type=file]')"
    pick.on("click", js_handler=f"() => {chooser}.click()")
    with_props(pick, title=text("learned_golden_columns", language))


def _field(view: LearnedView, key: str, longest: int) -> ui.input:
    label = text(key, view.language)
    field = ui.input().props(f"borderless dense maxlength={longest}").classes("learned-field")
    with_props(field, placeholder=label, **{"aria-label": label})
    return field


def _refit(view: LearnedView, report: Mapping[str, Any]) -> None:
    wrong = sum(flip["turned_wrong"] for flip in report["flips"])
    numbers = {"wrong": wrong, "right": len(report["flips"]) - wrong}
    if report["accepted"]:
        words = text("learned_refit_taken", view.language, **numbers)
    else:
        held = len(report["quarantined"])
        words = text("learned_refit_refused", view.language, held=held, **numbers)
    ui.label(words).classes("learned-words" if report["accepted"] else "learned-words refused")
    local_time(report["at"])
