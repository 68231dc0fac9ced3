"""What the widget is made of: its one script, and its face (HTML, style and words in a language),
with an ETag each, so that a page that has them asks for nothing twice."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sufler import __version__
from sufler.bot.web_widget.frames import MOST_CHARS
from sufler.bot.web_widget.origins import Origins
from sufler.domain.files import EXTENSIONS
from sufler.domain.knowledge import LANGUAGES, Language
from sufler.domain.texts import CATALOGUE, text

STATIC: Final = Path(__file__).parent / "static"
# Each uses only those before it.
MODULES: Final = ("connection.js", "outbox.js", "view.js", "talk.js", "widget.js")
SHEETS: Final = ("panel.css", "talk.css", "widget.css")

# Anybody may read them: they are the same for all, and hold nothing of anyone.
_OPEN = {
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
}
_KEPT = {"cache-control": "public, max-age=300"}

templates: Final = Environment(
    loader=PackageLoader("sufler.bot.web_widget", "templates"), autoescape=True
)


@dataclass(slots=True)
class Face:
    """What a company puts on the chat: its name and some questions to begin with. Administrators
    may change it at any time."""

    name: Mapping[Language, str] = field(default_factory=dict)
    examples: Mapping[Language, Sequence[str]] = field(default_factory=dict)
    language: Language = "ru"
    notice: Mapping[Language, str] = field(default_factory=dict)

    def name_in(self, language: Language) -> str:
        """The name over the chat."""
        return self.name.get(language) or text("chat_name", language)


def script() -> str:
    """The modules of static/ as one plain script: as they were written, but without their imports
    and the lines that are comments."""
    whole = "\n".join((STATIC / name).read_text("utf-8") for name in MODULES)
    whole = re.sub(r"^import [^;]*;\n+", "", whole, flags=re.MULTILINE)
    whole = re.sub(r"^export ", "", whole, flags=re.MULTILINE)
    whole = re.sub(r"^ *(?://.*|/\*\*(?:.|\n)*?\*/)\n", "", whole, flags=re.MULTILINE)
    return f'// Sufler {__version__}\n(() => {{\n"use strict";\n{whole}}})();\n'


class WidgetParts:
    """Answers GET /widget.js and GET /widget/face. `upload_limit` in bytes, None: no uploads."""

    def __init__(self, face: Face, origins: Origins, upload_limit: int | None) -> None:
        self._face = face
        self._origins = origins
        self._upload_limit = upload_limit
        self._script = script().encode()
        self._bodies: dict[Language, tuple[str, bytes]] = {}

    async def script(self, request: Request) -> Response:
        """The script, the same for every site."""
        return _tagged(request, self._script, "text/javascript; charset=utf-8", _OPEN | _KEPT)

    async def face(self, request: Request) -> Response:
        """What the script shows; 403 for a page of a site that may not have the widget."""
        # A page's own server is asked without an origin.
        if "origin" in request.headers and not self._origins.admit(request.headers):
            headers = _OPEN | {"cache-control": "no-store"}
            return JSONResponse({"reason": "origin"}, 403, headers=headers)
        asked = request.query_params.get("language")
        language = next((known for known in LANGUAGES if known == asked), self._face.language)
        headers = _OPEN | _KEPT | {"vary": "origin"}
        return _tagged(request, self._body(language), "application/json", headers)

    def _body(self, language: Language) -> bytes:
        """Made anew only when the company's words have changed."""
        words = repr(self._face)
        known, body = self._bodies.get(language, ("", b""))
        if known != words:
            body = self._made(language)
            self._bodies[language] = (words, body)
        return body

    def _made(self, language: Language) -> bytes:
        limit = self._upload_limit
        body: dict[str, Any] = {
            "language": language,
            "words": {
                key: CATALOGUE[key][language] for key in CATALOGUE if key.startswith("chat_")
            },
            "html": self._html(language),
            "style": "".join((STATIC / name).read_text("utf-8") for name in SHEETS),
            "most_chars": MOST_CHARS,
            "uploads": None if limit is None else {"limit": limit},
        }
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()

    def _html(self, language: Language) -> str:
        face = self._face
        # It is our own file; autoescape would show it as text.
        mark = Markup((STATIC / "mark.svg").read_text("utf-8"))  # noqa: S704
        return templates.get_template("panel.html").render(
            other="en" if language == "ru" else "ru",
            name=face.name_in(language),
            examples=face.examples.get(language, ())[:4],
            notice=face.notice.get(language, ""),
            uploads=self._upload_limit is not None,
            accept=",".join(f".{extension}" for extension in EXTENSIONS),
            most_chars=MOST_CHARS,
            mark=mark,
            t=lambda key: text(key, language),
        )


def _tagged(request: Request, body: bytes, kind: str, headers: Mapping[str, str]) -> Response:
    """`body`, or 304 when the browser has it already."""
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {**headers, "etag": tag}
    had = [
        each.strip().removeprefix("W/")
        for each in request.headers.get("if-none-match", "").split(",")
    ]
    if tag in had:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=kind, headers=headers)
