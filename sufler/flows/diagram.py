"""A flow as a Mermaid flowchart: `sufler flows diagram`."""

from sufler.domain.knowledge import Language
from sufler.flows import model, wording
from sufler.flows.check import leads_to

_MOST_CHARS = 60
_SHAPES = {
    "ask": ("[/", "/]"),
    "branch": ("{", "}"),
    "call": ("[[", "]]"),
    "create_request": ("[(", ")]"),
    "hand_off": ("([", "])"),
    "end": ("([", "])"),
    "run": ("[[", "]]"),
}


def diagram(flow: model.Flow, language: Language) -> str:
    """The Mermaid text, top down; what a step is can be told by its shape."""
    lines = ["flowchart TD"]
    for step in flow.steps:
        opening, closing = _SHAPES.get(step.do, ("[", "]"))
        lines.append(f'  s_{step.id}{opening}"{_label(step, language)}"{closing}')
    for step in flow.steps:
        for why, target in leads_to(flow, step):
            if target:
                arrow = f'-->|"{_quoted(why)}"|' if why else "-->"
                lines.append(f"  s_{step.id} {arrow} s_{target}")
    return "\n".join(lines) + "\n"


def _label(step: model.AnyStep, language: Language) -> str:
    match step:
        case model.Call():
            what = f"{step.method} {step.url}"
        case model.Suggest():
            what = step.article
        case model.Run():
            what = step.flow
        case model.CreateRequest():
            what = wording.said(step.title, language)
        case model.Branch():
            what = ""
        case _:
            what = wording.said(step.text, language)
    return _quoted(f"{step.id}: {step.do}") + (f"<br>{_quoted(what)}" if what else "")


def _quoted(words: str) -> str:
    """One line that Mermaid shows as it is: its marks become entities."""
    line = " ".join(words.split())
    line = line if len(line) <= _MOST_CHARS else line[: _MOST_CHARS - 1] + "…"
    return "".join(f"#{ord(c)};" if c in '"#<>&`\\{}[]|;' else c for c in line)
