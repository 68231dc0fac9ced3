"""Each fault that `sufler flows check` is for, on a flow that has it and no other."""

from pathlib import Path

import pytest
from flow_world import flow_of

from sufler.app import main as command_line
from sufler.flows.calls import CallHosts
from sufler.flows.check import check
from sufler.flows.diagram import diagram
from sufler.flows.talks import load_talks, play

SLOTS = (
    "{order: {kind: order_number}, d: {kind: data}, kind: {kind: choice, choices: {a: {label:"
    " {ru: А, en: A}}}}}"
)
ASK = "{id: a, do: ask, slot: order, text: {ru: 'Номер?', en: 'Number?'}}"
END = "{id: z, do: end, text: {ru: '{order} {d} {kind}', en: '{order} {d} {kind}'}}"
CALL = "id: c, do: call, url: 'https://s.example/{order}'"


def _found(*steps: str, slots: str = SLOTS) -> list[tuple[str, str]]:
    flow = flow_of("".join(f"  - {step}\n" for step in steps), slots)
    hosts = CallHosts({"s.example"}, {"10.0.0.5:8080"})
    faults = check(flow, {flow.flow: flow}, {"SET"}, hosts)
    return [(fault.step, fault.told("en")) for fault in faults]


def test_that_a_flow_in_order_has_no_fault() -> None:
    assert _found(ASK, END) == []


@pytest.mark.parametrize(
    ("steps", "step", "told"),
    [
        ((ASK, "{id: l, do: branch, when: [{if: known(d), go: z}], otherwise: a}", END), "a",
         "a loop without a question: a → l → a"),
        ((ASK.replace("order,", "nope,"), END), "a", "the slot nope is not described"),
        ((ASK.replace("order,", "d,"), END), "a", "d is of the kind data"),
        ((ASK, "{id: l, do: branch, when: [{if: known(nope.x), go: z}]}", END), "l",
         "the slot nope.x is not described (a text stands in double quotes)"),
        ((ASK, "{id: l, do: branch, when: [{if: d = 1, go: z}]}", END), "l", "equal is written =="),
        ((ASK, "{id: l, do: branch, when: [{if: order >, go: z}]}", END), "l",
         "missing at the end"),
        ((ASK, "{id: l, do: branch, when: [{if: known(order), go: nope}]}", END), "l",
         "no step nope"),
        (("{id: b, do: end}", END), "z", "no step leads here"),
        ((END.replace("id: z", "id: y, do: say, next: y2").replace(", do: end", ""), END), "y",
         "there is no step y2"),
        ((END.replace("do: end", "do: say"),), "z", "nothing follows this step"),
        (("{id: r, do: run, flow: nope}", END), "r", "there is no flow nope"),
        (("{id: r, do: run, flow: small}", END), "", "run one another in a circle: small → small"),
        ((ASK.replace(", en: 'Number?'", ""), END), "a", "text: no text in the language en"),
        ((ASK.replace("Number?", "x" * 4097), END), "a",
         "4097 characters, and the channel takes 4096"),
        ((ASK.replace("Number?", "{nope}"), END), "a", "the slot nope is not described"),
        ((ASK.replace("Number?", "{order|shout}"), END), "a", "{order|shout} makes no sense"),
        ((ASK.replace("Number?", "{Номер}"), END), "a", "{Номер} makes no sense"),
        ((f"{{{CALL}, headers: {{A: '{{secret.UNSET}}'}}}}", END), "c",
         "the secret UNSET is not set"),
        ((f"{{{CALL}, body: {{a: '{{secret.SET}}'}}}}", END), "c", "{secret.…} makes no sense"),
        ((f"{{{CALL}, method: POST}}", END), "c", "needs `confirm`"),
        ((f"{{{CALL}, method: POST, confirm: {{ru: Да, en: Y}}, retries: 1}}", END), "c",
         "only a GET can be retried"),
        ((f"{{{CALL.replace('s.example', '{order}')}}}", END), "c", "must begin with https://host"),
        ((f"{{{CALL}, save: {{nope: a}}}}", END), "c", "the slot nope is not described"),
        ((f"{{{CALL.replace('s.example', 'other.example')}}}", END), "c",
         "the host other.example is neither in SUFLER_FLOW_HOSTS nor in"),
        ((f"{{{CALL.replace('s.example', '10.0.0.5')}}}", END), "c",
         "the host 10.0.0.5 is neither"),
        ((f"{{{CALL.replace('https', 'http')}}}", END), "c", "s.example is called over https only"),
        ((f"{{{CALL}, headers: {{Host: inside.example}}}}", END), "c",
         "cannot send the header Host"),
        ((f"{{{CALL}, headers: {{A: \"x\\r\\nB: y\"}}}}", END), "c", "cannot send the header A"),
    ],
)  # fmt: skip
def test_that_a_fault_is_found(steps: tuple[str, ...], step: str, told: str) -> None:
    found = _found(*steps)
    assert any(at == step and told in words for at, words in found), found


@pytest.mark.parametrize(
    ("slot", "told"),
    [
        ("{kind: choice}", "the choice kind has no choices"),
        ("{kind: order_number, pattern: '['}", "the pattern of the slot kind cannot be read"),
        (f"{{kind: choice, choices: {{{'a' * 64}: {{label: {{ru: А, en: A}}}}}}}}",
         f"the button kind.{'a' * 64}: 74 bytes, and 64 are the most"),
    ],
)  # fmt: skip
def test_that_a_fault_of_a_slot_is_found(slot: str, told: str) -> None:
    slots = f"{{order: {{kind: order_number}}, d: {{kind: data}}, kind: {slot}}}"
    assert ("", told) in _found(ASK, END, slots=slots)


def test_that_the_command_line_warns_of_what_is_not_set_here_and_the_server_would_refuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    end = "{id: z, do: end, text: {ru: '{order}', en: '{order}'}}"
    key = "headers: {A: '{secret.SHOP_KEY}'}"
    (tmp_path / "g.yaml").write_text(
        "flow: g\nversion: 1\ntitle: {ru: Г, en: G}\ntriggers: {commands: [g]}\n"
        f"slots: {{order: {{kind: order_number}}}}\nsteps: [{ASK}, {{{CALL}, {key}}}, {end}]\n",
        "utf-8",
    )
    assert command_line.run(["flows", "check", "g.yaml"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "g.yaml: warning: c: the secret SHOP_KEY is not set (SUFLER_SECRET_SHOP_KEY)"
    assert told[1].startswith("g.yaml: warning: c: the host s.example is neither in")
    monkeypatch.setenv("SUFLER_SECRET_SHOP_KEY", "x-y-z")
    monkeypatch.setenv("SUFLER_FLOW_HOSTS", "other.example, S.example")
    assert command_line.run(["flows", "check", "g.yaml"]) == 0
    assert capsys.readouterr().out == "1 flows are in order\n"


def test_that_what_only_looks_odd_is_a_warning() -> None:
    flow = flow_of(
        f"  - {ASK}\n  - {{id: z, do: end}}", "{order: {kind: order_number}, d: {kind: data}}"
    )
    faults = check(flow, {})
    assert [(fault.code, fault.warning) for fault in faults] == [("unused", True)]


def test_that_a_loop_with_a_question_that_is_always_asked_is_none() -> None:
    always = ASK.replace("slot: order", "slot: order, always: true")
    assert (
        _found(always, "{id: l, do: branch, when: [{if: known(d), go: z}], otherwise: a}", END)
        == []
    )


def test_that_a_diagram_shows_steps_and_ways_and_nothing_that_mermaid_would_read() -> None:
    flow = flow_of(
        "  - {id: a, do: say, text: {ru: 'Скажу \"]-->[\" <b>'}}\n"
        "  - {id: b, do: branch, when: [{if: '1 < 2', go: z}]}\n  - {id: z, do: end}"
    )
    drawn = diagram(flow, "ru")
    assert drawn.startswith("flowchart TD\n")
    assert "s_a --> s_b" in drawn
    assert 's_b -->|"1 #60; 2"| s_z' in drawn
    assert '"]-->["' not in drawn
    assert "<b>" not in drawn.replace("<br>", "")


def test_that_a_talk_that_goes_otherwise_is_told_line_by_line() -> None:
    flow = flow_of(f"  - {ASK}\n  - {{id: z, do: end, text: {{ru: 'Заказ {{order}}.'}}}}", SLOTS)
    written = load_talks(
        "flow: small\ntalks:\n- name: n\n  talk:\n"
        "  - {bot: ['Номер?']}\n"
        "  - {customer: '4512', bot: ['Заказ 4521.', '[end finished]'], slots: {order: '4512'}}\n"
        "  - {press: 'Да', bot: []}\n",
        "x.test.yaml",
    )
    difference = play({"small": flow}, "small", written.talks[0])
    assert "-  bot: Заказ 4521." in difference
    assert "+  bot: Заказ 4512." in difference
    assert "+  bot: [there is no button “Да”]" in difference
    assert not any("slot order" in line for line in difference if line[0] in "-+")


def test_that_the_command_line_checks_plays_and_draws(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = "flow: g\nversion: 1\ntitle: {ru: Г, en: G}\ntriggers: {commands: [g]}\nsteps:\n"
    end = "- {id: z, do: end, text: {ru: 'Пока', en: 'Bye'}}\n"
    (tmp_path / "g.yaml").write_text(good + end, "utf-8")
    (tmp_path / "g.test.yaml").write_text(
        "flow: g\ntalks: [{name: n, talk: [{customer: x, bot: [Пока, '[end finished]']}]}]", "utf-8"
    )
    for command in ("check", "test"):
        assert command_line.run(["flows", command, str(tmp_path)]) == 0
    assert command_line.run(["flows", "diagram", str(tmp_path / "g.yaml")]) == 0
    assert command_line.run(["flows", "try", str(tmp_path / "g.yaml"), "--language", "en"]) == 0
    shown = capsys.readouterr().out
    assert "1 flows are in order" in shown
    assert "ok  g: n" in shown
    assert "flowchart TD" in shown
    assert "Bye" in shown
    (tmp_path / "g.yaml").write_text(good + end.replace("en: 'Bye'", "en: ''"), "utf-8")
    (tmp_path / "bad.yaml").write_text("flow: [", "utf-8")
    assert command_line.run(["flows", "check", str(tmp_path)]) == 1
    assert "bad.yaml: error: line 1" in capsys.readouterr().out
    assert command_line.run(["flows", "test", str(tmp_path / "none")]) == 1
    assert command_line.run(["flows", "try", str(tmp_path / "bad.yaml"), "--language", "fr"]) == 1
