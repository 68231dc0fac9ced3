"""Commands on a real database: people, keys, the knowledge base, and how errors come out."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sufler.app import main as command_line
from tests.app.conftest import Sufler

ANSWERS = """вопрос;ответ;раздел
Как вернуть товар?;Принесите его в магазин.;Возврат
Где мой заказ?;В личном кабинете.;Заказы
"""


@pytest.fixture
def answers(folder: Path) -> Path:
    file = folder / "answers.csv"
    file.write_bytes(ANSWERS.encode("cp1251"))
    return file


def test_that_a_key_is_printed_as_programs_want_it(sufler: Sufler) -> None:
    made = json.loads(sufler("keys", "create", "--scope", "operator", "--json").out)
    assert set(made) == {"id", "key", "scope"}
    assert made["scope"] == "operator"
    assert made["key"].startswith("sk_")
    listed = sufler("keys", "list")
    assert made["id"] in listed.out
    assert made["key"] not in listed.out


def test_that_a_key_is_revoked_by_how_its_id_begins(sufler: Sufler) -> None:
    made = json.loads(sufler("keys", "create", "--json").out)
    assert sufler("keys", "revoke", made["id"][:8]).code == 0
    assert json.loads(sufler("keys", "list", "--json").out)[0]["revoked"]
    assert sufler("keys", "revoke", "nothing").code == 1


def test_that_people_are_added_listed_reset_disabled_and_enabled(sufler: Sufler) -> None:
    added = json.loads(sufler("people", "add", "olga", "--name", "Ольга", "--json").out)
    assert added["role"] == "operator"
    reset = sufler("people", "reset", "olga")
    assert reset.code == 0
    assert added["password"] not in reset.out
    assert sufler("people", "disable", "olga").code == 0
    assert not json.loads(sufler("people", "list", "--json").out)[0]["active"]
    assert sufler("people", "enable", "olga").code == 0
    assert json.loads(sufler("people", "list", "--json").out)[0]["active"]


def test_that_the_same_login_twice_is_one_clear_line(sufler: Sufler) -> None:
    sufler("people", "add", "olga")
    again = sufler("people", "add", "olga")
    assert again.code == 1
    assert again.err.count("\n") == 1
    assert "Traceback" not in again.err


def test_that_a_file_is_imported_shown_and_imported_again_without_change(
    sufler: Sufler, answers: Path
) -> None:
    rehearsal = sufler("kb", "import", str(answers), "--dry-run")
    assert "new: 2" in rehearsal.out
    assert json.loads(sufler("kb", "list", "--json").out) == []
    done = sufler("kb", "import", str(answers))
    assert done.code == 0
    assert "2 topics suggest; nothing is answered by itself yet" in done.out
    listed = json.loads(sufler("kb", "list", "--json").out)
    assert {row["topic"] for row in listed} == {"Возврат", "Заказы"}
    assert (
        "Принесите"
        in sufler("kb", "show", listed[0]["id"]).out + sufler("kb", "show", listed[1]["id"]).out
    )
    assert "unchanged: 2" in sufler("kb", "import", str(answers)).out


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_that_an_export_imported_again_changes_nothing(
    sufler: Sufler, answers: Path, folder: Path, kind: str
) -> None:
    sufler("kb", "import", str(answers))
    assert sufler("kb", "export", f"out.{kind}").code == 0
    again = json.loads(sufler("kb", "import", f"out.{kind}", "--json").out)
    assert again["counts"] == {"unchanged": 2}
    assert not list(folder.glob("*.part"))


def test_that_a_rejected_row_is_named_and_keeps_everything_out(
    sufler: Sufler, folder: Path
) -> None:
    (folder / "bad.csv").write_text("question,answer\nHow?,So.\nWhy?,\n")
    refused = sufler("kb", "import", "bad.csv")
    assert refused.code == 1
    assert "bad.csv, row 3" in refused.out
    assert json.loads(sufler("kb", "list", "--json").out) == []
    assert sufler("kb", "import", "bad.csv", "--skip-rejected").code == 0
    assert len(json.loads(sufler("kb", "list", "--json").out)) == 1


def test_that_a_topic_answers_only_for_a_reason_that_everybody_sees(
    sufler: Sufler, answers: Path
) -> None:
    sufler("kb", "import", str(answers))
    assert sufler("kb", "mode", "Возврат", "answers").code == 1
    assert sufler("kb", "mode", "Возврат", "answers", "--because", "trial").code == 0
    assert sufler("kb", "mode", "Нет такого", "observes").code == 1
    topics = json.loads(sufler("kb", "list", "--topics", "--json").out)
    assert [(t["mode"], t["without_certificate"]) for t in topics] == [
        ("answers", "trial"),
        ("suggests", ""),
    ]


def test_that_check_names_contradictions_and_variables_that_are_never_filled(
    sufler: Sufler, folder: Path
) -> None:
    (folder / "kb.csv").write_text(
        "id,question,answer\na,How to pay?,By card.\nb,How to pay?,In cash.\n"
        "c,What is my name?,It is {customer.last_name}.\n"
    )
    sufler("kb", "import", "kb.csv")
    checked = sufler("kb", "check", "--json")
    assert checked.code == 1
    faults = {(row["article"], row["fault"]) for row in json.loads(checked.out)}
    assert ("c", "variable") in faults
    assert any(fault == "contradiction" for _, fault in faults)


def test_that_a_misspelt_command_is_one_line_with_the_near_one(sufler: Sufler) -> None:
    said = sufler("kb", "improt", "x.csv")
    assert said.code == 2
    assert "import" in said.err
    assert said.err.count("\n") == 1


def test_that_the_traceback_is_shown_only_with_debug(
    sufler: Sufler, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("inside")

    monkeypatch.setattr(command_line.typer.main, "get_command", broken)
    plain = sufler("doctor")
    assert plain.code == 1
    assert plain.err == "sufler: RuntimeError: inside (run with --debug for the traceback)\n"
    assert "Traceback" in sufler("doctor", "--debug").err


def test_that_a_reader_who_leaves_early_is_no_error(folder: Path) -> None:
    line = f"{sys.executable} -m sufler.app.main config | head -1"
    path = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        ["bash", "-c", line], capture_output=True, text=True, check=False, env=path
    )
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1


def test_that_what_is_proved_of_topics_is_told_with_the_history_of_their_modes(
    sufler: Sufler, answers: Path
) -> None:
    sufler("kb", "import", str(answers))
    sufler("kb", "mode", "Возврат", "answers", "--because", "trial")
    told = sufler("accuracy")
    assert "answers (no certificate)" in told.out
    assert "nothing yet" in told.out
    one = sufler("accuracy", "Возврат")
    assert "without_certificate trial" in one.out
    shown = json.loads(sufler("accuracy", "Возврат", "--json").out)
    assert (shown["mode"], shown["history"][0]["by"]) == ("answers", "console")
    past = json.loads(sufler("accuracy", "Возврат", "--at", "2026-01-01", "--json").out)
    assert (past["checks"], past["may_answer"]) == (0, False)
    assert sufler("accuracy", "Нет такого").code == 1
    assert sufler("accuracy", "--at", "yesterday").code == 1


FLOW = """
flow: gift
version: 1
title: {ru: Подарок, en: Gift}
triggers: {phrasings: {ru: [упакуйте в подарок], en: [wrap it as a gift]}}
steps: [{id: done, do: end, text: {ru: 'Упакуем.', en: 'We will wrap it.'}}]
"""


def test_that_flows_are_published_all_or_none_listed_and_withdrawn(
    sufler: Sufler, folder: Path
) -> None:
    flows = folder / "flows"
    flows.mkdir()
    (flows / "gift.yaml").write_text(FLOW, "utf-8")
    (flows / "gift.test.yaml").write_text("flow: gift\ntalks: []\n", "utf-8")
    wrong = flows / "wrong.yaml"
    wrong.write_text(FLOW.replace("flow: gift", "flow: wrong").replace("end", "say"), "utf-8")
    refused = sufler("flows", "publish", "flows")
    assert (refused.code, "done: nothing follows this step" in refused.err) == (1, True)
    assert json.loads(sufler("flows", "list", "--json").out) == []
    wrong.unlink()
    published = sufler("flows", "publish", "flows").out
    assert "gift: version 1 is published." in published
    assert "kb mode 'Сценарии / Flows' answers" in published
    assert "already" in sufler("flows", "publish", "flows").out
    [row] = json.loads(sufler("flows", "list", "--json").out)
    assert (row["name"], row["published"], row["started"]) == ("gift", 1, 0)
    assert "flow:gift" in sufler("kb", "list", "--json").out
    assert "flow:gift" not in sufler("kb", "export", "-").out
    assert sufler("flows", "withdraw", "gift").code == 0
    assert json.loads(sufler("flows", "list", "--json").out)[0]["published"] is None
    assert "flow:gift" not in sufler("kb", "list", "--json").out
    assert sufler("flows", "withdraw", "gift").code == 1
