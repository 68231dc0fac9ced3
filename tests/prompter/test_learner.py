"""One lesson's story: what it teaches, what waits, and what teaches nothing."""

from dataclasses import replace

import pytest
from base_world import RememberingEncoder
from lessons_world import School

from sufler.domain.knowledge import Phrasing
from sufler.domain.learning import (
    Learned,
    LearnedKind,
    LearnedState,
    LessonState,
    Outcome,
    ProposalKind,
    Reason,
    Use,
    Why,
)
from sufler.prompter.learning.guards import SMALLEST_CAP
from sufler.prompter.learning.rewording import reworded

ASKED = "во сколько обойдётся привезти диван на дачу"


@pytest.fixture
async def school(remembering: RememberingEncoder) -> School:
    return await School(remembering).start()


def phrasing(outcome: Outcome) -> tuple[str, str, str, float]:
    assert len(outcome.proposals) == 0
    (learned, *_) = outcome.learned
    assert learned.kind is LearnedKind.PHRASING
    return learned.article_id, learned.text, str(learned.state), learned.weight


async def test_that_an_accepted_answer_teaches_its_wording_at_half_weight_for_the_next_message(
    school: School,
) -> None:
    made = await school.teach(ASKED, school.answer("cost"), shown=("cost",), article_id="cost")
    assert (made.state, made.use, made.why) == (LessonState.LEARNED, Use.VERBATIM, Why.TAUGHT)
    assert phrasing(made) == ("cost", ASKED, "unconfirmed", 0.5)
    (item, *_) = (await school.prompter.suggest(ASKED)).items
    assert (item.article_id, item.phrasing) == ("cost", ASKED)


async def test_that_more_than_the_article_teaches_the_wording_and_proposes_no_text(
    school: School,
) -> None:
    sent = school.answer("cost") + " Диван привезут двое."
    made = await school.judged(ASKED, sent, shown=("cost",), article_id="cost")
    assert made.use is Use.EXTENDED
    assert phrasing(made)[:2] == ("cost", ASKED)


async def test_that_another_choice_teaches_for_it_and_against_the_first_near_that_wording_only(
    school: School,
) -> None:
    asked = "чайник не понравился, куда его нести"
    shown = ("warranty", "card", "return")
    before = await school.found("чайник сломался через год")
    made = await school.teach(asked, school.answer("return"), shown=shown, article_id="return")
    assert made.use is Use.OTHER
    assert [(each.kind, each.article_id) for each in made.learned] == [
        (LearnedKind.PHRASING, "return"),
        (LearnedKind.NEGATIVE, "warranty"),
    ]
    assert (await school.found(asked))[0] == "return"
    assert (await school.found("чайник сломался через год"))[0] == before[0] == "warranty"


async def test_that_a_searched_article_is_learned_too(school: School) -> None:
    made = await school.judged(ASKED, school.answer("cost"), shown=("card",), article_id="cost")
    assert made.use is Use.SEARCHED
    assert phrasing(made)[0] == "cost"


async def test_that_changed_facts_are_proposed_as_a_text_and_teach_no_wording(
    school: School,
) -> None:
    sent = "Здравствуйте, Мария! Курьер — 350 рублей."
    made = await school.judged(ASKED, sent, shown=("cost",), article_id="cost", values=("Мария",))
    assert (made.state, made.use, list(made.learned)) == (LessonState.REVIEW, Use.FACTS, [])
    (proposal,) = made.proposals
    assert (proposal.kind, proposal.article_id) == (ProposalKind.TEXT, "cost")
    assert (proposal.before, proposal.after) == ("Курьер — 290 рублей.", "Курьер — 350 рублей.")
    assert proposal.question == ASKED


async def test_that_what_is_written_anew_is_a_candidate_article_unless_it_only_asks_back(
    school: School,
) -> None:
    asked = "делаете ли вы гравировку на чайниках"
    sent = "Иван, гравировку делаем в мастерской при магазине, заказ 48151-А готов через день."
    made = await school.judged(asked, sent, shown=("warranty",), values=("Иван",))
    assert (made.state, made.use, list(made.learned)) == (LessonState.REVIEW, Use.ANEW, [])
    (proposal,) = made.proposals
    assert (proposal.kind, proposal.article_id) == (ProposalKind.ARTICLE, None)
    assert proposal.question == asked
    assert "Иван" not in proposal.after
    assert "48151" not in proposal.after
    back = await school.judged(asked, "Подскажите, какой у вас чайник и какая надпись?")
    assert (back.state, back.why) == (LessonState.SKIPPED, Why.ASKS_BACK)


@pytest.mark.parametrize(
    ("reason", "learned", "proposed"),
    [
        (Reason.WRONG, [LearnedKind.NEGATIVE], []),
        (Reason.OUTDATED, [], [ProposalKind.TEXT]),
        (Reason.UNCLEAR, [], []),
        (Reason.NOT_HERE, [], []),
        (Reason.PARTICULAR, [], []),
    ],
)
async def test_that_a_rejection_teaches_by_its_reason(
    school: School, reason: Reason, learned: list[LearnedKind], proposed: list[ProposalKind]
) -> None:
    made = await school.judged(ASKED, shown=("card", "cost"), article_id="card", reason=reason)
    assert made.use is Use.REJECTED
    assert [each.kind for each in made.learned] == learned
    assert [each.kind for each in made.proposals] == proposed
    assert {each.article_id for each in (*made.learned, *made.proposals)} <= {"card"}


async def test_that_a_wrong_suggestion_that_was_rejected_falls_behind_and_comes_back_with_time(
    school: School,
) -> None:
    asked = "чайник картой"
    first = (await school.found(asked))[0]
    await school.teach(asked, shown=(first,), article_id=first, reason=Reason.WRONG)
    assert (await school.found(asked))[0] != first
    school.clock.to(school.clock.now().replace(year=2028))
    assert (await school.found(asked))[0] == first


async def test_that_a_second_operator_confirms_and_the_same_one_does_not(school: School) -> None:
    act = {"shown": ("cost",), "article_id": "cost"}
    await school.teach(ASKED, school.answer("cost"), **act)
    again = await school.teach(ASKED, school.answer("cost"), **act)
    assert (again.why, list(again.learned), list(again.confirm)) == (Why.KNOWN, [], [])
    other = await school.teach(ASKED + "?", school.answer("cost"), by="boris", **act)
    assert (other.why, list(other.learned), list(other.confirm)) == (Why.CONFIRMS, [], [1])
    assert school.shelf.learned[1].state is LearnedState.CONFIRMED


async def test_that_a_wording_an_editor_wrote_is_known(school: School) -> None:
    made = await school.judged("Забыл пароль!", school.answer("password"), shown=("password",))
    assert (made.state, made.why, list(made.learned)) == (LessonState.LEARNED, Why.KNOWN, [])


async def test_that_what_an_editor_took_out_is_not_learned_again(school: School) -> None:
    act = {"shown": ("cost",), "article_id": "cost"}
    await school.teach(ASKED, school.answer("cost"), **act)
    school.shelf.change([replace(school.shelf.learned[1], state=LearnedState.UNDONE)])
    made = await school.judged(ASKED, school.answer("cost"), by="boris", **act)
    assert (made.state, made.why, list(made.learned)) == (LessonState.SKIPPED, Why.TAKEN_OUT, [])


async def test_that_a_follow_up_never_confirms(school: School) -> None:
    act = {"shown": ("cost",), "article_id": "cost", "combined": True}
    words = "сколько стоит диван\nа если на дачу?"
    made = await school.teach(words, school.answer("cost"), **act)
    assert phrasing(made) == ("cost", words.replace("\n", " "), "unconfirmed", 0.5)
    again = await school.judged(words, school.answer("cost"), by="boris", **act)
    assert (again.why, list(again.confirm)) == (Why.KNOWN, [])


async def test_that_short_texts_teach_nothing(school: School) -> None:
    made = await school.judged("а это как?", school.answer("cost"), shown=("cost",))
    assert (made.state, made.why) == (LessonState.SKIPPED, Why.SHORT)


async def test_that_personal_data_are_no_part_of_a_phrasing(school: School) -> None:
    asked = "Меня зовут Пётр Ким, 8 916 123-45-67, сколько за доставку заказа 48151?"
    made = await school.judged(asked, school.answer("cost"), shown=("cost",))
    text = phrasing(made)[1]
    assert "доставку" in text
    for private in ("Пётр", "Ким", "916", "48151"):
        assert private not in text


async def test_that_a_wording_like_anothers_waits_for_an_editor(
    school: School,
) -> None:
    """Five ways of asking about passwords against none about payment by card."""
    words = ("потерял пароль", "пароль не подходит", "как сменить пароль", "пароль забыт")
    passwords = tuple(words)
    article = school.knowledge.article("password")
    assert article is not None
    more = tuple(Phrasing(text, "ru") for text in passwords)
    await school.knowledge.save([replace(article, phrasings=article.phrasings + more)], "editor")
    made = await school.judged("не помню свой пароль", school.answer("card"), shown=("card",))
    assert (made.state, made.why) == (LessonState.REVIEW, Why.NEIGHBOURS)
    assert [each.state for each in made.learned] == [LearnedState.REVIEW]


async def test_that_no_lesson_is_lost_to_an_article_that_is_gone(school: School) -> None:
    made = await school.judged(ASKED, None, use=Use.VERBATIM, article_id="gone")
    assert (made.state, made.why) == (LessonState.SKIPPED, Why.GONE)


async def test_that_a_class_that_a_person_corrected_is_taken(school: School) -> None:
    sent = "Диваны возим только по понедельникам, за 900 рублей, звоните мастеру."
    act = {"shown": ("cost",), "article_id": "cost"}
    assert (await school.judged(ASKED, sent, **act)).use is Use.ANEW
    made = await school.judged(ASKED, sent, use=Use.EXTENDED, corrected_by="editor", **act)
    assert phrasing(made)[0] == "cost"


async def test_that_an_operator_teaches_a_small_base_only_so_much_against_itself_in_a_day(
    school: School,
) -> None:
    def said(kind: LearnedKind, count: int, by: str) -> None:
        one = Learned(
            *(0, kind, LearnedState.UNCONFIRMED, "card", "x", "ru", 0.5, by, school.clock.now())
        )
        first = len(school.shelf.learned) + 1
        school.shelf.change(replace(one, id=first + n) for n in range(count))

    said(LearnedKind.NEGATIVE, SMALLEST_CAP, "anna")
    shown = ("card", "return")
    waits = await school.judged(
        "чайник не понравился, куда его нести",
        school.answer("return"),
        shown=shown,
        article_id="return",
    )
    assert (waits.state, waits.why) == (LessonState.REVIEW, Why.CAP)
    assert [each.state for each in waits.learned] == [LearnedState.REVIEW]
    rejected = await school.judged(ASKED, shown=shown, article_id="card", reason=Reason.WRONG)
    assert (rejected.state, rejected.why) == (LessonState.SKIPPED, Why.CAP)
    agrees = await school.judged(ASKED, school.answer("cost"), shown=("cost",), article_id="cost")
    assert agrees.why == Why.TAUGHT, "what was suggested may still be confirmed"
    said(LearnedKind.PHRASING, SMALLEST_CAP, "anna")
    much = await school.judged(ASKED, school.answer("cost"), shown=("cost",), article_id="cost")
    assert much.why == Why.CAP
    other = await school.judged(
        ASKED, school.answer("cost"), shown=shown, article_id="cost", by="boris"
    )
    assert other.why == Why.TAUGHT


@pytest.mark.parametrize(
    ("answer", "sent", "after"),
    [
        # A leading “Да,” and variables are the article's; the greeting is this reply's.
        (
            "Да, {customer.first_name|друг}, за 14 дней. Пишите!",
            "Добрый день! Да, Мария, за 30 дней. Пишите!",
            "Да, {customer.first_name|друг}, за 30 дней. Пишите!",
        ),
        (
            "Заказ {ticket.number} едет 2 дня{customer.city|}.",
            "Мария, заказ 731 едет 5 дней.\nС уважением, Анна",
            "Заказ {ticket.number} едет 5 дней{customer.city|}.",
        ),
        (
            "Курьер — 290 ₽.\n\n- **до 18:00** бесплатно\n- после: {today}",
            "курьер — 350 ₽.\n\n- до 20:00 бесплатно\n- после: 22 ноября 2026\n\nХорошего дня!",
            "Курьер — 350 ₽.\n\n- **до 20:00** бесплатно\n- после: {today}",
        ),
        # What is only this customer's is no change of the article.
        ("Ваш заказ едет 2 дня.", "Ваш заказ №48151-А едет 2 дня, Мария.", "Ваш заказ едет 2 дня."),
        ("Доставка есть.", "Доставка есть, но не в Тверь.", "Доставка есть, но не в Тверь."),
        ("Договор №123-45 действует год.", "Договор №123-45 действует 2 года.",
         "Договор №123-45 действует 2 года."),
    ],
)  # fmt: skip
def test_that_a_proposed_text_is_the_articles_with_what_the_operator_changed(
    answer: str, sent: str, after: str
) -> None:
    variables = {
        "customer.first_name": "Мария",
        "ticket.number": "731",
        "today": "22 ноября 2026",
        "customer.city": "",
    }
    assert reworded(answer, sent, ("Мария",), variables) == after
