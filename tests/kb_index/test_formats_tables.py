"""Tables as companies have them: charsets, delimiters, headers, columns, languages."""

from pathlib import Path

import pytest

from sufler.domain.errors import BadInput
from sufler.domain.knowledge import OTHER_TOPIC, Article, ArticleStatus, PhrasingSource
from sufler.kb_index.formats import ImportRow, read, read_articles

RUSSIAN = "Вопрос;Ответ;Раздел\nКак вернуть товар?;Напишите нам.;Возврат / Сроки / Общее\n"


def written(tmp_path: Path, text: str, name: str = "faq.csv", charset: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(charset))
    return path


def rows(tmp_path: Path, text: str, name: str = "faq.csv") -> list[ImportRow]:
    return list(read(written(tmp_path, text, name)))


def only(tmp_path: Path, text: str, name: str = "faq.csv") -> Article:
    (article,) = read_articles(written(tmp_path, text, name))
    return article


@pytest.mark.parametrize(
    "charset",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "koi8_r", "cp866"],
)
def test_that_the_charset_is_told_from_the_file(tmp_path: Path, charset: str) -> None:
    (article,) = read_articles(written(tmp_path, RUSSIAN, charset=charset))
    assert article.translations["ru"].title == "Как вернуть товар?"
    assert article.topic == "Возврат"


def test_that_western_accents_are_not_taken_for_cyrillic(tmp_path: Path) -> None:
    text = "question,answer\nWhere is the café?,Behind the Théâtre — “left”.\n"
    (article,) = read_articles(written(tmp_path, text, charset="cp1252"))
    assert article.translations["en"].title == "Where is the café?"
    assert article.translations["en"].answer == "Behind the Théâtre — “left”."


def test_that_a_file_with_only_curly_quotes_above_ascii_is_read(tmp_path: Path) -> None:
    text = "question,answer\nHow?,It’s “easy” – really.\n"
    (article,) = read_articles(written(tmp_path, text, charset="cp1252"))
    assert article.translations["en"].answer == "It’s “easy” – really."


def test_that_one_bad_byte_in_utf8_is_an_error_and_not_gibberish(tmp_path: Path) -> None:
    path = tmp_path / "faq.csv"
    path.write_bytes(RUSSIAN.encode() + b"\xff" + RUSSIAN.encode())
    with pytest.raises(BadInput, match=r"faq\.csv: is damaged: not UTF-8 at byte"):
        list(read(path))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_that_the_delimiter_is_told_from_the_header(tmp_path: Path, delimiter: str) -> None:
    cells = ["a1", "Можно, да?", '"Да;\nно | не ""сразу""\tи всё"', "Раздел"]
    quoted = [cells[0], f'"{cells[1]}"', *cells[2:]]
    text = delimiter.join(["id", "Вопрос", "Ответ", "Тема"]) + "\n" + delimiter.join(quoted) + "\n"
    article = only(tmp_path, text)
    assert article.id == "a1"
    assert article.translations["ru"].answer == 'Да;\nно | не "сразу"\tи всё'


def test_that_title_rows_above_the_header_and_blank_rows_are_passed_over(tmp_path: Path) -> None:
    text = "sep=;\nБаза знаний;;\n;;\nВопрос ; ОТВЕТ;Раздел\n;;\nГде заказ?;В пути.;\n"
    (row,) = rows(tmp_path, text)
    assert row.at.row == 6
    assert row.article is not None
    assert row.article.topic == OTHER_TOPIC


def test_that_a_header_of_two_rows_is_put_together(tmp_path: Path) -> None:
    text = (
        "Код,Русский,,English,,Раздел\n,Вопрос,Ответ,Question,Answer,\n"
        "a1,Где заказ?,В пути.,Where is it?,On its way.,Доставка\n"
    )
    article = only(tmp_path, text)
    assert article.id == "a1"
    assert article.topic == "Доставка"
    assert article.translations["ru"].answer == "В пути."
    assert article.translations["en"].title == "Where is it?"


def test_that_columns_with_a_language_give_translations(tmp_path: Path) -> None:
    text = "вопрос,ответ,question_en,Answer (EN)\nГде?,Там.,Where?,There.\nКогда?,Завтра.,,\n"
    first, second = read_articles(written(tmp_path, text))
    assert set(first.translations) == {"ru", "en"}
    assert set(second.translations) == {"ru"}


def test_that_the_columns_of_the_evaluation_folder_are_known(tmp_path: Path) -> None:
    text = (
        "article_id,title,answer,section,alt_titles\n"
        "rt001,Как войти?,По паролю.,А / Б / В,Не могу войти | Забыл; пароль\n"
    )
    article = only(tmp_path, text)
    assert (article.id, article.topic) == ("rt001", "А")
    assert [item.text for item in article.phrasings] == ["Не могу войти", "Забыл; пароль"]
    assert article.phrasings[0].source is PhrasingSource.IMPORTED


@pytest.mark.parametrize(
    ("cell", "texts"),
    [
        ("где заказ\nкогда приедет", ["где заказ", "когда приедет"]),
        ("где заказ | когда приедет", ["где заказ", "когда приедет"]),
        ("где заказ; когда приедет;", ["где заказ", "когда приедет"]),
        ("ошибка &quot;404&quot;", ["ошибка &quot;404&quot;"]),
        ("http://a.ru/?a;b=1", ["http://a.ru/?a;b=1"]),
        ("смайл ;) и всё", ["смайл ;) и всё"]),
        ("Где заказ | где заказ", ["Где заказ"]),
    ],
)
def test_that_several_phrasings_in_a_cell_are_told_apart(
    tmp_path: Path, cell: str, texts: list[str]
) -> None:
    article = only(tmp_path, f'вопрос,ответ,формулировки\nГде?,Там.,"{cell}"\n')
    assert [item.text for item in article.phrasings] == texts


def test_that_states_and_dates_are_read_in_russian(tmp_path: Path) -> None:
    text = (
        "вопрос,ответ,статус,действует с,действует до\nГде?,Там.,Черновик,2026-01-02,31.12.2026\n"
    )
    article = only(tmp_path, text)
    assert article.status is ArticleStatus.DRAFT
    assert article.valid_from is not None
    assert article.valid_until is not None
    assert article.valid_from.isoformat() == "2026-01-02T00:00:00+00:00"
    assert article.valid_until.isoformat() == "2027-01-01T00:00:00+00:00"


def test_that_an_id_without_a_column_is_the_same_each_time(tmp_path: Path) -> None:
    first = only(tmp_path, "вопрос,ответ\nГде  заказ?,Там.\n")
    second = only(tmp_path, "ответ,вопрос\nУже здесь.,где заказ?\n")
    assert first.id == second.id
    assert len(first.id) == 12


def test_that_a_mapping_names_columns(tmp_path: Path) -> None:
    path = written(tmp_path, "Вопрос,Что спросили,Что сказать\nx,Где?,Там.\n")
    mapping = {"question": "что спросили", "answer": "Что сказать"}
    (article,) = read_articles(path, mapping=mapping)
    assert article.translations["ru"].title == "Где?"
    with pytest.raises(BadInput, match="no column is named “Нет такой”"):
        read_articles(
            path, mapping={"question": "Вопрос", "answer": "Что сказать", "topic": "Нет такой"}
        )
    with pytest.raises(BadInput, match="“colour” is no field"):
        read_articles(path, mapping={"colour": "Вопрос"})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",ответ,,", "column title (ru): is empty"),
        ("вопрос,,,", "column answer (ru): is empty"),
        (f"{'щ' * 501},ответ,,", "column title (ru): 501 characters, at most 500"),
        (f"вопрос,{'щ' * 20_001},,", "column answer (ru): 20001 characters"),
        (f"вопрос,ответ,{'щ' * 1_001},", "column phrasings: one has 1001 characters"),
        (f"вопрос,ответ,{' | '.join(map(str, range(501)))},", "column phrasings: 501 of them"),
        ("вопрос,ответ,,когда-нибудь", "column valid_until: must be a date"),
        ("вопрос,ответ,,9999-12-31", "column valid_until: the date is too far away"),
        ("вопрос,[жми](javascript:alert(1)),,", "column answer (ru): a link with “javascript:”"),
        ("во\0прос,ответ,,", "column title: holds NUL characters"),
        (f"вопрос,{'щ' * 999_999},,", "column answer (ru): 999999 characters"),
    ],
)
def test_that_a_rejected_row_says_why(tmp_path: Path, line: str, reason: str) -> None:
    header = "вопрос,ответ,формулировки,действует до\nПервый?,Да.,,\n"
    _, row = rows(tmp_path, f"{header}{line}\n")
    assert row.article is None
    assert (row.at.file, row.at.row) == ("faq.csv", 3)
    assert row.reason is not None
    assert reason in row.reason


def test_that_control_and_direction_characters_go_but_emoji_and_number_signs_stay(
    tmp_path: Path,
) -> None:
    text = 'вопрос,ответ\n"Заказ\u202e №5\x07 👨\u200d👩\u200d👧?","1.\r\nСтрока\x0b\u200bдва"\n'
    article = only(tmp_path, text)
    assert article.translations["ru"].title == "Заказ №5 👨\u200d👩\u200d👧?"
    assert article.translations["ru"].answer == "1.\nСтрока\nдва"


def test_that_html_stays_as_literal_text(tmp_path: Path) -> None:
    article = only(tmp_path, "вопрос,ответ\nГде?,<b>Там</b> <script>x</script>\n")
    assert article.translations["ru"].answer == "<b>Там</b> <script>x</script>"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\0" * 5_000, "binary"),
        (b"0,0,0\n" * 100, "no row names the columns of question and answer"),
        ("вопрос,ответ\n".encode(), "holds no articles"),
        (bytes(range(256)) * 20, "binary"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "binary"),
        ('вопрос,ответ\nГде?,"Там'.encode() + b"x" * 2_000_000, "row 2: a cell is longer"),
        ("вопрос,ответ\nГде?,Там,".encode() + b"x" * 5_000_000, "row 2: a cell is longer"),
        (b"text,article_id\nhello,1\n", "no row names the columns"),
        (b"PK\x03\x04rest", "is an archive or a workbook although its name ends with .csv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "save it as .xlsx"),
        ("вопрос,вопрос,ответ\nа,б,в\n".encode(), "two columns are named “вопрос”"),
    ],
)
def test_that_a_hopeless_file_is_refused_by_name(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "faq.csv"
    path.write_bytes(data)
    with pytest.raises(BadInput) as raised:
        list(read(path))
    assert raised.value.message.startswith("faq.csv")
    assert words in raised.value.message


def test_that_a_folder_is_read_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    written(tmp_path, "вопрос,ответ\nБ?,Б.\n", "b.csv")
    written(tmp_path, '{"question": "A?", "answer": "A."}\n', "sub/a.jsonl")
    written(tmp_path, "read me", "README.md")
    written(tmp_path, "lock", ".~lock.b.csv")
    assert [row.at.file for row in read(tmp_path)] == ["b.csv", "sub/a.jsonl"]
    with pytest.raises(BadInput, match="no such file or folder"):
        list(read(tmp_path / "nowhere"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="no file that can be imported"):
        list(read(tmp_path / "empty"))


def test_that_a_long_file_is_read_without_holding_it(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8") as stream:
        stream.write("вопрос,ответ\n")
        for number in range(20_000):
            stream.write(f"Вопрос номер {number}?,{'Ответ. ' * 20}\n")
    stream_of_rows = read(path)
    first = next(stream_of_rows)
    assert first.article is not None
    assert sum(1 for _ in stream_of_rows) == 19_999


@pytest.mark.parametrize(
    "text",
    [
        "Вопрос;Ответ;Раздел\nКак починить сифон?;Снимите нижнюю колбу и промойте.;Сантехника\n"
        "How much is a visit?;A visit costs 900 roubles.;Цены\n",
        "Вопрос;Ответ;Раздел\nКак починить сифон?;Снимите нижнюю колбу и промойте.;Сантехника\n"
        "Сколько стоит выезд?;Выезд мастера стоит 900 рублей.;Цены\n",
    ],
)
def test_that_a_small_windows_file_with_capitals_is_not_read_as_a_mac_one(
    tmp_path: Path, text: str
) -> None:
    there = read_articles(written(tmp_path, text, charset="cp1251"))
    (tmp_path / "other").mkdir()
    assert there == read_articles(written(tmp_path / "other", text))
