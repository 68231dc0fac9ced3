"""Who is asking: the key in `Authorization: Bearer …`, remembered for a few seconds, and rights."""

from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import Any

from fastapi import Security
from fastapi.security import HTTPBearer
from starlette.requests import HTTPConnection

from sufler.desk.people import require
from sufler.domain.errors import Unauthenticated
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock

KEEP_S = 3.0  # a key revoked by another process is refused after this
_MOST_KEPT = 1000
_LONGEST_KEY = 200

_NO_KEY = "Send a key as 'Authorization: Bearer sk_…'; `sufler keys create` makes one."


class CallerCache:
    """Callers by key, so that a busy program costs one look into the database in `KEEP_S` seconds.

    Holds hashes of the secrets only. `forget` is called when a key is revoked or a person is
    disabled in this process: it works at once.
    """

    def __init__(self, look_up: Callable[[str], Awaitable[Caller]], clock: Clock) -> None:
        self._look_up = look_up
        self._clock = clock
        self._known: dict[bytes, tuple[float, Caller]] = {}
        self._ids: dict[bytes, str] = {}
        self._generation = 0

    async def caller(self, secret: str) -> Caller:
        """Whose key it is. Raises Unauthenticated; refusals are not remembered."""
        name = _digest(secret)
        now = self._clock.monotonic()
        known = self._known.get(name)
        if known is not None and known[0] > now:
            return known[1]
        generation = self._generation
        caller = await self._look_up(secret)
        if len(self._ids) >= _MOST_KEPT:
            self._ids.clear()
        self._ids[name] = caller.id
        if generation == self._generation:  # else a key was revoked while we looked
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._known[name] = (now + KEEP_S, caller)
        return caller

    def id_of(self, secret: str) -> str | None:
        """The id of the key's caller, if it was a good one here before; it may be revoked by now.
        Only for counting: it opens nothing."""
        return self._ids.get(_digest(secret))

    def forget(self) -> None:
        """Look everybody up anew from now on."""
        self._generation += 1
        self._known.clear()


def _digest(secret: str) -> bytes:
    return blake2b(secret.encode("utf-8", "replace"), digest_size=16).digest()


class May(HTTPBearer):
    """A dependency: the caller, if their key gives `right`. Raises Unauthenticated, Forbidden."""

    def __init__(self, right: Right) -> None:
        super().__init__(
            scheme_name="key",
            bearerFormat="sk_…",
            description=_NO_KEY,
            auto_error=False,
        )
        self._right = right

    async def __call__(self, request: HTTPConnection) -> Any:
        """The Caller."""
        parts = request.app.state.parts
        caller = await parts.callers.caller(bearer(request))
        require(caller, self._right)
        return caller


def asking(right: Right) -> Any:
    """For `Annotated[Caller, asking(right)]` in a route."""
    return Security(May(right))


def signature(caller: Caller) -> str:
    """How a change is signed: a name for people, an id that no other caller can take."""
    return f"{caller.name} ({caller.id})"


def bearer(request: HTTPConnection) -> str:
    """The secret in the request's header. Raises Unauthenticated when there is none."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not 0 < len(secret) <= _LONGEST_KEY:
        raise Unauthenticated(_NO_KEY)
    return secret
