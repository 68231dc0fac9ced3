"""Files of flows: what is taken, what is refused and where, and the schema that editors use."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from sufler.domain.errors import BadInput
from sufler.flows.expression import parse
from sufler.flows.faults import BadFlow
from sufler.flows.load import load_file, load_flow, load_folder, read_yaml
from sufler.flows.schema import schema_text
from sufler.flows.talks import load_talks

ROOT = Path(__file__).parents[2]
SMALL = """
flow: small
version: 1
title: {ru: Малый, en: Small}
steps:
  - {id: bye, do: end, text: {ru: Пока, en: Bye}}
"""
BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


def test_that_the_published_schema_is_that_of_the_model() -> None:
    written = (ROOT / "docs" / "flows.schema.json").read_text("utf-8")
    assert written == schema_text(), "run: python -m sufler.flows.schema > docs/flows.schema.json"


def test_that_an_editor_with_the_schema_takes_the_demo_and_underlines_a_slip() -> None:
    schema = jsonschema_rs.validator_for(json.loads(schema_text()))
    for path in (ROOT / "demo" / "flows").glob("*.yaml"):
        if not path.name.endswith(".test.yaml"):
            assert not list(schema.iter_errors(read_yaml(path.read_text("utf-8"), path.name)))
    slip = yaml.safe_load(SMALL)
    slip["steps"][0]["txt"] = "x"
    assert not schema.is_valid(slip)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BOMB, "line 2: aliases"),
        ("a: " + "[" * 30 + "]" * 30, "too deep"),
        ("- x\n" * 30_000, "too deep or too large"),
        ("x: " + "y" * 300_000, "larger than 256 KB"),
        ("a: 1\na: 2", "line 2: “a” stands twice"),
        ("a: !!python/object/apply:os.system [id]", "could not determine a constructor"),
        ("? [a, b]\n: 1", "a name must be plain text"),
        ("a: [1", "line"),
        ("a: \x00", "not YAML"),
        ("just words", "a flow is a map"),
        ("", "a flow is a map"),
        ("---\na: 1\n---\nb: 2", "another document"),
        (
            SMALL.replace("do: end", "do: dance"),
            "my.yaml, line 6: bye: do: there is no “dance”",
        ),
        (SMALL.replace("do: end, ", ""), "line 6: bye: do: is missing"),
        (SMALL.replace("id: bye, ", ""), "line 6: #1: id: is missing"),
        (SMALL.replace("text: {ru: Пока, en: Bye}", "text: Bye"), "of the form {ru: …, en: …}"),
        (SMALL.replace("text:", "txt:"), "bye: txt: is not known here; is “text” meant?"),
        (SMALL.replace("text:", "else:"), "known here; known: id, do, text"),
        (SMALL.replace("{ru: Пока", "{ru: 5"), "text.ru: must be a text; put it in single quotes"),
        (SMALL.replace("{ru: Пока, en", "{ru: Пока?, en"), "must stand in single quotes"),
        (
            SMALL.replace("version: 1", "version: none") + "  - {id: b, do: end, tx: 1}\n",
            "my.yaml, line 3: version: must be a whole number; line 7: b: tx: is not known",
        ),
        (SMALL.replace("version: 1", "version: none"), "version"),
        (SMALL.replace("title: {ru: Малый, en: Small}", "title: {fr: Petit}"), "title"),
        (SMALL + "  - {id: bye, do: end}\n", "step ids stand twice: bye"),
        (
            SMALL.replace("flow: small", "flow: Small Talk"),
            "line 2: flow: a name is up to 30 of a-z",
        ),
    ],
)
def test_that_what_is_no_flow_is_refused_with_its_place(text: str, told: str) -> None:
    with pytest.raises(BadInput) as refused:
        load_flow(text, "my.yaml")
    assert refused.value.message.startswith("my.yaml")
    assert told in refused.value.message


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("do: end", "do: dance", "bye: do: «dance» не бывает; бывают say, ask"),
        ("id: bye, ", "", "#1: id: не указано"),
        ("text:", "txt:", "bye: txt: такого здесь нет; может быть, «text»?"),
        ("{ru: Пока", "{ru: 5", "bye: text.ru: нужен текст; поставьте его в одинарные кавычки"),
        ("{ru: Пока, en", "{ru: Пока?, en", "ставят в одинарные кавычки"),
        ("version: 1", "version: 0", "version: не меньше 1"),
        ("version: 1", "version: 1\nversion: 2", "«version» стоит дважды"),
        ("do: end", "do: branch, when: []", "bye: when: частей должно быть не меньше 1"),
        ("do: end", "do: hand_off, queue: " + "q" * 65, "bye: queue: длиннее 64 знаков"),
        ("do: end", "do: call, url: x, timeout_s: 0", "bye: timeout_s: должно быть больше 0"),
        ("do: end", "do: ask, slot: a, attempts: 11", "bye: attempts: не больше 10"),
        ("do: end", "do: ask, slot: a, always: 2", "bye: always: подходит только true или false"),
        ("do: end", "do: call, method: GO, url: x", "bye: method: подходит только 'GET', 'POST'"),
        ("do: end", "do: branch, when: [{if: '', go: a}]", "bye: when.0.if: не может быть пустым"),
        ("version: 1", "version: 1\npark_min: soon", "park_min: нужно целое число"),
    ],
)
def test_that_russian_editors_are_told_in_russian_what_is_wrong(
    old: str, new: str, told: str
) -> None:
    with pytest.raises(BadFlow) as refused:
        load_flow(SMALL.replace(old, new))
    assert told in refused.value.told("ru")


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("a = 1", "в выражении `a = 1`: непонятно «= 1»; равенство пишут =="),
        ("a == ", "в конце чего-то не хватает"),
        ("sum(a)", "функции sum нет"),
        ("(a", "не хватает «)»"),
    ],
)
def test_that_what_is_wrong_with_an_expression_is_told_in_russian(
    expression: str, told: str
) -> None:
    with pytest.raises(BadFlow) as refused:
        parse(expression)
    assert told in refused.value.told("ru")


def test_that_a_talk_that_is_no_talk_is_refused_with_its_name_and_line() -> None:
    text = "flow: small\ntalks:\n- name: short\n  talk:\n  - customer: 4599\n"
    with pytest.raises(BadInput, match=r"line 5: short: talk.0.customer: must be a text"):
        load_talks(text, "small.test.yaml")


def test_that_times_dates_and_yes_stay_the_texts_that_they_are() -> None:
    read = read_yaml(
        "{a: 12:30, b: 2026-01-05, c: yes, d: on, e: 0123, f: 5, g: 1.5, h: true}", "x"
    )
    assert read == {
        "a": "12:30", "b": "2026-01-05", "c": "yes", "d": "on",
        "e": "0123", "f": 5, "g": 1.5, "h": True,
    }  # fmt: skip


def test_that_a_folder_has_each_flow_once_and_a_file_that_is_no_text_is_refused(
    tmp_path: Path,
) -> None:
    (tmp_path / "one.yaml").write_text(SMALL, "utf-8")
    (tmp_path / "one.test.yaml").write_text("flow: small", "utf-8")
    assert set(load_folder(tmp_path)) == {"small"}
    (tmp_path / "two.yaml").write_text(SMALL, "utf-8")
    with pytest.raises(BadInput, match="another flow named small"):
        load_folder(tmp_path)
    (tmp_path / "two.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="not UTF-8"):
        load_file(tmp_path / "two.yaml")
    with pytest.raises(BadInput, match="No such file"):
        load_file(tmp_path / "three.yaml")
