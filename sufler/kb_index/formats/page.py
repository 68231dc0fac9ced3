"""A page of any origin, and the articles that its headings and questions make of it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sufler.domain.knowledge import Language
from sufler.kb_index.formats.html_text import Block, Heading, Item, Pair, joined
from sufler.kb_index.formats.texts import clean_line

# A page with a title of its own in its head is one article, unless it is longer than a messenger
# shows at once (characters).
ONE_ARTICLE = 4_000

_ASKED = re.compile(
    r"^(?:(?:q|question|в|вопрос)\s*\d*\s*[:.)]\s*|\d+(?:\.\d+)*[.)]\s+|\d+(?:\.\d+)+\s+)",
    re.IGNORECASE,
)
_NOT_SLUG = re.compile(r"[^\w\s-]")
_GENERIC = frozenset(
    """details|overview|introduction|intro|steps|step|notes|note|example|examples|requirements
    |see also|more|more information|what you need|before you begin|before you start|summary|result
    |prerequisites|description|usage|tip|tips|warning|important|other|general|solution|problem
    |подробнее|подробности|обзор|введение|шаги|шаг|порядок действий|примечание|примечания|пример
    |примеры|требования|см также|смотрите также|дополнительно|дополнительная информация|описание
    |важно|внимание|совет|советы|прочее|общее|общие сведения|итог|решение|проблема|условия
    |перед началом|что понадобится|назначение""".replace("\n", "")
    .replace("    ", "")
    .split("|")
)
_PAGE_NAMES = frozenset(
    """faq|f a q|frequently asked questions|questions and answers|q a|help|index|home|readme
    |support|documentation|docs|вопросы и ответы|частые вопросы|часто задаваемые вопросы|помощь
    |справка|поддержка|главная|вопрос ответ|чаво|база знаний|knowledge base|untitled""".replace(
        "\n", ""
    )
    .replace("    ", "")
    .split("|")
)


@dataclass(frozen=True, slots=True)
class Page:
    """What a reader made of a file or an address. `head` is what its author said of it outside
    the text (front matter), by the columns' names; `whole`: it says that it is one article."""

    title: str
    items: Sequence[Item]
    language: Language | None = None
    head: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """An article to be. `slug` tells it from the others of its page; empty: it is the page.
    `level` is its heading's, 0 for the page, 7 for a question; `topic` is what stands above it."""

    slug: str
    level: int
    title: str
    answer: str
    topic: str = ""
    anchored: bool = False


def drafts_of(page: Page) -> list[Draft]:
    """The articles of a page, in its order; none where it holds no text but navigation."""
    if page.whole:
        answer = joined([item for item in page.items if not _is_title(item, page.title)])
        short = len(answer) <= ONE_ARTICLE or not _divided(page.items)
        if short:
            return [Draft("", 0, page.title, answer)] if answer else []
    return _named(_sections(page), page.title)


def slug_of(text: str) -> str:
    """The words of a heading as an id: lower case, hyphens; letters of any language stay."""
    text = _NOT_SLUG.sub("", unicodedata.normalize("NFC", clean_line(text)).casefold())
    return re.sub(r"[\s_-]+", "-", text).strip("-")[:80] or "section"


def question_of(heading: str) -> str:
    """The heading without its number and without “Q:”."""
    return _ASKED.sub("", heading, count=1).strip() or heading


def is_generic(title: str) -> bool:
    """Whether a title says nothing of what its page is about: FAQ, Help, Index."""
    return _key(title) in _PAGE_NAMES


@dataclass(slots=True)
class _Section:
    heading: Heading | None
    above: tuple[str, ...]
    top: str
    blocks: list[Item] = field(default_factory=list)


def _sections(page: Page) -> Iterator[_Section | tuple[Pair, _Section]]:
    """Sections in the page's order; a question comes with the section that it stands in."""
    tops = sum(isinstance(item, Heading) and item.level == 1 for item in page.items)
    open_: list[Heading] = []
    now = _Section(None, (), "")
    for item in _with_bold_questions(page.items):
        if isinstance(item, Heading):
            yield now
            if tops <= 1 and _is_title(item, page.title):
                now = _Section(None, (), "", [])
                open_ = []
                continue
            while open_ and open_[-1].level >= item.level:
                open_.pop()
            top = open_[0].text if open_ and tops > 1 else ""
            now = _Section(item, tuple(each.text for each in open_), top)
            open_.append(item)
        elif isinstance(item, Pair):
            yield item, now
        else:
            now.blocks.append(item)
    yield now


def _named(found: Iterator[_Section | tuple[Pair, _Section]], title: str) -> list[Draft]:
    """Drafts with titles that can stand alone and slugs that differ."""
    parts = list(found)
    times = Counter(
        _key(part.heading.text) for part in parts if isinstance(part, _Section) and part.heading
    )
    lead: list[Item] = []
    drafts: list[Draft] = []
    for part in parts:
        if isinstance(part, tuple):
            pair, section = part
            top = section.top or (section.heading.text if section.heading else "")
            name = question_of(pair.question)
            drafts.append(Draft(slug_of(name), 7, name, pair.answer, top))
        elif part.heading is None:
            lead += part.blocks
        elif answer := _answer(part.blocks):
            name = question_of(part.heading.text)
            context = next(
                (one for one in reversed((title, *part.above)) if not is_generic(one)), ""
            )
            weak = len(name.split()) < 2 or _key(name) in _GENERIC or times[_key(name)] > 1
            if weak and context and _key(context) != _key(name):
                name = f"{question_of(context).rstrip(':.?!')}: {name}"
            anchor = part.heading.anchor
            slug = anchor or slug_of(question_of(part.heading.text))
            drafts.append(
                Draft(slug, part.heading.level, name, answer, part.top, anchored=bool(anchor))
            )
    if answer := _answer(lead):
        drafts.insert(0, Draft("", 0, title, answer))
    return list(_told_apart(drafts))


def _told_apart(drafts: Sequence[Draft]) -> Iterator[Draft]:
    seen: Counter[str] = Counter()
    for draft in drafts:
        seen[draft.slug] += 1
        again = seen[draft.slug]
        yield replace(draft, slug=f"{draft.slug}-{again}") if again > 1 else draft


def _answer(blocks: Sequence[Item]) -> str:
    if all(isinstance(block, Block) and block.navigation for block in blocks):
        return ""
    return joined(list(blocks))


def _with_bold_questions(items: Sequence[Item]) -> Iterator[Item]:
    """Where nothing is a heading, a bold line that asks is one: so are FAQs written in Word."""
    marked = any(
        isinstance(item, Pair) or (isinstance(item, Heading) and item.level > 1) for item in items
    )
    for item in items:
        if not marked and isinstance(item, Block) and (found := _BOLD_LINE.match(item.text)):
            yield Heading(2, found[1].strip())
            if rest := item.text[found.end() :].strip():
                yield Block(rest)
        else:
            yield item


_BOLD_LINE = re.compile(r"\*\*([^*\n]{3,300}\?)\s*\*\*[ \t]*(?:\n|$)")


def _divided(items: Sequence[Item]) -> bool:
    return any(isinstance(item, Heading | Pair) for item in items)


def _is_title(item: Item, title: str) -> bool:
    return isinstance(item, Heading) and item.level == 1 and _key(item.text) == _key(title)


def _key(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
