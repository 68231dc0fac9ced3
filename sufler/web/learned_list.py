"""What was learned: from whom and when, filtered; confirmed or undone one by one or together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from nicegui import ui

from sufler.domain.learning import SERVING, Learned, LearnedFilter, LearnedKind, LearnedState
from sufler.domain.people import Caller
from sufler.domain.texts import counted, text
from sufler.web.elements import button, link, named, with_props
from sufler.web.learned_view import LearnedView

PAGE = 50
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Shown:
    """What the list is narrowed to, as its address says it. `day` is YYYY-MM-DD, in UTC."""

    by: str | None = None
    article_id: str | None = None
    state: LearnedState | None = None
    day: str | None = None

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Shown":
        """From an address; what makes no sense there is left out."""
        state, day = query.get("state"), query.get("day", "")[:10]
        return cls(
            query.get("by", "")[:_LONGEST] or None,
            query.get("article", "")[:_LONGEST] or None,
            LearnedState(state) if state in set(LearnedState) else None,
            day if _day(day) else None,
        )

    def address(self) -> str:
        """/learned with all of it."""
        values = {"by": self.by, "article": self.article_id, "state": self.state, "day": self.day}
        given = {name: str(value) for name, value in values.items() if value}
        return "/learned?" + urlencode({"show": "all"} | given)

    def wanted(self) -> LearnedFilter:
        """For the store."""
        since = _day(self.day or "")
        return LearnedFilter(
            article_id=self.article_id,
            by=self.by,
            states=(self.state,) if self.state else (),
            since=since,
            until=since + timedelta(days=1) if since else None,
        )


async def show_learned(view: LearnedView, shown: Shown, most: int) -> None:
    """Draw the section with at most `most` rows."""
    wanted = shown.wanted()
    rows = await view.desk.learned(view.caller, wanted, most + 1)
    await view.learn_titles([shown.article_id, *(row.article_id for row in rows)])
    await _filters(view, shown)
    if view.edits and rows and (shown.by or shown.article_id or shown.day):
        _undo_all(view, wanted)
    if not rows:
        view.empty("learned_nothing")
    with ui.element("ul").classes("learned-list"):
        for row in rows[:most]:
            learned_row(view, row)
    if len(rows) > most:
        further = shown.address() + f"&most={most + PAGE}"
        link(text("learned_more", view.language), further, "pill")


def learned_row(view: LearnedView, row: Learned) -> None:
    """One wording with where it came from, and what can be done with it."""
    language = view.language
    with ui.element("li").classes("learned-card"):
        ui.label(row.text).classes("learned-words").props(f"lang={row.language}")
        view.article(row.article_id)
        with ui.element("div").classes("tags"):
            state = ui.label(text(f"learned_state_{row.state.value}", language)).classes("tag")
            with_props(state, **{"data-state": row.state.value})
            if row.kind is LearnedKind.NEGATIVE:
                ui.label(text("learned_negative", language)).classes("tag amber")
            elif row.state in SERVING:
                weight = text("learned_weight", language, weight=f"{row.weight:g}")
                ui.label(weight).classes("tag")
            if why := view.why(row.why):
                ui.label(why).classes("learned-why")
        view.origin(row.by, row.at)
        if view.edits and row.state is not LearnedState.UNDONE:
            _choices(view, row)


def _choices(view: LearnedView, row: Learned) -> None:
    async def undo(caller: Caller) -> None:
        await view.desk.undo_one(caller, row.id)

    async def confirm(caller: Caller) -> None:
        await view.desk.confirm(caller, row.id)

    with ui.element("div").classes("acts"):
        words = text("learned_undo", view.language)
        named(view.choice("learned_undo", undo, None), f"{words}: {row.text}")
        if row.state is not LearnedState.CONFIRMED:
            words = text("learned_confirm", view.language)
            press = view.choice("learned_confirm", confirm, "learned_confirmed", main=True)
            named(press, f"{words}: {row.text}")


async def _filters(view: LearnedView, shown: Shown) -> None:
    language, teachers = view.language, await view.desk.teachers(view.caller)
    anybody = text("learned_filter_any", language)
    with ui.element("div").classes("learned-filters"):
        people = {"": anybody} | {by: f"{view.name(by)} · {count}" for by, count in teachers}
        _choice(view, "learned_filter_by", people, shown.by or "", lambda by: replace(shown, by=by))
        states = {"": anybody} | {
            each.value: text(f"learned_state_{each.value}", language) for each in LearnedState
        }
        _choice(
            view,
            "learned_filter_state",
            states,
            shown.state or "",
            lambda state: replace(shown, state=LearnedState(state) if state else None),
        )
        with ui.element("label").classes("learned-filter"):
            ui.label(text("learned_filter_day", language))
            day = with_props(ui.element("input").props("type=date"), value=shown.day or "")
            day.on(
                "change",
                lambda event: _go(replace(shown, day=str(event.args)[:10] or None)),
                js_handler="(e) => emit(e.target.value)",
            )
        if shown.article_id:
            title = view.title(shown.article_id)
            ui.label(text("learned_filter_article", language, title=title)).classes("tag")
        if shown != Shown():
            link(text("learned_filter_off", language), Shown().address(), "pill")


def _choice(
    view: LearnedView,
    key: str,
    options: Mapping[str, str],
    now: str,
    change: Callable[[str | None], Shown],
) -> None:
    with ui.element("label").classes("learned-filter"):
        ui.label(text(key, view.language))
        select = ui.element("select")
        with select:
            for value, words in options.items():
                option = with_props(ui.element("option"), value=value)
                if value == now:
                    option.props("selected")
                with option:
                    ui.label(words)
        select.on(
            "change",
            lambda event: _go(change(str(event.args) or None)),
            js_handler="(e) => emit(e.target.value)",
        )


def _go(shown: Shown) -> None:
    ui.navigate.to(shown.address())


def _undo_all(view: LearnedView, wanted: LearnedFilter) -> None:
    language = view.language

    async def ask() -> None:
        count = await view.desk.count(view.caller, _living(wanted))
        with ui.dialog() as dialog, ui.element("div").classes("kb-dialog"):
            ui.label(counted("learned_undo_ask", language, count))

            async def confirm() -> None:
                dialog.close()
                done = counted("learned_undone", language, count)
                await view.act(lambda caller: view.desk.undo(caller, wanted), done)

            async def cancel() -> None:
                dialog.close()

            with ui.element("div").classes("acts"):
                button(text("kb_cancel", language), cancel, "act")
                button(text("learned_undo_all", language), confirm, "act main")
        dialog.on("hide", dialog.delete)
        dialog.open()

    button(text("learned_undo_all", language), ask, "act")


def _living(wanted: LearnedFilter) -> LearnedFilter:
    states = wanted.states or tuple(each for each in LearnedState)
    return replace(wanted, states=tuple(x for x in states if x is not LearnedState.UNDONE))


def _day(written: str) -> datetime | None:
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return None
    return datetime(found.year, found.month, found.day, tzinfo=UTC) if found.year < 9000 else None
