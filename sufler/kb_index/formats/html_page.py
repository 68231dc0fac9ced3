"""Reading an HTML page: its main part without what stands around it, its title and language."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from selectolax.lexbor import LexborHTMLParser, LexborNode

from sufler.domain.errors import BadInput
from sufler.domain.knowledge import Language
from sufler.kb_index.formats.charset import charset_of
from sufler.kb_index.formats.html_text import Item, Pair, Writer
from sufler.kb_index.formats.page import Page
from sufler.kb_index.formats.texts import clean_line

MAX_PAGE_BYTES = 10 << 20
_HEAD = 4_096
_META = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE
)
_AROUND = (
    "nav, footer, aside, dialog, [role=navigation], [role=banner], [role=contentinfo], "
    "[role=search], [role=dialog], [role=alertdialog], [role=complementary]"
)
# How sites call what is not the page: the whole word in a class or an id, or its beginning.
_CHROME = re.compile(
    r"^(?:cookies?|consent|gdpr|breadcrumbs?|side-?bar|pagination|pager|share|sharing|social"
    r"|related|toc|table-of-contents|newsletter|subscribe|subscription|comments?|popup|modal"
    r"|skip-link|navbar|menu|site-header|site-footer|feedback|headerlink|anchor|permalink"
    r"|visually-hidden|sr-only|noprint|edit-page|page-nav)(?:[-_].*)?$",
    re.IGNORECASE,
)
_FALLBACKS = "#content, #main, #main-content, .content, .main-content, .article, .post-content"
_MORE = re.compile(r"подробнее|показать|читать|ещё|еще|more|show|read|toggle", re.IGNORECASE)


def html_page(path: Path, name: str, *, address: str = "", charset: str | None = None) -> Page:
    """The page in a file. `address` is where it was, for its links; `charset` is what the server
    said. Raises BadInput naming it."""
    size = path.stat().st_size
    if size > MAX_PAGE_BYTES:
        raise BadInput(f"{name}: {size >> 20} MB is more than a page may have")
    return page_of(decoded(path, name, charset), name, address)


def decoded(path: Path, name: str, charset: str | None) -> str:
    """The page as text: by its byte order mark, the server's word, its own, or by what fits."""
    data = path.read_bytes()
    own = _META.search(data[:_HEAD])
    said = [charset, own[1].decode() if own else None]
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        said = []
    for codec in said:
        try:
            return data.decode(codecs.lookup(codec).name) if codec else data.decode("utf-8")
        except (LookupError, UnicodeError):
            continue
    return data.decode(charset_of(path, name))


def page_of(text: str, name: str, address: str = "") -> Page:
    """The page of HTML. `name` stands for a title where there is none."""
    tree = LexborHTMLParser(text.replace("\0", "\ufffd"))
    body = tree.body
    if body is None:
        raise BadInput(f"{name}: is not an HTML page")
    language = _language(tree)
    marked = list(_from_data(tree, address)) or list(_from_microdata(body, address))
    main = _main(body)
    heads = [one for one in main.css("h1") if clean_line(one.text())] or body.css("h1")
    plain = Writer(address)
    title = plain.line(heads[0]) if len(heads) == 1 else ""
    title = title or _title(tree) or name
    if marked:
        return Page(title, marked, language)
    return Page(title, items_of(main, address), language)


def items_of(main: LexborNode, base: str) -> list[Item]:
    """What the main part holds; `details` and `dl` are questions where several of them are."""
    asked = [clean_line(one.text()) for one in main.css("details > summary")]
    terms = [clean_line(one.text()) for one in main.css("dl > dt, dl > div > dt")]
    details = len(asked) >= 2 and not all(_MORE.match(one) for one in asked)
    questions = sum(term.endswith("?") for term in terms) * 2 > len(terms)
    return Writer(base, details=details, terms=questions).items(main)


def _main(body: LexborNode) -> LexborNode:
    whole = len(body.text())
    for node in body.css(_AROUND):
        _drop(node, whole)
    for node in body.css("[class], [id]"):
        names = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}".split()
        if any(_CHROME.match(each) for each in names):
            _drop(node, whole)
    for node in body.css("header"):
        if node.css_first("h1") is None:
            _drop(node, whole)
    for node in body.css("form, button"):
        if node.css_first("h1, h2, h3, p") is None and not _in_heading(node):
            _drop(node, whole)
    found = body.css("main") or body.css("[role=main]") or body.css("article")
    found = found if len(found) == 1 else (body.css("main") or body.css(_FALLBACKS))[:1]
    if found and len(found[0].text().strip()) >= min(200, 0.2 * len(body.text().strip())):
        return found[0]
    return body


def _drop(node: LexborNode, whole: int) -> None:
    """Take it away, unless the page itself is inside."""
    if node.tag in ("html", "body", "main", "article"):
        return
    if len(node.text()) * 2 < whole and node.css_first("main, h1") is None:
        node.decompose()


def _in_heading(node: LexborNode) -> bool:
    above = node.parent
    return above is not None and str(above.tag) in (
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "summary",
        "dt",
    )


def _language(tree: LexborHTMLParser) -> Language | None:
    root = tree.css_first("html")
    said = str(root.attributes.get("lang") or "").casefold() if root is not None else ""
    begins = re.split(r"[-_]", said)[0]
    return "ru" if begins == "ru" else "en" if begins == "en" else None


def _title(tree: LexborHTMLParser) -> str:
    node = tree.css_first("head > title")
    words = clean_line(node.text()) if node is not None else ""
    # “How to return an item | Shop”: the site's name comes last.
    return re.split(r"\s+[|—–·»]\s+|\s-\s", words)[0].strip()


def _from_data(tree: LexborHTMLParser, base: str) -> Iterator[Item]:
    """Questions of schema.org's FAQPage in JSON-LD."""
    for script in tree.css('script[type="application/ld+json"]'):
        try:
            record = orjson.loads(script.text())
        except orjson.JSONDecodeError:
            continue
        for one in _questions(record, 0):
            question = clean_line(LexborHTMLParser(str(one.get("name") or "")).text())
            answers = one.get("acceptedAnswer") or one.get("suggestedAnswer")
            answer = answers[0] if isinstance(answers, list) and answers else answers
            said = answer.get("text") if isinstance(answer, dict) else None
            body = LexborHTMLParser(said).body if isinstance(said, str) else None
            words = Writer(base).text(body) if body is not None else ""
            if question and words:
                yield Pair(question, words)


def _questions(record: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 8:
        return
    if isinstance(record, list):
        for each in record:
            yield from _questions(each, depth + 1)
    elif isinstance(record, dict):
        kinds = record.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if "Question" in kinds:
            yield record
        elif "FAQPage" in kinds:
            yield from _questions(record.get("mainEntity"), depth + 1)
        else:
            yield from _questions(record.get("@graph"), depth + 1)


def _from_microdata(body: LexborNode, base: str) -> Iterator[Item]:
    for one in body.css('[itemtype*="schema.org/Question"]'):
        name = one.css_first('[itemprop="name"]')
        answer = one.css_first('[itemprop="acceptedAnswer"] [itemprop="text"]')
        answer = answer or one.css_first('[itemprop="text"]')
        if name is None or answer is None:
            continue
        writer = Writer(base)
        if (question := writer.line(name)) and (words := writer.text(answer)):
            yield Pair(question, words)
