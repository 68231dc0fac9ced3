"""The landing page /: what runs here, where to go, and how things stand."""

import structlog
from starlette.requests import Request
from starlette.responses import Response

from sufler.domain.errors import SuflerError
from sufler.domain.knowledge import Language, Mode
from sufler.domain.locales import number
from sufler.domain.texts import text
from sufler.web import paper
from sufler.web.frame import bar_values
from sufler.web.services import Services
from sufler.web.session import caller_of

_log = structlog.get_logger(__name__)


class Home:
    """Answers /."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def show(self, request: Request) -> Response:
        """The page; it is shown, with what can be known, even when the database is not there."""
        language = paper.language_of(request, self._services.language)
        try:
            staff = await self._staff(language)
            caller = await caller_of(request, self._services.people)
        except SuflerError as error:
            _log.error("home_incomplete", error=error.message)
            staff, caller = [(text("home_operators", language), "—", "home_unknown", True)], None
        topics = list(self._services.knowledge.topics.values())
        return paper.page(
            "home.html",
            language,
            "/",
            **bar_values(caller, language, "/"),
            facts=[*self._knowledge(language), *staff, self._telegram(language)],
            reasons=sorted(
                {each.without_certificate for each in topics if each.without_certificate}
            ),
        )

    def _knowledge(self, language: Language) -> list[tuple[str, str, str, bool]]:
        """Facts are: what, how much, a word more, and whether it is a trouble."""
        size = self._services.knowledge_size()
        topics = self._services.knowledge.topics.values()
        answering = sum(topic.mode is Mode.ANSWERS for topic in topics)
        version = text("home_version", language, version=number(size.version, language))
        empty = text("home_no_articles", language)
        return [
            (
                text("home_articles", language),
                number(size.articles, language),
                version if size.articles else empty,
                not size.articles,
            ),
            (
                text("home_topics", language),
                str(len(topics)),
                text("home_topics_answering", language, count=answering),
                False,
            ),
        ]

    async def _staff(self, language: Language) -> list[tuple[str, str, str, bool]]:
        desk = self._services.desk
        active = sum(person.active for person in await self._services.people.list())
        if not await desk.exists():
            word = "home_nobody"
        else:
            word = "home_on_duty" if await desk.anybody() else "home_nobody_on_duty"
        waiting = len(await desk.waiting())
        return [
            (
                text("home_operators", language),
                number(active, language),
                text(word, language),
                word != "home_on_duty",
            ),
            (text("home_waiting", language), number(waiting, language), "", False),
        ]

    def _telegram(self, language: Language) -> tuple[str, str, str, bool]:
        name = text("home_telegram", language)
        if self._services.telegram is None:
            return name, "—", text("home_telegram_off", language), False
        line = self._services.telegram()
        bot = f"@{line.username}" if line.username else "—"
        word = "" if line.connected else text("home_telegram_down", language)
        return name, bot, word, not line.connected
