"""Which other articles are asked for in nearly the same words: told before an article goes out."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from sufler.domain.knowledge import Article, ArticleStatus
from sufler.kb_index.catalogue import Catalogue
from sufler.kb_index.formats.duplicates import NEAR
from sufler.kb_index.formats.texts import same_text_key
from sufler.prompter.suggest import MOST_ITEMS, Prompter

# An article with hundreds of new phrasings is checked by its first ones: each costs an encoding.
_MOST_TEXTS = 40
_MOST_FOUND = 8
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Near:
    """A title or phrasing of this article and one of another that is nearly the same.
    `likeness` is 0..100."""

    text: str
    other: Article
    other_text: str
    likeness: float


async def near_duplicates(
    article: Article, before: Article | None, catalogue: Catalogue, prompter: Prompter
) -> list[Near]:
    """Other articles that share a title or phrasing with `article`, most alike first, each once.

    Only texts that are new since `before`, the published state, are looked at. Published articles
    are found through the index, drafts by their titles.
    """
    known = {same_text_key(each) for each in _texts(before)} if before else set()
    texts = [each for each in _texts(article) if same_text_key(each) not in known]
    drafts = [each for each in catalogue.others(article.id) if each.status is ArticleStatus.DRAFT]
    best: dict[str, Near] = {}
    for text in texts[:_MOST_TEXTS]:
        made = await prompter.suggest(text, limit=MOST_ITEMS)
        found = catalogue.some(item.article_id for item in made.items)
        others = [each for each in found if each.id != article.id]
        for near in [*_alike(text, others, _texts), *_alike(text, drafts, _titles)]:
            held = best.get(near.other.id)
            if held is None or near.likeness > held.likeness:
                best[near.other.id] = near
    return sorted(best.values(), key=lambda near: -near.likeness)[:_MOST_FOUND]


def _alike(
    text: str, others: Iterable[Article], texts: Callable[[Article], list[str]]
) -> Iterable[Near]:
    key, numbers = same_text_key(text), _DIGITS.findall(text)
    for other in others:
        for each in texts(other):
            likeness = fuzz.ratio(key, same_text_key(each), score_cutoff=NEAR)
            if likeness and _DIGITS.findall(each) == numbers:
                yield Near(text, other, each, likeness)


def _titles(article: Article) -> list[str]:
    return [translation.title for translation in article.translations.values()]


def _texts(article: Article) -> list[str]:
    return [*_titles(article), *(phrasing.text for phrasing in article.phrasings)]
