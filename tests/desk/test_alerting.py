"""Alerts to operators' own chats over a real database: who is told of what, once, and the link."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from conversation_world import ANNA, BORIS, World

from sufler.conversation.timers import Timers
from sufler.desk.alert_links import CODE_FOR, AlertLinks
from sufler.desk.alerting import AlertSending
from sufler.domain.alerts import Linking, QuietHours
from sufler.domain.errors import BadInput, ChannelError, Forbidden
from sufler.domain.people import Caller, Role
from sufler.domain.queues import Queue, Status
from sufler.storage.alerts import AlertLinkStore, AlertStore
from sufler.storage.leases import Leases

CHIEF = Caller("person:vera", "Вера", Role.SUPERVISOR, "vera")
ROOT = Caller("person:root", "Root", Role.ADMINISTRATOR, "root")


class Chats:
    """Operators' own chats; `trouble` is raised first, `full` for whoever has no room."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.trouble: list[Exception] = []
        self.full = False

    def spare(self, chat_id: str) -> float:
        return 1.0 if self.full else 0.0

    async def tell(self, chat_id: str, words: str) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.told.append((chat_id, words))

    def to(self) -> list[str]:
        return [chat for chat, _ in self.told]


class Shop(World):
    """The world with alerts."""

    async def begin(self) -> None:
        await self.hire(ANNA, BORIS, CHIEF, ROOT)
        self.chats = Chats()
        self.links = AlertLinks(AlertLinkStore(self.database), self.staff, self.clock)
        self.sending = AlertSending(
            AlertStore(self.database),
            AlertLinkStore(self.database),
            self.conversations,
            self.suggestions,
            self.chats,
            self.clock,
            mine=lambda: True,
            public_url="https://help.example",
        )

    async def link(self, caller: Caller, chat: str) -> None:
        code = await self.links.code(caller, "ru")
        became, _, _ = await self.links.take(code, chat, f"Telegram {caller.name}")
        assert became is Linking.DONE
        await self.desk.heartbeat(caller)
        self.clock.move(130)  # the desk was closed again

    async def look(self, seconds: float = 0.0) -> list[str]:
        """Time passes; the timers look once and what is due is sent: the chats that were told."""
        self.clock.move(seconds)
        before = len(self.chats.told)
        await Timers(Leases(self.database), self.clock, self.desk.lines.chores).look()
        await self.sending.look()
        return self.chats.to()[before:]


@pytest.fixture
async def shop(database_url: str) -> AsyncIterator[Shop]:
    built = cast(Shop, await Shop(database_url).open())
    await built.begin()
    yield built
    await built.close()


async def test_that_who_does_not_look_at_the_desk_is_told_of_a_hand_off_once(shop: Shop) -> None:
    await shop.link(ANNA, "71")
    await shop.say("оператор")
    assert await shop.look(5) == []  # an automatic queue would have given it away by now
    assert await shop.look(15) == ["71"]
    assert await shop.look(30) == []
    [(_, words)] = shop.chats.told
    talk = await shop.conversation()
    assert words.startswith("Клиент ждёт: Оля К.")
    assert "оператор" not in words
    assert f"https://help.example/desk?conversation={talk.id}" in words
    await shop.desk.close(ANNA, talk.id)
    await shop.say("оператор")  # another matter is another alert
    shop.clock.move(60)
    assert await shop.look() == ["71"]


async def test_that_who_looks_at_the_desk_is_not_told_also_not_later(shop: Shop) -> None:
    await shop.link(ANNA, "71")
    await shop.say("оператор")
    await shop.links.looked(ANNA)
    assert await shop.look(20) == []
    assert await shop.look(100) == []
    await shop.say("оператор", customer="c2")
    assert await shop.look(60) == ["71"]


async def test_that_only_members_of_the_queue_on_duty_are_told(shop: Shop) -> None:
    await shop.link(ANNA, "71")
    await shop.link(BORIS, "72")
    queues = shop.desk.lines.queues
    await queues.save(ROOT, replace(await queues.get(None), members=("boris",)))
    await shop.say("оператор")
    assert await shop.look(20) == ["72"]
    await shop.desk.duty.choose(BORIS, Status.AWAY)
    await shop.say("оператор", customer="c2")
    assert await shop.look(60) == []
    await shop.desk.duty.choose(BORIS, Status.ONLINE)
    shop.clock.move(13 * 3600)  # the shift is over
    await shop.say("оператор", customer="c3")
    assert "72" not in await shop.look(20)


async def test_that_what_somebody_else_gave_me_is_told_and_what_i_took_is_not(shop: Shop) -> None:
    await shop.link(ANNA, "71")
    await shop.say("оператор", customer="c1")
    await shop.say("оператор", customer="c2")
    first, second = await shop.conversation("c1"), await shop.conversation("c2")
    await shop.desk.take(ANNA, first.id)
    await shop.desk.lines.transfers.to_person(CHIEF, second.id, "anna", "твой")
    assert await shop.look(2) == ["71"]
    assert shop.chats.told[-1][1].startswith("Вам передано обращение: Оля К.")


async def test_that_each_step_of_an_escalation_is_told_to_its_people(shop: Shop) -> None:
    await shop.link(ANNA, "71")
    await shop.link(CHIEF, "79")
    queues = shop.desk.lines.queues
    rules = replace(await queues.get(None), members=("anna",), alert_min=5, supervise_min=15)
    await queues.save(ROOT, rules)
    await shop.say("оператор")
    assert await shop.look(20) == ["71"]
    assert await shop.look(300) == ["71"]
    assert "давно не отвечают" in shop.chats.told[-1][1]
    assert await shop.look(600) == ["79"]
    assert await shop.look(600) == []


async def test_that_quiet_hours_are_kept_also_over_midnight(shop: Shop) -> None:
    await shop.link(ANNA, "71")
    await shop.links.keep_quiet(ANNA, QuietHours(11 * 60, 2 * 60, "UTC"))  # it is noon
    await shop.say("оператор")
    assert await shop.look(20) == []
    await shop.links.keep_quiet(ANNA, None)
    assert await shop.look(1) == ["71"]
    night = QuietHours(22 * 60, 7 * 60, "Europe/Moscow")
    hours = [night.at(shop.clock.moment.replace(hour=hour)) for hour in (18, 19, 3, 4)]
    assert hours == [False, True, True, False]


async def test_that_what_is_over_before_it_could_be_sent_is_dropped(shop: Shop) -> None:
    await shop.link(ANNA, "71")
    await shop.say("оператор")
    shop.chats.full = True  # customers have all the room there is
    assert await shop.look(20) == []
    await shop.desk.take(BORIS, (await shop.conversation()).id)
    shop.chats.full = False
    assert await shop.look(1) == []


async def test_that_a_blocked_bot_breaks_the_link_visibly_and_an_unknown_end_is_not_sent_again(
    shop: Shop,
) -> None:
    await shop.link(ANNA, "71")
    shop.chats.trouble = [ChannelError("no answer", outcome_unknown=True)]
    await shop.say("оператор", customer="c1")
    assert await shop.look(20) == []
    assert await shop.look(20) == []
    shop.chats.trouble = [
        ChannelError("wait", retry_after=5.0),
        ChannelError("Forbidden: bot was blocked by the user", permanent=True, reach="blocked"),
    ]
    await shop.say("оператор", customer="c2")
    assert await shop.look(20) == []
    assert (await shop.links.mine(ANNA)).broken is None
    assert await shop.look(6) == []
    assert "blocked" in ((await shop.links.mine(ANNA)).broken or "")
    assert not shop.chats.trouble
    await shop.link(ANNA, "71")
    assert (await shop.links.mine(ANNA)).broken is None


async def test_that_a_code_links_one_chat_once_and_only_for_minutes(shop: Shop) -> None:
    links, clock = shop.links, shop.clock
    code = await links.code(ANNA, "en")
    assert (await links.take(code[:-1] + "!", "66", "Mallory"))[0] is Linking.REFUSED
    assert await links.take(code, "71", "Anna\u202e K") == (Linking.DONE, "Анна", "en")
    assert (await links.mine(ANNA)).chat_name == "Anna K"
    assert (await links.take(code, "71", "Anna"))[0] is Linking.AGAIN
    assert (await links.take(code, "66", "Mallory"))[0] is Linking.REFUSED
    old = await links.code(BORIS, "ru")
    newer = await links.code(BORIS, "ru")
    assert (await links.take(old, "72", "Boris"))[0] is Linking.REFUSED
    clock.move(CODE_FOR.total_seconds())
    assert (await links.take(newer, "72", "Boris"))[0] is Linking.REFUSED
    for hostile in ("link_", "link_" + "a" * 70, "link_\ud800"):
        assert (await links.take(hostile, "66", "x"))[0] is Linking.REFUSED


async def test_that_a_chat_has_one_owner_and_can_be_left_from_both_sides(shop: Shop) -> None:
    await shop.link(ANNA, "71")
    await shop.link(BORIS, "71")
    assert (await shop.links.mine(ANNA)).chat_id is None
    assert await shop.links.of_chat("71") == ("Борис", "ru")
    assert await shop.links.leave("71")
    assert not await shop.links.leave("71")
    await shop.link(ANNA, "71")
    assert await shop.links.unlink(ANNA)
    assert await shop.links.of_chat("71") is None


async def test_that_impossible_wishes_are_refused(shop: Shop) -> None:
    for hours, field in (
        (QuietHours(0, 1440, "UTC"), "hours"),
        (QuietHours(60, 60, "UTC"), "hours"),
        (QuietHours(60, 120, "Mars/Olympus"), "zone"),
    ):
        with pytest.raises(BadInput) as refused:
            await shop.links.keep_quiet(ANNA, hours)
        assert refused.value.field == field
    with pytest.raises(Forbidden):
        await shop.links.code(Caller("key:1", "CRM", Role.OPERATOR), "ru")


async def test_that_a_queue_is_silent_outside_its_hours(shop: Shop) -> None:
    await shop.link(ANNA, "71")
    queues = shop.desk.lines.queues
    closed = replace((await queues.get(None)).calendar, hours=())
    await queues.save(ROOT, Queue("default", calendar=closed))
    await shop.say("оператор")
    assert await shop.look(20) == []
    assert await shop.look(timedelta(hours=1).total_seconds()) == []
