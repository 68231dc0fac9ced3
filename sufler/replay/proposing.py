"""History to knowledge: articles proposed from replies that operators gave again and again."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sufler.domain.knowledge import Article, ArticleStatus, Phrasing, PhrasingSource, Translation
from sufler.domain.ports import Vectors
from sufler.kb_index.normalise import normalise
from sufler.kb_index.vectors import StoredVectors, content_hash
from sufler.prompter.gathering import SAME_TEXT, as_article, central, distinct, says_something
from sufler.prompter.learning.facts import facts_of, tokens
from sufler.prompter.learning.masking import masked
from sufler.prompter.turn_kind import language_of
from sufler.replay.talks import PastTurn

# An answer has to have been given so often.
LEAST = 2
MOST_PHRASINGS = 40
TOPIC = "Из истории / From history"


@dataclass(slots=True)
class _Group:
    """Replies that say the same, with the questions they were given to."""

    first: str
    vector: Vectors
    replies: Counter[str]
    questions: list[str]


async def propose(
    turns: Sequence[PastTurn], vectors: StoredVectors, least: int = LEAST
) -> list[Article]:
    """Draft articles, the most frequent answer first: replies are grouped, and the questions that
    a group answered become its phrasings, masked. The answer is the wording used most; the title
    the question nearest to all the others. The same turns give the same articles."""
    said: list[tuple[str, str]] = []
    for turn in turns:
        for message in turn.reply:
            if says_something(message):
                said.append((turn.question, normalise(as_article(message))))
    raw = await vectors.of([reply for _, reply in said], "passage")
    groups = _grouped(said, raw)
    kept = [group for group in groups if sum(group.replies.values()) >= least]
    kept.sort(key=lambda group: (-sum(group.replies.values()), group.first))
    return [await _article(group, vectors) for group in kept]


def _grouped(said: Sequence[tuple[str, str]], raw: Vectors) -> list[_Group]:
    groups: list[_Group] = []
    firsts = np.zeros((0, raw.shape[1]), dtype=np.float32)
    for (question, reply), vector in zip(said, raw, strict=True):
        group = None
        for number in np.argsort(-(firsts @ vector), kind="stable"):
            if firsts[number] @ vector < SAME_TEXT:
                break
            if not facts_of(tokens(reply)).differ(facts_of(tokens(groups[number].first))):
                group = groups[number]
                break
        if group is None:
            group = _Group(reply, vector, Counter(), [])
            groups.append(group)
            firsts = np.vstack((firsts, vector))
        group.replies[reply] += 1
        group.questions.append(question)
    return groups


async def _article(group: _Group, vectors: StoredVectors) -> Article:
    answer = min(group.replies, key=lambda reply: (-group.replies[reply], reply))
    language = language_of(answer, "ru")
    asked = [masked(question, language) for question in group.questions]
    questions = list(dict.fromkeys(normalise(each) for each in asked if each.strip()))
    if not questions:
        questions = [answer.partition(".")[0]]
    rows = await vectors.of(questions, "query")
    middle = central(rows)
    title = questions[middle].replace("\n", " ")[:200]
    # A near-duplicate of the title, or of a phrasing before it, says nothing new.
    order = [middle, *(place for place in range(len(questions)) if place != middle)]
    others = [questions[order[place]] for place in distinct(rows[order])[1:]]
    return Article(
        id=f"history-{content_hash(answer, 'passage')[:12]}",
        topic=TOPIC,
        translations={language: Translation(title, answer)},
        phrasings=tuple(
            Phrasing(each, language_of(each, language), PhrasingSource.IMPORTED)
            for each in others[:MOST_PHRASINGS]
        ),
        status=ArticleStatus.DRAFT,
    )
