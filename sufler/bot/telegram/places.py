"""Telegram's ids as Sufler keeps them: whom a conversation is with, and which message is meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sufler.domain.conversation import Customer

_LONGEST: Final = 200  # of an id in the database


@dataclass(frozen=True, slots=True)
class Place:
    """Where one customer is: a private chat, one `member` of a group, or a private chat of a
    business account, which the bot sees by its `connection`."""

    chat_id: int
    member: int | None = None
    connection: str | None = None

    @property
    def customer_id(self) -> str:
        """The customer's external id."""
        if self.connection is not None:
            return f"b:{self.connection}:{self.chat_id}"
        return f"g:{self.chat_id}:{self.member}" if self.member is not None else str(self.chat_id)


def place_of(customer: Customer) -> Place:
    """The reverse of `Place.customer_id`. Raises ValueError for what is none."""
    kind, _, rest = customer.external_id.partition(":")
    first, _, second = rest.rpartition(":")
    if kind == "g":
        return Place(int(first), member=int(second))
    if kind == "b" and first:
        return Place(int(second), connection=first)
    return Place(int(customer.external_id))


def message_ref(chat_id: int, message_ids: Sequence[int], connection: str | None = None) -> str:
    """The external id of a message; one of several parts names them all, as far as they fit."""
    place = f"u:{chat_id}" if connection is None else f"b:{connection}:{chat_id}"
    whole = f"{place}:{','.join(map(str, message_ids))}"
    return whole if len(whole) <= _LONGEST else f"{place}:{message_ids[-1]}"


@dataclass(frozen=True, slots=True)
class Ref:
    """A message in a chat, and the ids of its parts, in order."""

    chat_id: int
    message_ids: tuple[int, ...]


def read_ref(external_id: str | None) -> Ref | None:
    """The reverse of `message_ref`; None for what is none."""
    place, _, ids = (external_id or "").rpartition(":")
    chat = place.rpartition(":")[2]
    try:
        return Ref(int(chat), tuple(int(each) for each in ids.split(",")))
    except ValueError:
        return None
