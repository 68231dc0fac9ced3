"""POST /suggestions and its feedback: what is answered, stored, hidden and refused."""

import asyncio
from typing import Any

import pytest
from api_world import World

from sufler.api.suggestion_writer import SuggestionWriter
from sufler.domain.decisions import Decision, DecisionKind, Reason, Suggestion
from sufler.domain.errors import StorageUnavailable
from sufler.domain.knowledge import Mode, Topic
from sufler.domain.people import Role

URL = "/api/v1/suggestions"


async def _suggested(world: World, **body: Any) -> dict[str, Any]:
    async with world.client(Role.OPERATOR) as client:
        answer = await client.post(URL, json={"text": "деньги", **body})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_that_a_suggestion_has_every_promised_field(world: World) -> None:
    body = await _suggested(world)
    assert set(body) == {"suggestion_id", "hidden", "items", "decision", "versions", "took_ms"}
    assert body["hidden"] is False
    assert body["items"] == [
        {
            "article_id": "returns-money",
            "title": "Когда вернутся деньги?",
            "text": "За **3 дня**.",
            "topic": "Возврат",
            "language": "ru",
            "confidence": 0.9,
            "level": "sure",
            "phrasing": "Когда вернутся деньги?",
            "why": {"dense": 0.9},
        }
    ]
    assert body["decision"] == {"kind": "hand_off", "reason": "topic_suggests"}
    assert body["versions"] == {"knowledge": 1, "model": "model-1", "head": "head-1"}
    assert body["took_ms"] > 0


async def test_that_a_suggestion_is_stored_before_it_is_answered(world: World) -> None:
    body = await _suggested(world, conversation_id="their desk/№ 4711")
    stored = await world.suggestions.get(body["suggestion_id"])
    assert stored.conversation_id == "their desk/№ 4711"
    assert stored.items[0].article_id == "returns-money"


async def test_that_history_language_and_limit_reach_the_prompter(world: World) -> None:
    past = [{"role": "customer", "text": "здравствуйте"}, {"role": "bot", "text": "да?"}]
    body = await _suggested(world, text="деньги где", history=past, language="ru", limit=1)
    assert len(body["items"]) == 1
    assert world.prompter.asked[-1] == {
        "text": "деньги где",
        "history": [("customer", "здравствуйте"), ("bot", "да?")],
        "language": "ru",
    }


async def test_that_what_an_observing_topic_predicts_is_stored_but_not_shown(world: World) -> None:
    await world.knowledge.set_topic(Topic("Возврат", Mode.OBSERVES), "test")
    body = await _suggested(world)
    assert body["items"] == []
    assert body["decision"]["reason"] == "topic_observes"
    assert len((await world.suggestions.get(body["suggestion_id"])).items) == 1


async def test_that_an_answering_topic_shows_the_decision_to_answer(world: World) -> None:
    await world.knowledge.set_topic(Topic("Возврат", Mode.ANSWERS, "demo"), "test")
    assert (await _suggested(world))["decision"] == {"kind": "answer", "reason": "confident"}


async def test_that_an_empty_text_and_an_empty_base_are_answered(world: World) -> None:
    world.knowledge.articles = {}
    for text in ("", "деньги", "😀", "\u202eденьги", "ﷺ" * 4096):
        assert (await _suggested(world, text=text))["items"] == []


async def test_that_a_customers_broken_characters_are_mended_not_refused(world: World) -> None:
    async with world.client(Role.OPERATOR) as client:
        answer = await client.post(
            URL,
            content=b'{"text": "a\\u0000b \\ud800 \\ud83d\\ude00"}',
            headers={"Content-Type": "application/json"},
        )
    assert answer.status_code == 200, answer.text
    assert world.prompter.asked[-1]["text"] == "a b \ufffd 😀"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": None}, "text"),
        ({"text": 5}, "text"),
        ({"text": "x", "limit": 0}, "limit"),
        ({"text": "x", "limit": 11}, "limit"),
        ({"text": "x", "language": "de"}, "language"),
        ({"text": "x", "conversation_id": "x" * 201}, "conversation_id"),
        ({"text": "x", "conversation_id": "a\0b"}, "conversation_id"),
        ({"text": "x", "history": [{"role": "agent", "text": "y"}]}, "history.0.role"),
        ({"text": "x", "history": [{"role": "bot", "text": "y"}] * 101}, "history"),
        ({"text": "x", "colour": "red"}, "colour"),
    ],
)
async def test_that_a_bad_field_is_named(world: World, body: dict[str, Any], field: str) -> None:
    async with world.client(Role.OPERATOR) as client:
        answer = await client.post(URL, json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["field"] == field


@pytest.mark.parametrize("action", ["accepted", "edited", "replaced", "rejected", "ignored"])
async def test_that_feedback_is_kept(world: World, action: str) -> None:
    suggestion = await _suggested(world)
    given = {
        "action": action,
        "article_id": "returns-money",
        "final_text": "За 3 дня",
        "reason": "ok",
    }
    async with world.client(Role.OPERATOR) as client:
        answer = await client.post(f"{URL}/{suggestion['suggestion_id']}/feedback", json=given)
    assert answer.status_code == 204
    [kept] = await world.suggestions.feedback_of(suggestion["suggestion_id"])
    assert kept.action.value == action
    assert (kept.article_id, kept.final_text, kept.reason) == ("returns-money", "За 3 дня", "ok")
    assert kept.by.startswith("key:")
    assert kept.at == world.clock.now()


async def test_that_a_persons_key_signs_feedback_with_the_person(world: World) -> None:
    person, _ = await world.people.add("anna", "Анна", Role.OPERATOR, "long enough")
    _, secret = await world.people.create_key("Anna's", Role.OPERATOR, person)
    suggestion = await _suggested(world)
    async with world.client(secret) as client:
        url = f"{URL}/{suggestion['suggestion_id']}/feedback"
        assert (await client.post(url, json={"action": "ignored"})).status_code == 204
    [kept] = await world.suggestions.feedback_of(suggestion["suggestion_id"])
    assert kept.by == f"person:{person.id}"


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({"action": "accepted", "article_id": "where-is-it"}, 422, "article_id"),
        ({"action": "replaced", "article_id": "nothing"}, 422, "article_id"),
        ({"action": "replaced", "article_id": "where-is-it"}, 204, None),
        ({"action": "liked"}, 422, "action"),
        ({}, 422, "action"),
        ({"action": "edited", "final_text": "a\0b"}, 422, "final_text"),
    ],
)
async def test_that_feedback_names_an_article_that_can_be_meant(
    world: World, given: dict[str, Any], status: int, field: str | None
) -> None:
    suggestion = await _suggested(world)
    async with world.client(Role.OPERATOR) as client:
        answer = await client.post(f"{URL}/{suggestion['suggestion_id']}/feedback", json=given)
    assert answer.status_code == status
    if field:
        assert answer.json()["field"] == field


async def test_that_feedback_to_an_unknown_suggestion_is_not_found(world: World) -> None:
    async with world.client(Role.OPERATOR) as client:
        answer = await client.post(f"{URL}/nothing/feedback", json={"action": "ignored"})
    assert answer.status_code == 404


async def test_that_many_callers_at_once_each_get_their_own(world: World) -> None:
    bodies = await asyncio.gather(*(_suggested(world, text=f"деньги {n}") for n in range(60)))
    assert len({body["suggestion_id"] for body in bodies}) == 60
    for body in bodies:
        await world.suggestions.get(body["suggestion_id"])


class SlowStore:
    """Counts its transactions; refuses a suggestion by its id."""

    def __init__(self, refused: str = "", fault: Exception | None = None) -> None:
        self.groups: list[list[str]] = []
        self.refused = refused
        self.fault = fault

    async def add_many(self, made: Any, drawn: Any = None) -> frozenset[str]:
        await asyncio.sleep(0.01)
        ids = [suggestion.id for suggestion, _, _ in made]
        if self.fault:
            raise self.fault
        if self.refused in ids:
            raise ValueError("cannot be stored")
        self.groups.append(ids)
        return frozenset()

    async def get(self, suggestion_id: str) -> Suggestion:
        raise AssertionError

    async def add_feedback(self, given: object) -> None:
        raise AssertionError


async def _written(world: World, store: SlowStore, number: int) -> list[bool | BaseException]:
    decision = Decision(DecisionKind.HAND_OFF, Reason.LOW_CONFIDENCE)
    writer = SuggestionWriter(store)
    made = [await world.prompter.suggest("x") for _ in range(number)]
    return await asyncio.gather(
        *(writer.add(each, decision, "key:1") for each in made), return_exceptions=True
    )


async def test_that_callers_who_come_together_share_a_transaction(world: World) -> None:
    store = SlowStore()
    assert await _written(world, store, 50) == [False] * 50
    assert len(store.groups) <= 2


async def test_that_one_bad_suggestion_harms_no_neighbour(world: World) -> None:
    told = await _written(world, SlowStore(refused="s3"), 6)
    assert [type(each) for each in told].count(ValueError) == 1
    assert told.count(False) == 5


async def test_that_each_caller_learns_that_the_database_is_gone(world: World) -> None:
    told = await _written(world, SlowStore(fault=StorageUnavailable("the disk is full")), 5)
    assert all(isinstance(each, StorageUnavailable) for each in told)


async def test_that_a_suggestion_that_cannot_be_stored_is_not_answered(world: World) -> None:
    await world.database.close()
    world.prompter.fault = StorageUnavailable("the disk with the database is full")
    async with world.client(Role.OPERATOR) as client:
        answer = await client.post(URL, json={"text": "деньги"})
    assert answer.status_code == 503
    assert answer.json()["detail"] == "the disk with the database is full"
    assert answer.headers["retry-after"] == "5"
