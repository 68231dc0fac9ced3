"""The example of docs/api.md, run as it stands there against a served API."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from patience import PATIENCE_S
from served_api import served_api

from sufler.domain.people import Role
from sufler.storage.database import Database

DOCS = Path(__file__).parents[2] / "docs" / "api.md"
EXAMPLE = re.compile(r"<!-- run by tests/api/test_api_client.py -->\n```python\n(.*?)```", re.S)


def test_that_the_example_of_the_docs_does_what_it_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = EXAMPLE.search(DOCS.read_text("utf-8"))
    assert found is not None
    with served_api(Database(f"sqlite:///{tmp_path}/sufler.db")) as (address, keys):
        key = keys[Role.ADMINISTRATOR]
        scope: dict[str, Any] = {"URL": address, "KEY": key}
        exec(compile(found[1], str(DOCS), "exec"), scope)
        assert capsys.readouterr().out == "0.9 Сколько идёт посылка?\n2 articles\n"
        made = httpx.get(
            f"{address}/api/v1/articles",
            params={"topic": "Доставка", "q": "посылка"},
            headers={"Authorization": f"Bearer {key}"},
            timeout=PATIENCE_S,
        )
        assert made.json()["items"][0]["translations"]["ru"]["answer"] == "Два дня."
