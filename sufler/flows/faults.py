"""What is wrong with what an analyst wrote: a flow, its talks, an expression, a change of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sufler.domain.errors import BadInput
from sufler.domain.knowledge import Language
from sufler.domain.texts import text


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding; `step` is "" where it is about the flow or a slot. A warning does not stop
    anybody from publishing. `line` (from 1) is set where the text is known that it stands in."""

    step: str
    code: str
    values: tuple[tuple[str, Any], ...] = ()
    warning: bool = False
    line: int | None = None

    def told(self, language: Language) -> str:
        """The finding for people, with its step."""
        words = text(f"flow_check_{self.code}", language, **dict(self.values))
        return f"{self.step}: {words}" if self.step else words


class BadFlow(BadInput):
    """Cannot be taken; `faults` says why in each language, the message in English, behind `where`
    and the line."""

    def __init__(
        self, faults: Sequence[Fault], *, where: str = "", field: str | None = None
    ) -> None:
        first, *others = faults
        line = f", line {first.line}" if first.line and where else ""
        place = f"{where}{line}: " if where else ""
        told = [first.told("en"), *(_told(each) for each in others)]
        super().__init__(place + "; ".join(told), field=field)
        self.faults = tuple(faults)

    def told(self, language: Language) -> str:
        """All that is wrong, on one line."""
        return "; ".join(each.told(language) for each in self.faults)


def _told(fault: Fault) -> str:
    return f"line {fault.line}: {fault.told('en')}" if fault.line else fault.told("en")


def bad(code: str, *, where: str = "", line: int | None = None, **values: object) -> BadFlow:
    """A text with one fault."""
    return BadFlow([Fault("", code, tuple(values.items()), line=line)], where=where)
