"""What an editor types becomes an article; what is wrong is said at its field."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sufler.domain.knowledge import (
    OTHER_TOPIC,
    Article,
    ArticleStatus,
    Phrasing,
    PhrasingSource,
    Translation,
)
from sufler.web.kb_form import Form, article_of, faults, form_of

DRAFT = ArticleStatus.DRAFT
FULL = Article(
    "a",
    "Оплата",
    {"ru": Translation("Как?", "Так."), "en": Translation("How?", "So.")},
    (Phrasing("чем", "ru", PhrasingSource.IMPORTED, "Анна", 0.5),),
    valid_from=datetime(2026, 1, 1, 9, 30, tzinfo=UTC),
    valid_until=datetime(2027, 1, 1, tzinfo=UTC),
    owner="anna",
    other_language_ok=True,
    revision=7,
)


def typed(**fields: object) -> Form:
    form = Form(titles={"ru": "Как?"}, answers={"ru": "Так."})
    for name, value in fields.items():
        setattr(form, name, value)
    return form


def named(form: Form) -> list[str]:
    return [fault.field for fault in faults(form, "ru")]


def test_that_an_article_goes_through_the_form_unchanged() -> None:
    form = form_of(FULL)
    assert (form.valid_from, form.valid_through) == ("2026-01-01", "2026-12-31")
    assert article_of(form, FULL, "a", ArticleStatus.PUBLISHED) == FULL
    assert faults(form, "en") == []


def test_that_a_last_day_is_served_to_its_end() -> None:
    made = article_of(typed(valid_through="2026-05-01"), FULL, "a", DRAFT)
    assert made.valid_until == datetime(2026, 5, 2, tzinfo=UTC)
    assert made.valid_from is None
    assert made.owner == "anna"


def test_that_typed_lines_are_cleaned_and_an_empty_topic_is_other() -> None:
    form = typed(titles={"ru": "  Как\u200b \n платить? ", "en": " "}, answers={"ru": " Так.\r\n"})
    made = article_of(form, None, "a", DRAFT)
    assert made.translations == {"ru": Translation("Как платить?", "Так.")}
    assert made.topic == OTHER_TOPIC


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        (Form(), ["title.ru"]),
        (typed(titles={}), ["title.ru"]),
        (typed(answers={"en": "So."}), ["answer.ru", "title.en"]),
        (typed(titles={"ru": "х" * 501}), ["title.ru"]),
        (typed(answers={"ru": "х" * 20_001}), ["answer.ru"]),
        (typed(answers={"ru": "{customer.nickname}"}), ["answer.ru"]),
        (typed(topic="х" * 201), ["topic"]),
        (typed(valid_from="завтра"), ["valid_from"]),
        (typed(valid_from="2026-02-02", valid_through="2026-02-01"), ["valid_through"]),
        (typed(phrasings=[Phrasing("х" * 1001, "ru")]), ["phrasings"]),
        (typed(phrasings=[Phrasing("как", "ru", weight=101)]), ["phrasings"]),
        (typed(phrasings=[Phrasing(str(n), "ru") for n in range(501)]), ["phrasings"]),
        (typed(answers={"ru": "[x](javascript:alert(1))"}), [""]),
        (typed(topic="х" * 200), []),
    ],
)
def test_that_each_fault_is_named_at_its_field(form: Form, fields: list[str]) -> None:
    assert named(form) == fields
    assert all(fault.words for fault in faults(form, "en"))


def test_that_pasted_lines_become_phrasings_each_once() -> None:
    form = typed(phrasings=[Phrasing("Как это?", "ru")])
    assert form.add_phrasings("как  это?\n\nа как\r\nА КАК\n", "ru", "Ева") == 1
    assert form.phrasings[1] == Phrasing("а как", "ru", PhrasingSource.EDITOR, "Ева")
    assert form.add_phrasings("как это?", "en", "Ева") == 1


def test_that_a_copy_of_a_form_is_its_own() -> None:
    form = typed()
    copy = form.copied()
    form.titles["ru"] = "Иначе?"
    form.phrasings.append(Phrasing("ещё", "ru"))
    assert (copy.titles["ru"], copy.phrasings) == ("Как?", [])
    assert replace(FULL, status=DRAFT) == article_of(form_of(FULL), FULL, "a", DRAFT)


def test_that_an_answer_may_name_the_fields_of_customers_cards() -> None:
    form = typed(answers={"ru": "Едем в {customer.city|ваш город}, {customer.first_name}."})
    assert faults(form, "ru", ["city"]) == []
    (fault,) = faults(form, "ru", ["street"])
    assert "customer.city" in fault.words
