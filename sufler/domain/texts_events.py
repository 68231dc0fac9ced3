"""Texts of events from outside and of consents: settings, acts, and what the bot says."""

from collections.abc import Mapping
from typing import Final

from sufler.domain.knowledge import Language

EVENTS: Final[Mapping[str, Mapping[Language, str]]] = {
    "no_more_first": {
        "ru": "Хорошо, первыми мы вам больше не пишем. Если появится вопрос, пишите.",
        "en": "All right, we will not write to you first any more. If you have a question, "
        "write to us.",
    },
    "act_consent_given": {
        "ru": "{subject}: клиент согласился, чтобы ему писали первыми: {details}",
        "en": "{subject} agreed to be written to first: {details}",
    },
    "act_consent_withdrawn": {
        "ru": "{subject}: клиент больше не согласен, чтобы ему писали первыми: {details}",
        "en": "{subject} no longer agrees to be written to first: {details}",
    },
    "setting_events_quiet": {
        "ru": "Часы, в которые события не начинают сценариев, по часам главной очереди: "
        "21:00-09:00; off: таких часов нет.",
        "en": "Hours in which events begin no flows, by the default queue’s clock: 21:00-09:00; "
        "off: there are none.",
    },
    "setting_events_per_week": {
        "ru": "Сколько сценариев события могут начать с одним клиентом за семь дней.",
        "en": "Flows that events may begin with one customer in seven days.",
    },
    "setting_keep_flows_days": {
        "ru": "Сколько дней хранится то, что клиенты рассказали сценариям; 0: всегда.",
        "en": "Days for which we keep what customers told flows; 0: for ever.",
    },
}
