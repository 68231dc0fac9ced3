"""A customer's turn made a golden question on the desk."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from sufler.app.clock import SystemClock
from sufler.desk.golden import GoldenDesk
from sufler.domain.decisions import Suggestion, TurnKind, Versions
from sufler.domain.errors import BadInput, Forbidden
from sufler.domain.knowledge import Article, Language, Translation
from sufler.domain.learning import Golden
from sufler.domain.people import Caller, Role

NOW = datetime(2026, 11, 22, tzinfo=UTC)
EVA = Caller("person:eva", "Ева", Role.EDITOR, "eva")
ANNA = Caller("person:anna", "Анна", Role.OPERATOR, "anna")


class Kept:
    """Golden questions in a list, and a base of one article."""

    def __init__(self) -> None:
        self.golden: list[Golden] = []

    async def all(self) -> list[Golden]:
        return self.golden

    async def add(self, given: Iterable[Golden]) -> int:
        self.golden += given
        return len(self.golden)

    async def remove(self, golden_id: int) -> None:
        raise AssertionError(golden_id)

    async def newest_refits(self, limit: int = 20) -> list[Mapping[str, Any]]:
        return []

    async def get_many(self, ids: Sequence[str]) -> dict[str, Article]:
        told = {"ru": Translation("Доставка", "Завтра.")}
        return {each: Article("a", "", told) for each in ids if each == "a"}  # type: ignore[dict-item]

    async def suggest(
        self, text: str, *, language: Language | None = None, limit: int = 3
    ) -> Suggestion:
        raise AssertionError(text)


def asked(text: str) -> Suggestion:
    versions = Versions(1, "m", "h", "p", "1")
    return Suggestion("s", text, "ru", TurnKind.QUESTION, (), versions, 1.0, NOW, "talk")


async def test_that_a_turn_becomes_a_golden_question_without_what_is_personal_in_it() -> None:
    kept = Kept()
    desk = GoldenDesk(kept, kept, kept, SystemClock())
    words = "Мария, тел. +7 916 123-45-67, где мой заказ №48151"
    await desk.add_turn(EVA, asked(words), "a", ("Мария",))
    (one,) = kept.golden
    assert (one.text, one.article_id, one.conversation_id) == ("тел., где мой заказ", "a", "talk")
    with pytest.raises(Forbidden):
        await desk.add_turn(ANNA, asked(words), "a")
    with pytest.raises(BadInput, match="characters"):
        await desk.add_turn(EVA, asked("+7 916 123-45-67"), "a")
    assert len(kept.golden) == 1
