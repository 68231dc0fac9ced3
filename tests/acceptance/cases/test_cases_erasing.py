"""Case 48: a customer is erased while everything runs, and no trace of them is anywhere."""

import zipfile
from base64 import b64encode
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from installation import LONG_S, PNG, Installation
from shop import PERSON
from telegram_world import wait_until

MARK = "Жэньшэнь-QWZX-48"


def with_trace(folder: Path, signs: list[bytes]) -> list[str]:
    """Files below `folder` in which one of `signs` is to be read."""
    return [
        f"{file.name}: {sign!r}"
        for file in folder.rglob("*")
        if file.is_file() and not file.is_symlink() and "model" not in file.parts
        for sign in signs
        if sign in file.read_bytes()
    ]


def talked(installation: Installation, customer: int) -> list[bytes]:
    """A talk with a name, an edit, a file and an operator's words; what would give it away."""
    user = {"first_name": f"{MARK}-имя"}
    first = installation.say(customer, f"{MARK} сломался", user=user)
    installation.say(customer, PERSON)
    installation.received(customer)
    installation.control.edit(
        from_=customer, message_id=first["message_id"], text=f"{MARK} сломался опять"
    )
    picture = b64encode(PNG).decode()
    installation.control.send(
        from_=customer, kind="photo", data_b64=picture, caption=f"вот он, {MARK}"
    )
    wait_until(lambda: any("опять" in text for text in installation.said_by(customer, "customer")))
    of = f"customer_id = '{customer}' AND source IS NULL"
    wait_until(lambda: installation.rows(f"SELECT 1 FROM files WHERE {of}"))  # it was fetched
    installation.act("anna", customer, "reply", text=f"Починим ваш {MARK}")
    installation.quiet()
    talk = installation.talk(customer)
    assert any(MARK in each["text"] for each in talk["messages"])
    return [MARK.encode(), talk["id"].encode()]


@pytest.mark.case(48)
def test_that_an_erased_customer_leaves_no_trace_anywhere(
    installation: Installation, customer: int
) -> None:
    signs = talked(installation, customer)
    data = installation.serve.data_dir
    whom = {"channel": "telegram", "id": str(customer)}
    vera = {"Authorization": f"Bearer {installation._keys['vera']}"}
    address = f"{installation.serve.url}/api/v1/customers"
    export = httpx.get(f"{address}/export", params=whom, headers=vera, timeout=LONG_S)
    with zipfile.ZipFile(BytesIO(export.content)) as archive:
        assert MARK in archive.read("customer.json").decode("utf-8")
    files = [each for each in (data / "files").rglob("*") if each.is_file()]
    gone = httpx.request("DELETE", address, params=whom, headers=vera, timeout=LONG_S)
    assert gone.status_code == 200, gone.text
    assert gone.json()["counts"]["messages"] >= 3
    if installation.on_postgresql:
        for table in installation.rows(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        ):
            rows = str(installation.rows(f'SELECT * FROM "{table[0]}"'))
            assert not [sign for sign in signs if sign.decode() in rows], table
    else:
        assert with_trace(data, signs) == []
    left = [each for each in (data / "files").rglob("*") if each.is_file()]
    assert len(left) < len(files) or not files
    assert not [sign for sign in signs[:1] if sign.decode() in installation.log()]
    [act, *_] = installation.rows(
        "SELECT what, subject, details, by_name FROM audit ORDER BY id DESC LIMIT 1"
    )
    assert (act[0], act[1], act[3]) == ("customer_erased", "telegram", "Vera")
    # They may come back, as somebody new.
    installation.say(customer, "Сколько стоит доставка?")
    wait_until(lambda: "Сколько стоит доставка?" in installation.said_by(customer, "customer"))
    assert not any(MARK in text for text in installation.said_by(customer, "customer"))
