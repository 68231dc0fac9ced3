"""Learning over the API: what was learned and its undo, the review list, golden questions."""

from dataclasses import replace
from datetime import timedelta

from api_world import World

from sufler.domain.learning import (
    Learned,
    LearnedKind,
    LearnedState,
    Proposal,
    ProposalKind,
    ProposalState,
)
from sufler.domain.people import Role
from sufler.storage.learned import Change, propose


async def taught(world: World, *texts: str) -> list[int]:
    """Stored as learning stores them; their ids."""
    ids = []
    async with world.database.write() as connection:
        change = Change(connection, "person:anna", world.clock.now())
        for text in texts:
            one = Learned(
                *(0, LearnedKind.PHRASING, LearnedState.UNCONFIRMED, "returns-money", text, "ru"),
                weight=0.5,
                by="person:anna",
                at=world.clock.now(),
            )
            number = await change.add(one)
            assert number is not None
            ids.append(number)
        await change.finish()
    await world.knowledge.start()
    return ids


async def proposed(world: World, kind: ProposalKind, after: str) -> None:
    async with world.database.write() as connection:
        question, at = "когда вернут деньги", world.clock.now()
        one = Proposal(0, kind, ProposalState.OPEN, question, "ru", "person:anna", at)
        await propose(connection, replace(one, article_id="returns-money", after=after))


async def test_that_what_was_learned_is_listed_confirmed_and_undone(world: World) -> None:
    first, second = await taught(world, "где возврат", "верните деньги")
    editor, operator = world.client(Role.EDITOR), world.client(Role.OPERATOR)
    page = (await operator.get("/api/v1/learned", params={"limit": 1})).json()
    assert [each["id"] for each in page["items"]] == [second]
    rest = await operator.get("/api/v1/learned", params={"limit": 1, "cursor": page["next_cursor"]})
    assert [each["id"] for each in rest.json()["items"]] == [first]
    assert (await operator.post(f"/api/v1/learned/{first}/undo")).status_code == 403
    assert (await editor.post(f"/api/v1/learned/{first}/confirm")).status_code == 204
    shown = (await editor.get("/api/v1/articles/returns-money")).json()
    weights = {each["text"]: each["weight"] for each in shown["phrasings"]}
    assert (weights["где возврат"], weights["верните деньги"]) == (1.0, 0.5)
    assert (await editor.post("/api/v1/learned/undo", json={})).status_code == 422
    since = (world.clock.now() - timedelta(days=1)).isoformat()
    undone = await editor.post("/api/v1/learned/undo", json={"since": since})
    assert undone.json() == {"undone": 2}
    assert (await editor.post(f"/api/v1/learned/{first}/confirm")).status_code == 409
    assert (await editor.post("/api/v1/learned/999/undo")).status_code == 404


async def test_that_an_etag_tells_what_was_learned_and_a_writer_takes_out_what_it_saw(
    world: World,
) -> None:
    editor = world.client(Role.EDITOR)
    before = (await editor.get("/api/v1/articles/returns-money")).headers["etag"]
    await taught(world, "где возврат")
    read = await editor.get("/api/v1/articles/returns-money", headers={"If-None-Match": before})
    assert read.status_code == 200
    assert read.headers["etag"] != before
    again = {"If-None-Match": read.headers["etag"]}
    assert (await editor.get("/api/v1/articles/returns-money", headers=again)).status_code == 304
    patch = {"phrasings": []}
    # Who saw it before that changes the article without a conflict, and takes out nothing.
    old = {"If-Match": before}
    kept = await editor.patch("/api/v1/articles/returns-money", json=patch, headers=old)
    assert [each["text"] for each in kept.json()["phrasings"]] == ["где возврат"]
    new = {"If-Match": kept.headers["etag"]}
    gone = await editor.patch("/api/v1/articles/returns-money", json=patch, headers=new)
    assert gone.json()["phrasings"] == []


async def test_that_a_proposed_text_is_approved_once_and_against_what_was_seen(
    world: World,
) -> None:
    await proposed(world, ProposalKind.TEXT, "Вернём за **5 дней**.")
    editor = world.client(Role.EDITOR)
    (one,) = (await editor.get("/api/v1/proposals")).json()["items"]
    path = f"/api/v1/proposals/{one['id']}"
    assert (await editor.post(f"{path}/approve", json={"revision": 7})).status_code == 409
    assert (await editor.post(f"{path}/approve", json={"revision": 1})).status_code == 204
    shown = (await editor.get("/api/v1/articles/returns-money")).json()
    assert shown["translations"]["ru"]["answer"] == "Вернём за **5 дней**."
    assert shown["revision"] == 2
    assert (await editor.post(f"{path}/approve", json={"revision": 2})).status_code == 409
    assert (await editor.get("/api/v1/proposals")).json()["items"] == []


async def test_that_a_phrasing_is_approved_and_another_dismissed(world: World) -> None:
    await proposed(world, ProposalKind.PHRASING, "Вернём.")
    editor = world.client(Role.EDITOR)
    (one,) = (await editor.get("/api/v1/proposals")).json()["items"]
    approved = await editor.post(f"/api/v1/proposals/{one['id']}/approve", json={})
    assert approved.status_code == 204
    shown = (await editor.get("/api/v1/articles/returns-money")).json()
    assert shown["phrasings"][-1]["text"] == "когда вернут деньги"
    await proposed(world, ProposalKind.PHRASING, "Вернём.")
    (other,) = (await editor.get("/api/v1/proposals")).json()["items"]
    path = f"/api/v1/proposals/{other['id']}/dismiss"
    assert (await editor.post(path)).status_code == 204
    assert (await editor.post(path)).status_code == 409


async def test_that_golden_questions_come_by_one_and_by_table_all_or_none(world: World) -> None:
    editor = world.client(Role.EDITOR)
    one = {"text": "где деньги", "language": "ru", "article_id": "returns-money"}
    assert (await editor.post("/api/v1/golden", json=one)).json() == {"changed": 1}
    assert (await editor.post("/api/v1/golden", json=one)).json() == {"changed": 0}
    table = "text,language,article_id\nверните,ru,returns-money\nrefund,en,nothing\n"
    refused = await editor.post("/api/v1/golden/import", json={"csv": table})
    assert refused.status_code == 422
    assert "question 2" in refused.json()["detail"]
    good = table.replace("nothing", "returns-money")
    taken = await editor.post("/api/v1/golden/import", json={"csv": good})
    assert taken.json() == {"changed": 2}
    listed = (await editor.get("/api/v1/golden")).json()["items"]
    assert [each["text"] for each in listed] == ["где деньги", "верните", "refund"]
    gone = await editor.delete(f"/api/v1/golden/{listed[0]['id']}")
    assert gone.status_code == 204
    assert len((await editor.get("/api/v1/golden")).json()["items"]) == 2
