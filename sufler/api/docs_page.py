"""/docs: the description of the API as one plain page, made from OpenAPI; it fetches nothing, so
it also works where there is no internet."""

from collections.abc import Iterator
from html import escape
from typing import Any

import orjson

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cache-Control": "no-cache",
}

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
summary { cursor: pointer; padding: .3rem 0; }
summary b { display: inline-block; min-width: 4.5rem; }
code, pre { font: .9em/1.4 ui-monospace, monospace; }
pre { overflow-x: auto; padding: .7rem; border: 1px solid #8886; border-radius: .4rem; }
table { border-collapse: collapse; } td { padding: .15rem .8rem .15rem 0; vertical-align: top; }
details > div { padding: 0 0 .8rem 1rem; } h2 { margin: 1.6rem 0 .2rem; }
"""


def page(schema: dict[str, Any]) -> str:
    """The page for an OpenAPI document."""
    info, schemas = schema["info"], schema.get("components", {}).get("schemas", {})
    parts = [
        f"<h1>{escape(info['title'])} {escape(info['version'])}: the API</h1>",
        *(f"<p>{_words(text)}</p>" for text in info["description"].strip().split("\n\n")),
        '<p>For programs: <a href="/openapi.json">openapi.json</a></p>',
    ]
    for tag, operations in _by_tag(schema).items():
        parts.append(f"<h2>{escape(tag)}</h2>")
        parts.extend(_operation(*operation, schemas) for operation in operations)
    body = "\n".join(parts)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(info['title'])}: API</title><style>{_STYLE}</style>"
        f"<body><main>{body}</main></body></html>"
    )


def _by_tag(schema: dict[str, Any]) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
    tags: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            tag = operation.get("tags", ["other"])[0]
            tags.setdefault(tag, []).append((method.upper(), path, operation))
    return tags


def _operation(method: str, path: str, operation: dict[str, Any], schemas: dict[str, Any]) -> str:
    return (
        f"<details><summary><b>{escape(method)}</b> <code>{escape(path)}</code> "
        f"{escape(operation.get('summary', ''))}</summary><div>"
        f"<p>{_words(operation.get('description', ''))}</p>"
        f"{''.join(_inside(operation, schemas))}</div></details>"
    )


def _inside(operation: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    rows = [
        (each["name"], each["in"], each.get("description", _kind(each["schema"])))
        for each in operation.get("parameters", [])
    ]
    if rows:
        yield _table(rows)
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"<p>Body, <code>{escape(kind)}</code>:</p>"
        model = _resolved(content.get("schema", {}), schemas)
        needed = model.get("required", [])
        rows = [
            (name, "needed" if name in needed else "", each.get("description", _kind(each)))
            for name, each in model.get("properties", {}).items()
        ]
        yield _table(rows)
        for example in model.get("examples", []):
            yield f"<pre>{escape(orjson.dumps(example, option=orjson.OPT_INDENT_2).decode())}</pre>"
    answers = [
        (code, "", answer.get("description", "")) for code, answer in operation["responses"].items()
    ]
    yield f"<p>Answers:</p>{_table(answers)}"


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = schemas.get(name, schema)
    return found


def _kind(schema: dict[str, Any]) -> str:
    """The type in words, as far as one line says it."""
    if "enum" in schema:
        return " · ".join(str(value) for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(filter(None, (_kind(each) for each in schema["anyOf"])))
    name = schema.get("$ref", "").rpartition("/")[2]
    return name or str(schema.get("type", ""))


def _table(rows: list[tuple[str, str, str]]) -> str:
    lines = "".join(
        f"<tr><td><code>{escape(str(name))}</code><td>{escape(where)}<td>{_words(words)}"
        for name, where, words in rows
    )
    return f"<table>{lines}</table>"


def _words(text: str) -> str:
    """Text with its `code` shown as such."""
    pieces = escape(text).replace("**", "").split("`")
    return "".join(
        f"<code>{piece}</code>" if number % 2 else piece for number, piece in enumerate(pieces)
    )
