"""What strangers send, made fit to be stored and shown: whole characters, no controls, capped."""

import unicodedata
from dataclasses import replace

from sufler.domain.conversation import Incoming

MAX_TEXT = 8000
MAX_NAME = 100
MAX_ID = 200

_KEPT = frozenset("\n\t")
# Direction overrides would let a name or a message rearrange the page around it.
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str, most: int = MAX_TEXT) -> str:
    """`text` without controls and lone surrogates, at most `most` characters; lines are kept.

    It is what people read. Matching normalises further, see `kb_index/normalise.py`.
    """
    whole = text[: most * 2].encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    kept = (char for char in whole if char in _KEPT or not _is_control(char))
    return "".join(kept)[:most].strip()


def clean_incoming(incoming: Incoming) -> Incoming:
    """The same message with every text of it cleaned."""
    customer = incoming.customer
    one_line = " ".join(clean(customer.name, MAX_NAME).split())
    first = " ".join(clean(customer.first_name, MAX_NAME).split())
    return replace(
        incoming,
        external_id=clean(incoming.external_id, MAX_ID),
        customer=replace(
            customer,
            external_id=clean(customer.external_id, MAX_ID),
            name=one_line,
            first_name=first,
        ),
        text=clean(incoming.text),
        button=None if incoming.button is None else clean(incoming.button, MAX_ID),
    )


def _is_control(char: str) -> bool:
    return char in _DIRECTION or unicodedata.category(char) in ("Cc", "Cs")
