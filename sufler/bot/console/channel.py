"""Sends replies to one terminal."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sufler.bot.markdown import plain
from sufler.conversation.buttons import CLOSE
from sufler.domain.conversation import (
    Button,
    Conversation,
    Customer,
    Incoming,
    IncomingKind,
    Message,
)
from sufler.domain.errors import ChannelError

CHANNEL = "console"


@dataclass(frozen=True, slots=True)
class Shown:
    """A reply as the terminal shows it."""

    text: str
    buttons: tuple[Button, ...]


class ConsoleChannel:
    """One terminal is one customer: a name that nobody else has, gone when the terminal closes."""

    name = CHANNEL

    def __init__(self, show: Callable[[Shown], None]) -> None:
        self._show = show
        self.customer = Customer(uuid.uuid4().hex, "console", "")
        self._count = 0

    def slot(self, conversation: Conversation) -> float:
        """A terminal takes everything at once."""
        return 0.0

    async def send(self, conversation: Conversation, message: Message) -> str | None:
        """Show it. Raises ChannelError for a customer of another, closed terminal."""
        if conversation.customer.external_id != self.customer.external_id:
            raise ChannelError("that terminal was closed", permanent=True)
        self._show(Shown(plain(message.text), message.buttons))
        return None

    async def edit(self, conversation: Conversation, message: Message) -> None:
        """What stands in a terminal stays; the new text is shown below."""
        self._show(Shown(plain(message.text), ()))

    async def typing(self, conversation: Conversation) -> None:
        """Shows nothing: the answer is there before."""

    def incoming(self, line: str, buttons: Sequence[Button]) -> Incoming:
        """What the customer typed; a number presses the button of that number, if there is one."""
        self._count += 1
        kind, text, data = IncomingKind.TEXT, line, None
        word = line.strip()
        if word in ("/start", "/help"):
            kind, text = IncomingKind(word[1:]), ""
        elif word == "/close":
            kind, text, data = IncomingKind.BUTTON, "", CLOSE
        elif word.isascii() and word.isdigit() and 1 <= int(word[:9]) <= len(buttons):
            pressed = buttons[int(word[:9]) - 1]
            kind, text, data = IncomingKind.BUTTON, pressed.label, pressed.data
        external_id = f"{self.customer.external_id}:{self._count}"
        return Incoming(self.name, external_id, self.customer, kind, text, data)
