"""Articles over HTTP: list, make, change, archive, restore."""

import asyncio
from typing import Any

import pytest
from api_world import World

from sufler.domain.knowledge import Article, Translation
from sufler.domain.people import Role

URL = "/api/v1/articles"
RU = {"title": "Можно ли вернуть обувь?", "answer": "Да, 14 дней."}


async def test_that_a_new_article_is_stored_and_served(world: World) -> None:
    body = {
        "id": "shoes",
        "topic": "Возврат",
        "translations": {"ru": RU},
        "phrasings": [{"text": "сдать ботинки", "language": "ru"}],
        "valid_until": "2027-01-01T00:00:00+03:00",
    }
    async with world.client(Role.EDITOR) as client:
        made = await client.post(URL, json=body)
        assert made.status_code == 201, made.text
        assert made.headers["location"] == f"{URL}/shoes"
        assert made.headers["etag"] == '"1"'
        read = await client.get(f"{URL}/shoes")
    assert read.json() == made.json()
    shown = made.json()
    assert shown["translations"] == {"ru": RU}
    assert shown["phrasings"][0] == {
        "text": "сдать ботинки",
        "language": "ru",
        "source": "editor",
        "author": "editor",
        "weight": 1.0,
    }
    assert (shown["revision"], shown["status"]) == (1, "published")
    assert shown["valid_until"].startswith("2026-12-31T21:00:00")
    assert world.knowledge.articles["shoes"].translations["ru"].answer == "Да, 14 дней."


async def test_that_an_article_without_an_id_gets_one(world: World) -> None:
    async with world.client(Role.EDITOR) as client:
        made = (await client.post(URL, json={"translations": {"ru": RU}})).json()
        assert (await client.get(f"{URL}/{made['id']}")).status_code == 200
    assert made["topic"] == "Прочее / Other"


async def test_that_a_taken_id_is_a_conflict(world: World) -> None:
    body = {"id": "where-is-it", "translations": {"ru": RU}}
    async with world.client(Role.EDITOR) as client:
        answer = await client.post(URL, json=body)
        assert answer.status_code == 409
        assert answer.json()["field"] == "id"
        both = [client.post(URL, json={**body, "id": "same"}) for _ in range(2)]
        assert sorted(a.status_code for a in await asyncio.gather(*both)) == [201, 409]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"translations": {}}, "translations"),
        ({"translations": {"de": RU}}, "translations.de"),
        ({"translations": {"ru": {"title": "x"}}}, "translations.ru.answer"),
        ({"translations": {"ru": {**RU, "title": " "}}}, "translations.ru.title"),
        ({"translations": {"ru": {**RU, "answer": "a\0b"}}}, "translations.ru.answer"),
        ({"translations": {"ru": {**RU, "answer": "[x](javascript:alert(1))"}}}, "answer"),
        ({"translations": {"ru": {**RU, "title": "x" * 501}}}, "title"),
        ({"id": "a\nb"}, "id"),
        ({"id": ""}, "id"),
        ({"id": "x" * 201}, "id"),
        ({"status": "gone"}, "status"),
        ({"phrasings": [{"text": "x", "language": "ru", "weight": -1}]}, "phrasings.0.weight"),
        ({"phrasings": [{"text": "", "language": "ru"}]}, "phrasings.0.text"),
        ({"valid_from": "soon"}, "valid_from"),
        ({"valid_from": "2026-02-01", "valid_until": "2026-01-01"}, "valid_until"),
        ({"revision": 7}, "revision"),
        ({"owner": "a\nb"}, "owner"),
    ],
)
async def test_that_a_bad_article_names_its_field(
    world: World, change: dict[str, Any], field: str
) -> None:
    async with world.client(Role.EDITOR) as client:
        answer = await client.post(URL, json={"translations": {"ru": RU}, **change})
    assert answer.status_code == 422, answer.text
    assert answer.json()["field"].startswith(field)
    assert len(world.knowledge.articles) == 2


@pytest.mark.parametrize("article_id", ["import", "export", "a/history"])
async def test_that_an_id_that_is_an_address_is_refused(world: World, article_id: str) -> None:
    async with world.client(Role.EDITOR) as client:
        answer = await client.post(URL, json={"id": article_id, "translations": {"ru": RU}})
    assert answer.status_code == 422
    assert answer.json()["field"] == "id"


@pytest.mark.parametrize("article_id", ["FAQ/12", "Доставка №1?", "a#b", "a b%2F", "a/history/b"])
async def test_that_the_ids_of_other_programs_are_addresses_too(
    world: World, article_id: str
) -> None:
    async with world.client(Role.EDITOR) as client:
        made = await client.post(URL, json={"id": article_id, "translations": {"ru": RU}})
        url = made.headers["location"]
        assert (await client.get(url)).json()["id"] == article_id
        assert (await client.get(f"{url}/history")).json()["items"][0]["revision"] == 1
        assert (await client.patch(url, json={"owner": "x"})).json()["revision"] == 2
        restored = await client.post(f"{url}/restore", json={"revision": 1})
        assert restored.json()["revision"] == 3
        older = await client.get(f"{url}/history", params={"limit": 1})
        older = await client.get(older.links["next"]["url"])
        assert [kept["revision"] for kept in older.json()["items"]] == [2]
        assert (await client.delete(url)).status_code == 204


async def test_that_a_patch_merges_and_null_takes_away(world: World) -> None:
    async with world.client(Role.EDITOR) as client:
        url = f"{URL}/returns-money"
        one = await client.patch(url, json={"translations": {"en": {"title": "Money?"}}})
        assert one.status_code == 200, one.text
        assert one.json()["translations"]["en"] == {"title": "Money?", "answer": "In **3 days**."}
        two = await client.patch(url, json={"translations": {"en": None}, "owner": "Анна"})
        assert set(two.json()["translations"]) == {"ru"}
        assert two.json()["owner"] == "Анна"
        three = await client.patch(url, json={"owner": None, "phrasings": []})
        assert (three.json()["owner"], three.json()["phrasings"]) == (None, [])
        same = await client.patch(url, json={})
        assert same.json()["revision"] == three.json()["revision"] == 4
        last = await client.patch(url, json={"translations": {"ru": None}})
        assert last.status_code == 422
        assert last.json()["field"] == "translations"


async def test_that_a_patch_cannot_touch_what_the_program_keeps(world: World) -> None:
    async with world.client(Role.EDITOR) as client:
        for name in ("id", "revision", "updated_at"):
            answer = await client.patch(f"{URL}/where-is-it", json={name: "x"})
            assert answer.status_code == 422
            assert answer.json()["field"] == name


async def test_that_patches_at_one_moment_do_not_swallow_each_other(world: World) -> None:
    async with world.client(Role.EDITOR) as client:
        url = f"{URL}/where-is-it"
        await asyncio.gather(
            client.patch(url, json={"owner": "Анна"}),
            client.patch(url, json={"other_language_ok": True}),
            client.patch(url, json={"topic": "Заказы"}),
        )
        shown = (await client.get(url)).json()
    assert (shown["owner"], shown["other_language_ok"], shown["topic"]) == ("Анна", True, "Заказы")


async def test_that_a_change_of_something_seen_earlier_is_refused_when_asked(world: World) -> None:
    async with world.client(Role.EDITOR) as client:
        url = f"{URL}/where-is-it"
        first = {"If-Match": '"1"'}
        assert (await client.patch(url, json={"owner": "a"}, headers=first)).status_code == 200
        late = await client.patch(url, json={"owner": "b"}, headers=first)
        assert late.status_code == 412
        assert (await client.delete(url, headers=first)).status_code == 412
        assert (await client.delete(url, headers={"If-Match": "*"})).status_code == 204


async def test_that_an_archived_article_is_kept_and_comes_back(world: World) -> None:
    async with world.client(Role.EDITOR) as client:
        url = f"{URL}/where-is-it"
        assert (await client.delete(url)).status_code == 204
        assert (await client.delete(url)).status_code == 204
        assert (await client.get(url)).json()["status"] == "archived"
        listed = (await client.get(URL)).json()["items"]
        assert [item["id"] for item in listed] == ["returns-money"]
        archived = (await client.get(URL, params={"status": "archived"})).json()["items"]
        assert [item["id"] for item in archived] == ["where-is-it"]
        back = await client.post(f"{url}/restore", json={"revision": 1})
        assert (back.json()["status"], back.json()["revision"]) == ("published", 3)
        history = (await client.get(f"{url}/history")).json()["items"]
    assert [kept["revision"] for kept in history] == [3, 2, 1]
    assert history[1]["article"]["status"] == "archived"
    assert history[1]["author"].startswith("editor (key:")
    assert history[2]["author"] == "test"


async def test_that_what_is_not_there_is_not_found(world: World) -> None:
    async with world.client(Role.EDITOR) as client:
        url = f"{URL}/nothing"
        answers = [
            await client.get(url),
            await client.patch(url, json={}),
            await client.delete(url),
            await client.get(f"{url}/history"),
            await client.post(f"{url}/restore", json={"revision": 1}),
        ]
    assert [answer.status_code for answer in answers] == [404] * 5


async def test_that_the_list_is_filtered_and_paged(world: World) -> None:
    await world.knowledge.save(
        [
            Article(f"n{n:03}", "Оплата", {"ru": Translation(f"Чем платить {n}?", "Картой МИР")})
            for n in range(7)
        ],
        "test",
    )
    async with world.client(Role.OPERATOR) as client:

        async def listed(**params: Any) -> tuple[list[str], str | None]:
            body = (await client.get(URL, params=params)).json()
            return [item["id"] for item in body["items"]], body["next_cursor"]

        first, after = await listed(topic="Оплата", limit=4)
        second, end = await listed(topic="Оплата", limit=4, cursor=after)
        assert first + second == [f"n{n:03}" for n in range(7)]
        assert (after is None, end) == (False, None)
        assert await listed(q="мир карТОЙ 3") == (["n003"], None)
        assert await listed(q="ГДЕ ДЕНЬГИ") == (["returns-money"], None)
        assert await listed(q="money back") == (["returns-money"], None)
        assert await listed(q="%") == ([], None)
        assert await listed(status="draft") == ([], None)
        for bad in ({"limit": 0}, {"limit": 201}, {"status": "x"}, {"limit": "many"}):
            assert (await client.get(URL, params=bad)).status_code == 422


async def test_that_what_one_has_already_is_not_sent_again(world: World) -> None:
    async with world.client(Role.OPERATOR) as client, world.client(Role.EDITOR) as editor:
        url = f"{URL}/where-is-it"
        tag = (await client.get(url)).headers["etag"]
        for seen in (tag, f'"9", W/{tag}', "*"):
            same = await client.get(url, headers={"If-None-Match": seen})
            assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
        await editor.patch(url, json={"owner": "Анна"})
        fresh = await client.get(url, headers={"If-None-Match": tag})
        assert (fresh.status_code, fresh.json()["owner"]) == (200, "Анна")
        assert fresh.headers["etag"] != tag


async def test_that_the_store_itself_compares_what_was_seen(world: World) -> None:
    """Another process stores a revision after ours was read and before it is written."""
    url, save = f"{URL}/where-is-it", world.knowledge.save
    others = iter(("Борис", "Вера"))

    async def late(articles: Any, author: str, *seen: Any, **more: Any) -> int:
        for owner in others:
            text = {"ru": Translation("Где заказ?", "В пути.")}
            await save([Article("where-is-it", "Доставка", text, owner=owner)], "other")
            break
        return await save(articles, author, *seen, **more)

    world.knowledge.save = late  # type: ignore[method-assign]  # between reading and writing
    async with world.client(Role.EDITOR) as client:
        strict = await client.patch(url, json={"topic": "Заказы"}, headers={"If-Match": '"1"'})
        assert strict.status_code == 412
        assert (await client.get(url)).json()["owner"] == "Борис"
        merged = await client.patch(url, json={"topic": "Заказы"})
        assert merged.status_code == 200
        assert (merged.json()["owner"], merged.json()["topic"]) == ("Вера", "Заказы")
