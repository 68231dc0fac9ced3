"""The plain pages: templates, their language, their headers, their files."""

import re
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sufler.domain.knowledge import LANGUAGES, Language
from sufler.domain.texts import text
from sufler.web.session import local_page

LANGUAGE_COOKIE: Final = "sufler_language"
STATIC_PATH: Final = Path(__file__).parent / "static"

HEADERS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}

_YEAR_S = 365 * 24 * 3600
_KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_STATIC_NAME = re.compile(r"[a-z_]+\.(?:js|css|svg)")
_templates = Environment(loader=PackageLoader("sufler.web", "templates"), autoescape=True)


def language_of(request: Request, default: Language) -> Language:
    """The language that was chosen, or else the first one of ours that the browser asks for."""
    accepted = re.findall(r"[a-zA-Z]{2}", request.headers.get("accept-language", "")[:200])
    for code in (request.cookies.get(LANGUAGE_COOKIE), *(code.lower() for code in accepted)):
        for language in LANGUAGES:
            if code == language:
                return language
    return default


def other(language: Language) -> Language:
    """The language that the switch leads to."""
    return "en" if language == "ru" else "ru"


def page(
    template: str, language: Language, here: str, status: int = 200, **values: Any
) -> Response:
    """The page `template`; `here` is its own address, for the language switch."""
    return HTMLResponse(piece(template, language, here, **values), status, headers=HEADERS)


def piece(template: str, language: Language, here: str = "", **values: Any) -> str:
    """The HTML of `template`, with every value escaped."""
    return _templates.get_template(template).render(
        language=language,
        other=other(language),
        here=here,
        t=lambda key, **named: text(key, language, **named),
        **values,
    )


async def switch_language(request: Request) -> Response:
    """Remember a language and go back."""
    response = RedirectResponse(local_page(request.query_params.get("next")), 303)
    language = request.path_params["language"]
    if language in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR_S, samesite="lax")
    return response


async def static_file(request: Request) -> Response:
    """A style, script or picture; the browser asks each time whether it changed."""
    name = str(request.path_params["name"])
    file = STATIC_PATH / name
    if not _STATIC_NAME.fullmatch(name) or not file.is_file():
        return Response("There is no such file.", 404, media_type="text/plain")
    kind = _KINDS[name[name.rindex(".") :]]
    headers = {"cache-control": "no-cache", "x-content-type-options": "nosniff"}
    return Response(file.read_bytes(), media_type=kind, headers=headers)
