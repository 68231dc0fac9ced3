"""The serving process: from its start to its first answer, and its memory."""

import json
from pathlib import Path

from bench.process import ask, bare, serve
from bench.report import Line
from bench.world import Place, command, demo_messages, large_base

ARTICLES, PHRASINGS = 10_000, 5
STARTS = 3
QUESTIONS = 300
MOST_MB = 700.0


def demo_base(place: Place) -> tuple[Path, str]:
    """A data folder that has served the demo once, and a key for it."""
    data = place.data("demo")
    if "demo" not in place.made:
        place.made["demo"] = data
        command(data, ["kb", "import", "demo/articles.jsonl"])
        key = _key(data)
        with serve(data, key):
            pass
        (data / "key.txt").write_text(key)
    return data, (data / "key.txt").read_text()


async def measure_start(place: Place) -> list[Line]:
    """Seconds from the command to the first answer, of starts after the first one."""
    data, key = demo_base(place)
    ours, theirs = [], []
    for _ in range(STARTS):
        with serve(data, key) as server:
            ours.append(server.start_s)
        with bare(data) as server:
            theirs.append(server.start_s)
    return [
        Line(
            "start",
            f"start to first answer, demo, the middle of {STARTS}",
            f"{sorted(ours)[STARTS // 2]:.1f} s",
            beside=f"bare FastAPI {sorted(theirs)[STARTS // 2]:.1f} s",
        )
    ]


async def measure_memory(place: Place) -> list[Line]:
    """Resident memory of `sufler serve` after some questions."""
    async with large_base(place, ARTICLES, PHRASINGS) as services:
        data = services.basis.settings.data_dir
    key = _key(data)
    with serve(data, key) as server:
        start = server.start_s
        texts = demo_messages()
        for number in range(QUESTIONS):
            ask(server.port, key, texts[number % len(texts)])
        now, most = server.memory_mb()
    with bare(data) as server:
        alone, _ = server.memory_mb()
    return [
        Line(
            "memory",
            f"serving process, {ARTICLES:,} articles, {ARTICLES * PHRASINGS:,} phrasings",
            f"{now:.0f} MB (at most {most:.0f} MB, while starting)",
            f"≤ {MOST_MB:.0f} MB",
            now <= MOST_MB,
            f"bare FastAPI {alone:.0f} MB; the start took {start:.1f} s",
        )
    ]


def _key(data: Path) -> str:
    return str(json.loads(command(data, ["keys", "create", "--json"]))["key"])
