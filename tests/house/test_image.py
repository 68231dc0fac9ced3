"""Dockerfile, compose.yaml and .dockerignore hold together, as far as that can be told without an
engine; `tools/image_steps.py` does the steps."""

import re
import runpy
import tomllib
from pathlib import Path
from typing import Any

import yaml

from sufler.app.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
STEPS: list[tuple[str, str]] = runpy.run_path(str(ROOT / "tools" / "image_steps.py"))["steps"](
    (ROOT / "Dockerfile").read_text("utf-8")
)
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))


def _rests(instruction: str) -> list[str]:
    return [rest for word, rest in STEPS if word == instruction]


def test_that_what_is_copied_exists_and_is_let_in() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    copied = {part for rest in _rests("COPY") if "--from" not in rest for part in rest.split()[:-1]}
    assert copied == let_in
    assert "*" in ignored  # so data, .git, .env and the rest stay outside
    for part in copied:
        assert (ROOT / part).exists(), part


def test_that_the_image_has_the_python_that_is_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["requires-python"] == f">={_rests('ARG')[0].removeprefix('PYTHON=')}"
    assert all(":${PYTHON}-slim-trixie" in rest for rest in _rests("FROM"))


def test_that_pytorch_stays_in_the_build_stage() -> None:
    last = max(number for number, (word, _) in enumerate(STEPS) if word == "FROM")
    final = STEPS[last:]
    taken = [rest.split()[1] for word, rest in final if word == "COPY"]
    assert taken == ["/opt/venv", "/opt/sufler", "/opt/model"]
    prepared = [rest for rest in _rests("RUN") if "[prepare]" in rest]
    assert len(prepared) == 1
    assert all("/tmp/prepare" in rest for rest in [*prepared, _rests("RUN")[2]])
    assert all(
        "--constraint constraints.txt" in rest
        for rest in _rests("RUN")
        if "install -" in rest and "pip" in rest
    )


def test_that_it_runs_without_rights_and_knows_its_health() -> None:
    assert _rests("USER") == ["10001:10001"]
    assert _rests("VOLUME") == ["/data"]
    assert len(_rests("HEALTHCHECK")) == 1
    # hadolint's: no `latest`, no ADD, no sudo, no cd, no secret in ENV.
    assert not _rests("ADD")
    for word, rest in STEPS:
        assert ":latest" not in rest
        assert not re.search(r"\bsudo\b|(^|&& )cd ", rest), (word, rest)
        assert not (word == "ENV" and re.search("PASSWORD|TOKEN|SECRET", rest))


def test_that_every_setting_that_they_name_exists() -> None:
    named = set()
    for file in ("Dockerfile", "compose.yaml", "docs/docker.md"):
        named |= set(re.findall(PREFIX + r"([A-Z_]+)\b", (ROOT / file).read_text("utf-8")))
    assert named <= {name.upper() for name in Settings.model_fields}
    assert {"DATA_DIR", "MODEL_DIR", "HOST", "DATABASE_URL"} <= named


def test_that_compose_waits_for_health_and_holds_no_password() -> None:
    services = COMPOSE["services"]
    assert services["database"]["image"].startswith("postgres:18")
    assert services["work"]["command"] == ["work"]
    assert services["work"]["deploy"]["replicas"] == 2
    assert services["serve"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    # From 18 on, the image keeps its data in a folder for each version below this one.
    assert services["database"]["volumes"] == ["database:/var/lib/postgresql"]
    used = {v.partition(":")[0] for each in services.values() for v in each.get("volumes", [])}
    assert used == set(COMPOSE["volumes"])
    text = (ROOT / "compose.yaml").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    secret = [line for line in lines if re.search(r"PASSWORD|://\S*@", line)]
    assert len(secret) == 2
    assert all("${DATABASE_PASSWORD:?" in line for line in secret)
