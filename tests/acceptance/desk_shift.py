"""An operator's shift: browsers over a served world, and customers who write."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from chromium import Visitor
from patience import PATIENCE_S
from playwright.sync_api import Browser, Page, expect
from web_world import World

from sufler.domain.conversation import Customer, Incoming, IncomingKind
from sufler.domain.decisions import Feedback

T = TypeVar("T")

WIDE = {"width": 1440, "height": 900}


def eventually(read: Callable[[], list[T]], least: int) -> list[T]:
    """What `read` gives once it has `least` entries; pages show a thing as soon as it is stored."""
    until = time.monotonic() + PATIENCE_S
    while len(found := read()) < least and time.monotonic() < until:
        time.sleep(0.05)
    return found


class Shift:
    """Operators' browsers over a world, and customers who write."""

    def __init__(self, browser: Browser, world: World) -> None:
        self._browser = browser
        self.world = world
        self.visitors: list[Visitor] = []
        self._messages = 0

    def open_desk(self, login: str = "anna", **options: Any) -> Page:
        visitor = Visitor(self._browser, self.world.url, **({"viewport": WIDE} | options))
        self.visitors.append(visitor)
        visitor.enter(self.world, login)
        # A first page loads all of NiceGUI, which a busy machine takes long for.
        page = visitor.open("/desk")
        expect(page.locator(".group").first).to_be_visible(timeout=30_000)
        return page

    def says(self, customer: str, words: str, name: str = "", channel: str = "web") -> None:
        self._messages += 1
        incoming = Incoming(
            channel,
            f"{customer}:{self._messages:08}",
            Customer(customer, name=name),
            IncomingKind.TEXT,
            words,
        )
        self.world.run(self.world.turns.receive(incoming))

    def end(self) -> None:
        """Nothing went wrong in any browser."""
        for visitor in self.visitors:
            assert visitor.faults == []
            visitor.context.close()

    def told(self, customer: str, least: int = 2) -> list[str]:
        """What the customer sees, once it is `least` messages."""

        def texts() -> list[str]:
            messages = self.world.run(self.world.turns.talk("web", customer))
            return [message.text for message in messages]

        return eventually(texts, least)

    def feedback(self, suggestion_id: str) -> list[Feedback]:
        suggestions = self.world.suggestions
        return eventually(lambda: self.world.run(suggestions.feedback_of(suggestion_id)), 1)


def item(page: Page, words: str) -> Any:
    """One in the queue: before its turn is decided it is seen for a moment among the newest."""
    return page.locator(".group-waiting").locator(".item", has_text=words)
