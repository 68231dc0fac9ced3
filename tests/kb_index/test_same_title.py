"""Thousands of articles of one title: imported, learned, searched, and the same one every time."""

import csv
import io

from base_world import Base, article
from test_index import nearest, search

from sufler.kb_index.formats.duplicates import MAX_PAIRS
from sufler.kb_index.importing import import_upload

COUNT, ANSWERS = 5_000, 25
TITLE = "Как вернуть товар?"


def table() -> bytes:
    """COUNT rows of one title, with ANSWERS different answers."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(("id", "title", "answer", "topic"))
    for number in range(COUNT):
        answer = f"Принесите в пункт номер {number % ANSWERS}."
        write.writerow((f"same-{number:04}", TITLE, answer, "Возврат"))
    return out.getvalue().encode()


async def offered(base: Base, text: str) -> list[str]:
    return [item.article_id for item in (await base.prompter.suggest(text, limit=10)).items]


async def test_that_5000_articles_of_one_title_are_imported_and_the_same_ones_come_first(
    base: Base,
) -> None:
    report = await import_upload("same.csv", table(), base.knowledge, author="editor")
    assert report.saved == COUNT
    assert 0 < len(report.contradictions) + len(report.near_duplicates) <= 3 * MAX_PAIRS
    await base.knowledge.settled()
    await base.prompter.refit()
    assert base.knowledge.index.size == COUNT
    first = await offered(base, TITLE)
    assert len(first) == 10
    assert await offered(base, TITLE) == first
    await base.save(article("card", "Можно ли платить картой?", "Да, любой."))
    assert await offered(base, TITLE) == first, "another article changes nothing about it"
    assert nearest(await search(base, "оплата картой")) == "card"
    by_answer = await offered(base, "в пункт номер 17 принести вернуть товар")
    assert int(by_answer[0].removeprefix("same-")) % ANSWERS == 17
    for each in first:
        await base.knowledge.archive(each, "editor")
    after = await offered(base, TITLE)
    assert len(after) == 10
    assert not set(after) & set(first)
    await base.knowledge.start()
    await base.prompter.refit()
    assert await offered(base, TITLE) == after, "nor does a restart"
