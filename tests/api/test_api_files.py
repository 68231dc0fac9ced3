"""Import and export over HTTP."""

from typing import Any

from api_world import World

from sufler.domain.people import Role

URL = "/api/v1/articles"
GOOD = (
    "id;Вопрос;Ответ;Раздел\na1;Как платить?;Картой.;Оплата / Карты\na2;Где чек?;В письме.;Оплата\n"
)


async def _imported(world: World, content: bytes, name: str = "kb.csv", **form: Any) -> Any:
    async with world.client(Role.EDITOR) as client:
        return await client.post(f"{URL}/import", files={"file": (name, content)}, data=form)


async def test_that_a_file_is_imported_once(world: World) -> None:
    answer = await _imported(world, GOOD.encode("cp1251"))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["imported"], body["saved"], body["counts"]["new"]) == (True, 2, 2)
    assert body["topics"] == {"Оплата": "suggests"}
    assert body["words"]
    assert world.knowledge.articles["a1"].topic == "Оплата"
    again = (await _imported(world, GOOD.encode())).json()
    assert (again["saved"], again["counts"]["unchanged"]) == (0, 2)


async def test_that_a_rehearsal_changes_nothing(world: World) -> None:
    body = (await _imported(world, GOOD.encode(), dry_run="true")).json()
    assert (body["dry_run"], body["imported"], body["counts"]["new"]) == (True, False, 2)
    assert [row["outcome"] for row in body["rows"]] == ["new", "new"]
    assert "a1" not in world.knowledge.articles


async def test_that_a_rejected_row_keeps_everything_out_unless_told(world: World) -> None:
    content = (GOOD + "a3;;Ответ без вопроса.;Оплата\n").encode()
    answer = await _imported(world, content)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["field"] == "file"
    rejected = [row for row in problem["report"]["rows"] if row["outcome"] == "rejected"]
    assert [(row["file"], row["row"]) for row in rejected] == [("kb.csv", 4)]
    assert "a1" not in world.knowledge.articles
    body = (await _imported(world, content, skip_rejected="true")).json()
    assert (body["saved"], body["counts"]["rejected"]) == (2, 1)


async def test_that_columns_can_be_named(world: World) -> None:
    content = "Тайна;Разгадка\nКак платить?;Картой.\n".encode()
    for mapping in (
        ["question=Тайна", "answer=Разгадка"],
        ['{"question":"Тайна","answer":"Разгадка"}'],
    ):
        answer = await _imported(world, content, mapping=mapping, dry_run="true")
        assert answer.json()["counts"]["new"] == 1, answer.text


async def test_that_a_file_that_cannot_be_read_is_named(world: World) -> None:
    cases: list[tuple[bytes, str, dict[str, Any], str]] = [
        (b"", "kb.csv", {}, "file"),
        (b"x,y\n1,2\n", "kb.csv", {}, "mapping"),
        (b"x", "kb.exe", {}, "file"),
        (b"PK\x03\x04broken", "kb.xlsx", {}, "file"),
        (b"[" * 100_000, "kb.json", {}, "file"),
        (GOOD.encode(), "kb.csv", {"mapping": "question"}, "mapping"),
        (GOOD.encode(), "kb.csv", {"mapping": "{broken"}, "mapping"),
        (GOOD.encode(), "kb.csv", {"mapping": "nonsense=Вопрос"}, "mapping"),
        (GOOD.encode(), "kb.csv", {"dry_run": "maybe"}, "dry_run"),
    ]
    for content, name, form, field in cases:
        answer = await _imported(world, content, name, **form)
        assert answer.status_code == 422, (name, form, answer.text)
        assert answer.json()["field"] == field, answer.text
        assert "/tmp" not in answer.text


async def test_that_a_form_without_a_file_names_it(world: World) -> None:
    async with world.client(Role.EDITOR) as client:
        for answer in (
            await client.post(f"{URL}/import", data={"dry_run": "true"}),
            await client.post(f"{URL}/import", json={"file": "x"}),
            await client.post(
                f"{URL}/import",
                content=b"--x\r\nbroken",
                headers={"Content-Type": "multipart/form-data; boundary=x"},
            ),
        ):
            assert answer.status_code in (400, 422), answer.text
            assert answer.headers["content-type"] == "application/problem+json"


async def test_that_an_export_goes_round(world: World) -> None:
    before = dict(world.knowledge.articles)
    async with world.client(Role.EDITOR) as client:
        for kind in ("csv", "jsonl"):
            answer = await client.get(f"{URL}/export", params={"format": kind})
            assert answer.status_code == 200
            assert f"articles.{kind}" in answer.headers["content-disposition"]
            report = (await _imported(world, answer.content, f"kb.{kind}")).json()
            assert (report["saved"], report["counts"]["unchanged"]) == (0, 2)
        assert (await client.get(f"{URL}/export", params={"format": "xml"})).status_code == 422
    assert world.knowledge.articles == before
