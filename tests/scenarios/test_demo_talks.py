"""Whole talks with the demo shop through the real wiring: encoder, index, prompter and desk."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from sufler.app.settings import load_settings
from sufler.app.wiring import Services, opened_services
from sufler.desk.ladder import console
from sufler.domain.conversation import (
    Button,
    Conversation,
    Customer,
    Incoming,
    IncomingKind,
    Message,
    Owner,
)
from sufler.domain.knowledge import Article, Mode, Translation
from sufler.domain.people import Role
from sufler.domain.texts import text

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Paper:
    """A channel that writes down what was sent to whom."""

    name = "paper"

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, tuple[Button, ...]]] = []

    def slot(self, conversation: Conversation) -> float:
        return 0.0

    async def send(self, conversation: Conversation, message: Message) -> str | None:
        self.sheets.append((conversation.customer.external_id, message.text, message.buttons))
        return None

    async def edit(self, conversation: Conversation, message: Message) -> None:
        self.sheets.append((conversation.customer.external_id, message.text, ()))

    async def typing(self, conversation: Conversation) -> None:
        pass


class Shop:
    """The demo shop, and customers who write to it."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.paper = Paper()
        services.delivery.add_channel(self.paper)
        self._count = 0

    async def hear(self, who: str, said: str = "", button: str | None = None) -> str:
        """What the customer `who` is told after writing or pressing."""
        self._count += 1
        kind = IncomingKind.TEXT if button is None else IncomingKind.BUTTON
        customer = Customer(who, who.title(), who.title())
        incoming = Incoming("paper", f"p{self._count}", customer, kind, said, button)
        before = len(self.paper.sheets)
        assert await self.services.turns.receive(incoming)
        await self.services.turns.drain()
        return "\n".join(sheet for _, sheet, _ in self.paper.sheets[before:])

    async def conversation(self, who: str) -> Conversation:
        found = await self.services.conversations.find("paper", who)
        assert found is not None
        return found

    def answer(self, article_id: str, language: str = "ru") -> str:
        article = self.services.knowledge.article(article_id)
        assert article is not None
        return article.translations[language].answer  # type: ignore[index]  # a test's own word


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(
    tmp_path_factory: pytest.TempPathFactory, model_folder: Path, known: Path
) -> AsyncIterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "model").mkdir()
    (folder / "model" / "default").symlink_to(model_folder, target_is_directory=True)
    shutil.copy(known, folder / "sufler.db")
    async with opened_services(load_settings(data_dir=folder, demo=True), at_once=True) as services:
        yield Shop(services)


async def test_that_a_question_is_answered_in_the_language_it_was_asked_in(shop: Shop) -> None:
    assert await shop.hear("ada", "How much does delivery cost?") == shop.answer(
        "delivery-cost", "en"
    )
    assert await shop.hear("ivan", "Сколько стоит доставка?") == shop.answer("delivery-cost")
    assert await shop.hear("ivan", "спасибо!") == text("thanks", "ru")
    assert (await shop.conversation("ivan")).owner is Owner.BOT


async def test_that_a_vague_word_is_clarified_and_a_button_answers_it(shop: Shop) -> None:
    assert await shop.hear("olya", "оплата") == text("clarify", "ru")
    buttons = shop.paper.sheets[-1][2]
    chosen = buttons[0].data.removeprefix("a:")
    assert await shop.hear("olya", button=buttons[0].data) == shop.answer(chosen)


async def test_that_what_the_shop_does_not_know_goes_to_a_person_and_back(shop: Shop) -> None:
    services = shop.services
    told = await shop.hear("petr", "Какая столица Франции?")
    assert text("nobody_exists", "ru") in told
    person, _ = await services.basis.people.add("anna", "Анна", Role.OPERATOR)
    token = await services.basis.people.login("anna", _, "test")
    anna = await services.basis.people.caller_of_session(token)
    conversation = await shop.conversation("petr")
    assert conversation.id in [one.id for one in await services.desk.waiting()]
    await services.desk.reply(anna, conversation.id, "Париж, но мы туда не возим.")
    await services.turns.drain()
    assert shop.paper.sheets[-1][:2] == ("petr", "Париж, но мы туда не возим.")
    assert await shop.hear("petr", "Сколько стоит доставка?") == ""  # Анна talks now
    suggestion = await services.desk.current_suggestion(conversation.id)
    assert suggestion is not None
    assert suggestion.items[0].article_id == "delivery-cost"
    assert (await services.desk.get(conversation.id)).operator_id == person.id
    await services.desk.return_to_bot(anna, conversation.id)
    assert await shop.hear("petr", "Сколько стоит доставка?") == shop.answer("delivery-cost")


async def test_that_anybody_can_call_a_person_in_both_languages(shop: Shop) -> None:
    for who, said in (("kim", "real person please"), ("lena", "позовите человека")):
        await shop.hear(who, said)
        assert (await shop.conversation(who)).hand_off_reason == "asks_for_person"


async def test_that_the_mode_of_a_topic_is_obeyed_at_once(shop: Shop) -> None:
    knowledge = shop.services.knowledge
    article = Article(
        "parrots", "Попугаи", {"ru": Translation("Можно ли прийти с попугаем?", "Можно, в клетке.")}
    )
    await knowledge.save([article], "test")
    await shop.services.prompter.refit()
    question = "Можно ли прийти с попугаем?"
    await shop.hear("zoya", question)
    conversation = await shop.conversation("zoya")
    assert conversation.hand_off_reason == "topic_suggests"
    shown = await shop.services.desk.current_suggestion(conversation.id)
    assert shown is not None
    assert shown.items[0].text == "Можно, в клетке."
    await shop.services.ladder.change(console(), "Попугаи", Mode.OBSERVES)
    await shop.hear("yana", question)
    bare = await shop.services.desk.current_suggestion((await shop.conversation("yana")).id)
    assert bare is not None
    assert bare.items == ()
    await shop.services.ladder.change(console(), "Попугаи", Mode.ANSWERS, "test")
    assert await shop.hear("xenia", question) == "Можно, в клетке."


@pytest.mark.parametrize(
    "said", ["ﷺ" * 4096, "\ud800", "\x00", "a" * 100_000, "\u202eтекст", "👍" * 50, " "]
)
async def test_that_hostile_messages_get_a_reply_or_silence_and_harm_nobody(
    shop: Shop, said: str
) -> None:
    await shop.hear("eve", said)
    counts = await shop.services.inbox.counts()
    assert set(counts) == {"done"}
    assert await shop.hear("ivan", "Сколько стоит доставка?") == shop.answer("delivery-cost")
