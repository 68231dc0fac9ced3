"""The knowledge pages over a real base, the real encoder and a real server, with people of every
role."""

from pathlib import Path

from base_world import RememberingEncoder, copied
from cheap_passwords import CHEAP
from fastapi import FastAPI
from web_world import PASSWORD, World

from sufler.app.accuracy import ladder_over
from sufler.app.clock import SystemClock
from sufler.app.learning import gaps_over, golden_desk_over, learned_desk_over
from sufler.app.lines import lines_over
from sufler.app.workplace import desk_over
from sufler.bot.markdown import to_html
from sufler.bot.preview import preview
from sufler.conversation.delivery import Delivery
from sufler.conversation.live import LiveEvents
from sufler.desk.people import People
from sufler.domain.knowledge import Article, ArticleStatus, Mode, Phrasing, Topic, Translation
from sufler.domain.people import Role
from sufler.kb_index.catalogue import Catalogue
from sufler.kb_index.imports import Imports
from sufler.kb_index.knowledge import KnowledgeBase
from sufler.kb_index.sources import Sources
from sufler.outbound.fetch import Fetcher
from sufler.prompter.suggest import Prompter
from sufler.storage.article_pages import ArticlePages
from sufler.storage.article_use import ArticleUse
from sufler.storage.articles import ArticleStore
from sufler.storage.conversations import ConversationStore
from sufler.storage.database import Database
from sufler.storage.heads import HeadStore
from sufler.storage.imports import ImportStore
from sufler.storage.keys import KeyStore
from sufler.storage.leases import Leases
from sufler.storage.outbox import OutboxStore
from sufler.storage.people import PeopleStore
from sufler.storage.sessions import SessionStore
from sufler.storage.sources import SourceStore
from sufler.storage.suggestions import SuggestionStore
from sufler.storage.vectors import VectorStore
from sufler.web.kb_services import KnowledgeServices, UseCounts
from sufler.web.services import KnowledgeSize
from sufler.web.setup import setup as set_up_pages

PEOPLE = {
    "eva": ("Ева", Role.EDITOR),
    "egor": ("Егор", Role.EDITOR),
    "root": ("Алла", Role.ADMINISTRATOR),
    "olga": ("Ольга", Role.OPERATOR),
}


def both(id_: str, topic: str, ru: tuple[str, str], en: tuple[str, str], *asked: str) -> Article:
    phrasings = tuple(Phrasing(each, "ru", author="Ева") for each in asked)
    return Article(id_, topic, {"ru": Translation(*ru), "en": Translation(*en)}, phrasings)


BASE = (
    both(
        "cost",
        "Доставка",
        ("Сколько стоит доставка?", "**300 ₽**, а от 3000 ₽ бесплатно.\n\n- курьером\n- в пункт"),
        ("How much does delivery cost?", "**300 ₽**, free from 3000 ₽."),
        "почём курьер",
        "цена доставки до дома",
    ),
    both(
        "when",
        "Доставка",
        ("Когда приедет доставка?", "Обычно за 2 дня. [Условия](https://ploshkin.example/d)"),
        ("When does delivery arrive?", "Usually in 2 days."),
        "сколько ждать курьера",
    ),
    both(
        "return",
        "Возврат",
        ("Как вернуть товар?", "Принесите его в пункт выдачи в течение 14 дней."),
        ("How do I return an item?", "Bring it to a pickup point within 14 days."),
        "хочу сдать покупку назад",
    ),
    Article(
        "warranty",
        "Возврат",
        {"ru": Translation("Какая гарантия на чайник?", "Два года со дня покупки.")},
        (Phrasing("чайник сломался", "ru"),),
    ),
    Article(
        "draft",
        "Оплата",
        {"ru": Translation("Можно ли платить картой?", "Да, любой картой.")},
        status=ArticleStatus.DRAFT,
    ),
)


class KbWorld(World):
    """The served knowledge pages; `base` is the knowledge base behind them."""

    def __init__(self, folder: Path, encoder: RememberingEncoder) -> None:
        copied(encoder, folder)
        super().__init__(folder)
        self._encoder = encoder
        self.base: KnowledgeBase

    async def _build(self) -> None:
        await self._build_staff()
        await self._build_knowledge()
        self._build_desk()
        for login, (name, role) in PEOPLE.items():
            await self.people.add(login, name, role, PASSWORD)

    async def _build_knowledge(self) -> None:
        articles = ArticleStore(self.database, self.clock)
        self.base = KnowledgeBase(articles, VectorStore(self.database), self._encoder)
        await self.base.start()
        await self.base.save(BASE, "Ева (person:eva)")
        await articles.set_topic(Topic("Доставка", Mode.ANSWERS, "пробный запуск"), "root")
        await self.base.start()
        heads = HeadStore(self.database, self.clock)
        self.prompter = Prompter(self.base, self._encoder, heads, self.clock)
        await self.prompter.start()
        pages = ArticlePages(self.database)
        self.kb = KnowledgeServices(
            base=self.base,
            catalogue=Catalogue(articles, pages.every, self.base.article),
            prompter=self.prompter,
            uses=UseCounts(ArticleUse(self.database).counts, self.clock),
            preview=preview,
            imports=Imports(ImportStore(self.database, self.clock), self.base),
            sources=Sources(
                SourceStore(self.database, self.clock),
                ImportStore(self.database, self.clock),
                self.base,
                lambda: Fetcher(frozenset({"127.0.0.1"})),
                self.clock,
            ),
            ladder=ladder_over(self.database, self.clock, knowledge=self.base),
            learned=learned_desk_over(self.database, self.base, self.clock),
            golden=golden_desk_over(self.database, self.base, self.prompter, self.clock),
            gaps=gaps_over(self.database, self.base, self._encoder, self.clock),
        )

    async def _build_staff(self) -> None:
        self.clock = SystemClock()
        self.database = Database(f"sqlite:///{self._folder / 'sufler.db'}")
        await self.database.migrate()
        staff = PeopleStore(self.database)
        sessions = SessionStore(self.database)
        self.people = People(staff, KeyStore(self.database), sessions, self.clock, CHEAP)
        self.conversations = ConversationStore(self.database)
        self.suggestions = SuggestionStore(self.database)

    def _build_desk(self) -> None:
        live = LiveEvents()
        outbox, leases = OutboxStore(self.database), Leases(self.database)
        delivery = Delivery(self.conversations, outbox, self.clock, live, leases, [])
        lines = lines_over(self.database, delivery, live, self.clock)
        self.desk = desk_over(self.database, lines, delivery, live, self.clock, self.prompter)

    def app(self) -> FastAPI:
        app = FastAPI()
        set_up_pages(
            app,
            desk=self.desk,
            people=self.people,
            knowledge=self.base,
            knowledge_size=lambda: KnowledgeSize(self.base.index.size, self.base.index.version),
            clock=self.clock,
            to_html=to_html,
            knowledge_pages=self.kb,
        )
        return app
