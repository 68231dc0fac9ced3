"""Turns before reviewers, over real databases; for the tests of the blind review."""

from conversation_world import ANNA, BORIS, World
from sqlalchemy import select, update

from sufler.app.reviewing import reviewing_over, settling_over
from sufler.desk.reviewing import Reviewing
from sufler.domain.checks import Check, CheckKind
from sufler.domain.knowledge import Mode
from sufler.domain.people import Caller, Role
from sufler.storage.checks import CheckStore
from sufler.storage.review_rows import add_task
from sufler.storage.tables.accuracy import review_tasks

VERA = Caller("person:vera", "Вера", Role.OPERATOR, "vera")
ZOYA = Caller("person:zoya", "Зоя", Role.SUPERVISOR, "zoya")
SERVICE = Caller("key:crm", "CRM", Role.ADMINISTRATOR)
TOPIC = Mode.SUGGESTS.value


class Review(World):
    """Turns with a prediction of `cost`, before reviewers."""

    async def prepare(self) -> None:
        for id_ in ("cost", "when", "return", "far"):
            text = "{customer.first_name}, наугад" if id_ == "far" else f"ответ {id_}"
            self.shelf.put(id_, text, mode=Mode.SUGGESTS)
        await self.hire(ANNA, BORIS, VERA, ZOYA)
        self.reviewing: Reviewing = reviewing_over(
            self.database,
            self.desk.lines.queues,
            lambda: list(self.shelf.articles.values()),
            lambda: self.shelf.topics,
            self.clock,
        )
        self.settling = settling_over(self.database)
        self.checks = CheckStore(self.database)

    async def asked(self, customer: str = "c1", text: str = "сколько стоит") -> str:
        """A customer asked; the id of the prediction for it."""
        self.prompter.fits[text] = [("cost", 0.9), ("when", 0.5), ("return", 0.2)]
        await self.say(text, customer=customer)
        found = (await self.conversation(customer)).suggestion_id
        assert found is not None
        return found

    async def task(
        self, customer: str = "c1", kind: CheckKind = CheckKind.HIDDEN, among: int = 1
    ) -> int:
        """A turn before `among` reviewers; its task's id."""
        made = await self.asked(customer)
        async with self.database.write() as connection:
            id_ = await add_task(connection, made, kind, 0.1, self.clock.now())
            assert id_ is not None
            assert await add_task(connection, made, kind, 0.1, self.clock.now()) is None
            change = update(review_tasks).where(review_tasks.c.id == id_)
            await connection.execute(change.values(reviewers=among))
        return id_

    async def picks(self, caller: Caller, choice: str, *also: str) -> int:
        """The caller's next card is shown, looked at for eight seconds, and answered."""
        card = await self.reviewing.next(caller)
        assert card is not None
        self.clock.move(8)
        await self.reviewing.pick(caller, card.task_id, choice, also)
        return card.task_id

    async def settle(self, seconds: float = 31) -> list[Check]:
        """Let the time to take back go by; the checks there are."""
        self.clock.move(seconds)
        await self.settling(self.clock.now())
        return await self.checks.all_until()

    async def states(self) -> dict[int, str]:
        async with self.database.read() as connection:
            rows = await connection.execute(select(review_tasks.c.id, review_tasks.c.state))
            return {row[0]: row[1] for row in rows}
