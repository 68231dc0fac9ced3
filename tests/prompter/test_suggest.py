"""Suggesting from small bases that change: what is offered, in which language, by which version."""

import asyncio
from dataclasses import replace

import pytest
from base_world import SMALL, Base, Opening, article
from patience import PATIENCE_S

from sufler.domain.decisions import TurnKind
from sufler.domain.knowledge import Mode, Topic, Translation
from sufler.storage.leases import Leases

BOTH = {
    "ru": Translation("Где припарковаться?", "Во дворе."),
    "en": Translation("Where can I park?", "In the yard."),
}


async def test_that_an_empty_base_suggests_nothing_and_says_its_versions(base: Base) -> None:
    made = await base.prompter.suggest("где мой заказ?", conversation_id="c1")
    assert made.items == ()
    assert (made.turn_kind, made.language, made.conversation_id) == (TurnKind.QUESTION, "ru", "c1")
    assert made.versions.knowledge == base.knowledge.index.version
    assert made.versions.model == base.encoder.model_id
    assert all((made.versions.head, made.versions.policy, made.versions.onnxruntime))
    assert made.at == base.clock.now()


async def test_that_one_article_is_offered_and_surely_only_where_it_fits(base: Base) -> None:
    await base.save(SMALL[1])
    await base.prompter.refit()
    fits = (await base.prompter.suggest("как вернуть товар")).items
    foreign = (await base.prompter.suggest("какая столица Франции")).items
    assert [each.article_id for each in (*fits, *foreign)] == ["return", "return"]
    assert fits[0].confidence > 0.5 > foreign[0].confidence


async def test_that_a_thousand_articles_of_one_title_are_none_of_them_sure(base: Base) -> None:
    await base.save(*(article(f"copy{number:04}", "Как вернуть товар?") for number in range(1000)))
    made = await base.prompter.suggest("Как вернуть товар?", limit=10)
    assert len({item.article_id for item in made.items}) == 10
    assert all(item.confidence < 0.5 for item in made.items)
    again = await base.prompter.suggest("Как вернуть товар?", limit=10)
    assert again.items == made.items


async def test_that_a_changed_article_is_offered_by_the_next_question(small: Base) -> None:
    assert await small.best("можно ли платить картой?") == "card"
    before = await small.prompter.suggest("можно ли платить картой?")
    await small.save(article("card", "Где припарковаться у магазина?", "Во дворе."))
    made = await small.prompter.suggest("где припарковать машину")
    assert made.items[0].article_id == "card"
    assert made.items[0].text == "Во дворе."
    assert made.versions.knowledge > before.versions.knowledge
    assert made.versions.head == before.versions.head, "it was not trained anew meanwhile"
    old = await small.prompter.suggest("можно ли платить картой?")
    assert old.items[0].confidence < before.items[0].confidence
    assert "картой" not in old.items[0].phrasing
    await small.prompter.refit()
    assert await small.best("где припарковать машину") == "card"


async def test_that_a_new_article_is_offered_before_the_head_has_seen_it(small: Base) -> None:
    await small.save(article("wrap", "Упакуете ли вы подарок?", "Да.", "завернуть в бумагу"))
    made = await small.prompter.suggest("упакуйте пожалуйста подарок")
    assert made.items[0].article_id == "wrap"
    assert set(made.items[0].why) == set((await small.prompter.suggest("чайник")).items[0].why)


async def test_that_what_is_archived_expired_or_not_yet_valid_is_not_offered(base: Base) -> None:
    now = base.clock.now()
    ends = replace(SMALL[1], valid_until=now.replace(hour=13))
    begins = replace(SMALL[2], valid_from=now.replace(hour=14))
    await base.save(SMALL[0], ends, begins, SMALL[3])
    assert await base.best("как вернуть товар") == "return"
    assert "password" not in await base.found("забыл пароль")
    base.clock.move(hours=1)
    assert "return" not in await base.found("как вернуть товар"), "the last moment is exclusive"
    assert "password" not in await base.found("забыл пароль")
    base.clock.move(hours=1)
    assert await base.best("забыл пароль") == "password"
    await base.knowledge.archive("cost", "editor")
    assert await base.found("почём курьер") != []
    assert "cost" not in await base.found("почём курьер")
    base.clock.move(hours=-2)
    assert await base.best("как вернуть товар") == "return", "the clock was set back"


async def test_that_only_invalid_articles_are_as_none(base: Base) -> None:
    await base.save(replace(SMALL[0], valid_until=base.clock.now()))
    assert (await base.prompter.suggest("почём курьер")).items == ()


async def test_that_the_customer_s_language_is_served_where_there_is_one(base: Base) -> None:
    await base.save(*SMALL, replace(SMALL[0], id="park", translations=BOTH, phrasings=()))
    english = (await base.prompter.suggest("where do I leave my car?")).items[0]
    russian = (await base.prompter.suggest("куда поставить машину?")).items[0]
    assert (english.article_id, english.title, english.text, english.language) == (
        "park",
        *("Where can I park?", "In the yard.", "en"),
    )
    assert (russian.article_id, russian.text, russian.language) == ("park", "Во дворе.", "ru")
    assert english.language_ok
    assert russian.language_ok


async def test_that_a_question_finds_an_article_in_the_other_language_and_says_so(
    base: Base,
) -> None:
    parking = article("park", "Where can I park my car?", "In the yard.", language="en")
    await base.save(*SMALL, parking)
    found = (await base.prompter.suggest("куда у вас поставить машину?")).items[0]
    assert (found.article_id, found.language, found.language_ok) == ("park", "en", False)
    found = (await base.prompter.suggest("I forgot my password")).items[0]
    assert (found.article_id, found.language, found.language_ok) == ("password", "ru", False)
    await base.save(replace(parking, other_language_ok=True))
    assert (await base.prompter.suggest("куда у вас поставить машину?")).items[0].language_ok


async def test_that_a_message_without_words_takes_its_language_from_before(small: Base) -> None:
    history = [("customer", "Hello, where is my order?"), ("operator", "Секунду")]
    assert (await small.prompter.suggest("4788", history=history)).language == "en"
    assert (await small.prompter.suggest("4788")).language == "ru"
    assert (await small.prompter.suggest("чайник", language="en")).language == "en"


async def test_that_variables_of_an_answer_are_filled(base: Base) -> None:
    answer = "Здравствуйте, {customer.first_name|друг}! Заявка {ticket.number}."
    await base.save(article("hi", "Что с моей заявкой?", answer))
    given = {"customer.first_name": "*Анна*", "ticket.number": "17"}
    made = await base.prompter.suggest("что с заявкой", variables=given)
    assert made.items[0].text == "Здравствуйте, \\*Анна\\*! Заявка 17."
    assert (
        (await base.prompter.suggest("что с заявкой"))
        .items[0]
        .text.startswith("Здравствуйте, друг!")
    )


@pytest.mark.parametrize(("limit", "count"), [(-1, 1), (0, 1), (1, 1), (3, 3), (10**9, 5)])
async def test_that_as_many_are_offered_as_asked_for(small: Base, limit: int, count: int) -> None:
    assert len((await small.prompter.suggest("чайник", limit=limit)).items) == count


async def test_that_a_topic_s_mode_and_name_come_with_each_item(small: Base) -> None:
    assert (await small.prompter.suggest("чайник")).items[0].mode is Mode.SUGGESTS
    await small.set_topic(Topic("Вопросы", Mode.ANSWERS))
    item = (await small.prompter.suggest("чайник")).items[0]
    assert (item.mode, item.topic) == (Mode.ANSWERS, "Вопросы")


async def test_that_near_twin_codes_are_told_apart(base: Base) -> None:
    codes = ("E4017", "E4018", "E4071", "X-12/B", "X-12/D")
    await base.save(*(article(code, f"Ошибка {code} при оплате", f"См. {code}.") for code in codes))
    await base.prompter.refit()
    for typed, meant in (
        ("вылезла e4018", "E4018"),
        ("у меня ошибка Е4071, оплата не идет", "E4071"),
        ("что такое e4017???", "E4017"),
        ("ошибка x-12/d", "X-12/D"),
    ):
        assert await base.best(typed) == meant, typed


async def test_that_thanks_may_have_an_answer_where_an_editor_wrote_one(base: Base) -> None:
    await base.save(*SMALL)
    plain = await base.prompter.suggest("спасибо")
    assert plain.turn_kind is TurnKind.THANKS
    await base.save(article("thanks", "Спасибо", "И вам!", "спасибо большое", "благодарю"))
    await base.prompter.refit()
    answered = await base.prompter.suggest("спасибо")
    assert answered.items[0].article_id == "thanks"
    assert answered.items[0].confidence > 5 * plain.items[0].confidence


async def test_that_a_suggestion_sees_one_whole_version_while_the_base_changes(
    small: Base,
) -> None:
    """Every save changes all answers at once: no suggestion may hold answers of two saves."""
    marks: dict[int, str] = {}
    done = asyncio.Event()

    async def write(mark: str) -> None:
        titles = {each.id: each.in_language("ru")[1].title for each in SMALL}
        await small.save(*(article(each, title, mark) for each, title in titles.items()))
        marks[small.knowledge.index.version] = mark

    async def change() -> None:
        try:
            for number in range(1, 9):
                await write(str(number))
                while number % 2 and marks[seen[-1][0]] != str(number):  # noqa: ASYNC110
                    await asyncio.sleep(0.001)  # until that was asked of
        finally:
            done.set()

    async def ask() -> None:
        while not done.is_set():
            made = await small.prompter.suggest("сколько стоит вернуть чайник картой", limit=10)
            assert len(made.items) == len(SMALL)
            seen.append((made.versions.knowledge, {item.text for item in made.items}))
            await asyncio.sleep(0.003)

    await write("0")
    made = await small.prompter.suggest("чайник", limit=10)
    seen = [(made.versions.knowledge, {item.text for item in made.items})]
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(change(), *(ask() for _ in range(2)))
    assert len({version for version, _ in seen}) > 3, "questions were asked during the changes"
    for version, texts in seen:
        assert texts == {marks[version]}


async def test_that_a_change_while_a_message_is_encoded_is_not_mixed_into_its_suggestion(
    small: Base,
) -> None:
    before = (await small.prompter.suggest("оплата картой")).items
    version = small.knowledge.index.version
    encode = small.encoder.encode

    async def encode_late(*given: object) -> object:
        small.encoder.encode = encode  # type: ignore[method-assign]  # once only
        await small.save(article("card", "Можно ли платить картой?", "Уже нельзя."))
        return await encode(*given)  # type: ignore[arg-type]  # passed through

    small.encoder.encode = encode_late  # type: ignore[method-assign,assignment]  # a late one
    made = await small.prompter.suggest("оплата картой")
    assert small.knowledge.index.version > version
    assert (made.versions.knowledge, made.items) == (version, before)
    assert (await small.prompter.suggest("оплата картой")).items[0].text == "Уже нельзя."


async def test_that_a_background_refit_swaps_the_head_in_and_answers_go_on(small: Base) -> None:
    before = (await small.prompter.suggest("чайник")).versions
    following = asyncio.create_task(small.prompter.train(Leases(small.database)))
    await small.save(article("wrap", "Упакуете ли вы подарок?", "Да.", "завернуть в бумагу"))
    async with asyncio.timeout(PATIENCE_S):
        while (made := await small.prompter.suggest("подарок")).versions.head == before.head:
            assert made.items[0].article_id == "wrap"
            await asyncio.sleep(0.02)
    following.cancel()
    assert made.items[0].article_id == "wrap"
    assert made.versions.knowledge == small.knowledge.index.version


async def test_that_the_same_versions_suggest_the_same_also_after_a_restart(
    small: Base, opening: Opening
) -> None:
    texts = ("чайник сломался", "forgot password", "crjkmrj cnjbn", "погода", "спасибо")
    made = [await small.prompter.suggest(text) for text in texts]
    assert [(await small.prompter.suggest(text)).items for text in texts] == [s.items for s in made]
    async with opening() as again:
        assert again.encoder.asked == []
        for text, before in zip(texts, made, strict=True):
            after = await again.prompter.suggest(text)
            assert after.versions == before.versions
            assert after.items == before.items
            assert after.id != before.id
