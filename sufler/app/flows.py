"""Builds what runs flows in conversations, and begins them by events from outside."""

from typing import TYPE_CHECKING

from sufler.conversation.flow_ports import FlowCalls, Flows
from sufler.conversation.flow_work import FlowWork
from sufler.conversation.flowing import Flowing
from sufler.desk.outside_events import OutsideEvents
from sufler.storage.flow_runs import FlowRunStore
from sufler.storage.outside_events import OutsideEventStore

if TYPE_CHECKING:
    from sufler.conversation.delivery import Delivery
    from sufler.conversation.ports import Duty, Knowledge
    from sufler.desk.queues import Queues
    from sufler.domain.ports import Clock
    from sufler.storage.database import Database


def flowing_over(
    database: "Database",
    flows: Flows,
    calls: FlowCalls,
    knowledge: "Knowledge",
    delivery: "Delivery",
    duty: "Duty",
    clock: "Clock",
) -> tuple[Flowing, FlowWork]:
    """The steps that customers' turns lead to, and those that flows make by themselves."""
    flowing = Flowing(flows, knowledge, duty, clock)
    return flowing, FlowWork(FlowRunStore(database), calls, flowing, delivery, duty, clock)


def events_over(
    database: "Database",
    flowing: Flowing,
    flows: Flows,
    delivery: "Delivery",
    queues: "Queues",
    clock: "Clock",
    *,
    quiet: tuple[int, int] | None,
    per_week: int,
) -> OutsideEvents:
    """What takes events. The company's clock is that of the default queue."""

    async def zone() -> str:
        return (await queues.by_id())[None].calendar.zone

    return OutsideEvents(
        OutsideEventStore(database),
        flowing,
        flows,
        delivery,
        zone,
        clock,
        quiet=quiet,
        per_week=per_week,
    )
