"""What a program outside gets of a turn that is drawn for a check: nothing; and what labels it."""

from datetime import timedelta
from typing import Any

from api_world import World

from sufler.app.checking import checking_over
from sufler.domain.knowledge import Mode, Topic
from sufler.domain.people import Role
from sufler.storage.checks import CheckStore
from sufler.storage.draws import DrawStore

URL = "/api/v1/suggestions"
TALK = "their desk/4711"


async def _asked(world: World, text: str = "деньги", talk: str | None = TALK) -> dict[str, Any]:
    async with world.client(Role.OPERATOR) as client:
        answer = await client.post(URL, json={"text": text, "conversation_id": talk})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def _told(world: World, suggestion_id: str, **given: Any) -> int:
    async with world.client(Role.OPERATOR) as client:
        answer = await client.post(f"{URL}/{suggestion_id}/feedback", json=given)
    return answer.status_code


async def test_that_a_drawn_suggestion_has_no_items_and_tells_no_rule(world: World) -> None:
    world.chance.share, world.chance.u = 0.1, 0.05
    body = await _asked(world)
    assert (body["hidden"], body["items"]) == (True, [])
    assert body["decision"] == {"kind": "hand_off", "reason": "drawn"}
    world.chance.u = 0.999
    again = await _asked(world, "когда вернутся деньги")
    assert again["hidden"], "asking again must not show what is hidden"
    other = await _asked(world, talk="their desk/12")
    assert (other["hidden"], len(other["items"])) == (False, 1)
    assert (
        await _told(world, body["suggestion_id"], action="accepted", article_id="returns-money")
        == 422
    )


async def test_that_without_a_conversation_nothing_is_drawn(world: World) -> None:
    world.chance.share, world.chance.u = 1.0, 0.0
    body = await _asked(world, talk=None)
    assert (body["hidden"], len(body["items"])) == (False, 1)
    assert await DrawStore(world.database).get(body["suggestion_id"]) is None


async def test_that_what_the_bot_would_do_by_itself_is_not_hidden_from_a_program(
    world: World,
) -> None:
    await world.knowledge.set_topic(Topic("Возврат", Mode.ANSWERS, "demo"), "test")
    world.chance.share, world.chance.u = 1.0, 0.0
    body = await _asked(world)
    assert (body["hidden"], body["decision"]["kind"]) == (False, "answer")
    draw = await DrawStore(world.database).get(body["suggestion_id"])
    assert draw is not None
    assert (draw.counts, draw.hidden, draw.answered) == (True, False, False)


async def test_that_the_sent_text_labels_it_and_the_next_day_is_a_new_matter(world: World) -> None:
    world.chance.share, world.chance.u = 0.1, 0.05
    body = await _asked(world)
    look = checking_over(world.database, lambda: list(world.knowledge.articles.values()))
    assert await look(world.clock.now()) == 0
    final = "Здравствуйте! За 3 дня."
    assert await _told(world, body["suggestion_id"], action="replaced", final_text=final) == 204
    assert await look(world.clock.now()) == 1
    check = await CheckStore(world.database).of_suggestion(body["suggestion_id"])
    assert check is not None
    assert (check.right, check.propensity, check.by[:4]) == (True, 0.1, "key:")
    shown = await _asked(world)
    assert not shown["hidden"]
    assert await DrawStore(world.database).get(shown["suggestion_id"]) is None
    world.clock.moment += timedelta(days=1, seconds=1)
    later = await DrawStore(world.database).get((await _asked(world))["suggestion_id"])
    assert later is not None
    assert (later.hidden, later.episode) == (True, 2)


async def test_that_what_a_program_never_tells_of_is_reviewed_a_day_later(world: World) -> None:
    world.chance.share, world.chance.u = 0.1, 0.05
    body = await _asked(world)
    assert await _told(world, body["suggestion_id"], action="ignored") == 204
    look = checking_over(world.database, lambda: list(world.knowledge.articles.values()))
    assert await look(world.clock.now()) == 0
    world.clock.moment += timedelta(days=1, seconds=1)
    assert await look(world.clock.now()) == 1
    lena, _ = await world.people.add("lena", "Лена", Role.OPERATOR)
    _, secret = await world.people.create_key("Lena's", Role.OPERATOR, lena)
    async with world.client(secret) as client:
        answer = await client.get("/api/v1/reviews/next")
    assert answer.status_code == 200, answer.text
    assert "деньги" in answer.text
    assert "hidden" not in answer.text
