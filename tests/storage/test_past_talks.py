"""The past for a replay: episodes of conversations, and the base as it was at a version."""

from dataclasses import replace
from datetime import timedelta

from set_clock import SetClock
from sqlalchemy import insert

from sufler.domain.knowledge import Article, ArticleStatus, Phrasing, Translation
from sufler.domain.learning import Learned, LearnedKind, LearnedState
from sufler.storage.articles import ArticleStore
from sufler.storage.database import Database
from sufler.storage.learned import Change
from sufler.storage.past_talks import PastTalks
from sufler.storage.tables.conversations import conversations, episodes, messages


def article(id_: str, answer: str, **changed: object) -> Article:
    made = Article(id_, "Т", {"ru": Translation(f"Вопрос {id_}?", answer)})
    return replace(made, **changed)  # type: ignore[arg-type]  # its fields


async def test_that_the_base_is_as_it_was_with_what_had_been_learned_by_then(
    database: Database, clock: SetClock
) -> None:
    store, past = ArticleStore(database, clock), PastTalks(database, clock)
    own = (Phrasing("свой вопрос", "ru"),)
    await store.save_many([article("a", "Раньше.", phrasings=own), article("b", "Есть.")], "Ева")
    first, began = await store.version(), clock.now()
    clock.pass_(days=1)
    taught = Learned(
        *(0, LearnedKind.PHRASING, LearnedState.UNCONFIRMED, "a", "выученный вопрос", "ru"),
        *(0.5, "person:o", clock.now()),
    )
    async with database.write() as connection:
        change = Change(connection, "person:o", clock.now())
        await change.add(taught)
        await change.finish()
    second, learned_at = await store.version(), clock.now()
    clock.pass_(days=1)
    stored = await store.get("a")
    changed = {"ru": Translation("Вопрос a?", "Теперь.")}
    await store.save_many([replace(stored, translations=changed)], "Ева")
    await store.save_many([article("b", "Есть.", status=ArticleStatus.ARCHIVED)], "Ева")
    await store.save_many([article("c", "Новая.")], "Ева")

    told = {each.id: each for each in await past.articles_at(first)}
    assert set(told) == {"a", "b"}
    assert told["a"].translations["ru"].answer == "Раньше."
    assert [each.text for each in told["a"].phrasings] == ["свой вопрос"]
    told = {each.id: each for each in await past.articles_at(second)}
    assert [each.text for each in told["a"].phrasings] == ["свой вопрос", "выученный вопрос"]
    now = await past.articles_at(await store.version())
    assert [(each.id, each.translations["ru"].answer) for each in now] == [
        ("a", "Теперь."),
        ("c", "Новая."),
    ]
    (without,) = await past.with_learned([await store.get("a")], first)
    assert [each.text for each in without.phrasings] == ["свой вопрос"]
    assert await past.version_at(began) == first
    assert await past.version_at(began - timedelta(seconds=1)) == 0
    assert await past.changed_at(first) == began
    assert await past.changed_at(second) == learned_at
    assert await past.changed_at() == clock.now()


async def test_that_a_conversation_is_told_by_its_episodes(
    database: Database, clock: SetClock
) -> None:
    now = clock.now()
    row = {
        "id": "talk",
        "channel": "test",
        "customer_id": "c",
        "customer_name": "",
        "customer_first_name": "",
        "owner": "bot",
        "language": "ru",
        "created_at": now,
        "updated_at": now,
        "episode": 3,
        "open": True,
        "ticket": 1,
    }
    said = [
        (0, "customer", "Рано", None),
        (10, "customer", "Где заказ?", None),
        (11, "bot", "Зову оператора.", "sent"),
        (12, "operator", "Взято назад", "cancelled"),
        (13, "operator", "Едет.", "sent"),
        (20, "customer", "А возврат?", None),
        (21, "operator", "За 14 дней.", "sent"),
    ]
    async with database.write() as connection:
        await connection.execute(insert(conversations).values(**row))
        for number, minute in ((1, 0), (2, 10), (3, 20)):
            opened = {"opened_at": now + timedelta(minutes=minute), "number": number}
            await connection.execute(insert(episodes).values(conversation_id="talk", **opened))
        for minute, author, words, state in said:
            message = {
                "conversation_id": "talk",
                "author": author,
                "author_name": "",
                "text": words,
                "buttons": [],
                "at": now + timedelta(minutes=minute),
                "state": state,
                "attempts": 0,
            }
            await connection.execute(insert(messages).values(**message))
    found = await PastTalks(database, clock).since(now + timedelta(minutes=5))
    assert [(talk.id, [(s.role, s.text) for s in talk.said]) for talk in found] == [
        (
            "talk/2",
            [("customer", "Где заказ?"), ("bot", "Зову оператора."), ("operator", "Едет.")],
        ),
        ("talk/3", [("customer", "А возврат?"), ("operator", "За 14 дней.")]),
    ]
