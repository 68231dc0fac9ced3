"""Builds what runs flows in conversations."""

from typing import TYPE_CHECKING

from sufler.conversation.flow_ports import FlowCalls, Flows
from sufler.conversation.flow_work import FlowWork
from sufler.conversation.flowing import Flowing
from sufler.storage.flow_runs import FlowRunStore

if TYPE_CHECKING:
    from sufler.conversation.delivery import Delivery
    from sufler.conversation.ports import Duty, Knowledge
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
