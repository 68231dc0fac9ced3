"""What flows do by themselves: call services, create requests, ask again after silence. The turn
that led there is stored by then; what comes of it is stored as a step without a turn."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from sufler.conversation import wording
from sufler.conversation.delivery import Delivery
from sufler.conversation.flow_ports import FlowCalls, FlowRuns, RunAtHand
from sufler.conversation.flowing import Flowing, Moved, call_of, ended
from sufler.conversation.ports import Decided, Duty, Outcome
from sufler.domain.conversation import Conversation, Owner
from sufler.domain.decisions import Decision, DecisionKind, Reason
from sufler.domain.errors import StorageUnavailable
from sufler.domain.flows import FlowRun
from sufler.domain.knowledge import FLOW_PREFIX
from sufler.domain.ports import Clock
from sufler.flows.state import Answer, Call, CreateRequest

_log = structlog.get_logger(__name__)

# How often runs of other processes are looked for; our own wake it at once.
POLL_S = 1.0
# Services that are called at once: a slow one keeps no other customer waiting.
AT_ONCE = 100
# Beyond its own time-outs: then another process may take the run on.
SPARE_S = 30.0
# What a stopping process grants the calls that it has begun.
GRACE_S = 5.0
# Who has the service's answer, but may not be told it any more.
_OWNED = Decision(DecisionKind.STAY_SILENT, Reason.OPERATOR_OWNS)


class FlowWork:
    """For ever, beside the worker of turns. `wake_turns`: a turn may have waited for this."""

    def __init__(
        self,
        runs: FlowRuns,
        calls: FlowCalls,
        flowing: Flowing,
        delivery: Delivery,
        duty: Duty,
        clock: Clock,
    ) -> None:
        self._runs = runs
        self._calls = calls
        self._flowing = flowing
        self._delivery = delivery
        self._duty = duty
        self._clock = clock
        self._wake = asyncio.Event()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._next_at: datetime | None = None
        self.wake_turns: Callable[[], None] = lambda: None

    def wake(self) -> None:
        """A run has something to call."""
        self._wake.set()

    async def run(self) -> None:
        """For ever. When cancelled, what is being called gets a moment to answer."""
        with contextlib.suppress(StorageUnavailable):  # then it becomes free by itself
            await self._runs.resume(self._delivery.channels)
        try:
            while True:
                self._wake.clear()
                await self._start_due()
                # Not wait_for: before Python 3.12 it can swallow a cancellation.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._pause()):
                        await self._wake.wait()
        finally:
            if self._busy:
                _, late = await asyncio.wait(self._busy.values(), timeout=GRACE_S)
                for task in late:
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)

    async def drain(self) -> bool:
        """Do what is due now, and return whether there was anything: for the console and tests."""
        worked = False
        while await self._start_due() or self._busy:
            worked = True
            await asyncio.gather(*self._busy.values())
        return worked

    def _pause(self) -> float:
        if self._next_at is None:
            return POLL_S
        return min(max((self._next_at - self._clock.now()).total_seconds(), 0.01), POLL_S)

    async def _start_due(self) -> int:
        self._next_at = None
        try:
            due, self._next_at = await self._runs.due(self._delivery.channels, self._clock.now())
        except StorageUnavailable as error:
            _log.error("flows_unreadable", error=error.message)
            return 0
        started = 0
        for run in due:
            if run.id not in self._busy:
                self._busy[run.id] = asyncio.create_task(self._one(run))
                started += 1
        return started

    async def _one(self, run: FlowRun) -> None:
        try:
            async with self._places:
                await self._go_on(run)
        except StorageUnavailable as error:
            # Nobody's fault, and nothing could be written down: it stays as it is.
            _log.error("database_unavailable", error=error.message)
            await asyncio.sleep(POLL_S)
        except Exception as error:
            # Its words may hold what the customer wrote.
            _log.error("flow_failed", run=run.id, error=type(error).__name__)
            _log.debug("flow_failed_details", run=run.id, exc_info=error)
            with contextlib.suppress(StorageUnavailable):  # then it is found again
                await self._give_up(run, type(error).__name__)
        finally:
            self._busy.pop(run.id, None)
            self.wake()

    async def _go_on(self, run: FlowRun) -> None:
        act = None if run.calling is None else call_of(run.calling)
        longest = act.timeout_s * (act.retries + 1) if isinstance(act, Call) else 0.0
        now = self._clock.now()
        if not await self._runs.claim(run, now, now + timedelta(seconds=longest + SPARE_S)):
            return
        if act is None:
            await self._remind(run)
            return
        try:
            answer = await self._answer(run, act)
        except BaseException:
            await self._runs.release(run)
            raise
        await self._apply(run, act, answer)
        self.wake_turns()

    async def _answer(self, run: FlowRun, act: Call | CreateRequest) -> Answer:
        if isinstance(act, CreateRequest):
            number = await self._runs.create_request(run, act, self._clock.now())
            return Answer(number=str(number))
        first = act.method == "GET" or await self._runs.begin(run, self._clock.now())
        # One that was begun when a process died may have changed something: never twice.
        return await self._calls.perform(act) if first else Answer(status=0)

    async def _apply(self, run: FlowRun, act: Call | CreateRequest, answer: Answer) -> None:
        """What the answer leads to. A service has done its part by now: it is stored in any case,
        however often the conversation changes, and however long nothing can be stored."""
        while True:
            try:
                at_hand = await self._runs.at_hand(run.id)
                if at_hand is None:
                    return  # erased meanwhile
                before = at_hand.conversation
                moved = await self._flowing.answered(before, run, act.key, answer)
                if at_hand.run.outcome or at_hand.run.changed_at != run.changed_at:
                    if not isinstance(act, Call) or act.method == "GET":
                        return
                    # The matter was closed meanwhile, but something was changed: people must know.
                    _, note = self._flowing.left(moved.run or run, "left", before.language)
                    outcome = self._by_itself(before, (Decided(_OWNED),), None, note)
                else:
                    outcome = await self._outcome(at_hand, moved)
                if await self._delivery.deliver(outcome):
                    return
            except StorageUnavailable as error:
                _log.error("database_unavailable", error=error.message)
                await asyncio.sleep(POLL_S)

    async def _remind(self, run: FlowRun) -> None:
        at_hand = await self._runs.at_hand(run.id)
        if at_hand is None or at_hand.run.remind_at is None:
            return
        moved = await self._flowing.reminded(at_hand.conversation, at_hand.run, at_hand.stopped)
        await self._delivery.deliver(await self._outcome(at_hand, moved))

    async def _give_up(self, run: FlowRun, failure: str) -> None:
        """A run that cannot go on is over, so that the customer's turn does not wait for it for
        ever. Who waits for a service is left to a person."""
        while (at_hand := await self._runs.at_hand(run.id)) and not at_hand.run.outcome:
            before, decided = at_hand.conversation, Decided(_OWNED)
            if run.calling is not None and before.owner is Owner.BOT:
                decided = await self._handed(before, Reason.FAILURE)
            outcome = self._by_itself(before, (decided,), ended(at_hand.run))
            if await self._delivery.deliver(replace(outcome, failure=failure)):
                break
        self.wake_turns()

    async def _outcome(self, at_hand: RunAtHand, moved: Moved) -> Outcome:
        before, run, note = at_hand.conversation, moved.run, moved.note
        decided = moved.decided
        if all(each.decision.kind is DecisionKind.STAY_SILENT for each in decided):
            return self._by_itself(before, decided, run, note)
        stopped = self._flowing.is_stopped(FLOW_PREFIX + at_hand.run.flow, at_hand.stopped)
        if before.owner is not Owner.BOT:
            # An operator has it: what came of the call is theirs to read.
            decided = (Decided(_OWNED),)
        elif stopped:
            decided = (await self._handed(before, Reason.STOPPED),)
        if stopped or before.owner is not Owner.BOT:
            run, note = self._flowing.left(run or at_hand.run, "handed_off", before.language)
        return self._by_itself(before, decided, run, note)

    async def _handed(self, before: Conversation, reason: Reason) -> Decided:
        prospect = await self._duty.prospect(before, before.language)
        said = wording.hand_off(reason, before.language, prospect)
        decision = Decision(DecisionKind.HAND_OFF, reason)
        return Decided(decision, replies=(said,), prospect=prospect)

    def _by_itself(
        self,
        before: Conversation,
        decided: tuple[Decided, ...],
        run: FlowRun | None,
        note: str = "",
    ) -> Outcome:
        """A step without a turn."""
        handed = any(each.decision.kind is DecisionKind.HAND_OFF for each in decided)
        return Outcome(
            before=before,
            turn=(),
            language=before.language,
            decided=decided,
            owner=Owner.QUEUE if handed and before.owner is Owner.BOT else before.owner,
            at=self._clock.now(),
            misses=before.misses,
            run=run,
            note=note,
        )
