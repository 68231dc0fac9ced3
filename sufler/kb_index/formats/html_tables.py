"""Tables of pages and documents: questions with answers where they are that, else lines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from sufler.kb_index.formats.columns import canonical
from sufler.kb_index.formats.texts import clean_line

_MOST_ROWS, _MOST_CELLS = 5_000, 50


@dataclass(frozen=True, slots=True)
class PageTable:
    """`rows` of safe Markdown; `head`: whether the first one names the columns. `pairs`:
    (question, answer) of each row where the table is that, else None."""

    rows: Sequence[Sequence[str]]
    head: bool
    pairs: Sequence[tuple[str, str]] | None


def rows_of(node: LexborNode, text: Callable[[LexborNode], str]) -> PageTable:
    """Read a table; `text` gives a cell's contents."""
    rows: list[list[str]] = []
    head = False
    for row in node.css("tr")[:_MOST_ROWS]:
        cells = [cell for cell in row.iter() if cell.tag in ("td", "th")][:_MOST_CELLS]
        if not rows:
            head = bool(cells) and all(cell.tag == "th" for cell in cells)
        texts = [text(cell) for cell in cells]
        if any(texts):
            rows.append(texts)
    return PageTable(rows, head, _pairs(rows, head))


def table_lines(table: PageTable) -> str:
    """The table as a list: a line for each row, with the columns' names where there are some."""
    rows = [[" ".join(cell.split()) for cell in row] for row in table.rows]
    names = rows[0] if table.head and len(rows) > 1 else []
    lines = []
    for row in rows[1:] if names else rows:
        if len(row) > 2 and names:
            first, *others = row
            told = [
                f"{name.replace('**', '')}: {cell}" if name else cell
                for name, cell in zip(names[1:], others, strict=False)
                if cell
            ]
            lines.append(f"- {first}: " + "; ".join(told) if told else f"- {first}")
        elif len(row) == 2 and all(row):
            lines.append(f"- {row[0].rstrip(':')}: {row[1]}")
        else:
            lines.append("- " + "; ".join(cell for cell in row if cell))
    return "\n".join(line for line in lines if line.strip("- "))


def _pairs(rows: Sequence[Sequence[str]], head: bool) -> Sequence[tuple[str, str]] | None:
    if len(rows) < 2:
        return None
    fields = [(canonical(clean_line(cell.replace("*", ""))) or ("", None))[0] for cell in rows[0]]
    if "title" in fields and "answer" in fields:
        question, answer = fields.index("title"), fields.index("answer")
        body = rows[1:]
    else:
        body = rows[1:] if head else rows
        asked = sum(row[0].rstrip("* ").endswith("?") for row in body if row)
        if any(len(row) != 2 for row in body) or asked * 2 <= len(body):
            return None
        question, answer = 0, 1
    most = max(question, answer)
    pairs = [(row[question], row[answer]) for row in body if len(row) > most]
    return [(clean_line(q), a) for q, a in pairs if clean_line(q) and a.strip()]
