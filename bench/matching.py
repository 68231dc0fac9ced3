"""`python -m bench.matching [FOLDER…]`: how often the matcher of checks decides alone which article
a reply is, and how often it errs; on the demo, and on folders with kb.csv and dialogs.jsonl."""

import csv
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import sufler
from sufler.domain.knowledge import Article, Language, Translation
from sufler.kb_index.formats.read import read_articles
from sufler.prompter.accuracy.matched import article_said
from sufler.prompter.turn_kind import language_of

DEMO = Path(sufler.__file__).parents[1] / "demo" / "articles.jsonl"
_GREETED: dict[Language, tuple[str, str]] = {
    "ru": ("Здравствуйте, Анна! ", " Хорошего дня! С уважением, Пётр"),
    "en": ("Hello Anna, ", " Have a nice day! Best regards, Peter"),
}
# Not the number of an item of a list: that states nothing.
_NUMBER = re.compile(r"(?<=[^\d\n])\d+")
_NEGATION = re.compile(r"\b(?:не|нельзя|not)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """What was sent, and which article it truly is; None: it is none."""

    sent: str
    truth: str | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Of `replies`: decided without a person, and of these decided wrongly."""

    what: str
    replies: int
    alone: int
    wrong: int

    def line(self) -> str:
        """A row of a Markdown table."""
        alone = f"{self.alone / self.replies:.1%}" if self.replies else "–"
        wrong = f"{self.wrong / self.alone:.1%}" if self.alone else "–"
        return f"| {self.what} | {self.replies} | {alone} | {self.wrong} ({wrong}) |"


def measure(what: str, articles: Sequence[Article], replies: Sequence[Reply]) -> Figures:
    """Put each reply to the matcher, with the whole base."""
    alone = wrong = 0
    for reply in replies:
        found = article_said(reply.sent, (), articles)
        alone += found is not None
        # Two articles with one text are one answer: sending either would have been right.
        wrong += found is not None and not _same_text(articles, found, reply.truth)
    return Figures(what, len(replies), alone, wrong)


def left_out(what: str, articles: Sequence[Article], replies: Sequence[Reply]) -> Figures:
    """The same with the true article taken out of the base: whatever is decided is wrong, unless
    another article has the very text."""
    alone = wrong = 0
    for reply in replies:
        others = [each for each in articles if each.id != reply.truth]
        found = article_said(reply.sent, (), others)
        alone += found is not None
        wrong += found is not None and not _same_text(articles, found, reply.truth)
    return Figures(what, len(replies), alone, wrong)


def of_folder(folder: Path) -> Iterator[Figures]:
    """Replies of people: as they went out; as they were typed, where that is told; and both kinds
    of mistakes provoked."""
    with (folder / "kb.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    articles = [_article(row["article_id"], row["title"], row["answer"]) for row in rows]
    texts = {row["answer"]: row["article_id"] for row in rows}
    sent: list[Reply] = []
    typed: list[Reply] = []
    for line in (folder / "dialogs.jsonl").read_text("utf-8").splitlines():
        for message in json.loads(line)["messages"]:
            if message["role"] != "operator":
                continue
            truth = message.get("article_id") or texts.get(message["text"])
            sent.append(Reply(message["text"], truth))
            if message.get("typed"):
                typed.append(Reply(message["typed"], truth))
    name = folder.name
    yield measure(f"{name}: as sent", articles, sent)
    if typed:
        yield measure(f"{name}: in the operators' own words", articles, typed)
    chosen = [reply for reply in sent if reply.truth is not None]
    yield left_out(f"{name}: as sent, its article not in the base", articles, chosen)
    yield from provoked(name, articles)


def of_demo() -> Iterator[Figures]:
    """The demo has no replies of people: its answers stand in for them."""
    articles = read_articles(DEMO)
    replies = [Reply(answer, each.id) for each in articles for answer in _answers(each)]
    yield measure("demo: as sent", articles, replies)
    yield left_out("demo: as sent, its article not in the base", articles, replies)
    yield from provoked("demo", articles)


def provoked(name: str, articles: Sequence[Article]) -> Iterator[Figures]:
    """Answers with a greeting and a signature, which are still the article; and with one number
    or negation changed, which are it no more."""
    plain = [Reply(answer, each.id) for each in articles for answer in _answers(each)]
    greeted, numbers, negations = [], [], []
    for reply in plain:
        before, after = _GREETED[language_of(reply.sent, "ru")]
        greeted.append(Reply(before + reply.sent + after, reply.truth))
        if _NUMBER.search(reply.sent):
            changed = _NUMBER.sub(lambda found: str(int(found[0]) + 1), reply.sent, count=1)
            numbers.append(Reply(changed, None))
        if _NEGATION.search(reply.sent):
            negations.append(Reply(_NEGATION.sub("", reply.sent, count=1), None))
    yield measure(f"{name}: with a greeting and a signature", articles, greeted)
    yield measure(f"{name}: one number changed", articles, numbers)
    yield measure(f"{name}: one negation taken out", articles, negations)


def _same_text(articles: Sequence[Article], one: str, other: str | None) -> bool:
    answers = {each.id: set(_answers(each)) for each in articles if each.id in (one, other)}
    return one == other or bool(other in answers and answers[one] & answers[other])


def _answers(article: Article) -> list[str]:
    return [told.answer for told in article.translations.values()]


def _article(article_id: str, title: str, answer: str) -> Article:
    language = language_of(answer, "en")
    return Article(article_id, "T", {language: Translation(title, answer)})


def main() -> None:
    """Print the rows."""
    print("| replies | how many | decided alone | of these wrong |", "|---|---|---|---|", sep="\n")
    for figures in of_demo():
        print(figures.line(), flush=True)
    for folder in sys.argv[1:]:
        for figures in of_folder(Path(folder)):
            print(figures.line(), flush=True)


if __name__ == "__main__":
    main()
