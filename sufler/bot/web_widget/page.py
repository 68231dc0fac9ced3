"""The page /chat: the widget over a whole window, in the customer's language, with its cookie."""

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sufler.bot.web_widget.face import STATIC, Face, templates
from sufler.bot.web_widget.visitor import COOKIE, COOKIE_AGE, Visitors
from sufler.domain.knowledge import LANGUAGES, Language
from sufler.domain.texts import text

LANGUAGE_COOKIE: Final = "sufler_language"

HEADERS: Final = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'self'; require-trusted-types-for 'script'; "
    "trusted-types sufler",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}

_KINDS = {".css": "text/css", ".svg": "image/svg+xml"}
_STATIC_NAME = re.compile(r"[a-z_]+\.(?:css|svg)")


class ChatPage:
    """Answers GET /chat."""

    def __init__(self, visitors: Visitors, face: Face, *, secure: bool) -> None:
        """`secure`: the cookie goes over https only."""
        self._visitors = visitors
        self._face = face
        self._secure = secure

    async def answer(self, request: Request) -> Response:
        """The page; a visitor who is new gets a cookie."""
        asked = request.query_params.get("lang")
        language = self._language(request, asked)
        html = templates.get_template("chat.html").render(
            language=language,
            name=self._face.name_in(language),
            t=lambda key: text(key, language),
        )
        response = HTMLResponse(html, headers=HEADERS)
        secure = self._secure or request.url.scheme == "https"
        visitor = self._visitors.visitor_of(request.cookies.get(COOKIE)) or self._visitors.new()
        response.set_cookie(
            COOKIE,
            self._visitors.token_of(visitor),
            max_age=int(COOKIE_AGE.total_seconds()),
            path="/chat",
            httponly=True,
            samesite="lax",
            secure=secure,
        )
        if asked in LANGUAGES:
            response.set_cookie(
                LANGUAGE_COOKIE,
                language,
                max_age=int(COOKIE_AGE.total_seconds()),
                samesite="lax",
                secure=secure,
            )
        return response

    def _language(self, request: Request, asked: str | None) -> Language:
        accepted = request.headers.get("accept-language", "")
        wanted = [asked, request.cookies.get(LANGUAGE_COOKIE), *_by_preference(accepted)]
        for code in wanted:
            for language in LANGUAGES:
                if code == language:
                    return language
        return self._face.language


async def static_file(request: Request) -> Response:
    """The page's own style and picture; the browser asks each time whether they changed."""
    name = str(request.path_params["name"])
    file = STATIC / name
    if not _STATIC_NAME.fullmatch(name) or not file.is_file():
        return Response("There is no such file.", 404, media_type="text/plain")
    kind = _KINDS[name[name.rindex(".") :]]
    headers = {"cache-control": "no-cache", "x-content-type-options": "nosniff"}
    return Response(file.read_bytes(), media_type=kind, headers=headers)


def _by_preference(header: str) -> list[str]:
    """The languages of an Accept-Language header, most wanted first, without their regions."""
    weighed = []
    for part in header[:1000].split(","):
        code, _, rest = part.partition(";")
        weight = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", rest)
        weighed.append((-float(weight[1]) if weight else -1.0, code.strip().lower()[:2]))
    return [code for _, code in sorted(weighed, key=lambda each: each[0])]
