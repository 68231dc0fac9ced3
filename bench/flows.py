"""A flow's step beside an article's answer: both from a received message to its sent reply, through
the real wiring in this process, taken in turns so that a busy machine is busy for both."""

import time
from itertools import count
from typing import Final

from bench.report import Line, spread
from bench.talks import CHANNEL, Paper
from bench.world import Place
from sufler.app.logs import set_up_logs
from sufler.app.settings import load_settings
from sufler.app.wiring import Services, opened_services
from sufler.domain.conversation import Customer, Incoming, IncomingKind

ROUNDS: Final = 100
QUESTION: Final = "Сколько стоит доставка?"
COMMAND: Final = "/return"
ORDER: Final = "4512"

_messages = count(1)


async def measure(place: Place) -> list[Line]:
    """Milliseconds of a step that reads a slot and asks the next question, and of an answer."""
    data = place.folder / "flows"
    (data / "model").mkdir(parents=True)
    (data / "model" / "default").symlink_to(place.model, target_is_directory=True)
    settings = load_settings(data_dir=data, demo=True, hidden_share=0.0)
    set_up_logs("warning")
    steps, answers = [], []
    async with opened_services(settings, at_once=True) as services:
        paper = Paper()
        services.delivery.add_channel(paper)
        for number in range(ROUNDS):
            await _took(services, paper, f"f{number}", COMMAND)
            steps.append(await _took(services, paper, f"f{number}", ORDER))
            answers.append(await _took(services, paper, f"a{number}", QUESTION))
    return [
        Line(
            "flows",
            "a flow's step, received to sent, p50 / p95 / p99",
            spread(steps),
            beside=f"an article's answer {spread(answers)}",
        )
    ]


async def _took(services: Services, paper: Paper, who: str, said: str) -> float:
    """Seconds until the message is answered."""
    incoming = Incoming(CHANNEL, f"b{next(_messages)}", Customer(who), IncomingKind.TEXT, said)
    before, began = len(paper.sheets), time.perf_counter()
    await services.turns.receive(incoming)
    await services.turns.drain()
    took = time.perf_counter() - began
    if len(paper.sheets) == before:
        raise RuntimeError(f"nothing was said to {said!r}")
    return took
