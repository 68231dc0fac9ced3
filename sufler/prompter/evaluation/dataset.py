"""A folder of messages with their right articles: kb.csv, train.csv, test.csv."""

import csv
import random
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from sufler.domain.errors import BadInput
from sufler.domain.knowledge import (
    OTHER_TOPIC,
    Article,
    Phrasing,
    PhrasingSource,
    Translation,
)
from sufler.kb_index.formats.read import read_articles
from sufler.kb_index.normalise import normalise
from sufler.prompter.turn_kind import language_of


@dataclass(frozen=True, slots=True)
class Row:
    """A message. An empty `article_id` means that nothing in the base answers it."""

    text: str
    article_id: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """`articles` carry no phrasings but their alt_titles; `train` and `test` in file order."""

    name: str
    articles: tuple[Article, ...]
    train: tuple[Row, ...]
    test: tuple[Row, ...]
    oos_dev: tuple[Row, ...] = ()


PARTS = ("train", "test", "oos_dev")


def read_dataset(folder: Path, wanted: Collection[str] = PARTS) -> Dataset:
    """Read a folder, of its PARTS the `wanted` ones; all but kb.csv may be missing. Raises BadInput
    by file and row.

    A folder with articles.jsonl and messages.csv, such as `demo/`, is read too: its articles keep
    their phrasings.
    """
    if (folder / "articles.jsonl").exists():
        articles = tuple(read_articles(folder / "articles.jsonl"))
        known = {article.id for article in articles}
        test = _messages(folder / "messages.csv", known)
        return Dataset(folder.resolve().name, articles, (), test)
    articles = tuple(_article(folder / "kb.csv", n, r) for n, r in _rows(folder / "kb.csv"))
    known = {article.id for article in articles}
    if not articles:
        raise BadInput(f"{folder / 'kb.csv'} holds no articles.", field="kb.csv")
    if len(known) < len(articles):
        raise BadInput(f"{folder / 'kb.csv'} has an article_id twice.", field="kb.csv")
    parts: dict[str, tuple[Row, ...]] = {}
    for part in PARTS:
        path = folder / f"{part}.csv"
        parts[part] = _messages(path, known) if part in wanted and path.exists() else ()
    return Dataset(folder.resolve().name, articles, parts["train"], parts["test"], parts["oos_dev"])


def family(name: str) -> str:
    """Sister sets share the first word of their names: hint3_curekart_en and its likes."""
    return name.split("_")[0]


def with_phrasings(articles: tuple[Article, ...], rows: list[Row]) -> list[Article]:
    """The articles with these rows as phrasings; rows without an article are not phrasings."""
    added: dict[str, list[Phrasing]] = defaultdict(list)
    for row in rows:
        if row.article_id and (text := normalise(row.text)):
            added[row.article_id].append(
                Phrasing(text, language_of(text, "en"), PhrasingSource.IMPORTED)
            )
    return [replace(a, phrasings=(*a.phrasings, *added[a.id])) for a in articles]


def some_shots(rows: tuple[Row, ...], shots: int, seed: int) -> tuple[list[Row], list[Row]]:
    """`shots` rows of each article drawn at random by `seed`, and the rest."""
    by_article: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.article_id:
            by_article[row.article_id].append(row)
    draw = random.Random(seed)  # noqa: S311 - a sample, not a secret
    chosen: list[Row] = []
    rest: list[Row] = []
    for article_id in sorted(by_article):
        shuffled = list(by_article[article_id])
        draw.shuffle(shuffled)
        chosen += shuffled[:shots]
        rest += shuffled[shots:]
    return chosen, rest


def _messages(path: Path, known: set[str]) -> tuple[Row, ...]:
    rows = []
    for number, cells in _rows(path):
        row = Row(cells.get("text") or "", cells.get("article_id") or "", cells.get("kind") or "")
        if row.article_id and row.article_id not in known:
            raise BadInput(
                f"{path} row {number}: there is no article {row.article_id}.", field="article_id"
            )
        rows.append(row)
    return tuple(rows)


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    csv.field_size_limit(10_000_000)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(enumerate(csv.DictReader(file), start=2))
    except FileNotFoundError:
        raise BadInput(f"{path} is missing.", field=path.name) from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{path} cannot be read: {error}", field=path.name) from error


def _article(path: Path, number: int, cells: dict[str, str]) -> Article:
    article_id, title = cells.get("article_id") or "", (cells.get("title") or "").strip()
    if not article_id or not title:
        raise BadInput(f"{path} row {number} lacks article_id or title.", field="kb.csv")
    language = language_of(title, "en")
    others = [normalise(each) for each in (cells.get("alt_titles") or "").split(" | ")]
    return Article(
        id=article_id,
        topic=(cells.get("section") or "").split("/")[0].strip() or OTHER_TOPIC,
        translations={language: Translation(title, (cells.get("answer") or "").strip() or title)},
        phrasings=tuple(
            Phrasing(each, language_of(each, language), PhrasingSource.IMPORTED)
            for each in others
            if each
        ),
    )
