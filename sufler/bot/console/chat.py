"""`sufler chat`: talk to the bot in a terminal, with the reason under each of its replies."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

from rich.console import Console
from rich.text import Text

from sufler.bot.console.channel import ConsoleChannel, Shown
from sufler.conversation.delivery import Delivery
from sufler.conversation.ports import Told
from sufler.conversation.turn import Turns
from sufler.domain.conversation import Button
from sufler.domain.decisions import DecisionKind

# Gives the next line, or None at the end.
ReadLine = Callable[[], Awaitable[str | None]]

HINTS = "A number presses a button. /start, /help, /close as in a messenger. /quit or Ctrl-D ends."


async def run_console(
    turns: Turns,
    delivery: Delivery,
    out: Console,
    *,
    as_if_answers: bool = False,
    read_line: ReadLine | None = None,
) -> None:
    """Chat until the end of input. The messages go through the same turns as everybody's; only
    `turns.policy` differs with `as_if_answers`, which here only says so on the first line."""
    terminal = _Terminal(out)
    channel = ConsoleChannel(terminal.show)
    delivery.add_channel(channel)
    read = read_line or _typed_line
    out.print(HINTS, style="dim", highlight=False)
    if as_if_answers:
        out.print("Every topic is treated as one that answers.", style="dim")
    worker = asyncio.create_task(turns.run())
    try:
        while (line := await read()) is not None and line.strip() != "/quit":
            if not line.strip():
                continue
            incoming = channel.incoming(line, terminal.buttons)
            shown = terminal.count
            await turns.receive(incoming)
            await turns.drain()
            told = await turns.last_told(channel.name, channel.customer.external_id)
            if shown == terminal.count:
                out.print("(the bot stays silent)", style="dim", highlight=False)
            if told is not None:
                out.print(explanation(told), soft_wrap=True)
            if worker.done():
                break
    finally:
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)


class _Terminal:
    """Prints replies and remembers the buttons of the last one."""

    def __init__(self, out: Console) -> None:
        self._out = out
        self.buttons: tuple[Button, ...] = ()
        self.count = 0

    def show(self, shown: Shown) -> None:
        self.count += 1
        self.buttons = shown.buttons
        line = Text("← ", style="bold green")
        line.append(_harmless(shown.text), style="default")
        self._out.print(line, soft_wrap=True)
        for number, button in enumerate(shown.buttons, 1):
            label = Text(f"   [{number}] ", style="cyan")
            self._out.print(label.append(_harmless(button.label)), soft_wrap=True)


def explanation(told: Told) -> Text:
    """Why: decision, confidence, what was matched and with which versions."""
    decision, suggestion = told.decision, told.suggestion
    lines = [f"{decision.kind.value} · {decision.reason.value}"]
    if decision.confidence is not None:
        lines[0] += f" · confidence {decision.confidence:.2f}"
    if decision.kind is DecisionKind.ANSWER and decision.article_ids:
        lines[0] += f" · {decision.article_ids[0]}"
    if suggestion is not None:
        for place, item in enumerate(suggestion.items, 1):
            parts = " ".join(f"{name}={value:.3f}" for name, value in item.why.items())
            lines.append(
                f"{place}. {item.article_id} {item.confidence:.2f} {item.level.value} "
                f"[{item.topic}: {item.mode.value}] «{item.phrasing}» {parts}".rstrip()
            )
        made = suggestion.versions
        lines.append(
            f"{suggestion.turn_kind.value} · {suggestion.language} · knowledge {made.knowledge} · "
            f"model {made.model} · head {made.head} · policy {made.policy} · "
            f"onnxruntime {made.onnxruntime} · {suggestion.took_ms:.1f} ms"
        )
    return Text("\n".join(f"   {_harmless(line)}" for line in lines), style="dim")


def _harmless(text: str) -> str:
    """Without what a terminal would take as a command. A space that does not break is a space."""
    plain = text.replace("\u00a0", " ").replace("\u202f", " ")
    return "".join(char for char in plain if char in "\n\t" or char.isprintable())


async def _typed_line() -> str | None:
    """One line from the keyboard. A thread of its own for each line, a daemon: a thread of the
    pool would keep the program alive after Ctrl-C until somebody presses Enter."""
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str | None] = loop.create_future()

    def settle(value: str | None) -> None:
        if not line.done():
            line.set_result(value)

    def read() -> None:
        try:
            typed: str | None = input("→ ")
        except (EOFError, OSError, UnicodeDecodeError):
            typed = None
        loop.call_soon_threadsafe(settle, typed)

    threading.Thread(target=read, daemon=True).start()
    return await line
