"""How soon the article that an operator is typing stands first, though the customer's turn speaks
for another one; and whether an opening that says nothing leaves the turn's best in its place."""

import argparse
import asyncio
import random
import re
import statistics
import tempfile
import time
from pathlib import Path

from sufler.app.settings import load_settings
from sufler.app.wiring import opened_services
from sufler.domain.decisions import SuggestionItem
from sufler.domain.knowledge import LANGUAGES, Article, Language
from sufler.prompter.drafting import continuation, gathered, matter, ranked
from sufler.prompter.suggest import Prompter

WORDS = (2, 3, 5, 8)
OPENINGS = (
    "Подскажите, пожалуйста,",
    "Сейчас проверю информацию",
    "К сожалению, мы не можем",
    "Да, это возможно",
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


class Tally:
    """Of drafts of so many words: how many, and how many of them were first, among three, completed
    from the right article."""

    def __init__(self) -> None:
        self.count = self.first = self.shown = self.completed = 0

    def add(self, wanted: str, draft: str, best: list[SuggestionItem]) -> None:
        """One draft."""
        ids = [each.article_id for each in best]
        going_on = (each.article_id for each in best if continuation(draft, each.text))
        self.count += 1
        self.first += ids[:1] == [wanted]
        self.shown += wanted in ids[:3]
        self.completed += next(going_on, None) == wanted


async def measure(model: Path) -> None:
    """On the demo base; prints a table."""
    with tempfile.TemporaryDirectory(prefix="sufler-bench-") as folder:
        settings = load_settings(data_dir=folder, demo=True, model_dir=model, log_level="error")
        async with opened_services(settings) as services:
            articles = services.knowledge.index.articles()
            tallies, times = await _typed(services.prompter, articles)
            kept = await _opened(services.prompter, articles)
    print(
        "| words typed | drafts | first | among three | completed from it |\n|---|---|---|---|---|"
    )
    for words, tally in tallies.items():
        shares = (tally.first, tally.shown, tally.completed)
        told = " | ".join(f"{100 * share / tally.count:.0f} %" for share in shares)
        print(f"| {words} | {tally.count} | {told} |")
    times.sort()
    print(f"an opening leaves the turn's best first: {kept:.1f} %")
    print(f"ms: {statistics.median(times):.1f}, p95 {times[int(len(times) * 0.95)]:.1f}")


async def _typed(
    prompter: Prompter, articles: list[Article]
) -> tuple[dict[int, Tally], list[float]]:
    made = random.Random(1)  # noqa: S311 - not for secrets
    tallies, times = {words: Tally() for words in WORDS}, []
    for language in LANGUAGES:
        there = [each for each in articles if language in each.translations]
        for article in there:
            others = [o for o in there if o.topic == article.topic and o.id != article.id]
            answer = article.translations[language].answer
            sentences = [part.split() for part in _SENTENCE.split(answer) if len(part.split()) > 3]
            if len(answer.split()) < 14 or not others or not sentences:
                continue
            title = made.choice(others).translations[language].title
            turn = await prompter.suggest(title, language=language, limit=3)
            sentence = made.choice(sentences)
            for words in WORDS:
                if len(sentence) < words:
                    continue
                draft, began = " ".join(sentence[:words]), time.perf_counter()
                best = await _ranked(prompter, draft, language, turn.items)
                times.append((time.perf_counter() - began) * 1000)
                tallies[words].add(article.id, draft, best)
    return tallies, times


async def _opened(prompter: Prompter, articles: list[Article]) -> float:
    kept = []
    for article in articles:
        if "ru" not in article.translations:
            continue
        turn = await prompter.suggest(article.translations["ru"].title, language="ru", limit=3)
        for opening in OPENINGS:
            best = await _ranked(prompter, matter(opening), "ru", turn.items)
            kept.append(best[0].article_id == turn.items[0].article_id)
    return 100 * sum(kept) / len(kept)


async def _ranked(
    prompter: Prompter, draft: str, language: Language, turn: tuple[SuggestionItem, ...]
) -> list[SuggestionItem]:
    if not draft.strip():
        return list(turn)
    found = await prompter.suggest(draft, language=language, limit=10)
    candidates = gathered(turn, found.items)
    return ranked(draft, candidates, len(candidates))


def main() -> None:
    """`python -m bench.drafting [--model FOLDER]`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("data/model"), help="prepared encoders")
    asyncio.run(measure(parser.parse_args().model))


if __name__ == "__main__":
    main()
