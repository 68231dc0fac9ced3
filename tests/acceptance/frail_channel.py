"""Another channel for tests of pages: it takes every message unless a failure is put."""

from sufler.domain.conversation import Conversation, Message
from sufler.domain.errors import ChannelError


class FrailChannel:
    """Another channel, which takes every message unless a `failure` is put."""

    name = "frail"

    def __init__(self) -> None:
        self.failure: ChannelError | None = None
        self.sent: list[str] = []

    def slot(self, conversation: Conversation) -> float:
        return 0.0

    async def send(self, conversation: Conversation, message: Message) -> str | None:
        if self.failure is not None:
            raise self.failure
        self.sent.append(message.text)
        return f"out-{len(self.sent)}"

    async def edit(self, conversation: Conversation, message: Message) -> None:
        if self.failure is not None:
            raise self.failure

    async def typing(self, conversation: Conversation) -> None:
        """Nobody sees it."""
