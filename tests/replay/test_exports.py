"""Exports of other programs become conversations; what is none of them is refused clearly."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sufler.domain.errors import BadInput
from sufler.replay.exports.read import read_talks
from sufler.replay.talks import PastTalk, Said, in_time_order, turns


def written(folder: Path, name: str, body: Any) -> Path:
    file = folder / name
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    file.write_text(text, encoding="utf-8")
    return file


def at(hour: int, day: int = 1) -> datetime:
    return datetime(2026, 10, day, hour, tzinfo=UTC)


def stamp(hour: int) -> str:
    return str(int(at(hour).timestamp()))


def telegram_message(number: int, sender: int, text: Any, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "type": "message",
        "date": "2026-10-01T12:00:00",
        "date_unixtime": stamp(number),
        "from": f"Name {sender}",
        "from_id": f"user{sender}",
        "text": text,
        **more,
    }


PRIVATE = {
    "name": "Анна",
    "type": "personal_chat",
    "id": 7,
    "messages": [
        telegram_message(1, 7, "Сколько стоит доставка?"),
        telegram_message(2, 99, ["Доставка ", {"type": "bold", "text": "350 ₽"}, "."]),
        {"id": 3, "type": "service", "action": "phone_call", "actor_id": "user7"},
        telegram_message(4, 7, "", media_type="sticker"),
        telegram_message(5, 7, "Спасибо"),
    ],
}


def test_that_a_private_chat_of_telegram_has_the_other_side_as_its_customer(tmp_path: Path) -> None:
    (talk,) = read_talks(written(tmp_path, "result.json", PRIVATE))
    assert [(each.role, each.text) for each in talk.said] == [
        ("customer", "Сколько стоит доставка?"),
        ("operator", "Доставка 350 ₽."),
        ("customer", "Спасибо"),
    ]
    assert talk.said[0].at == at(1)


def test_that_a_whole_account_gives_each_of_its_chats(tmp_path: Path) -> None:
    other = {**PRIVATE, "id": 8, "messages": [telegram_message(1, 8, "Где заказ?")]}
    body = {"about": "…", "chats": {"about": "…", "list": [PRIVATE, other]}}
    found = read_talks(written(tmp_path, "result.json", body))
    assert [talk.id for talk in found] == ["telegram:7", "telegram:8"]


def test_that_a_group_needs_to_be_told_who_answers_there(tmp_path: Path) -> None:
    group = {
        "name": "Поддержка",
        "type": "private_supergroup",
        "id": 5,
        "messages": [
            telegram_message(1, 7, "Где мой заказ?"),
            telegram_message(2, 8, "А как вернуть?"),
            telegram_message(3, 99, "Возврат за 14 дней", reply_to_message_id=2),
            telegram_message(4, 99, "Заказ в пути", reply_to_message_id=1),
        ],
    }
    file = written(tmp_path, "result.json", group)
    with pytest.raises(BadInput, match="no messages of customers and operators"):
        read_talks(file)
    found = {talk.id: [each.text for each in talk.said] for talk in read_talks(file, ["name 99"])}
    assert found == {
        "telegram:5:user7": ["Где мой заказ?", "Заказ в пути"],
        "telegram:5:user8": ["А как вернуть?", "Возврат за 14 дней"],
    }


def test_that_messages_of_chatwoot_are_read_without_notes_and_bots(tmp_path: Path) -> None:
    base = {"conversation_id": 3, "private": False, "sender": {"type": "user"}}
    payload = [
        {**base, "id": 2, "message_type": 1, "content": "Yes", "created_at": 1_700_000_100},
        {**base, "id": 1, "message_type": 0, "content": "Is it open?", "created_at": 1_700_000_000},
        {**base, "message_type": 1, "content": "note", "private": True, "created_at": 1},
        {**base, "message_type": 2, "content": "assigned", "created_at": 1},
        {**base, "message_type": 1, "content": "Hi", "sender": {"type": "agent_bot"}},
    ]
    (talk,) = read_talks(written(tmp_path, "chatwoot.json", {"meta": {}, "payload": payload}))
    assert [(each.role, each.text) for each in talk.said] == [
        ("customer", "Is it open?"),
        ("operator", "Yes"),
    ]


def test_that_tickets_of_usedesk_are_read_as_plain_text(tmp_path: Path) -> None:
    ticket = {
        "ticket": {"id": 12},
        "comments": [
            {
                "from": "user",
                "type": "public",
                "message": "<p>Да,<br>до 21:00</p>",
                "published_at": "2026-10-01 12:00:00",
            },
            {
                "from": "client",
                "type": "public",
                "message": "Открыты?",
                "published_at": "2026-10-01 11:00:00",
            },
            {"from": "user", "type": "private", "message": "заметка"},
            {"from": "trigger", "type": "public", "message": "Оцените"},
        ],
    }
    (talk,) = read_talks(written(tmp_path, "usedesk.json", [ticket]))
    assert [(each.role, each.text) for each in talk.said] == [
        ("customer", "Открыты?"),
        ("operator", "Да,\nдо 21:00"),
    ]


def test_that_lines_and_tables_are_read_in_their_order(tmp_path: Path) -> None:
    line = {"id": "a", "messages": [{"role": "customer", "text": "Q", "at": None}]}
    line["messages"].append({"role": "operator", "text": "A", "at": None})  # type: ignore[attr-defined]
    (talk,) = read_talks(written(tmp_path, "talks.jsonl", json.dumps(line) + "\n\n"))
    assert talk == PastTalk("a", (Said("customer", "Q"), Said("operator", "A")))
    rows = "диалог;автор;текст;дата\n1;клиент;Вопрос;2026-10-01T10:00\n1;Пётр;Ответ;\n"
    (talk,) = read_talks(written(tmp_path, "talks.csv", rows), ["пётр"])
    assert [(each.role, each.text) for each in talk.said] == [
        ("customer", "Вопрос"),
        ("operator", "Ответ"),
    ]


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("a.json", "{", "no JSON"),
        ("a.json", '{"hello": 1}', "no format that is known"),
        ("a.json", "[" * 100_000, "no JSON"),
        ("a.jsonl", '{"id": 1}\n', "line 1"),
        ("a.jsonl", '{"messages": [{"role": "bot", "text": "x"}]}\n', "line 1"),
        ("a.csv", "a,b\n1,2\n", "no column conversation"),
        ("a.csv", "chat,from,text\n1,somebody,x\n", "row 2"),
        ("a.csv", "chat,from,text,at\n1,client,x,yesterday\n", "row 2"),
    ],
)
def test_that_what_cannot_be_read_is_named(
    tmp_path: Path, name: str, body: str, words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        read_talks(written(tmp_path, name, body))


def test_that_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"absent\.json"):
        read_talks(tmp_path / "absent.json")


def test_that_a_burst_is_one_turn_and_a_day_of_silence_ends_an_episode() -> None:
    said = (
        Said("operator", "Здравствуйте", at(1)),
        Said("customer", "Привет", at(2)),
        Said("customer", "Где заказ 4512?", at(2)),
        Said("operator", "В пути", at(3)),
        Said("operator", "Завтра", at(3)),
        Said("customer", "А если не успеет?", at(4)),
        Said("operator", "Вернём деньги", at(5)),
        Said("customer", "Как вернуть?", at(6, day=3)),
        Said("operator", "За 14 дней", at(7, day=3)),
        Said("customer", "Ясно", at(8, day=3)),
    )
    found = list(turns(PastTalk("t", said)))
    assert [turn.question for turn in found] == [
        "Привет\nГде заказ 4512?",
        "А если не успеет?",
        "Как вернуть?",
    ]
    assert [turn.first for turn in found] == [True, False, True]
    assert found[0].reply == ("В пути", "Завтра")
    assert [each.text for each in found[1].before][-1] == "Завтра"
    assert found[2].before == ()


def test_that_turns_of_all_conversations_come_in_the_order_of_time() -> None:
    late = PastTalk("late", (Said("customer", "b", at(5)), Said("operator", "c", at(6))))
    early = PastTalk("early", (Said("customer", "a", at(1)), Said("operator", "c", at(9))))
    assert [turn.talk_id for turn in in_time_order([late, early])] == ["early", "late"]


@given(st.lists(st.tuples(st.sampled_from(["customer", "operator"]), st.text(min_size=1))))
def test_that_every_reply_belongs_to_at_most_one_turn(said: list[tuple[Any, str]]) -> None:
    talk = PastTalk("t", tuple(Said(role, text) for role, text in said))
    found = list(turns(talk))
    replies = [text for turn in found for text in turn.reply]
    told = [text for role, text in said if role == "operator"]
    assert len(replies) <= len(told)
    assert all(turn.question and turn.reply for turn in found)
