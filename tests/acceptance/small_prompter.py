"""Three articles, and a prompter that counts the words that a question and a title share."""

import re
from collections.abc import Mapping, Sequence
from itertools import count

from sufler.app.clock import SystemClock
from sufler.domain.decisions import Level, Suggestion, SuggestionItem, Versions
from sufler.domain.knowledge import Article, Language, Mode, Topic, Translation
from sufler.prompter.turn_kind import language_of, turn_kind


def article(id_: str, topic: str, ru: tuple[str, str], en: tuple[str, str]) -> Article:
    return Article(id_, topic, {"ru": Translation(*ru), "en": Translation(*en)})


ARTICLES = [
    article(
        "cost",
        "Доставка",
        ("Сколько стоит доставка?", "**300 ₽**, а от 3000 ₽ бесплатно.\n\n- курьером\n- в пункт"),
        ("How much does delivery cost?", "**300 ₽**, free from 3000 ₽."),
    ),
    article(
        "when",
        "Доставка",
        ("Когда приедет доставка?", "Обычно за 2 дня. [Условия](https://ploshkin.example/d)"),
        ("When does delivery arrive?", "Usually in 2 days."),
    ),
    article(
        "return",
        "Возврат",
        ("Как вернуть товар?", "Принесите его в пункт выдачи в течение 14 дней."),
        ("How do I return an item?", "Bring it to a pickup point within 14 days."),
    ),
]
TOPICS = {
    "Доставка": Topic("Доставка", Mode.ANSWERS, without_certificate="demo"),
    "Возврат": Topic("Возврат", Mode.SUGGESTS),
}


class SmallKnowledge:
    """Three articles that do not change."""

    articles: Mapping[str, Article] = {each.id: each for each in ARTICLES}
    topics: Mapping[str, Topic] = TOPICS

    def article(self, article_id: str, /) -> Article | None:
        return self.articles.get(article_id)

    def mode_of(self, article: Article, /) -> Mode:
        return self.topics[article.topic].mode


class SmallPrompter:
    """Confidence is the share of the question's words that the title or the answer has."""

    def __init__(self, clock: SystemClock) -> None:
        self._clock = clock
        self._numbers = count()

    async def suggest(
        self,
        text: str,
        *,
        language: Language | None = None,
        history: Sequence[tuple[str, str]] = (),
        limit: int = 3,
        conversation_id: str | None = None,
        variables: Mapping[str, str] = {},
    ) -> Suggestion:
        kind, spoken = turn_kind(text), language_of(text, language or "ru")
        items = [self._item(each, text, spoken) for each in ARTICLES]
        found = sorted((i for i in items if i.confidence > 0.1), key=lambda i: -i.confidence)
        return Suggestion(
            id=f"suggestion-{next(self._numbers)}",
            text=text,
            language=spoken,
            turn_kind=kind,
            items=tuple(found[:limit]),
            versions=Versions(1, "small", "none", "rules", "none"),
            took_ms=0.1,
            at=self._clock.now(),
            conversation_id=conversation_id,
        )

    def _item(self, each: Article, text: str, language: Language) -> SuggestionItem:
        served, translation = each.in_language(language)
        asked, known = _stems(text), _stems(translation.title)
        confidence = len(asked & known) / max(len(asked), 1)
        level = (
            Level.SURE if confidence > 0.8 else Level.LIKELY if confidence > 0.4 else Level.CHECK
        )
        return SuggestionItem(
            article_id=each.id,
            title=translation.title,
            text=translation.answer,
            topic=each.topic,
            mode=TOPICS[each.topic].mode,
            language=served,
            language_ok=served == language,
            confidence=confidence,
            level=level,
            phrasing=translation.title,
        )


def _stems(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"\w{3,}", text.casefold())}
