"""Runs the steps of the Dockerfile in a clean folder, where no container engine is at hand:
image_steps.py FOLDER [TORCH_INDEX]. Then starts what it made and asks its health.

What it cannot show: the base images, and the person it runs as (making one would change this
machine)."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parents[1]
# Folders of the image, which become folders below the given one.
OURS = re.compile(r"(?<![\w.-])/(opt|tmp|data)(?=[/\s\"':]|$)")
PORT = "18080"


def steps(dockerfile: str) -> list[tuple[str, str]]:
    """(instruction, the rest) of every step, continued lines joined, comments left out."""
    lines = [line for line in dockerfile.splitlines() if not line.lstrip().startswith("#")]
    whole = "\n".join(lines).replace("\\\n", " ")
    return [
        (word, rest.strip())
        for word, _, rest in (s.partition(" ") for s in whole.split("\n"))
        if word
    ]


def main(folder: Path, torch_index: str = "") -> None:
    """Do every step in `folder`, which must not exist yet. Raises when one fails."""
    folder.mkdir(parents=True)
    for name in ("opt", "tmp", "data"):
        (folder / name).mkdir()
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "LANG": "C.UTF-8"}
    environment |= {n: v for n, v in os.environ.items() if n.startswith("PIP_")}
    build_only = {"TORCH_INDEX": torch_index}
    place, health, start = folder, [], []
    for word, rest in steps((HERE / "Dockerfile").read_text("utf-8")):
        rest = OURS.sub(lambda found: f"{folder}/{found[1]}", rest)
        if word == "RUN" and "useradd" not in rest:
            print(f"RUN {rest}", flush=True)
            run(["/bin/sh", "-ec", rest], environment | build_only, place).check_returncode()
        elif word == "COPY" and "--from" not in rest:
            *sources, target = rest.split()
            for source in sources:
                copy(HERE / source, place / target / ("" if len(sources) > 1 else "."))
        elif word == "ENV":
            for pair in shlex.split(rest):
                name, _, value = pair.partition("=")
                environment[name] = value.replace("${PATH}", environment["PATH"])
        elif word == "WORKDIR":
            place = Path(rest)
            place.mkdir(parents=True, exist_ok=True)
        elif word == "HEALTHCHECK":
            health = json.loads(rest[rest.index("[") :])
        elif word in ("ENTRYPOINT", "CMD"):
            start += json.loads(rest)
    shutil.rmtree(folder / "tmp")  # the build stage is gone
    python = folder / "opt" / "venv" / "bin" / "python"
    found = "import importlib.util as u, sys; sys.exit(u.find_spec('torch') is not None)"
    assert run([str(python), "-c", found], environment, place).returncode == 0, "PyTorch is in it"
    served(start, [part.replace("8000", PORT) for part in health], environment, place)


def run(
    command: list[str], environment: dict[str, str], place: Path, output: int | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run one step of the Dockerfile to its end."""
    return subprocess.run(  # noqa: S603 - as the Dockerfile says
        command, env=environment, cwd=place, check=False, stdout=output, stderr=output
    )


def copy(source: Path, target: Path) -> None:
    """As COPY does: a folder's content, or a file."""
    if source.is_dir():
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")
        shutil.copytree(source, target, ignore=ignored, dirs_exist_ok=True)
    else:
        shutil.copy(source, target)


def served(start: list[str], health: list[str], environment: dict[str, str], place: Path) -> None:
    """Start it, wait until it is healthy, and stop it. Raises when it never is."""
    environment = environment | {"SUFLER_PORT": PORT, "SUFLER_HOST": "127.0.0.1"}
    began = time.monotonic()
    executable = shutil.which(start[0], path=environment["PATH"])
    assert executable is not None, start
    with subprocess.Popen([executable, *start[1:]], env=environment, cwd=place) as process:  # noqa: S603 - as the Dockerfile says
        health[0] = str(Path(executable).with_name(health[0]))
        while run(health, environment, place, subprocess.DEVNULL).returncode:
            assert process.poll() is None, "it ended by itself"
            assert time.monotonic() - began < 180, "it is never healthy"
            time.sleep(1)
        print(f"healthy after {time.monotonic() - began:.0f} s", flush=True)
        process.terminate()
        assert process.wait(30) == 0, "it did not end well"


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), *sys.argv[2:])
