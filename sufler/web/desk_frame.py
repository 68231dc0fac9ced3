"""What stands around the desk: styles, the script of the page, and the bar at the top."""

from html import escape

from nicegui import ui

from sufler.domain.knowledge import Language
from sufler.domain.people import Caller
from sufler.domain.texts import text
from sufler.web import paper

_HEAD = """
<link rel="stylesheet" href="/static/theme.css">
<link rel="stylesheet" href="/static/desk.css">
<link rel="stylesheet" href="/static/desk_talk.css">
<link rel="stylesheet" href="/static/desk_side.css">
<script src="/static/desk.js"></script>
"""
_BAR = """
<a class="brand" href="/"><img src="/static/mark.svg" alt="" width="28" height="28">
<span>{title}</span></a>
<span class="duty" title="{duty}"><span>{duty}</span></span>
<span class="who">{who}</span>
<a class="pill" href="/language/{other}?next=/desk" lang="{other}" hreflang="{other}">{switch}</a>
<form method="post" action="/logout"><button class="pill" type="submit">{leave}</button></form>
"""


def frame(caller: Caller, language: Language) -> None:
    """Put up everything but the columns."""
    ui.add_head_html(_HEAD)
    ui.query("html").props(f"lang={language}")
    ui.query(".nicegui-content").classes(remove="nicegui-content", add="desk-page")
    bar = _BAR.format(
        title=escape(text("desk_title", language)),
        duty=escape(text("desk_on_duty", language)),
        who=escape(caller.name),
        other=paper.other(language),
        switch=escape(text("page_other_language", language)),
        leave=escape(text("page_logout", language)),
    )
    ui.html(bar, sanitize=False, tag="header").classes("bar")
