"""The demo shop's flows: in order, as their written talks say, and safe in any talk at all."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flow_world import NOW
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sufler.app.calling import DEMO_HOST, DEMO_SECRETS
from sufler.flows import model, run
from sufler.flows.calls import CallHosts
from sufler.flows.check import check
from sufler.flows.load import load_flow, load_folder
from sufler.flows.state import (
    Act,
    Answer,
    Attachment,
    Call,
    CreateRequest,
    End,
    HandOff,
    Input,
    Say,
    State,
)
from sufler.flows.talks import load_talks, play

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "demo" / "flows"
FLOWS = load_folder(FOLDER)
TALKS = [
    pytest.param(talks.flow, talk, id=f"{talks.flow}: {talk.name}")
    for talks in (load_talks(p.read_text("utf-8"), p.name) for p in FOLDER.glob("*.test.yaml"))
    for talk in talks.talks
]


def test_that_there_are_seven_without_a_fault_and_their_articles_exist() -> None:
    assert len(FLOWS) == 7
    hosts = CallHosts(private={DEMO_HOST})
    for flow in FLOWS.values():
        assert [fault.told("en") for fault in check(flow, FLOWS, DEMO_SECRETS, hosts)] == []
    lines = (ROOT / "demo" / "articles.jsonl").read_text("utf-8").splitlines()
    articles = {json.loads(line)["id"] for line in lines}
    steps = [step for flow in FLOWS.values() for step in flow.steps]
    assert {step.article for step in steps if isinstance(step, model.Suggest)} <= articles
    assert {talk.values[0] for talk in TALKS} == set(FLOWS)


@pytest.mark.parametrize(("flow", "talk"), TALKS)
def test_that_a_talk_goes_as_written(flow: str, talk: Any) -> None:
    assert play(FLOWS, flow, talk) == []


WORDS = st.sampled_from(
    [
        *(
            "4512",
            "заказ 4521",
            "нет, 4512",
            "да",
            "нет",
            "назад",
            "пропустить",
            "не знаю",
            "5 мая",
        ),
        *("завтра в 15:30", "8 912 345-67-89", "anna@mail.ru", "Москва, Тверская 7", "размер"),
        *(
            "брак",
            "ЛОЖКА25",
            "2500",
            "а сколько стоит доставка?",
            "помощь",
            "в понедельник",
            "12:00",
        ),
        *(
            "12.03.2023",
            "",
            "   ",
            "?",
            "no",
            "yes",
            "skip",
            "отменить заказ",
            "{order}",
            "f:1:yes",
        ),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**20) | st.floats() | st.text(max_size=8),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["status", "due", "total", "days_left", "refund", "fee", "state", "uses_left"]
            ),
            inside,
            max_size=4,
        )
    ),
    max_leaves=8,
)
GOOD = st.sampled_from(
    [
        {
            "status": "sent",
            "due": "2026-12-01",
            "total": 100,
            "days_left": 3,
            "refund": 5,
            "fee": 2,
        },
        {"status": "delivered", "state": "active", "uses_left": 2, "least_sum": 100},
        {"status": "packed", "days_left": -1, "state": "expired", "number": "7", "fee": 0},
    ]
)
ANSWERS = st.builds(
    Answer, st.sampled_from([200, 200, 201, 0, 404, 409, 500]), GOOD | JSON, st.text(max_size=5)
)
TURNS = st.one_of(
    st.tuples(st.just("text"), WORDS | st.text(max_size=40)),
    st.tuples(st.just("press"), st.integers(0, 3)),
    st.tuples(st.just("junk"), st.text(max_size=10)),
    st.tuples(st.just("thing"), st.sampled_from(["photo", "file", "location", "contact", "voice"])),
    st.tuples(st.just("answer"), ANSWERS),
)


def _stored(state: State) -> State:
    return State.from_plain(json.loads(json.dumps(state.to_plain(), allow_nan=False)))


def _next(state: State, kind: str, what: Any, buttons: list[str], number: int) -> run.Result:
    waits = state.waiting in {"call", "request"}
    if kind == "answer" or (waits and kind != "text"):
        answer = what if isinstance(what, Answer) else Answer(200, {"status": "sent"})
        return run.answered(FLOWS, state, state.key, answer, NOW)
    name = f"t{number}"
    if kind == "press" and buttons:
        return run.take(FLOWS, state, Input(name, button=buttons[what % len(buttons)]), NOW)
    if kind == "junk":
        return run.take(FLOWS, state, Input(name, button=f"f:{what}"), NOW)
    if kind == "thing":
        thing = Attachment(what, {"id": "x", "phone": "89123456789"})
        return run.take(FLOWS, state, Input(name, attachments=(thing,)), NOW)
    return run.take(FLOWS, state, Input(name, str(what)), NOW)


def _goes_on(state: State, acts: list[Act]) -> bool:
    """Whether the customer can see how to go on, or something is being waited for."""
    if state.outcome:
        return acts[-1] == End(state.outcome)
    if state.waiting in {"call", "request"}:
        return True
    return any(isinstance(act, Say) and act.text.strip() for act in acts)


@pytest.mark.parametrize("name", sorted(FLOWS))
@given(
    language=st.sampled_from(["ru", "en"]),
    first=WORDS,
    turns=st.lists(TURNS, min_size=1, max_size=14),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_that_any_talk_goes_on_and_reaches_a_person_who_is_asked_for(
    name: str, language: Any, first: str, turns: list[tuple[str, Any]]
) -> None:
    state, acts = run.start(FLOWS, name, "r", language, NOW, Input("t0", first))
    keys: list[str] = []
    buttons: list[str] = []
    for number, (kind, what) in enumerate(turns, 1):
        keys += [act.key for act in acts if isinstance(act, Call | CreateRequest)]
        buttons = [b.data for act in acts if isinstance(act, Say) for b in act.buttons] or buttons
        assert _goes_on(state, acts)
        assert all(len(data.encode()) <= 64 for data in buttons)
        state = _stored(state)
        if state.outcome:
            assert run.take(FLOWS, state, Input("late", "да"), NOW)[1] == []
            break
        person = run.take(FLOWS, state, Input("p", "позовите оператора"), NOW)
        assert isinstance(person[1][0], HandOff)
        assert person[0].outcome == "handed_off"
        before = state
        state, acts = _next(state, kind, what, buttons, number)
        if not acts:  # an answer that nobody waits for
            assert kind == "answer"
            assert state == before
            acts = [Say("nothing happened")]
    assert len(keys) == len(set(keys)), "one key, one call"


@pytest.mark.parametrize("doc", ["docs/flows.md", "docs/flows.ru.md"])
def test_that_the_flow_of_the_docs_is_in_order_and_talks_as_they_say(doc: str) -> None:
    pieces = re.findall(r"```yaml\n(.*?)```", (ROOT / doc).read_text("utf-8"), re.DOTALL)
    flow, talks = load_flow(pieces[0], doc), load_talks(pieces[1], doc)
    assert check(flow, {flow.flow: flow}) == []
    assert [play({flow.flow: flow}, talks.flow, talk) for talk in talks.talks] == [[]]
