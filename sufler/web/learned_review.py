"""The review list: proposals with readable differences, wordings held back, articles to clear."""

from nicegui import ui

from sufler.desk.learned import Waiting
from sufler.domain.learning import Learned, ProposalKind
from sufler.domain.people import Caller, Right
from sufler.domain.texts import counted, text
from sufler.web.elements import button, heading, link, local_time, named, with_props
from sufler.web.kb_changes import Change, differences
from sufler.web.kb_difference import show_differences
from sufler.web.kb_paths import article_path
from sufler.web.learned_list import learned_row
from sufler.web.learned_view import LearnedView

MOST = 50
_MAX_REASON = 300
_FURTHER = 10


async def show_review(view: LearnedView) -> None:
    """Draw the section."""
    waiting = await view.desk.waiting(view.caller, MOST)
    held = await view.desk.held_back(view.caller, MOST)
    uncleared = await view.desk.uncleared(view.caller)
    ids = [each.proposal.article_id for each in waiting]
    ids += [each.article_id for each in held]
    await view.learn_titles([*ids, *(row["article_id"] for row in uncleared)])
    view.part("learned_proposals")
    if not waiting:
        view.empty("learned_no_proposals")
    with ui.element("ul").classes("learned-list"):
        for each in waiting:
            with ui.element("li").classes("learned-card"):
                _proposal(view, each)
    view.part("learned_held")
    ui.label(text("learned_held_hint", view.language)).classes("hint")
    _held(view, held)
    if uncleared:
        view.part("learned_uncleared")
        ui.label(text("learned_uncleared_hint", view.language)).classes("hint")
        with ui.element("ul").classes("learned-list"):
            for row in uncleared:
                with ui.element("li").classes("learned-card"):
                    view.article(row["article_id"])
                    local_time(row["since"])
                    if view.administers:
                        _clearing(view, row["article_id"])


def _held(view: LearnedView, held: list[Learned]) -> None:
    if not held:
        view.empty("learned_no_held")
        return
    with ui.element("ul").classes("learned-list"):
        for each in held:
            learned_row(view, each)


def _proposal(view: LearnedView, waiting: Waiting) -> None:
    language, proposal = view.language, waiting.proposal
    outdated = proposal.kind is ProposalKind.TEXT and not proposal.after
    kind = "outdated" if outdated else proposal.kind.value
    with ui.element("div").classes("learned-head"):
        heading(3, text(f"learned_kind_{kind}", language))
        if proposal.count > 1:
            ui.label(counted("learned_times", language, proposal.count)).classes("tag")
    if proposal.article_id is not None:
        view.article(proposal.article_id)
    ui.label(text("learned_asked", language, question=proposal.question)).classes("learned-words")
    if outdated:
        ui.label(text("learned_says_outdated", language)).classes("hint")
    elif proposal.kind is ProposalKind.TEXT:
        _difference(view, waiting)
    else:
        heading(4, text("learned_replied", language))
        ui.label(proposal.after).classes("learned-words reply")
        if proposal.phrasings:
            words = "; ".join(proposal.phrasings[:_FURTHER])
            ui.label(text("learned_further", language, questions=words)).classes("learned-why")
    view.origin(proposal.by, proposal.at)
    if view.edits:
        _choices(view, waiting, outdated)


def _difference(view: LearnedView, waiting: Waiting) -> None:
    proposal, article = waiting.proposal, waiting.article
    if waiting.moved:
        ui.label(text("learned_moved", view.language)).classes("banner").props("role=status")
    told = article.translations.get(proposal.language) if article else None
    pieces = differences(told.answer if told else "", proposal.after)
    show_differences([Change(f"answer.{proposal.language}", tuple(pieces))], view.language)


def _choices(view: LearnedView, waiting: Waiting, outdated: bool) -> None:
    proposal, article = waiting.proposal, waiting.article

    async def approve_text(caller: Caller) -> None:
        revision = article.revision if article else 0
        await view.desk.approve_text(caller, proposal.id, revision)

    async def approve_phrasing(caller: Caller) -> None:
        await view.desk.approve_phrasing(caller, proposal.id)

    async def dismiss(caller: Caller) -> None:
        await view.desk.dismiss(caller, proposal.id)

    with ui.element("div").classes("acts"):
        view.choice("learned_dismiss", dismiss, "learned_dismissed")
        if proposal.kind is ProposalKind.ARTICLE:
            words = text("learned_make_article", view.language)
            link(words, f"/kb/new?proposal={proposal.id}", "act main")
        elif article is not None and outdated:
            link(text("learned_open_article", view.language), article_path(article.id), "act main")
        elif article is not None and proposal.kind is ProposalKind.TEXT:
            view.choice("learned_approve", approve_text, "learned_approved", main=True)
        elif article is not None:
            view.choice("learned_add_phrasing", approve_phrasing, "learned_confirmed", main=True)


def _clearing(view: LearnedView, article_id: str) -> None:
    label = text("learned_clear_reason", view.language)
    reason = ui.input().props(f"borderless dense maxlength={_MAX_REASON}").classes("learned-field")
    with_props(reason, placeholder=label, **{"aria-label": label})

    async def clear(caller: Caller) -> None:
        await view.desk.clear(caller, article_id, reason.value or "")

    async def press() -> None:
        done = text("learned_cleared", view.language)
        await view.act(clear, done, Right.ADMINISTER)

    words = text("learned_clear", view.language)
    named(button(words, press, "act main"), f"{words}: {view.title(article_id)}")
