"""The desk's tools over HTTP: undo, drafts, templates, cards, search, watchers, the overview."""

from typing import Any

import pytest
from api_world import World, waiting

from sufler.domain.people import Role


async def test_that_a_reply_is_taken_back_and_stands_in_the_draft(world: World) -> None:
    talk = await waiting(world)
    path = f"/api/v1/conversations/{talk}"
    async with world.client(Role.OPERATOR) as client:
        kept = await client.put(f"{path}/draft", json={"text": "Здрав", "revision": 0})
        assert kept.status_code == 200, kept.text
        late = await client.put(f"{path}/draft", json={"text": "Иначе", "revision": 0})
        assert (late.status_code, late.json()["field"]) == (409, "revision")
        refused = await client.post(f"{path}/reply", json={"text": "Заказ {номер}"})
        assert (refused.status_code, refused.json()["field"]) == (422, "text")
        sent = await client.post(f"{path}/reply", json={"text": "Едет", "undo_s": 5})
        message = sent.json()["messages"][-1]
        assert message["undo_until"] is not None
        assert (await client.get(f"{path}/draft")).json()["revision"] == 0
        undone = await client.post(f"{path}/messages/{message['id']}/undo")
        assert message["id"] not in {each["id"] for each in undone.json()["messages"]}
        assert (await client.get(f"{path}/draft")).json()["text"] == "Едет"
        at_once = await client.post(f"{path}/reply", json={"text": "Едет"})
        message = at_once.json()["messages"][-1]
        assert message["undo_until"] is None
        assert (await client.post(f"{path}/messages/{message['id']}/undo")).status_code == 409


async def test_that_what_fits_a_draft_is_told(world: World) -> None:
    path = f"/api/v1/conversations/{await waiting(world)}"
    async with world.client(Role.OPERATOR) as client:
        asked = {"draft": "Посылка придёт"}
        found = (await client.post(f"{path}/draft/suggestions", json=asked)).json()
        assert set(found) == {"suggestion_id", "items", "completion", "completes", "near"}
        articles = await client.get(f"{path}/articles", params={"words": "деньги"})
        assert articles.status_code == 200
        assert (await client.get(f"{path}/articles", params={"words": " "})).json()["items"] == []


async def test_that_a_template_is_made_filled_and_removed(world: World) -> None:
    talk = await waiting(world)
    async with world.client(Role.OPERATOR) as client:
        body = {"title": "Где", "text": "Заказ {номер} {today|сегодня}", "shortcut": "где"}
        made = (await client.post("/api/v1/templates", json=body)).json()
        path = f"/api/v1/templates/{made['id']}"
        filled = await client.post(f"{path}/insert", json={"conversation_id": talk})
        assert filled.json()["text"].startswith("Заказ {номер} ")
        (seen,) = (await client.get("/api/v1/templates", params={"words": "где"})).json()["items"]
        assert (seen["id"], seen["uses"]) == (made["id"], 1)
        shared = await client.put(path, json={**body, "sharing": "shared"})
        assert shared.status_code == 403
        assert (await client.delete(path)).status_code == 204
        assert (await client.delete(path)).status_code == 404


async def test_that_a_card_is_read_changed_and_noted(world: World) -> None:
    path = f"/api/v1/conversations/{await waiting(world)}/card"
    field = {"name": {"ru": "Город"}, "kind": "text"}
    async with world.client(Role.ADMINISTRATOR) as client:
        assert (await client.put("/api/v1/customer-fields/city", json=field)).status_code == 200
    async with world.client(Role.OPERATOR) as client:
        assert (await client.put("/api/v1/customer-fields/x", json=field)).status_code == 403
        change = {"revision": 0, "tags": ["vip"], "values": {"city": "Томск"}}
        card = (await client.patch(path, json=change)).json()
        assert (card["tags"], card["values"], card["revision"]) == (["vip"], {"city": "Томск"}, 1)
        assert (await client.patch(path, json=change)).status_code == 409
        wrong = await client.patch(path, json={"revision": 1, "values": {"no": "x"}})
        assert (wrong.status_code, wrong.json()["field"]) == (422, "no")
        note = (await client.post(f"{path}/notes", json={"text": "звонить вечером"})).json()
        assert (await client.get(path)).json()["notes"] == [note]
        assert (await client.delete(f"{path}/notes/{note['id']}")).status_code == 204


async def test_that_history_is_searched_page_by_page(world: World) -> None:
    for number in range(3):
        await waiting(world, number + 1)
    async with world.client(Role.OPERATOR) as client:
        seen: list[int] = []
        address, params = "/api/v1/search", {"words": "деньгами", "limit": "2"}
        page = await client.get(address, params=params)
        while True:
            seen += [each["message_id"] for each in page.json()["items"]]
            if page.json()["next_cursor"] is None:
                break
            assert 'rel="next"' in page.headers["Link"]
            page = await client.get(
                address, params={**params, "cursor": page.json()["next_cursor"]}
            )
        assert len(seen) == len(set(seen)) == 3
        assert seen == sorted(seen, reverse=True)
        none = await client.get(address, params={"words": "деньгами", "open": "false"})
        assert none.json() == {"items": [], "next_cursor": None}
        wrong = await client.get(address, params={"words": "x", "cursor": "bm8="})
        assert wrong.status_code == 422


async def test_that_who_looks_on_is_told_to_others(world: World) -> None:
    path = f"/api/v1/conversations/{await waiting(world)}/watchers"
    async with world.client(Role.OPERATOR) as one, world.client(Role.EDITOR) as other:
        assert (await one.put(path, json={"writes": True})).json()["items"] == []
        (seen,) = (await other.get(path)).json()["items"]
        assert seen["writes"]
        assert (await one.get("/api/v1/conversations/no/watchers")).status_code == 404


async def test_that_supervisors_see_everything_and_whisper(world: World) -> None:
    talk = await waiting(world)
    world.clock.pass_(seconds=30)
    async with world.client(Role.OPERATOR) as client:
        assert (await client.get("/api/v1/overview")).status_code == 403
        whisper = f"/api/v1/conversations/{talk}/whisper"
        assert (await client.post(whisper, json={"text": "x"})).status_code == 403
    async with world.client(Role.ADMINISTRATOR) as client:
        now = (await client.get("/api/v1/overview")).json()
        (queue,) = [each for each in now["queues"] if each["waiting"]]
        assert (queue["queue_id"], queue["oldest_since"]) != ("", None)
        assert talk in {each["id"] for each in now["conversations"]}
        note = (await client.post(whisper, json={"text": "предложи скидку"})).json()
        assert note["whisper"]
        read = (await client.get(f"/api/v1/conversations/{talk}")).json()
        assert [each["text"] for each in read["notes"]] == ["предложи скидку"]


@pytest.mark.parametrize("role", [None, "sk_wrong"])
async def test_that_nothing_of_it_is_had_without_a_key(world: World, role: str | None) -> None:
    async with world.client(role) as client:
        for path in ("search", "templates", "overview", "customer-fields"):
            assert (await client.get(f"/api/v1/{path}")).status_code == 401


async def test_that_what_no_database_can_hold_is_refused_and_is_no_fault_of_ours(
    world: World,
) -> None:
    path = f"/api/v1/conversations/{await waiting(world)}/draft"
    half: dict[str, Any] = {"content": rb'{"text": "\ud83d", "revision": 0}'}
    half["headers"] = {"Content-Type": "application/json"}
    async with world.client(Role.EDITOR) as client:
        assert (await client.put(path, **half)).status_code == 422
        for edge in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
            answer = await client.get("/api/v1/search", params={"until": edge})
            assert answer.status_code == 422
        table = {"csv": '"' + "x" * 140_000}  # longer than a cell may be
        answer = await client.post("/api/v1/golden/import", json=table)
        assert answer.status_code == 422
