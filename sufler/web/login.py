"""/login and /logout: plain forms, so that they work before any script does."""

import math
from urllib.parse import parse_qs, urlencode, urlsplit

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from sufler.desk.people import SESSION_LENGTH
from sufler.domain.errors import StorageUnavailable, TooManyTries, Unauthenticated
from sufler.domain.texts import text
from sufler.web import paper
from sufler.web.services import Services
from sufler.web.session import COOKIE, caller_of, local_page, sent_from_here, token_of

_log = structlog.get_logger(__name__)

_MOST_BYTES = 4096


class Login:
    """Answers /login and /logout."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._people = services.people

    async def show(self, request: Request) -> Response:
        """The form; who has logged in already goes on."""
        wanted = local_page(request.query_params.get("next"))
        if await caller_of(request, self._people) is not None:
            return RedirectResponse(wanted, 303)
        over = "over" in request.query_params
        return self._form(request, wanted, notice="login_over" if over else None)

    async def enter(self, request: Request) -> Response:
        """Open a session."""
        form = await _form_of(request)
        wanted = local_page(form.get("next"))
        if not sent_from_here(request, self._services.public_url):
            return self._form(request, wanted, 403, error="login_foreign")
        login, client = form.get("login", ""), request.client.host if request.client else ""
        try:
            token = await self._people.login(login, form.get("password", ""), client)
        except Unauthenticated:
            return self._form(request, wanted, 401, error="login_wrong", login=login)
        except TooManyTries as error:
            minutes = max(1, math.ceil(error.retry_after / 60))
            return self._form(
                request, wanted, 429, error="login_too_many", login=login, minutes=minutes
            )
        except StorageUnavailable as error:
            _log.error("login_failed", error=error.message)
            return self._form(request, wanted, 503, error="login_not_now", login=login)
        response = RedirectResponse(wanted, 303)
        response.set_cookie(
            COOKIE,
            token,
            max_age=int(SESSION_LENGTH.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=self._secure(request),
        )
        return response

    async def leave(self, request: Request) -> Response:
        """End the session."""
        response = RedirectResponse("/", 303)
        if not sent_from_here(request, self._services.public_url):
            return response
        await self._people.logout(token_of(request))
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")
        return response

    def _form(
        self,
        request: Request,
        wanted: str,
        status: int = 200,
        *,
        error: str | None = None,
        notice: str | None = None,
        login: str = "",
        **values: object,
    ) -> Response:
        language = paper.language_of(request, self._services.language)
        return paper.page(
            "login.html",
            language,
            "/login?" + urlencode({"next": wanted}),
            status,
            wanted=wanted,
            login=login[:64],
            error=text(error, language, **values) if error else None,
            notice=text(notice, language) if notice else None,
        )

    def _secure(self, request: Request) -> bool:
        public = urlsplit(self._services.public_url or "").scheme == "https"
        return public or request.url.scheme == "https"


async def _form_of(request: Request) -> dict[str, str]:
    """The fields of a small form; a larger one, or another kind of body, has none."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_BYTES:
                return {}
    except ClientDisconnect:
        return {}
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=10)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}
