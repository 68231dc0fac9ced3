"""An operator's shift: browsers over a served world, and customers who write."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from chromium import Visitor, connected
from patience import PATIENCE_S
from playwright.sync_api import Browser, Page, expect
from telegram_world import wait_until
from web_world import World

from sufler.domain.conversation import Customer, Incoming, IncomingKind
from sufler.domain.decisions import Feedback
from sufler.domain.queues import Status

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
        page = visitor.open("/desk")
        expect(page.locator(".group").first).to_be_visible()
        wait_until(lambda: self.on_duty(login))
        return connected(page)

    def on_duty(self, login: str) -> bool:
        """Whether the desk has told that its operator is there, which it does once it follows."""
        operator = self.world.run(self.world.caller(login)).person_id
        everybody = self.world.run(self.world.desk.duty.everybody())
        return any(one.id == operator and one.status is Status.ONLINE for one in everybody)

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

    def drafts(self, login: str) -> list[str]:
        """What the operator has begun to write, as it is stored."""
        kept, caller = self.world.desk.workplace.drafts, self.world.run(self.world.caller(login))
        ids = sorted(self.world.run(kept.mine(caller)))
        return [self.world.run(kept.of(caller, each)).text for each in ids]

    def feedback(self, suggestion_id: str) -> list[Feedback]:
        suggestions = self.world.suggestions
        return eventually(lambda: self.world.run(suggestions.feedback_of(suggestion_id)), 1)


def item(page: Page, words: str) -> Any:
    """One in the queue: before its turn is decided it is seen for a moment among the newest."""
    return page.locator(".group-waiting").locator(".item", has_text=words)
