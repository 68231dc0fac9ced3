"""`sufler replay` from the export to the report, through the real program in a base of its own."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from sufler.app.replay_keeping import store_checks, store_proposals
from sufler.app.replay_plan import Plan, read_plan
from sufler.app.replaying import History, replayed
from sufler.app.settings import Settings
from sufler.app.wiring import opened_basis
from sufler.domain.checks import CheckKind
from sufler.domain.errors import BadInput
from sufler.domain.knowledge import Article, ArticleStatus, Translation
from sufler.domain.learning import ProposalKind
from sufler.kb_index.formats.full_form import to_object
from sufler.prompter.accuracy.certificate import certificate
from sufler.storage.checks import CheckStore
from sufler.storage.proposals import ProposalStore
from sufler.storage.tables.conversations import conversations, episodes, messages

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


BEGAN = datetime(2026, 9, 1, 12, tzinfo=UTC)


def export(folder: Path, began: datetime = BEGAN) -> Path:
    """A whole account of Telegram Desktop: each question in a chat of its own."""
    chats = []
    asked = [(asks[place], told) for place in range(6) for told, asks in ANSWERS.items()]
    for number, (question, answer) in enumerate(asked, start=1):
        at = began + timedelta(hours=number)
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
    made = await replayed(settings, History(file), Plan(), 0.95)
    told: dict[str, Any] = made.figures
    assert (told["turns"], told["taught"], told["base"], told["articles"]) == (6, 6, "history", 2)
    assert told["replied_with_an_article"] == 1.0
    assert told["top1"] >= 0.8
    assert told["all"]["checks"] == 6
    assert told["all"]["bar"] is None  # six checks prove nothing
    answers = {each["translations"]["ru"]["answer"] for each in made.proposed}
    assert answers == set(ANSWERS)
    # The same history gives the same report, to the byte.
    again = await replayed(settings, History(file), Plan(), 0.95)
    assert json.dumps(again.figures) == json.dumps(told)


async def test_that_a_history_without_replies_and_an_empty_base_are_refused(
    settings: Settings, tmp_path: Path
) -> None:
    silent = tmp_path / "talks.jsonl"
    silent.write_text('{"id": 1, "messages": [{"role": "customer", "text": "Есть кто?"}]}\n')
    with pytest.raises(BadInput, match="no operator replied"):
        await replayed(settings, History(silent), Plan(), 0.95)
    with pytest.raises(BadInput, match="knowledge base is empty"):
        await replayed(settings, History(export(tmp_path)), Plan("current"), 0.95)


async def test_that_checks_of_history_are_of_published_articles_and_later_than_their_texts(
    settings: Settings, tmp_path: Path
) -> None:
    began = datetime.now(UTC) - timedelta(days=60)
    history = History(export(tmp_path, began))
    made = await replayed(settings, history, Plan(), 0.95)
    assert await store_checks(settings, history, made) == {
        "stored": 0,
        "known": 0,
        "not_published": 6,
    }
    # An editor has published what the history gave.
    async with opened_basis(settings) as basis:
        drafts = [replace(each, status=ArticleStatus.PUBLISHED) for each in made.run.proposed]
        await basis.articles.save_many(drafts, "Ева")
    again = await replayed(settings, history, Plan("history"), 0.95)
    assert (await store_checks(settings, history, again))["stored"] == 6
    assert (await store_checks(settings, history, again))["known"] == 6
    # The base as it is now knows what was asked.
    now = await replayed(settings, history, Plan("current"), 0.95)
    assert (await store_checks(settings, history, now))["not_later_than_texts"] == 12
    async with opened_basis(settings) as basis:
        checks = await CheckStore(basis.database).all_until()
    assert {each.kind for each in checks} == {CheckKind.HISTORY}
    assert min(each.predicted_at for each in checks) > began
    many = [replace(each, right=True) for each in checks] * 50
    found = certificate(many, [0.0])
    assert found.bar == 0.0
    assert not found.may_answer  # history alone switches nothing on
    old = History(export(tmp_path))
    aged = await replayed(settings, old, Plan("history"), 0.95)
    long_ago = [replace(each, at=BEGAN - timedelta(days=400)) for each in aged.run.predicted]
    aged = replace(aged, run=replace(aged.run, predicted=long_ago))
    assert (await store_checks(settings, old, aged))["too_old"] == 6
    with pytest.raises(BadInput, match="live checks"):
        await store_checks(settings, History(since=began), made)


async def test_that_a_history_becomes_proposals_once_and_publishes_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    made = await replayed(settings, History(export(tmp_path)), Plan(), 0.95)
    assert await store_proposals(settings, made) == 2
    assert await store_proposals(settings, made) == 0
    async with opened_basis(settings) as basis:
        waiting = await ProposalStore(basis.database, basis.clock).open()
        assert await basis.articles.version() == 0
    assert {each.kind for each in waiting} == {ProposalKind.ARTICLE}
    assert {each.after for each in waiting} == set(ANSWERS)
    assert all(len(each.phrasings) >= 4 for each in waiting)


async def test_that_sufler_replays_its_own_conversations_and_compares_two_plans(
    settings: Settings, tmp_path: Path
) -> None:
    base = tmp_path / "base.jsonl"
    rows = [
        to_object(Article(f"a{number}", "Т", {"ru": Translation(asks[0], answer)}))
        for number, (answer, asks) in enumerate(ANSWERS.items())
    ]
    base.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in rows), "utf-8")
    await _own_conversations(settings)
    history = History(since=BEGAN)
    against = Plan(str(base), "fixed", 1.0)
    made = await replayed(settings, history, Plan(str(base), policy=0.1), 0.95, against=against)
    figures = made.figures
    assert (figures["turns"], figures["base"]) == (10, str(base))
    assert figures["replied_with_an_article"] == 1.0
    compared = figures["compared"]
    assert (compared["turns"], compared["other"]["head"]) == (10, "fixed")
    assert compared["differences"]["answered"]["difference"] > 0.5
    late = History(since=datetime(2026, 11, 1, tzinfo=UTC))
    with pytest.raises(BadInput, match="since 2026-11-01"):
        await replayed(settings, late, Plan(), 0.95)
    with pytest.raises(BadInput, match="one of the last 20 heads"):
        await replayed(settings, history, Plan(str(base), "nothing"), 0.95)
    with pytest.raises(BadInput, match="no article was published then"):
        await replayed(settings, history, Plan("7"), 0.95)


async def _own_conversations(settings: Settings) -> None:
    """Ten customers, whom an operator answered; the bot had said that it hands over."""
    asked = [(asks[place], told) for place in range(1, 6) for told, asks in ANSWERS.items()]
    async with opened_basis(settings) as basis, basis.database.write() as connection:
        for number, (question, answer) in enumerate(asked):
            at, talk = BEGAN + timedelta(hours=number), f"talk{number}"
            row = {
                "id": talk,
                "channel": "test",
                "customer_id": talk,
                "customer_name": "",
                "customer_first_name": "",
                "owner": "bot",
                "language": "ru",
                "created_at": at,
                "updated_at": at,
                "episode": 1,
                "open": False,
                "ticket": number,
            }
            await connection.execute(insert(conversations).values(**row))
            opened = {"conversation_id": talk, "number": 1, "opened_at": at}
            await connection.execute(insert(episodes).values(**opened))
            said = [("customer", question), ("bot", "Зову оператора."), ("operator", answer)]
            for minute, (author, words) in enumerate(said):
                message = {
                    "conversation_id": talk,
                    "author": author,
                    "author_name": "",
                    "text": words,
                    "buttons": [],
                    "at": at + timedelta(minutes=minute),
                    "state": None if author == "customer" else "sent",
                    "attempts": 0,
                }
                await connection.execute(insert(messages).values(**message))


def test_that_a_plan_is_read_from_words_and_what_is_none_is_named() -> None:
    assert read_plan(["knowledge=12 head=fixed", "policy=0.8"]) == Plan("12", "fixed", 0.8)
    assert read_plan(['knowledge="a b.jsonl"']).knowledge == "a b.jsonl"
    assert read_plan([]) == Plan()
    for words in ("base=1", "knowledge", "policy=2", "policy=high", 'knowledge="a'):
        with pytest.raises(BadInput):
            read_plan([words])
