"""`sufler kb list`, `show`, `check` and `mode`: looking at the base, and what its topics may do."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

import typer

from sufler.app.terminal import AsJson, print_json, print_table, run, say
from sufler.desk.ladder import console
from sufler.domain.checks import ModeChange, ModeReason
from sufler.domain.errors import BadInput, Conflict, NotFound
from sufler.domain.knowledge import Article, ArticleStatus, Mode

FEW_PHRASINGS = 3


def listed(
    topic: Annotated[str | None, typer.Option(help="Only this topic's articles.")] = None,
    topics: Annotated[bool, typer.Option("--topics", help="Topics and their modes.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False,
) -> None:
    """List the articles that are not archived, or the topics with their modes."""

    async def work() -> list[dict[str, Any]]:
        from sufler.app.wiring import opened_basis

        async with opened_basis() as basis:
            articles = [article async for article in basis.articles.all()]
            if not topics:
                return [_row(one) for one in articles if topic in (None, one.topic)]
            counts = Counter(article.topic for article in articles)
            return [
                {
                    "topic": one.name,
                    "mode": one.mode.value,
                    "articles": counts[one.name],
                    "without_certificate": one.without_certificate or "",
                }
                for one in await basis.articles.topics()
            ]

    rows = run(work())
    if as_json:
        print_json(rows)
    elif rows:
        print_table(tuple(rows[0]), [tuple(row.values()) for row in rows])
    else:
        say("Nothing here. Run: sufler kb import FILE")


def show(
    article_id: Annotated[str, typer.Argument(metavar="ID", help="The article's id.")],
    history: Annotated[bool, typer.Option("--history", help="Every kept change.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False,
) -> None:
    """Show one article as it is stored, or how it came to be so."""

    async def work() -> None:
        from sufler.app.wiring import opened_basis
        from sufler.kb_index.formats.full_form import to_object

        async with opened_basis() as basis:
            article = await basis.articles.get(article_id)
            revisions = await basis.articles.history(article_id) if history else []
        if history:
            rows = [(r.article.revision, f"{r.at:%Y-%m-%d %H:%M}", r.author) for r in revisions]
            if as_json:
                print_json([dict(zip(("revision", "at", "author"), r, strict=True)) for r in rows])
            else:
                print_table(("revision", "at", "author"), rows)
        elif as_json:
            print_json({**to_object(article), "revision": article.revision})
        else:
            _show(article)

    run(work())


def check(
    as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False,
) -> None:
    """Look for what makes answers worse: twins, few phrasings, unknown variables, past validity."""

    async def work() -> list[dict[str, str]]:
        from sufler.app.wiring import opened_basis

        async with opened_basis() as basis:
            articles = [article async for article in basis.articles.all()]
            now = basis.clock.now()
        return [*_twins(articles), *(one for a in articles for one in _faults(a, now))]

    faults = run(work())
    if as_json:
        print_json(faults)
    elif faults:
        print_table(tuple(faults[0]), [tuple(fault.values()) for fault in faults])
        say(f"{len(faults)} to look at.")
    else:
        say("Nothing to mend.")
    if any(fault["fault"] in ("contradiction", "variable") for fault in faults):
        raise typer.Exit(1)


def mode(
    topic: Annotated[str, typer.Argument(help="The topic's name.")],
    new_mode: Annotated[Mode, typer.Argument(metavar="MODE", help="observes, suggests, answers.")],
    because: Annotated[
        str | None, typer.Option(help="Why it may answer without a certificate.")
    ] = None,
) -> None:
    """Set what a topic may do. Without a certificate it answers only for a reason that everybody
    sees; `sufler accuracy` tells what is proved."""
    if new_mode is not Mode.ANSWERS and because:
        raise BadInput("--because goes only with answers")

    async def work() -> None:
        from sufler.app.accuracy import certifying_over, ladder_over
        from sufler.app.wiring import opened_basis

        async with opened_basis() as basis:
            found = {one.name: one for one in await basis.articles.topics()}
            if topic not in found:
                raise NotFound(f"there is no topic {topic}; sufler kb list --topics")
            if because or found[topic].mode is not new_mode:
                strict = basis.settings.strict_certificates
                proving = certifying_over(basis.database, basis.clock, strict=strict)
                ladder = ladder_over(basis.database, basis.clock, proving)
                try:
                    made = await ladder.change(console(), topic, new_mode, because or "")
                except Conflict as error:
                    hint = "; --because 'trial'" if error.field == "words" else ""
                    raise Conflict(f"{error.message}{hint}", field=error.field) from error
                found[topic] = replace(found[topic], without_certificate=_by_word(made))
            by_word = found[topic].without_certificate
        say(
            f"{topic}: {new_mode.value}"
            + (f", without a certificate: {by_word}" if by_word else "")
        )

    run(work())


def _by_word(made: ModeChange) -> str | None:
    return made.words if made.reason is ModeReason.WITHOUT_CERTIFICATE else None


def _row(article: Article) -> dict[str, Any]:
    title = next(iter(article.translations.values())).title
    return {
        "id": article.id,
        "topic": article.topic,
        "title": title,
        "languages": " ".join(article.translations),
        "phrasings": len(article.phrasings),
        "status": article.status.value,
    }


def _show(article: Article) -> None:
    updated = f"{article.updated_at:%Y-%m-%d %H:%M}" if article.updated_at else "never"
    say(f"{article.id} · {article.topic} · {article.status.value}")
    say(f"revision {article.revision}, {updated}" + (f", {article.owner}" if article.owner else ""))
    if article.valid_from or article.valid_until:
        say(f"valid from {article.valid_from or 'ever'} until {article.valid_until or 'ever'}")
    for language, translation in article.translations.items():
        say(f"\n[{language}] {translation.title}\n{translation.answer}")
    if article.phrasings:
        say("\nPhrasings:")
    for phrasing in article.phrasings:
        say(f"  [{phrasing.language}] {phrasing.text}  ({phrasing.source.value})")


def _twins(articles: list[Article]) -> Iterator[dict[str, str]]:
    from hashlib import sha256

    from sufler.kb_index.formats.duplicates import KnownTitle, equal_titles, near_titles
    from sufler.kb_index.formats.rows import RowRef

    titles = [
        KnownTitle(t.title, a.id, RowRef(a.id, 0), sha256(t.answer.encode()).digest()[:8])
        for a in articles
        for t in a.translations.values()
    ]
    for pair in (*equal_titles(titles), *near_titles(titles)):
        kind = "contradiction" if pair.contradicts else "near twin"
        detail = f"«{pair.title}» and «{pair.other_title}» of {pair.other_id}"
        yield {"article": pair.article_id, "fault": kind, "detail": detail}


def _faults(article: Article, now: datetime) -> Iterator[dict[str, str]]:
    from sufler.domain.variables import unknown_names

    def fault(kind: str, detail: str) -> dict[str, str]:
        return {"article": article.id, "fault": kind, "detail": detail}

    for language, translation in article.translations.items():
        for name in unknown_names(translation.answer):
            yield fault("variable", f"{{{name}}} in the {language} answer is never filled")
    until = article.valid_until
    if article.status is ArticleStatus.PUBLISHED and until and until <= now:
        yield fault("past", f"valid until {until:%Y-%m-%d}")
    if len(article.phrasings) < FEW_PHRASINGS:
        yield fault("few phrasings", f"{len(article.phrasings)}; each one makes it easier to find")
