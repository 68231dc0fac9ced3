"""A customer's card: tags, fields of the company's own, notes, past episodes."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace

import pytest
from conversation_world import ANNA, BORIS, World

from sufler.domain.desk import CustomerField, FieldKind
from sufler.domain.errors import BadInput, Conflict, Forbidden, NotFound
from sufler.domain.knowledge import Mode
from sufler.domain.people import Caller, Role

ROOT = Caller("person:root", "Главный", Role.ADMINISTRATOR, "root")
FIELDS = (
    CustomerField("city", {"ru": "Город", "en": "City"}, place=1),
    CustomerField("spent", {"ru": "Покупки"}, FieldKind.NUMBER, place=2),
    CustomerField("since", {"en": "Since"}, FieldKind.DATE, place=3),
    CustomerField("level", {"ru": "Уровень"}, FieldKind.CHOICE, ("золото", "серебро"), 4),
)


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    built = await World(database_url).open()
    yield built
    await built.close()


@pytest.fixture
async def talk(world: World) -> str:
    await world.hire(ANNA, BORIS)
    for field in FIELDS:
        await world.desk.workplace.cards.save_field(ROOT, field)
    await world.say("оператор")
    return (await world.conversation()).id


async def test_that_a_card_keeps_what_is_known_and_fills_variables(world: World, talk: str) -> None:
    cards = world.desk.workplace.cards
    empty = await cards.of(ANNA, talk)
    assert (empty.name, empty.tags, empty.values, empty.revision) == ("Оля К.", (), {}, 0)
    assert [each.key for each in empty.fields] == ["city", "spent", "since", "level"]
    given = {"city": " Томск ", "spent": "1 200,50", "since": "1.5.2026", "level": "золото"}
    card = await cards.change(ANNA, talk, revision=0, tags=["vip", " vip", "опт"], values=given)
    assert card.tags == ("vip", "опт")
    assert card.values == {
        "city": "Томск",
        "spent": "1200.50",
        "since": "2026-05-01",
        "level": "золото",
    }
    with pytest.raises(Conflict):
        await cards.change(BORIS, talk, revision=0, tags=[])
    less = await cards.change(BORIS, talk, revision=card.revision, values={"spent": ""})
    assert (less.tags, set(less.values)) == (("vip", "опт"), {"city", "since", "level"})
    said = await world.desk.reply(ANNA, talk, "В {customer.city|ваш город}: {customer.spent|—}")
    assert said.text == "В Томск: —"
    # A message of the customer's changes nothing of it.
    await world.say("ещё вопрос")
    assert (await cards.of(ANNA, talk)).values == less.values


async def test_that_the_bots_answers_are_filled_from_the_card_too(world: World, talk: str) -> None:
    await world.desk.workplace.cards.change(ANNA, talk, revision=0, values={"city": "Томск"})
    await world.desk.take(ANNA, talk)
    await world.desk.close(ANNA, talk)
    world.shelf.put("a", "Доставим в {customer.city|ваш город}")
    world.prompter.fits["куда"] = [("a", 0.99)]
    assert (await world.say("куда"))[0] == "Доставим в Томск"


@pytest.mark.parametrize(
    "values",
    [{"spent": "много"}, {"spent": "NaN"}, {"since": "31.02.2026"}, {"level": "медь"}, {"x": "1"}],
)
async def test_that_a_value_that_is_none_of_its_kind_is_refused_by_name(
    world: World, talk: str, values: Mapping[str, str]
) -> None:
    cards = world.desk.workplace.cards
    with pytest.raises(BadInput) as refused:
        await cards.change(ANNA, talk, revision=0, tags=["x"], values=values)
    assert refused.value.field == next(iter(values))
    assert not (await cards.of(ANNA, talk)).tags


async def test_that_administrators_say_which_fields_there_are(world: World, talk: str) -> None:
    cards = world.desk.workplace.cards
    with pytest.raises(Forbidden):
        await cards.save_field(ANNA, FIELDS[0])
    for wrong in (
        replace(FIELDS[0], key="Имя"),
        replace(FIELDS[0], key="name"),
        replace(FIELDS[0], name={}),
        replace(FIELDS[3], choices=()),
    ):
        with pytest.raises(BadInput):
            await cards.save_field(ROOT, wrong)
    await cards.change(ANNA, talk, revision=0, values={"city": "Томск", "spent": "1"})
    await cards.remove_field(ROOT, "city")
    card = await cards.of(ANNA, talk)
    assert card.values == {"spent": "1"}
    assert [each.key for each in await cards.fields(ANNA)] == ["spent", "since", "level"]
    with pytest.raises(NotFound):
        await cards.remove_field(ROOT, "city")


async def test_that_notes_are_on_the_customer_and_not_on_the_matter(
    world: World, talk: str
) -> None:
    cards = world.desk.workplace.cards
    note = await cards.add_note(ANNA, talk, " звонить после шести ")
    assert (note.text, note.by_name) == ("звонить после шести", "Анна")
    assert (await cards.of(BORIS, talk)).notes == (note,)
    assert not await world.desk.lines.transfers.notes(ANNA, talk)
    await world.say("вопрос", customer="c2")
    other = (await world.conversation("c2")).id
    with pytest.raises(NotFound):
        await cards.remove_note(ANNA, other, note.id)
    await cards.remove_note(BORIS, talk, note.id)
    assert not (await cards.of(ANNA, talk)).notes
    with pytest.raises(BadInput):
        await cards.add_note(ANNA, talk, " ")


async def test_that_past_episodes_tell_who_had_them_and_how_they_ended(
    world: World, talk: str
) -> None:
    await world.desk.take(ANNA, talk)
    world.clock.move(60)
    await world.desk.close(ANNA, talk)
    world.shelf.put("a", "Ответ", mode=Mode.SUGGESTS)
    world.prompter.fits["вопрос"] = [("a", 0.4)]
    await world.say("вопрос")
    newest, first = (await world.desk.workplace.cards.of(ANNA, talk)).episodes
    assert (newest.number, newest.outcome, newest.topic) == (2, "open", "suggests")
    assert (first.number, first.outcome, first.operator_name) == (1, "operator", "Анна")
    assert first.closed_at is not None
    assert (first.closed_at - first.opened_at).total_seconds() >= 60
    assert newest.ticket > first.ticket
