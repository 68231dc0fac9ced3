"""Whether an article says other facts than before: then checks of what it said prove nothing."""

from sufler.domain.knowledge import Article
from sufler.domain.learning import Use
from sufler.domain.variables import fill
from sufler.prompter.learning.facts import facts_of, tokens
from sufler.prompter.learning.uses import edit_of


def says_other_facts(before: Article, after: Article) -> bool:
    """Numbers, dates, links, names or negations differ in an answer, or it is another text
    altogether. Typography, titles, phrasings, and another language beside it change nothing."""
    for language, old in before.translations.items():
        new = after.translations.get(language)
        if new is None or new.answer == old.answer:
            continue
        said, held = fill(new.answer, {}), fill(old.answer, {})
        if facts_of(tokens(said)).differ(facts_of(tokens(held))):
            return True
        if edit_of(said, held) is Use.ANEW:
            return True
    return False
