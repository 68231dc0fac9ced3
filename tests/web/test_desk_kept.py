"""The draft of a tab: saved soon, joined with what another tab wrote, and never brought back by a
save that was under way when the reply went out."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from sufler.domain.desk import Draft, Saved
from sufler.domain.errors import StorageUnavailable
from sufler.domain.people import Caller, Role
from sufler.web import desk_kept
from sufler.web.desk_kept import KeptDraft, together

ANNA = Caller("person:1", "Анна", Role.OPERATOR, "1")


class StoredDrafts:
    """As `desk.drafts.Drafts` stores them, for one operator."""

    def __init__(self) -> None:
        self.stored: dict[str, Draft] = {}
        self.fails = False
        self.waits: asyncio.Event | None = None

    async def of(self, _caller: Caller, conversation_id: str) -> Draft:
        return self.stored.get(conversation_id, Draft())

    async def mine(self, _caller: Caller) -> Mapping[str, Draft]:
        return self.stored

    async def save(self, _caller: Caller, conversation_id: str, draft: Draft) -> Saved:
        if self.waits is not None:
            await self.waits.wait()
        if self.fails:
            raise StorageUnavailable("away")
        now = self.stored.get(conversation_id, Draft())
        if now.revision != draft.revision:
            return Saved(False, now)
        kept = replace(draft, revision=draft.revision + 1)
        self.stored[conversation_id] = kept
        return Saved(True, kept)


class Tab:
    """A tab that looks at conversation c."""

    def __init__(self, drafts: StoredDrafts) -> None:
        self.told: list[Draft] = []
        given: Any = drafts
        self.kept = KeptDraft(given, lambda: ANNA, self.told.append)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def create(work: Any, *, name: str) -> asyncio.Task[None]:
        return asyncio.get_running_loop().create_task(work, name=name)

    monkeypatch.setattr("sufler.web.desk_kept.background_tasks.create", create)
    monkeypatch.setattr(desk_kept, "SAVE_AFTER_S", 0.0)


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_that_what_is_written_is_stored_and_read_by_another_tab() -> None:
    drafts = StoredDrafts()
    one, other = Tab(drafts), Tab(drafts)
    await one.kept.open("c")
    await other.kept.open("c")
    one.kept.change(text="Добрый день")
    await settled()
    await other.kept.look()
    assert [each.text for each in other.told] == ["Добрый день"]
    other.kept.change(text="Добрый день, Мария")
    await settled()
    await one.kept.look()
    assert one.kept.now.text == "Добрый день, Мария"
    assert one.kept.now.revision == drafts.stored["c"].revision


async def test_that_two_tabs_that_write_at_once_lose_nothing() -> None:
    drafts = StoredDrafts()
    one, other = Tab(drafts), Tab(drafts)
    await one.kept.open("c")
    await other.kept.open("c")
    one.kept.change(text="первое")
    other.kept.change(text="второе")
    await settled()
    assert drafts.stored["c"].text == "первое\n\nвторое"


async def test_that_a_reply_that_went_out_is_not_saved_as_a_draft_again() -> None:
    drafts = StoredDrafts()
    tab = Tab(drafts)
    await tab.kept.open("c")
    tab.kept.change(text="ответ")
    async with tab.kept.sending("c", survives=False):
        await settled()  # the save is due now, and waits
        drafts.stored.pop("c", None)
    await settled()
    assert "c" not in drafts.stored
    assert tab.kept.now == Draft()


async def test_that_a_reply_that_was_refused_leaves_the_draft() -> None:
    drafts = StoredDrafts()
    tab = Tab(drafts)
    await tab.kept.open("c")
    tab.kept.change(text="ответ")
    with pytest.raises(StorageUnavailable):
        async with tab.kept.sending("c", survives=False):
            raise StorageUnavailable("away")
    await settled()
    assert drafts.stored["c"].text == "ответ"


async def test_that_a_reply_elsewhere_leaves_the_draft_that_is_open_by_now() -> None:
    drafts = StoredDrafts()
    tab = Tab(drafts)
    await tab.kept.open("d")
    tab.kept.change(text="другому")
    async with tab.kept.sending("c", survives=False):
        pass
    await settled()
    assert drafts.stored["d"].text == "другому"


async def test_that_another_reply_leaves_what_is_being_written() -> None:
    drafts = StoredDrafts()
    tab = Tab(drafts)
    await tab.kept.open("c")
    tab.kept.change(text="пишу")
    await settled()
    async with tab.kept.sending("c", survives=True):
        drafts.stored.pop("c")
    await settled()
    assert drafts.stored["c"].text == "пишу"
    assert tab.told == []


async def test_that_a_database_that_is_away_keeps_the_draft_until_the_next_change() -> None:
    drafts = StoredDrafts()
    tab = Tab(drafts)
    await tab.kept.open("c")
    drafts.fails = True
    tab.kept.change(text="раз")
    await settled()
    drafts.fails = False
    tab.kept.change(text="раз два")
    await settled()
    assert drafts.stored["c"].text == "раз два"


async def test_that_the_draft_before_is_saved_when_another_conversation_is_opened() -> None:
    drafts = StoredDrafts()
    tab = Tab(drafts)
    await tab.kept.open("c")
    tab.kept.change(text="раз")
    assert (await tab.kept.open("d")).text == ""
    assert drafts.stored["c"].text == "раз"


@pytest.mark.parametrize(
    ("theirs", "ours", "both"),
    [
        ("Добрый", "Добрый день", "Добрый день"),
        ("Добрый день", "Добрый", "Добрый день"),
        ("", "новое", "новое"),
        ("одно", "другое", "одно\n\nдругое"),
    ],
)
def test_that_joined_drafts_hold_both(theirs: str, ours: str, both: str) -> None:
    joined = together(Draft(theirs, revision=3), Draft(ours, revision=1))
    assert (joined.text, joined.revision) == (both, 3)
