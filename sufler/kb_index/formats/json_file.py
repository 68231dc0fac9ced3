"""Reading JSON Lines as a stream, and JSON: a list of articles or {"articles": […]}."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import orjson

from sufler.domain.errors import BadInput
from sufler.kb_index.formats.charset import charset_of
from sufler.kb_index.formats.full_form import from_object
from sufler.kb_index.formats.rows import ImportRow, RowRef

MAX_LINE = 4_000_000
MAX_JSON_BYTES = 64 << 20


def read_jsonl(path: Path, name: str, mapping: Mapping[str, str]) -> Iterator[ImportRow]:
    """Each line that is not blank as an ImportRow. A line that is no JSON is a rejected row;
    one beyond all bounds raises BadInput naming it."""
    charset = charset_of(path, name)
    with path.open(encoding=charset, newline="\n") as stream:
        number = 0
        while line := stream.readline(MAX_LINE):
            number += 1
            at = RowRef(name, number)
            if len(line) >= MAX_LINE:
                raise BadInput(f"{at}: the line is longer than {MAX_LINE:,} characters")
            if line.isspace():
                continue
            try:
                value = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                yield ImportRow(at, reason=f"is not JSON: {error.msg}, character {error.colno}")
                continue
            yield from_object(at, value, mapping)


def read_json(path: Path, name: str, mapping: Mapping[str, str]) -> Iterator[ImportRow]:
    """Each article of the list as an ImportRow; its row is its place in the list, from 1."""
    if path.stat().st_size > MAX_JSON_BYTES:
        raise BadInput(f"{name}: larger than {MAX_JSON_BYTES >> 20} MB; give it as JSON Lines")
    text = path.read_text(encoding=charset_of(path, name))
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        hint = "; is it JSON Lines? then name it .jsonl" if "\n{" in text else ""
        raise BadInput(
            f"{name}: is not JSON: {error.msg}, line {error.lineno}{hint}", field="file"
        ) from None
    if isinstance(value, dict):
        value = value.get("articles")
    if not isinstance(value, list):
        raise BadInput(f'{name}: must be a list of articles or {{"articles": […]}}', field="file")
    for number, item in enumerate(value, 1):
        yield from_object(RowRef(name, number), item, mapping)
