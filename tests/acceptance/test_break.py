"""What a real `sufler serve` and its commands do with hostile texts, hostile files and faults."""

import io
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import openpyxl
import pytest
from patience import PATIENCE_S
from sufler_world import Sufler
from telegram_world import PLAIN, free_port, wait_until

HOSTILE = {
    "one character that becomes eighteen": "ﷺ" * 4096,
    "lone surrogates": "hi \ud800 there \udfff",
    "NUL": "a\0b\0",
    "100 kB of one word": "слово" * 10_000,
    "direction marks": "\u202e\u200fhow to return an item\u202c\u200f",
    "emoji": "😀🎉👩‍👩‍👧",
    "nothing visible": "\u200b\u200d\u2060",
    "accents only": "a" + "\u0301" * 5000,
}
SECRET_TEXT = "покупательская тайна"


@pytest.fixture(scope="module")
def sufler(
    tmp_path_factory: pytest.TempPathFactory, model_folder: Path, known: Path
) -> Iterator[Sufler]:
    served = Sufler(tmp_path_factory.mktemp("break"), model_folder, known=known)
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="module")
def api(sufler: Sufler) -> Iterator[httpx.Client]:
    key = str(sufler.command("keys", "create", "--scope", "administrator")["key"])
    client = httpx.Client(base_url=f"{sufler.url}/api/v1", timeout=PATIENCE_S)
    client.headers["Authorization"] = f"Bearer {key}"
    with client:
        yield client


def _run(sufler: Sufler, *words: str, file_bytes: int | None = None) -> tuple[int, str, str]:
    """A command; `file_bytes` is the size at which the kernel stops any file of it."""

    def limited() -> None:
        if file_bytes is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))

    kept = {name: text for name, text in os.environ.items() if not name.startswith("SUFLER_")}
    done = subprocess.run(
        [sys.executable, "-m", "sufler.app.main", *words],
        env={**kept, "SUFLER_DATA_DIR": str(sufler.data_dir)},
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE_S,
        preexec_fn=limited,
    )
    return done.returncode, done.stdout, done.stderr


def _ready(sufler: Sufler) -> bool:
    return httpx.get(f"{sufler.url}/readyz", timeout=PATIENCE_S, verify=PLAIN).status_code == 200


def _articles(sufler: Sufler) -> int:
    with closing(sqlite3.connect(sufler.data_dir / "sufler.db")) as database:
        return int(database.execute("SELECT count(*) FROM articles").fetchone()[0])


def _many(rows: int, answer: str) -> str:
    lines = (f"Вопрос {n} о плошке?,{answer} {n},плошки" for n in range(rows))
    return "\n".join(("question,answer,section", *lines))


@pytest.mark.parametrize("name", HOSTILE)
def test_that_a_hostile_text_is_suggested_for_or_not_but_never_breaks_it(
    sufler: Sufler, api: httpx.Client, name: str
) -> None:
    # By hand: httpx would refuse to write a lone surrogate.
    body = json.dumps({"text": HOSTILE[name]}).encode()
    answer = api.post("/suggestions", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200, answer.text
    for item in answer.json()["items"]:
        assert 0 <= item["confidence"] <= 1
    assert _ready(sufler)


def test_that_garbage_for_a_body_is_a_problem_and_not_a_failure(api: httpx.Client) -> None:
    for body in (b"", b"{", b"\xff\xfe", b"[]", b"null", b"[" * 200_000, b'{"text":1e999}'):
        answer = api.post(
            "/suggestions", content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code in (400, 422), (body[:20], answer.text)
        assert answer.headers["content-type"] == "application/problem+json"


def test_that_files_of_garbage_are_refused_by_name_and_change_nothing(
    sufler: Sufler, api: httpx.Client
) -> None:
    before = _articles(sufler)
    files = {
        "zeros.csv": b"0,0,0\n" * 1000,
        "nul.csv": b"\0" * 100_000,
        "empty.csv": b"",
        "noise.xlsx": os.urandom(5000),
        "bomb.xlsx": _bomb(),
        "deep.json": b"[" * 500_000,
        "wide.csv": b'question,answer\n"' + b"x" * 2_000_000,
        "half.jsonl": b'{"question": "a?", "answer": "b"}\nnull\n',
    }
    for name, content in files.items():
        answer = api.post("/articles/import", files={"file": (name, content)})
        assert answer.status_code == 422, (name, answer.text)
        if name != "half.jsonl":
            assert name in answer.json()["detail"]
    assert _articles(sufler) == before
    assert _ready(sufler)


def _bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(300):
                sheet.write(b" " * 1_000_000)
    return packed.getvalue()


def test_that_a_workbook_comes_in_through_the_api(api: httpx.Client) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (("вопрос", "ответ"), ("Есть ли у вас щенки?", "Нет, только плошки.")):
        book.active.append(row)
    saved = io.BytesIO()
    book.save(saved)
    answer = api.post("/articles/import", files={"file": ("kb.xlsx", saved.getvalue())})
    assert answer.status_code == 200, answer.text
    assert answer.json()["saved"] == 1
    found = api.post("/suggestions", json={"text": "есть щенки?"}).json()
    assert found["items"][0]["title"] == "Есть ли у вас щенки?"


def test_that_an_import_that_was_killed_left_nothing_and_can_be_run_again(
    sufler: Sufler, tmp_path: Path
) -> None:
    before = _articles(sufler)
    file = tmp_path / "large.csv"
    file.write_text(_many(4000, "Убитый ответ"), encoding="utf-8")
    command = [sys.executable, "-m", "sufler.app.main", "kb", "import", str(file)]
    environment = {**os.environ, "SUFLER_DATA_DIR": str(sufler.data_dir)}
    killed = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    with pytest.raises(subprocess.TimeoutExpired):
        killed.wait(1.0)
    killed.kill()
    killed.wait()
    assert _articles(sufler) == before
    code, said, _ = _run(sufler, "kb", "import", "--dry-run", str(file))
    assert code == 0
    assert "new: 4000" in said


def test_that_a_full_disk_is_one_clear_line_and_half_of_nothing(
    sufler: Sufler, tmp_path: Path
) -> None:
    before = _articles(sufler)
    file = tmp_path / "large.csv"
    file.write_text(_many(2000, "Ответ, которому не хватит места. " * 20), encoding="utf-8")
    code, _, said = _run(sufler, "kb", "import", str(file), file_bytes=1_000_000)
    assert code == 1
    assert said.startswith("sufler: ")
    assert said.count("\n") == 1
    assert _articles(sufler) == before
    assert _ready(sufler)


def test_that_it_answers_on_when_the_model_folder_is_gone(
    sufler: Sufler, api: httpx.Client
) -> None:
    link = sufler.data_dir / "model" / "default"
    target = link.readlink()
    link.unlink()
    try:
        found = api.post("/suggestions", json={"text": "сколько стоит доставка"})
        assert found.json()["items"][0]["article_id"] == "delivery-cost"
        assert _ready(sufler)
    finally:
        link.symlink_to(target)


def test_that_what_was_asked_and_what_is_secret_are_not_in_the_log(
    sufler: Sufler, api: httpx.Client
) -> None:
    assert api.post("/suggestions", json={"text": SECRET_TEXT}).status_code == 200
    assert api.post("/suggestions", json={"text": SECRET_TEXT, "limit": -1}).status_code == 422
    stranger = httpx.post(
        f"{sufler.url}/api/v1/suggestions",
        headers={"Authorization": "Bearer sk_guessed_by_a_stranger"},
        json={"text": SECRET_TEXT},
        timeout=PATIENCE_S,
    )
    assert stranger.status_code == 401
    log = sufler.log.read_text(encoding="utf-8", errors="replace")
    assert SECRET_TEXT not in log
    assert "guessed_by_a_stranger" not in log
    assert api.headers["Authorization"].removeprefix("Bearer ") not in log
    assert "Traceback" not in log


def test_that_a_stop_while_the_encoder_is_prepared_leaves_nothing_behind(tmp_path: Path) -> None:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("SUFLER_")}
    serving = subprocess.Popen(
        [sys.executable, "-m", "sufler.app.main", "serve"],
        env={**kept, "SUFLER_DATA_DIR": str(tmp_path), "SUFLER_PORT": str(free_port())},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_until(lambda: list(tmp_path.glob("model/.default-*")), every_s=0.1)
    serving.terminate()
    _, said = serving.communicate(timeout=PATIENCE_S)
    assert serving.returncode == 130
    assert said.splitlines()[-1] == "sufler: stopped"
    assert "Traceback" not in said
    with pytest.raises(ProcessLookupError):  # the preparation too has ended
        os.killpg(serving.pid, 0)
