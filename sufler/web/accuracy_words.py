"""How a topic stands, in sentences: never a bare percentage, and coverage beside precision."""

from datetime import datetime
from typing import Final

from sufler.desk.fast_watch import FastReading
from sufler.domain.knowledge import Language, Mode
from sufler.domain.locales import number
from sufler.domain.texts import CATALOGUE, counted, text
from sufler.prompter.accuracy.meter import fewest_right
from sufler.prompter.accuracy.standing import OVERALL, POOL, Share, TopicStanding
from sufler.prompter.accuracy.watch import ALARM_AT, DEMOTED_AT, FEWEST_ANSWERS
from sufler.web.charts import percent

_DAY_S: Final = 86_400
_SOON_DAYS = 1


def topic_name(topic: str, language: Language) -> str:
    """What people call it; all together and the small ones as one have names of their own."""
    if topic == OVERALL:
        return text("acc_overall", language)
    return text("acc_pool", language) if topic == POOL else topic


def certificate_line(standing: TopicStanding, language: Language, now: datetime) -> str:
    """What is certified, at which coverage, from how many checks, how many of them wrong and when
    last; or what is still needed for that."""
    if standing.bar is None or not standing.precision:
        return " ".join([_checked(standing, language, now), needed_line(standing, language)])
    proved = text(
        "acc_certified",
        language,
        precision=percent(standing.precision, language, 1),
        coverage=percent(standing.coverage, language),
        bar=number(standing.bar, language, 2),
    )
    words = f"{proved} {_checked(standing, language, now)}"
    live = standing.certificate.live
    if not standing.may_answer and standing.certificate.bar is not None:
        words += " " + text("acc_only_history", language, live=live)
    return words


def _checked(standing: TopicStanding, language: Language, now: datetime) -> str:
    if not standing.checks:
        return text("acc_no_checks", language)
    checks = counted("acc_checks", language, standing.checks)
    wrong = counted("acc_wrong", language, standing.wrong)
    if standing.last_wrong_at is None:
        return f"{checks}, {wrong}."
    days = int((now - standing.last_wrong_at).total_seconds() // _DAY_S)
    when = counted("acc_last_wrong", language, days) if days else text("acc_wrong_today", language)
    return f"{checks}, {wrong}, {when}."


def progress(standing: TopicStanding, language: Language) -> str:
    """38 of about 120; 412 where no more are needed."""
    done = number(standing.checks, language)
    if not standing.needed or standing.may_answer:
        return done
    return text(
        "acc_done_of", language, done=done, all=number(standing.checks + standing.needed, language)
    )


def needed_line(standing: TopicStanding, language: Language) -> str:
    """How many more checks it takes, and how long that is; empty when none are needed."""
    if standing.may_answer:
        return ""
    if standing.needed is None:
        right = standing.checks - standing.wrong
        if not standing.few and right <= standing.target * standing.checks:
            return text("acc_never_so", language, target=percent(standing.target, language))
        fewest = fewest_right(0, standing.target, standing.certificate.enough)
        return counted("acc_needed_least", language, fewest)
    if not standing.needed:
        return ""
    share = percent((standing.checks - standing.wrong) / max(standing.checks, 1), language)
    words = counted("acc_needed", language, standing.needed, share=share)
    days = standing.days_needed
    if days is None:
        return words
    if days <= _SOON_DAYS:
        return f"{words} {text('acc_needed_today', language)}"
    return f"{words} {counted('acc_needed_days', language, round(days))}"


def compared_line(standing: TopicStanding, language: Language) -> str:
    """Agreement where nobody saw the suggestion, beside acceptance where they did."""
    return text(
        "acc_compared",
        language,
        agreement=share_words(standing.agreement, language),
        acceptance=share_words(standing.acceptance, language),
    )


def share_words(share: Share, language: Language) -> str:
    """97.8 % of 412; "—" of nothing."""
    if share.value is None:
        return "—"
    return text(
        "acc_share_of",
        language,
        share=percent(share.value, language, 1),
        whole=number(share.whole, language),
    )


def watch_words(standing: TopicStanding, language: Language) -> str:
    """3/40, where it answers; "—" where nothing is watched."""
    if standing.mode is not Mode.ANSWERS:
        return "—"
    level = number(standing.watch.level, language)
    return f"{level}/{number(DEMOTED_AT, language)}"


def fast_words(read: FastReading, language: Language) -> str:
    """The fast meter, with what it was read off."""
    bad, answers = number(read.bad.part, language), number(read.bad.whole, language)
    if read.meter is None or read.usual.value is None:
        known, least = number(read.usual.whole, language), number(FEWEST_ANSWERS, language)
        return text("acc_fast_none", language, known=known, least=least)
    level = f"{number(read.meter.level, language)}/{number(ALARM_AT, language)}"
    usual = percent(read.usual.value, language, 1)
    return text("acc_fast", language, level=level, bad=bad, answers=answers, usual=usual)


def told_as(kind: str, name: str, language: Language) -> str:
    """What a part of a score or a number of a reason is called; by its own name if nothing else is
    known."""
    key = kind + name
    return text(key, language) if key in CATALOGUE else name


def promise(standing: TopicStanding, language: Language) -> str:
    """What the certificate promises, for who never saw statistics."""
    if not standing.may_answer or standing.bar is None:
        return text("acc_promise_none", language, target=percent(standing.target, language))
    return text(
        "acc_promise",
        language,
        precision=percent(standing.precision, language, 1),
        coverage=percent(standing.coverage, language),
        wrong=number((1 - standing.precision) * 100, language, 1),
    )
