"""Errors as RFC 9457 problem details: one shape for everything the API refuses or cannot do."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from math import ceil
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import ValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Route

from sufler.domain import errors

MEDIA_TYPE = "application/problem+json"
MAX_FAULTS = 20  # how many faults of one body are listed


class Fault(BaseModel):
    """One fault of the input."""

    field: str = Field(description="Where it is, as in `history.0.role`.")
    detail: str


class Problem(BaseModel):
    """An RFC 9457 problem. `type` is a stable word for programs, `detail` a line for people."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:sufler:bad-input",
                    "title": "Bad input",
                    "status": 422,
                    "detail": "text: Field required",
                    "field": "text",
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    detail: str
    field: str | None = Field(default=None, description="The part of the input at fault.")
    errors: list[Fault] | None = Field(default=None, description="Where there are several.")


# The order matters: the first class that fits.
_KINDS: tuple[tuple[type[errors.SuflerError], int, str, str], ...] = (
    (errors.BadInput, 422, "bad-input", "Bad input"),
    (errors.NotFound, 404, "not-found", "Not found"),
    (errors.Conflict, 409, "conflict", "Conflict"),
    (errors.Unauthenticated, 401, "unauthenticated", "No valid key"),
    (errors.Forbidden, 403, "forbidden", "Not allowed"),
    (errors.TooManyTries, 429, "too-many-requests", "Too many requests"),
    (errors.StorageUnavailable, 503, "storage-unavailable", "The database is not available"),
    (errors.ModelMissing, 503, "model-missing", "The model is not there"),
    (errors.ModelDamaged, 503, "model-damaged", "The model is damaged"),
)

_TITLES = {
    400: ("bad-request", "Bad request"),
    401: ("unauthenticated", "No valid key"),
    403: ("forbidden", "Not allowed"),
    404: ("not-found", "Not found"),
    405: ("method-not-allowed", "Method not allowed"),
    409: ("conflict", "Conflict"),
    412: ("changed-meanwhile", "Changed meanwhile"),
    413: ("too-large", "Too large"),
    415: ("unsupported-media-type", "Unsupported media type"),
    422: ("bad-input", "Bad input"),
    429: ("too-many-requests", "Too many requests"),
    500: ("internal", "Internal error"),
    503: ("not-ready", "Not ready"),
}

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def problem(
    status: int,
    detail: str,
    *,
    kind: tuple[str, str] | None = None,
    field: str | None = None,
    faults: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Response:
    """A response with a problem in it. `kind` is (word, title); by default those of `status`."""
    word, title = kind or _TITLES.get(status) or ("error", HTTPStatus(status).phrase)
    body: dict[str, Any] = {
        "type": f"urn:sufler:{word}",
        "title": title,
        "status": status,
        "detail": clean(detail),
    }
    if field is not None:
        body["field"] = clean(field)
    if len(faults) > 1:
        body["errors"] = [fault.model_dump() for fault in faults]
    body.update(extra or {})
    return Response(orjson.dumps(body), status, headers, media_type=MEDIA_TYPE)


def clean(text: str) -> str:
    """`text` on one line that any JSON writer takes: it may quote what a stranger sent."""
    return _UNPRINTABLE.sub("\ufffd", text)[:500]


def of_error(error: errors.SuflerError) -> Response:
    """The problem for one of our own errors; one that has no status of its own is a 500."""
    for kind, status, word, title in _KINDS:
        if isinstance(error, kind):
            return problem(
                status,
                error.message,
                kind=(word, title),
                field=error.field,
                headers=_headers(error),
            )
    return unexpected()


def unexpected() -> Response:
    """The problem for what nobody foresaw: says nothing of the inside; the log has it."""
    return problem(500, "Something went wrong inside; the log of the server says what.")


def of_validation(found: Sequence[Mapping[str, Any]]) -> Response:
    """The problem for pydantic's faults. What was sent is not repeated: it may be private."""
    faults = [_fault(each) for each in found[:MAX_FAULTS]]
    if found and found[0].get("type") == "json_invalid":
        return problem(400, faults[0].detail)
    first = faults[0]
    return problem(422, f"{first.field}: {first.detail}", field=first.field, faults=faults)


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem."""
    app.add_exception_handler(errors.SuflerError, _on_sufler_error)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(ValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_unexpected)


def _headers(error: errors.SuflerError) -> dict[str, str] | None:
    if isinstance(error, errors.Unauthenticated):
        return {"WWW-Authenticate": 'Bearer realm="sufler"'}
    if isinstance(error, errors.TooManyTries):
        return {"Retry-After": str(max(1, ceil(error.retry_after)))}
    if isinstance(error, errors.StorageUnavailable):
        return {"Retry-After": "5"}
    return None


def _fault(found: Mapping[str, Any]) -> Fault:
    where = [str(part) for part in found.get("loc", ())]
    if where and where[0] in ("body", "query", "path", "header"):
        where = where[1:]
    detail = str(found.get("msg", "not valid"))
    if found.get("type") == "json_invalid":
        reason = (found.get("ctx") or {}).get("error", "")
        detail = f"The body is not valid JSON: {reason}" if reason else "The body is not valid JSON"
        where = []
    return Fault(field=clean(".".join(where)) or "body", detail=clean(detail))


async def _on_sufler_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.SuflerError)
    return of_error(error)


async def _on_unexpected(_request: Request, _error: Exception) -> Response:
    return unexpected()  # `edge.py` gets the error too, and logs it


async def _on_validation(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError | ValidationError)
    return of_validation(error.errors())


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = error.headers
    detail = error.detail if isinstance(error.detail, str) else HTTPStatus(error.status_code).phrase
    if error.status_code == 404 and detail == "Not Found":
        detail = "There is nothing at this address."
    if error.status_code == 405:
        detail = "This address does not know that method."
        headers = {"Allow": ", ".join(_methods(request))}
    return problem(error.status_code, detail, headers=headers)


def _methods(request: Request) -> list[str]:
    """What the address does know: each method has a route of its own, and the error names one."""
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    path = request.scope["path"]
    return sorted({m for route in routes if route.path_regex.match(path) for m in _own(route)})


def _own(route: Route) -> set[str]:
    return route.methods or set()


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of the problems with these statuses; whatever needs a key is also limited
    in how often it may be asked."""
    if 401 in statuses:
        statuses = (*statuses, 429)
    return {
        status: {
            "description": _TITLES[status][1],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted(statuses)
    }
