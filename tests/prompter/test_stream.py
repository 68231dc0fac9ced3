"""`sufler evaluate --stream` and `--replay` on small folders, and the nightly sweep."""

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from base_world import SMALL, RememberingEncoder
from lessons_world import School

from sufler.domain.errors import BadInput
from sufler.domain.knowledge import Phrasing
from sufler.domain.learning import LearnedState
from sufler.prompter.evaluation.dataset import Dataset, Row, read_dataset
from sufler.prompter.evaluation.replay import replay
from sufler.prompter.evaluation.stream import Plan, stream
from sufler.prompter.learning.sweep import confusing, sweep, unused

PARTS = {
    "cost": ("почём", "цена", "сколько стоит", "стоимость", "тариф на"),
    "return": ("вернуть", "сдать", "отказаться и вернуть", "возврат на", "обменять"),
    "password": ("пароль для", "забыли пароль", "не войти в", "вход в", "восстановить вход в"),
}
ENDS = ("доставку дивана", "курьера до дачи", "кабинет с телефона", "чайник по чеку")


def dataset() -> Dataset:
    rows = [
        Row(f"{begin} {end}", name)
        for name, begins in PARTS.items()
        for begin in begins
        for end in ENDS
    ]
    return Dataset("small_ru", SMALL, tuple(rows), ())


def nobody(what: str) -> None:
    """Progress that nobody looks at."""


async def test_that_a_stream_learns_what_the_static_core_does_not(
    remembering: RememberingEncoder,
) -> None:
    learned = await stream(dataset(), remembering, Plan(), nobody)
    static = await stream(dataset(), remembering, Plan(learning=False), nobody)
    (window,) = learned["windows"]
    assert window == "0-48"
    assert learned["windows"][window]["top1"] > static["windows"][window]["top1"]
    assert learned["taught_then_first"] == 1.0
    assert static["outcomes"] == {}
    again = await stream(dataset(), remembering, Plan(), nobody)
    for name in ("windows", "outcomes", "learned"):
        assert again[name] == learned[name], "the same draw gives the same"


async def test_that_wrong_accepts_and_left_out_guards_are_what_they_say(
    remembering: RememberingEncoder,
) -> None:
    plan = Plan(wrong=1.0, without=frozenset({"neighbours", "frozen", "short"}))
    made = await stream(dataset(), remembering, plan, nobody)
    assert made["wrongly_accepted"] == 48
    assert "review: neighbours" not in made["outcomes"]
    assert sum(counts["right"] for counts in made["held_back"].values()) == 0
    assert made["held_back"]["served"]["wrong"] > 0
    with pytest.raises(BadInput, match="no guard luck"):
        await stream(dataset(), remembering, Plan(without=frozenset({"luck"})), nobody)


async def test_that_a_replay_predicts_first_and_then_learns(
    remembering: RememberingEncoder, tmp_path: Path
) -> None:
    with (tmp_path / "kb.csv").open("w", encoding="utf-8", newline="") as file:
        rows = [("d", "диван не едет", "Диван привезут завтра.", "")]
        rows += [(str(n), f"Вопрос {n}", f"Ответ номер {n}.", "") for n in range(6)]
        csv.writer(file).writerows([("article_id", "title", "answer", "section"), *rows])
    talk = [
        {"role": "customer", "text": "диван не едет", "at": None},
        {"role": "operator", "text": "Диван привезут завтра.", "at": None},
        {"role": "operator", "text": "Не за что!", "at": None},
    ]
    dialogs = tmp_path / "dialogs.jsonl"
    lines = [json.dumps({"id": str(n), "messages": talk}) for n in range(3)]
    dialogs.write_text("\n".join(lines), "utf-8")
    made = await replay(read_dataset(tmp_path, ()), dialogs, remembering, Plan(), nobody)
    assert (made["replies"], made["titles_replaced"]) == (3, 1)
    assert made["uses"] == {"verbatim": 3} or made["quarters"]["1-2"]["top1"] == 1.0
    assert made["outcomes"]["learned: taught"] == 1
    dialogs.write_text('{"id": "1", "messages": [{"role": "customer"}]}', "utf-8")
    with pytest.raises(BadInput, match="line 1 is not a dialog"):
        await replay(read_dataset(tmp_path, ()), dialogs, remembering, Plan(), nobody)
    with pytest.raises(BadInput, match="missing"):
        await replay(read_dataset(tmp_path, ()), tmp_path / "no", remembering, Plan(), nobody)


async def test_that_the_sweep_quarantines_what_its_neighbours_speak_against_and_confirms_others(
    remembering: RememberingEncoder,
) -> None:
    school = await School(remembering).start()
    words = ("потерял пароль", "пароль не подходит", "как сменить пароль", "пароль забыт")
    good = await school.teach("не помню свой пароль", school.answer("password"))
    bad = await school.teach("пароль никак не вспомню", school.answer("card"))
    assert [each.learned[0].state for each in (good, bad)] == [LearnedState.UNCONFIRMED] * 2
    article = school.knowledge.article("password")
    assert article is not None
    stored = await school.shelf.get("password")
    mine = tuple(Phrasing(each, "ru") for each in words)
    given = replace(stored, phrasings=(*SMALL[2].phrasings, *mine))
    await school.knowledge.save([given], "editor")
    rows = list(school.shelf.learned.values())
    background = school.knowledge.background
    swept = await sweep(school.knowledge.index, background, remembering, rows)
    assert (swept.against, swept.agreed) == ([2], [1])
    person = [replace(each, state=LearnedState.CONFIRMED, confirmed_by="boris") for each in rows]
    swept = await sweep(school.knowledge.index, background, remembering, person)
    assert (swept.against, swept.agreed) == ([], []), "what a person confirmed stays"


async def test_that_articles_that_take_each_others_questions_are_found(
    remembering: RememberingEncoder,
) -> None:
    first = replace(SMALL[0], id="one", phrasings=(Phrasing("цена доставки курьером", "ru"),))
    other = replace(SMALL[0], id="two", phrasings=(Phrasing("доставка курьером, цена", "ru"),))
    school = await School(remembering, (first, other, *SMALL[1:])).start()
    (pair,) = confusing(school.knowledge.index)
    assert (pair.one, pair.other, pair.of) == ("one", "two", 4)
    assert pair.taken >= 2


def test_that_articles_that_nobody_uses_are_told_longest_first() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    used = {"cost": now, "return": now - timedelta(days=100), "card": now - timedelta(days=200)}
    found = unused(SMALL, used, now, 90)
    assert found[-2:] == ["card", "return"]
    assert set(found[:-2]) == {"password", "warranty"}
