"""The kill switch as people use it: stop automatic answers, let them go on, see who did and why."""

from collections.abc import Sequence

from sufler.conversation.live import LiveEvents
from sufler.desk.people import require
from sufler.desk.ports import AuditStore, StopStore
from sufler.desk.staffing import act
from sufler.domain.errors import BadInput, NotFound
from sufler.domain.events import EventKind
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock
from sufler.domain.stops import CONVERSATION, EVERYWHERE, TOPIC, Stop

MAX_REASON = 500


class Stops:
    """Stopping a conversation needs the right to converse, all else the right to supervise."""

    def __init__(self, store: StopStore, audit: AuditStore, live: LiveEvents, clock: Clock) -> None:
        self._store = store
        self._audit = audit
        self._live = live
        self._clock = clock

    async def all(self) -> Sequence[Stop]:
        """What is stopped now, the newest first. Everybody may see it."""
        return await self._store.all()

    async def stop(self, caller: Caller, scope: str, reason: str) -> Stop:
        """From now on the bot answers nothing there by itself; answers that wait to go out are
        held back. Raises BadInput for an unknown scope or without a reason, and Forbidden."""
        _allowed(caller, scope)
        why = " ".join(reason.split())[:MAX_REASON]
        if not why:
            raise BadInput("say why the automatic answers are stopped", field="reason")
        made = Stop(scope, caller.name, why, self._clock.now())
        for conversation_id in await self._store.put(made):
            self._live.publish(EventKind.OWNER, conversation_id)
        await self._audit.add(act(self._clock, caller, "answers_stopped", scope, why))
        return made

    async def resume(self, caller: Caller, scope: str) -> None:
        """Let the bot answer there again. Raises NotFound when it was not stopped."""
        _allowed(caller, scope)
        if not await self._store.remove(scope):
            raise NotFound("automatic answers are not stopped there", field="scope")
        await self._audit.add(act(self._clock, caller, "answers_resumed", scope))


def _allowed(caller: Caller, scope: str) -> None:
    named = scope.removeprefix(TOPIC).removeprefix(CONVERSATION)
    if scope != EVERYWHERE and (named == scope or not named or len(scope) > 320):
        raise BadInput("the scope is all, topic:<name> or conversation:<id>", field="scope")
    inside = scope.startswith(CONVERSATION)
    require(caller, Right.CONVERSE if inside else Right.SUPERVISE)
