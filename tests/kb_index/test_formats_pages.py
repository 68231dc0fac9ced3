"""Pages become articles: Markdown, HTML, Word, folders with two languages, archives."""

import zipfile
from pathlib import Path

import pytest

from sufler.bot.markdown import plain
from sufler.domain.errors import BadInput
from sufler.domain.knowledge import Article, ArticleStatus
from sufler.kb_index.formats import read, read_articles
from sufler.kb_index.formats.merging import joined

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def page(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def by_id(path: Path) -> dict[str, Article]:
    """As the import would join them."""
    rows = {}
    for row in read(path):
        assert row.article, f"{row.at}: {row.reason}"
        earlier = rows.get(row.article.id)
        both = joined(earlier, row) if earlier else row
        assert both, f"{row.at}: {row.article.id} twice"
        rows[row.article.id] = both
    return {key: row.article for key, row in rows.items() if row.article}


def test_that_front_matter_makes_one_article(tmp_path: Path) -> None:
    text = """---
title: Как вернуть товар?
section: Возврат
aliases: [верните деньги, "возврат: как"]
valid_until: 2027-01-31
owner: Анна
tags: [x]
---
# Заголовок

Принесите его.

## Шаги

1. Раз
2. Два
"""
    (article,) = read_articles(page(tmp_path, "a/return.md", text))
    assert (article.id, article.topic, article.owner) == ("return", "Возврат", "Анна")
    assert article.translations["ru"].title == "Как вернуть товар?"
    answer = article.translations["ru"].answer
    assert "Принесите его.\n\n**Шаги**\n\n1. Раз\n2. Два" in answer
    assert [one.text for one in article.phrasings] == ["верните деньги", "возврат: как"]
    assert str(article.valid_until) == "2027-02-01 00:00:00+00:00"


def test_that_headings_are_questions_and_weak_ones_get_their_context(tmp_path: Path) -> None:
    text = """# Доставка

Возим везде.

## Сколько стоит?

300 ₽.

## Подробнее

Читайте.

### Самовывоз {#pickup}

Можно.

## Пусто

## Вопрос: где пункты?

- [Москва](#m)
"""
    (tmp_path / "x").mkdir()
    articles = by_id(page(tmp_path, "x/delivery.md", text))
    titles = {key: one.translations["ru"].title for key, one in articles.items()}
    assert titles == {
        "delivery": "Доставка",
        "delivery#сколько-стоит": "Сколько стоит?",
        "delivery#подробнее": "Доставка: Подробнее",
        "delivery#pickup": "Подробнее: Самовывоз",
        "delivery#где-пункты": "где пункты?",
    }
    assert {one.topic for one in articles.values()} == {"Доставка"}


def test_that_translations_of_one_path_are_one_article(tmp_path: Path) -> None:
    page(tmp_path, "delivery/cost.ru.md", "# Цена\n\nА\n\n## Сколько стоит?\n\nМного\n")
    page(tmp_path, "delivery/cost.en.md", "# Price\n\nB\n\n## How much is it?\n\nA lot\n")
    page(tmp_path, "en/orders/where.md", "# Where is it?\n\nHere\n")
    page(tmp_path, "ru/orders/where.md", "# Где он?\n\nТут\n")
    articles = by_id(tmp_path)
    assert sorted(articles) == ["delivery/cost", "delivery/cost#сколько-стоит", "orders/where"]
    assert all(set(one.translations) == {"ru", "en"} for one in articles.values())
    assert articles["delivery/cost#сколько-стоит"].translations["en"].answer == "A lot"
    assert articles["orders/where"].topic == "Orders"


def test_that_markdown_is_reduced_to_what_every_channel_shows(tmp_path: Path) -> None:
    text = """# Как?

![схема](a.png)

Нажмите ![меню](m.png) и <b>ждите</b> <script>alert(1)</script>

| Зона | Цена | Срок |
|---|---|---|
| Центр | 1 | 2 |

[тут](https://a.test/b(c)) [там](../x.md) [зло](javascript:alert(1)) 2 * 3 snake_case

```
код
```
"""
    (article,) = read_articles(page(tmp_path, "a.md", text))
    answer = article.translations["ru"].answer
    assert "<" not in answer
    assert "alert" not in answer
    assert "схема" not in answer
    assert "Нажмите меню и **ждите**" in answer
    assert "- Центр: Цена: 1; Срок: 2" in answer
    assert "[тут](https://a.test/b%28c%29) там зло" in answer
    assert "```\nкод\n```" in answer
    shown = plain(answer)
    assert "2 * 3 snake_case" in shown


@pytest.mark.parametrize(
    "text",
    [
        "1. не список",
        "- тоже",
        "*звёзды* и _подчёркнутое_",
        "[a](b)",
        "a `b` c",
        "2*3*4 a_b_c",
        "# решётка",
    ],
)
def test_that_text_is_shown_as_it_was(tmp_path: Path, text: str) -> None:
    html = f"<html lang=ru><main><h1>Как?</h1><p>{text}</p></main></html>"
    (article,) = read_articles(page(tmp_path, "a.html", html))
    assert plain(article.translations["ru"].answer) == text


HTML = """<!doctype html><html lang="ru"><head><title>Помощь | Магазин</title></head><body>
<header><a href="/">Магазин</a></header><nav><a href=/a>Меню</a></nav>
<div id="cookie-banner"><p>Мы храним cookie</p></div>
<main><h1>Оплата <a class="headerlink" href="#x">¶</a></h1><p>Как угодно.</p>
<h2>Принимаете карты?</h2><p>Да, <a href="/cards">все</a>.</p><div hidden>Скрытая панель.</div>
<form><input name=q><button>Искать</button></form></main>
<aside>Реклама</aside><footer>© 2026</footer></body></html>"""


def test_that_only_the_main_part_of_a_page_is_read(tmp_path: Path) -> None:
    articles = by_id(page(tmp_path, "pay.html", HTML))
    assert [one.translations["ru"].title for one in articles.values()] == [
        "Оплата",
        "Принимаете карты?",
    ]
    assert articles["pay"].translations["ru"].answer == "Как угодно."
    answers = " ".join(one.translations["ru"].answer for one in articles.values())
    for around in ("cookie", "Меню", "Реклама", "©", "Искать"):
        assert around not in answers
    assert "Скрытая панель." in answers  # so do accordions hide their answers


@pytest.mark.parametrize(
    "body",
    [
        "<details><summary>Где?</summary><p>Тут.</p></details>"
        "<details><summary>Как?</summary>Так.</details>",
        "<dl><dt>Где?</dt><dd>Тут.</dd><dt>Как?</dt><dd>Так.</dd></dl>",
        "<table><tr><td>Где?<td>Тут.<tr><td>Как?<td>Так.</table>",
        "<table><tr><th>№<th>Вопрос<th>Ответ<tr><td>1<td>Где?<td>Тут.<tr><td>2<td>Как?<td>Так.</table>",
        '<div itemscope itemtype="https://schema.org/FAQPage">'
        + "".join(
            f'<div itemscope itemtype="https://schema.org/Question"><b itemprop="name">{q}</b>'
            f'<div itemprop="acceptedAnswer" itemscope><p itemprop="text">{a}</p></div></div>'
            for q, a in (("Где?", "Тут."), ("Как?", "Так."))
        )
        + "</div>",
        '<script type="application/ld+json">{"@type": "FAQPage", "mainEntity": ['
        '{"@type": "Question", "name": "Где?", "acceptedAnswer": {"text": "<p>Тут.</p>"}},'
        '{"@type": "Question", "name": "Как?", "acceptedAnswer": {"text": "Так."}}]}</script>'
        "<p>Прочее</p>",
        "<p><b>Где?</b><br>Тут.</p><p><strong>Как?</strong></p><p>Так.</p>",
    ],
    ids=["details", "dl", "table", "named table", "microdata", "json-ld", "bold lines"],
)
def test_that_questions_are_known_however_a_faq_marks_them(tmp_path: Path, body: str) -> None:
    path = page(tmp_path, "faq.html", f"<html lang=ru><title>FAQ</title><body>{body}</body></html>")
    texts = [one.translations["ru"] for one in read_articles(path)]
    assert [(one.title, one.answer) for one in texts] == [("Где?", "Тут."), ("Как?", "Так.")]


def test_that_the_charset_of_a_page_is_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    html = '<html><meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'
    path.write_bytes((html + "<h1>Как быть?</h1><p>Никак.</p>").encode("cp1251"))
    (article,) = read_articles(path)
    assert article.translations["ru"].title == "Как быть?"


def test_that_a_page_nested_without_end_is_read_or_refused_but_never_kills(tmp_path: Path) -> None:
    deep = "<div>" * 20_000 + "Текст" + "</div>" * 20_000
    path = page(tmp_path, "deep.html", f"<html lang=ru><h1>Как?</h1>{deep}</html>")
    articles = read_articles(path)
    assert articles[0].translations["ru"].answer == "Текст"


def docx(path: Path, body: str, **parts: str) -> Path:
    kinds = "".join(
        f'<Default Extension="{end}" ContentType="application/{kind}"/>'
        for end, kind in (
            ("rels", "vnd.openxmlformats-package.relationships+xml"),
            ("xml", "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
        )
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    package = "http://schemas.openxmlformats.org/package/2006"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {_W}><w:body>{body}</w:body></w:document>",
        **parts,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def para(text: str, style: str = "", bold: bool = False) -> str:
    styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    weight = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f"<w:p>{styled}<w:r>{weight}<w:t>{text}</w:t></w:r></w:p>"


def test_that_a_word_document_is_read_by_its_headings(tmp_path: Path) -> None:
    body = (
        para("Памятка", "Heading1")
        + para("Для всех.")
        + para("Где взять пропуск?", "Heading2")
        + para("На посту", bold=True)
    )
    articles = by_id(docx(tmp_path / "m.docx", body))
    assert {key: one.translations["ru"].answer for key, one in articles.items()} == {
        "m": "Для всех.",
        "m#где-взять-пропуск": "**На посту**",
    }


def test_that_a_table_of_a_word_document_is_questions_with_answers(tmp_path: Path) -> None:
    def row(*cells: str) -> str:
        return "<w:tr>" + "".join(f"<w:tc>{para(cell)}</w:tc>" for cell in cells) + "</w:tr>"

    table = f"<w:tbl>{row('Вопрос', 'Ответ')}{row('Кто?', 'Я.')}{row('Когда?', 'Завтра.')}</w:tbl>"
    texts = [one.translations["ru"] for one in read_articles(docx(tmp_path / "t.docx", table))]
    assert [(one.title, one.answer) for one in texts] == [("Кто?", "Я."), ("Когда?", "Завтра.")]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"word/vbaProject.bin": "x"}, "holds macros"),
        (
            {"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'},
            "holds XML entities",
        ),
        ({"word/document.xml": "<a"}, "is damaged"),
        ({"word/big.xml": "<a>" + "x" * (17 << 20) + "</a>"}, "MB"),
    ],
)
def test_that_a_bad_word_document_is_refused(
    tmp_path: Path, parts: dict[str, str], words: str
) -> None:
    path = docx(tmp_path / "bad.docx", para("x"), **parts)
    with pytest.raises(BadInput, match=words) as refused:
        read_articles(path)
    assert refused.value.message.startswith("bad.docx: ")


def test_that_what_only_looks_like_a_word_document_is_refused(tmp_path: Path) -> None:
    for name, data in (
        ("old.docx", b"\xd0\xcf\x11\xe0" + bytes(600)),
        ("text.docx", b"hello"),
        ("cut.docx", b"PK\x03\x04" + bytes(30)),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(BadInput, match=name):
            read_articles(tmp_path / name)


def archive(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in files.items():
            made.writestr(name, text)
    return path


def test_that_an_archive_of_pages_is_read_like_its_folder(tmp_path: Path) -> None:
    files = {"docs/a/one.md": "# Раз?\n\nДа.", "docs/a/two.md": "# Два?\n\nНет."}
    assert sorted(by_id(archive(tmp_path / "docs.zip", files))) == ["a/one", "a/two"]


@pytest.mark.parametrize("name", ["../evil.md", "/etc/evil.md", "a/../../evil.md", "..\\evil.md"])
def test_that_an_archive_cannot_write_outside_itself(tmp_path: Path, name: str) -> None:
    path = archive(tmp_path / "x.zip", {name: "# A?\n\nB."})
    with pytest.raises(BadInput, match="outside itself"):
        read_articles(path)
    assert not list(tmp_path.parent.glob("evil.md"))


def test_that_a_bomb_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.md", "0" * (40 << 20))
    with pytest.raises(BadInput, match="unpacks to 40 MB"):
        read_articles(path)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("title: [a: b", "front matter cannot be read, line 2"),
        ("- a\n- b", "must be of the form"),
        ("title: {a: b}", "title: must be a text or a list"),
        ("title: x\nlang: de", "language: must be ru or en"),
        ("title: !!python/object/apply:os.system [id]", "cannot be read"),
        ("a: &a [x, x]\nb: &b [*a, *a]\ntitle: [*b, *b]", "title: must be a text"),
    ],
)
def test_that_bad_front_matter_is_named(tmp_path: Path, head: str, words: str) -> None:
    path = page(tmp_path, "a.md", f"---\n{head}\n---\n\nТекст\n")
    with pytest.raises(BadInput, match=f"a.md: .*{words}"):
        read_articles(path)


def test_that_one_bad_page_of_a_folder_is_a_rejected_row(tmp_path: Path) -> None:
    page(tmp_path, "good.md", "# Как?\n\nТак.")
    page(tmp_path, "bad.md", "---\ntitle: [\n---\nx")
    page(tmp_path, "empty.md", "")
    rows = {row.at.file: row.reason for row in read(tmp_path)}
    assert rows == {"bad.md": "the front matter cannot be read, line 2", "good.md": None}


def test_that_a_draft_stays_a_draft(tmp_path: Path) -> None:
    (article,) = read_articles(page(tmp_path, "a.md", "---\ntitle: Как?\ndraft: true\n---\nТак\n"))
    assert article.status is ArticleStatus.DRAFT
