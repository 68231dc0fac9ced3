"""What administrators do and choose: refused to others, logged, and in force in every process."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sufler.desk.channels import Channels
from sufler.desk.choices import ChosenSettings, Fixed
from sufler.desk.people import People
from sufler.desk.staffing import Staffing
from sufler.domain.administration import Choices
from sufler.domain.conversation import Customer, Incoming, IncomingKind
from sufler.domain.errors import BadInput, Conflict, Forbidden, NotFound, Unauthenticated
from sufler.domain.people import Caller, Role
from sufler.domain.texts import put_own_texts, text
from sufler.storage.audit import AuditStore
from sufler.storage.database import Database
from sufler.storage.inbox import InboxStore
from sufler.storage.keys import KeyStore
from sufler.storage.people import PeopleStore
from sufler.storage.sessions import SessionStore
from sufler.storage.settings import SettingsStore
from sufler.storage.traffic import TrafficStore

OPERATOR = Caller("person:1", "Анна", Role.OPERATOR, "1")
EDITOR = Caller("person:2", "Борис", Role.EDITOR, "2")
CHIEF = Caller("person:3", "Вера", Role.ADMINISTRATOR, "3")


class MovedClock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()


class House:
    """Everything of administration over one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = MovedClock()
        self.audit = AuditStore(database)
        self.people = People(
            PeopleStore(database), KeyStore(database), SessionStore(database), self.clock
        )
        self.staffing = Staffing(self.people, self.audit, self.clock)
        self.channels = Channels(TrafficStore(database), self.audit, self.clock)

    def chosen(self, **values: Any) -> ChosenSettings:
        """As another process would have it."""
        return ChosenSettings(SettingsStore(self.database), self.clock, **values)

    async def acts(self) -> list[tuple[str, str, str]]:
        found = await self.staffing.acts(CHIEF)
        return [(each.by_name, each.what, each.subject) for each in found]


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    database = Database(database_url)
    yield House(database)
    await database.close()


@pytest.fixture(autouse=True)
def _the_catalogue_as_it_was() -> Iterator[None]:
    yield
    put_own_texts({})


@pytest.mark.parametrize("caller", [OPERATOR, EDITOR])
async def test_that_only_administrators_administer(house: House, caller: Caller) -> None:
    staffing, channels, chosen = house.staffing, house.channels, house.chosen()
    await house.people.add("anna", "Анна", Role.OPERATOR)
    attempts = [
        staffing.everybody(caller),
        staffing.keys(caller),
        staffing.sessions(caller),
        staffing.acts(caller),
        staffing.add(caller, "x", "X", Role.ADMINISTRATOR),
        staffing.reset(caller, "anna"),
        staffing.disable(caller, "anna"),
        staffing.enable(caller, "anna"),
        staffing.change_role(caller, "anna", Role.ADMINISTRATOR),
        staffing.create_key(caller, "k", Role.OPERATOR),
        staffing.revoke_key(caller, "k"),
        staffing.end_session(caller, "s", "t"),
        channels.traffic(caller, house.clock.now()),
        channels.undelivered(caller),
        channels.parked(caller),
        channels.replay(caller, 1),
        chosen.choose(caller, "language", "en"),
    ]
    for attempt in attempts:
        with pytest.raises(Forbidden):
            await attempt
    assert [person.login for person in await house.people.list()] == ["anna"]
    assert await house.acts() == []


async def test_that_every_act_is_logged_without_its_secret(house: House) -> None:
    _, password = await house.staffing.add(CHIEF, "anna", "Анна", Role.OPERATOR)
    again = await house.staffing.reset(CHIEF, "anna")
    await house.staffing.change_role(CHIEF, "anna", Role.EDITOR)
    key, secret = await house.staffing.create_key(CHIEF, "касса", Role.OPERATOR)
    await house.staffing.revoke_key(CHIEF, key.id)
    await house.staffing.disable(CHIEF, "anna")
    await house.staffing.enable(CHIEF, "anna")
    assert [what for _, what, _ in await house.acts()] == [
        "person_enabled",
        "person_disabled",
        "key_revoked",
        "key_created",
        "role_changed",
        "password_reset",
        "person_added",
    ]
    log = repr(await house.staffing.acts(CHIEF))
    assert not any(each in log for each in (password, again, secret))


async def test_that_the_last_administrator_stays_one(house: House) -> None:
    await house.people.add("vera", "Вера", Role.ADMINISTRATOR)
    await house.people.add("gleb", "Глеб", Role.ADMINISTRATOR)
    await house.staffing.change_role(CHIEF, "gleb", Role.OPERATOR)
    with pytest.raises(Conflict):
        await house.staffing.change_role(CHIEF, "vera", Role.EDITOR)
    with pytest.raises(Conflict):
        await house.staffing.disable(CHIEF, "vera")
    assert (await house.people.get("vera")).role is Role.ADMINISTRATOR


async def test_that_a_lower_role_takes_the_keys_that_hold_more(house: House) -> None:
    person, _ = await house.people.add("boris", "Борис", Role.EDITOR)
    _, strong = await house.people.create_key("strong", Role.EDITOR, person)
    _, weak = await house.people.create_key("weak", Role.OPERATOR, person)
    await house.staffing.change_role(CHIEF, "boris", Role.OPERATOR)
    with pytest.raises(Unauthenticated):
        await house.people.caller_of_key(strong)
    assert (await house.people.caller_of_key(weak)).role is Role.OPERATOR


async def test_that_it_is_known_when_people_and_keys_were_last_here(house: House) -> None:
    _, password = await house.people.add("anna", "Анна", Role.OPERATOR)
    token = await house.people.login("anna", password, "192.0.2.7")
    _, secret = await house.people.create_key("касса", Role.OPERATOR)
    assert (await house.people.get("anna")).seen_at is None
    for _ in range(3):
        house.clock.moment += timedelta(minutes=5)
        await house.people.caller_of_session(token)
        await house.people.caller_of_key(secret)
    now = house.clock.moment
    assert (await house.people.get("anna")).seen_at == now
    assert [key.used_at for key in await house.people.keys()] == [now]
    assert [(s.seen_at, s.client) for s in await house.people.sessions()] == [(now, "192.0.2.7")]


async def test_that_sessions_of_others_end_and_the_own_one_does_not(house: House) -> None:
    _, password = await house.people.add("anna", "Анна", Role.OPERATOR)
    own, other = [await house.people.login("anna", password, "here") for _ in range(2)]
    with pytest.raises(BadInput):
        await house.staffing.end_session(CHIEF, house.people.session_of(own), own)
    await house.staffing.end_session(CHIEF, house.people.session_of(other), own)
    with pytest.raises(Unauthenticated):
        await house.people.caller_of_session(other)
    await house.people.caller_of_session(own)
    with pytest.raises(NotFound):
        await house.staffing.end_session(CHIEF, house.people.session_of(other), own)


async def test_that_a_choice_is_in_force_in_another_process_and_can_be_taken_back(
    house: House,
) -> None:
    here, there = house.chosen(), house.chosen(defaults=Choices(name={"ru": "Плошкин"}))
    seen: list[float] = []
    there.when_changed(lambda choices: seen.append(choices.answer_bar))
    await here.choose(CHIEF, "answer_bar", 0.8)
    await here.choose(CHIEF, "name.en", "  Ploshkin\n Shop ")
    await here.choose(CHIEF, "examples.ru", ["Где заказ?", "", "Как вернуть?"])
    await here.choose(CHIEF, "text.greeting.ru", "Добрый день!")
    await there.load()
    assert there.choices.answer_bar == 0.8
    assert there.choices.name == {"ru": "Плошкин", "en": "Ploshkin Shop"}
    assert there.choices.examples == {"ru": ("Где заказ?", "Как вернуть?")}
    assert (text("greeting", "ru"), text("greeting", "en")[:5]) == ("Добрый день!", "Hello")
    await here.choose(CHIEF, "answer_bar", None)
    await here.choose(CHIEF, "text.greeting.ru", None)
    await there.load()
    assert seen == [0.5, 0.8, 0.5]
    assert text("greeting", "ru").startswith("Здравствуйте")
    assert ("Вера", "setting_reset", "text.greeting.ru") in await house.acts()


async def test_that_what_is_set_outside_wins_and_says_so(house: House) -> None:
    await house.chosen().choose(CHIEF, "language", "en")
    fixed = house.chosen(fixed={"language": Fixed("environment")})
    await fixed.load()
    assert fixed.choices.language == "ru"
    with pytest.raises(Conflict, match="environment"):
        await fixed.choose(CHIEF, "language", "en")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("language", "de"),
        ("answer_bar", 0),
        ("answer_bar", 1.5),
        ("answer_bar", True),
        ("answer_bar", "0.5"),
        ("name.ru", " "),
        ("name.ru", "x" * 61),
        ("name.de", "x"),
        ("examples.ru", ["a", "b", "c", "d", "e"]),
        ("examples.ru", "a"),
        ("text.greeting.ru", ""),
        ("text.greeting.ru", "x" * 1001),
        ("text.desk_title.ru", "x"),
        ("text.unreadable.ru", "{other}"),
        ("text.unreadable.ru", "{what"),
        ("text.unreadable.ru", "{what.__class__}"),
        ("text.unreadable.ru", "{}"),
        ("text.unreadable.ru", "{what:>999999999}"),
        ("text.unreadable.ru", "{what!r}"),
        ("telegram_token", "1:a"),
    ],
)
async def test_that_an_impossible_choice_changes_nothing(
    house: House, key: str, value: object
) -> None:
    chosen = house.chosen()
    with pytest.raises(BadInput) as told:
        await chosen.choose(CHIEF, key, value)
    assert told.value.field == key
    assert (chosen.choices, await house.acts()) == (Choices(), [])


async def test_that_a_stored_value_nobody_understands_is_passed_over(house: House) -> None:
    store = SettingsStore(house.database)
    chosen = house.chosen()
    await chosen.choose(CHIEF, "answer_bar", 0.7)
    acts = await house.audit.newest(1)
    await store.put("language", "tlh", acts[0])
    await store.put("of.the.future", {"a": 1}, acts[0])
    await chosen.load()
    assert chosen.choices == Choices(answer_bar=0.7)


async def test_that_channels_are_counted_and_a_parked_message_is_tried_again(house: House) -> None:
    inbox, now = InboxStore(house.database), house.clock.now()
    for number in range(3):
        said = Incoming("web", str(number), Customer("c"), IncomingKind.TEXT, "где заказ")
        await inbox.add(said, now - timedelta(days=number))
    row = (await inbox.due(["web"], now))[0]
    await inbox.park(row.id, "ValueError", now)
    traffic = (await house.channels.traffic(CHIEF, now - timedelta(hours=36)))["web"]
    assert (traffic.came, traffic.sent, traffic.parked, traffic.last_came) == (2, 0, 1, now)
    assert [each.error for each in await house.channels.parked(CHIEF)] == ["ValueError"]
    assert await house.channels.undelivered(CHIEF) == []
    await house.channels.replay(CHIEF, row.id)
    assert await house.channels.parked(CHIEF) == []
    assert row.id in [each.id for each in await inbox.due(["web"], now)]
    with pytest.raises(Conflict):
        await house.channels.replay(CHIEF, row.id)
