"""`sufler evaluate --replay`: dialogs of people in time order: is the reply that the operator sent
among the first three suggestions, and is it more often so when each reply is learned from?"""

import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sufler.domain.errors import BadInput
from sufler.domain.knowledge import Article
from sufler.domain.learning import Lesson
from sufler.domain.ports import TextEncoder
from sufler.kb_index.normalise import normalise
from sufler.prompter.evaluation import metrics
from sufler.prompter.evaluation.dataset import Dataset
from sufler.prompter.evaluation.evaluate import OnProgress
from sufler.prompter.evaluation.shelf import LearningShelf
from sufler.prompter.evaluation.stream import A_DAY, OPERATORS, LearningBase, Plan

PARTS = 4


@dataclass(frozen=True, slots=True)
class Reply:
    """What an operator sent to the customer's turn `asked`, after `history` of (role, text)."""

    at: str
    dialog: str
    asked: str
    history: tuple[tuple[str, str], ...]
    sent: str
    article_id: str


async def replay(
    dataset: Dataset, dialogs: Path, encoder: TextEncoder, plan: Plan, on_progress: OnProgress
) -> dict[str, Any]:
    """Figures by quarter of the replies. Raises BadInput by file and line."""
    began = time.perf_counter()
    every = list(_replies(dialogs, dataset.articles))
    if not every:
        raise BadInput(f"No reply in {dialogs} is an article of the base.", field=dialogs.name)
    # Where times are missing the file's order is the time's.
    replies = sorted(every, key=lambda reply: reply.at)[: plan.messages]
    articles, renamed = _without_the_questions(dataset.articles, replies)
    base = LearningBase(LearningShelf(articles), encoder, plan, dataset.name)
    await base.start()
    places: list[int] = []
    for number, reply in enumerate(replies):
        made = await base.prompter.suggest(reply.asked, history=reply.history, limit=10)
        ids = [item.article_id for item in made.items]
        places.append(ids.index(reply.article_id) + 1 if reply.article_id in ids else 99)
        if plan.learning:
            now = base.clock.now()
            lesson = Lesson(
                id=number + 1,
                suggestion_id=made.id,
                question=made.text,
                language=made.language,
                combined="\n" in made.text,
                shown=tuple(ids[:3]),
                by=f"operator-{number % OPERATORS}",
                at=now,
                due_at=now,
                sent=reply.sent,
                article_id=reply.article_id,
                conversation_id=reply.dialog,
            )
            await base.teach(lesson)
            if (number + 1) % A_DAY == 0:
                await base.next_day()
        if (number + 1) % 500 == 0:
            on_progress(f"{number + 1} replies, top 3: {_share(places, 3)}")
    await base.close()
    size = max((len(places) + PARTS - 1) // PARTS, 1)
    return {
        "set": dataset.name,
        "articles": len(articles),
        "titles_replaced": renamed,
        "learning": plan.learning,
        "replies": len(places),
        "top1": _share(places, 1),
        "top3": _share(places, 3),
        "quarters": {
            f"{start}-{start + len(part)}": {"top1": _share(part, 1), "top3": _share(part, 3)}
            for start in range(0, len(places), size)
            if (part := places[start : start + size])
        },
        "outcomes": dict(base.outcomes.most_common()),
        "uses": dict(base.uses.most_common()),
        "effect_ms": metrics.percentiles(base.effect_ms),
        "seconds": round(time.perf_counter() - began, 1),
    }


def _replies(file: Path, articles: Sequence[Article]) -> Iterator[Reply]:
    known = {article.id for article in articles}
    by_text = {
        normalise(translation.answer): article.id
        for article in articles
        for translation in article.translations.values()
    }
    for number, dialog in _dialogs(file):
        history: list[tuple[str, str]] = []
        asked: list[str] = []
        try:
            for message in dialog["messages"]:
                role, text = str(message["role"]), str(message["text"])
                if role == "customer":
                    asked.append(text)
                    continue
                article_id = message.get("article_id") or by_text.get(normalise(text))
                if asked and article_id in known:
                    before = tuple(history)
                    at = str(message.get("at") or "")
                    yield Reply(at, str(dialog["id"]), "\n".join(asked), before, text, article_id)
                history += [("customer", each) for each in asked]
                history.append((role, text))
                asked = []
        except (KeyError, TypeError, AttributeError):
            raise BadInput(f"{file} line {number} is not a dialog.", field=file.name) from None


def _dialogs(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield number, json.loads(line)
    except FileNotFoundError:
        raise BadInput(f"{file} is missing.", field=file.name) from None
    except (OSError, ValueError) as error:
        raise BadInput(f"{file} cannot be read: {error}", field=file.name) from error


def _without_the_questions(
    articles: Sequence[Article], replies: Sequence[Reply]
) -> tuple[list[Article], int]:
    """Articles whose title is word for word a question of the dialogs get the beginning of their
    answer for a title: else the base would hold what it is asked. And how many those are."""
    asked = {normalise(reply.asked).lower() for reply in replies}
    found, renamed = [], 0
    for article in articles:
        translations = dict(article.translations)
        for language, translation in article.translations.items():
            if normalise(translation.title).lower() in asked:
                first = re.split(r"(?<=[.!?])\s|\n", translation.answer, maxsplit=1)[0]
                translations[language] = replace(translation, title=first)
                renamed += 1
        found.append(replace(article, translations=translations))
    return found, renamed


def _share(places: Sequence[int], within: int) -> float:
    return round(sum(place <= within for place in places) / max(len(places), 1), 4)
