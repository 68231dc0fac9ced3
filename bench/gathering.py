"""`python -m bench.gathering [FOLDER…]`: whether questions that are gathered into one gap ask for
one thing; on the demo's phrasings, and on folders with train.csv."""

import asyncio
import csv
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bench.matching import DEMO
from sufler.app.settings import load_settings
from sufler.domain.knowledge import LANGUAGES, Language
from sufler.kb_index.background import load_background
from sufler.kb_index.encoder import load_encoder
from sufler.kb_index.formats.read import read_articles
from sufler.kb_index.vectors import StoredVectors
from sufler.prompter.evaluation.offline import memory_vectors
from sufler.prompter.gathering import gathered

MOST = 1_200
Asked = tuple[str, str]  # a question, and the id of what it asks for


def sets() -> Iterator[tuple[str, Language, list[Asked]]]:
    """Name, language and at most MOST questions of each set, in a seeded order."""
    articles = read_articles(DEMO)
    for language in LANGUAGES:
        asked = [(p.text, a.id) for a in articles for p in a.phrasings if p.language == language]
        yield f"demo, {language}", language, asked
    for folder in map(Path, sys.argv[1:]):
        with (folder / "train.csv").open(encoding="utf-8", newline="") as file:
            rows = [(row["text"], row["article_id"]) for row in csv.DictReader(file)]
        kept = [row for row in rows if row[1]]
        random.Random(1).shuffle(kept)  # noqa: S311 - not for secrets
        yield folder.name, "en", kept[:MOST]


async def measure(vectors: StoredVectors) -> None:
    """Print a row for each set, by pairs of questions."""
    background = await load_background(vectors)
    for name, language, asked in sets():
        raw = await vectors.of([text for text, _ in asked], "query")
        rows = background.centre(raw, language, "query")
        groups = np.array(gathered(rows @ rows.T))
        meant = np.array([article_id for _, article_id in asked])
        pairs = np.triu_indices(len(asked), 1)
        together = (groups[:, None] == groups)[pairs]
        same = (meant[:, None] == meant)[pairs]
        both = int((together & same).sum())
        right, found = both / max(int(together.sum()), 1), both / max(int(same.sum()), 1)
        cells = (
            name,
            len(asked),
            len(set(meant)),
            len(set(groups)),
            f"{right:.0%}",
            f"{found:.0%}",
        )
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def main() -> None:
    """Print the table."""
    print("| questions | how many | things asked for | groups | pairs in a group that ask for one "
          "thing | such pairs found |", "|---|---|---|---|---|---|", sep="\n")  # fmt: skip
    encoder = load_encoder(load_settings().model_folder)
    try:
        asyncio.run(measure(memory_vectors(encoder)))
    finally:
        encoder.close()


if __name__ == "__main__":
    main()
