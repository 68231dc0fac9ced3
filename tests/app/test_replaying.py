"""`sufler replay` from the export to the report, through the real program in a base of its own."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sufler.app.replaying import replayed
from sufler.app.settings import Settings
from sufler.domain.errors import BadInput

ANSWERS = {
    "Доставка по Москве стоит 350 рублей и занимает два рабочих дня.": (
        "Сколько стоит доставка?",
        "Почём доставка по Москве?",
        "Доставка платная?",
        "Какая цена доставки курьером?",
        "Сколько я заплачу за доставку?",
        "Стоимость доставки подскажите",
    ),
    "Вернуть товар можно в течение четырнадцати дней, если сохранился чек.": (
        "Как вернуть товар?",
        "Хочу сделать возврат",
        "Можно ли вернуть покупку?",
        "Товар не подошёл, как его вернуть?",
        "До какого дня принимаете возвраты?",
        "Возврат товара без чека возможен?",
    ),
}


def export(folder: Path) -> Path:
    """A whole account of Telegram Desktop: each question in a chat of its own."""
    chats = []
    asked = [(asks[place], told) for place in range(6) for told, asks in ANSWERS.items()]
    for number, (question, answer) in enumerate(asked, start=1):
        at = datetime(2026, 9, 1, 12, tzinfo=UTC) + timedelta(hours=number)
        rows = [(number, question, at), (99, f"Здравствуйте! {answer}", at + timedelta(minutes=2))]
        messages = [
            {
                "type": "message",
                "from_id": f"user{sender}",
                "date_unixtime": str(int(moment.timestamp())),
                "text": text,
            }
            for sender, text, moment in rows
        ]
        chats.append({"type": "personal_chat", "id": number, "name": "K", "messages": messages})
    file = folder / "result.json"
    file.write_text(json.dumps({"chats": {"list": chats}}, ensure_ascii=False), encoding="utf-8")
    return file


@pytest.fixture
def settings(model_folder: Path, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", model_dir=model_folder.parent)


async def test_that_the_second_half_of_a_history_is_predicted_from_the_first(
    settings: Settings, tmp_path: Path
) -> None:
    file = export(tmp_path)
    made = await replayed(settings, file, (), "auto", 0.95)
    told: dict[str, Any] = made.figures
    assert (told["turns"], told["taught"], told["base"], told["articles"]) == (6, 6, "history", 2)
    assert told["replied_with_an_article"] == 1.0
    assert told["top1"] >= 0.8
    assert told["all"]["checks"] == 6
    assert told["all"]["bar"] is None  # six checks prove nothing
    answers = {each["translations"]["ru"]["answer"] for each in made.proposed}
    assert answers == set(ANSWERS)
    # The same history gives the same report, to the byte.
    again = await replayed(settings, file, (), "auto", 0.95)
    assert json.dumps(again.figures) == json.dumps(told)


async def test_that_a_history_without_replies_and_an_empty_base_are_refused(
    settings: Settings, tmp_path: Path
) -> None:
    silent = tmp_path / "talks.jsonl"
    silent.write_text('{"id": 1, "messages": [{"role": "customer", "text": "Есть кто?"}]}\n')
    with pytest.raises(BadInput, match="no operator replied"):
        await replayed(settings, silent, (), "auto", 0.95)
    with pytest.raises(BadInput, match="knowledge base is empty"):
        await replayed(settings, export(tmp_path), (), "current", 0.95)
