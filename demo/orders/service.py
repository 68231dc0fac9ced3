"""The order service over HTTP: a bearer secret, and changes that are done once for each key."""

import json
import secrets
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from demo.orders.failures import Demand, Failures
from demo.orders.shop import Refused, Shop

MOST_KEYS = 10_000


class NewReturn(BaseModel):
    """A return that a customer wants."""

    order: Annotated[str, Field(max_length=20)]
    reason: Annotated[str, Field(max_length=50)]
    comment: Annotated[str | None, Field(max_length=1000)] = None
    email: Annotated[str, Field(max_length=254)]


class NewAddress(BaseModel):
    """Where to, and when."""

    address: Annotated[str, Field(min_length=5, max_length=500)]
    day: date


class Once:
    """Answers by idempotency key: what was done is told again, and not done again."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, int, Any]] = {}

    def do(self, key: str, what: str, act: Callable[[], Any], status: int) -> JSONResponse:
        """Do it, unless it was done under this key. `what` tells one request from another."""
        if not key:
            raise HTTPException(400, "a change needs an Idempotency-Key")
        if key not in self._known:
            try:
                answer = act()
            except Refused as refused:
                status, answer = refused.status, {"error": refused.words}
            if len(self._known) >= MOST_KEYS:
                self._known.pop(next(iter(self._known)))
            self._known[key] = (what, status, answer)
        before, status, answer = self._known[key]
        if before != what:
            raise HTTPException(422, "this Idempotency-Key was used for something else")
        return JSONResponse(answer, status)


def create_app(key: str, today: Callable[[], date] = date.today) -> FastAPI:
    """The service; callers say `key` as a bearer token. Codes may be asked for by anybody."""
    app = FastAPI(title="The demo shop's orders", docs_url="/", redoc_url=None)
    shop, once = Shop(today()), Once()
    demands: list[Demand] = []
    app.add_middleware(Failures, demands=demands)

    def known(authorization: Annotated[str, Header()] = "") -> None:
        given = authorization.removeprefix("Bearer ").encode()
        if not secrets.compare_digest(given, key.encode()):
            raise HTTPException(401, "not allowed")

    @app.exception_handler(Refused)
    async def refused(_request: Request, error: Refused) -> JSONResponse:
        return JSONResponse({"error": error.words}, error.status)

    _reading(app, shop, Depends(known))
    _changing(app, shop, once, Depends(known))

    @app.put("/failures", dependencies=[Depends(known)], status_code=204)
    async def fail(demand: Demand) -> None:
        """Let the next answers go wrong."""
        demands.append(demand)

    @app.delete("/failures", dependencies=[Depends(known)], status_code=204)
    async def fail_no_more() -> None:
        """Answer well again."""
        demands.clear()

    return app


def _reading(app: FastAPI, shop: Shop, known: Any) -> None:
    @app.get("/orders/{number}", dependencies=[known])
    async def order(number: str) -> dict[str, Any]:
        return shop.order(number)

    @app.get("/orders/{number}/return", dependencies=[known])
    async def return_of(number: str) -> dict[str, Any]:
        return shop.return_of(number)

    @app.get("/orders/{number}/warranty", dependencies=[known])
    async def warranty(number: str) -> dict[str, Any]:
        return shop.warranty(number)

    @app.get("/promo/{code}")
    async def promo(code: str) -> dict[str, Any]:
        return shop.promo(code)


def _changing(app: FastAPI, shop: Shop, once: Once, known: Any) -> None:
    @app.post("/returns", dependencies=[known], status_code=201)
    async def take_back(
        new: NewReturn, idempotency_key: Annotated[str, Header(max_length=200)] = ""
    ) -> JSONResponse:
        what = _fingerprint("returns", new)
        return once.do(idempotency_key, what, partial(shop.take_back, new.order, new.reason), 201)

    @app.put("/orders/{number}/address", dependencies=[known])
    async def send_to(
        number: str, new: NewAddress, idempotency_key: Annotated[str, Header(max_length=200)] = ""
    ) -> JSONResponse:
        what = _fingerprint(number, new)
        act = partial(shop.send_to, number, new.address, new.day)
        return once.do(idempotency_key, what, act, 200)


def _fingerprint(path: str, body: BaseModel) -> str:
    return json.dumps([path, body.model_dump(mode="json")])
