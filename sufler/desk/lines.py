"""Everything about queues in one place, for the desk, its pages and the API."""

from dataclasses import dataclass

from sufler.conversation.timers import Chore
from sufler.desk.duty import DeskDuty
from sufler.desk.prospects import Prospects
from sufler.desk.queues import Queues
from sufler.desk.transfers import Transfers


@dataclass(frozen=True, slots=True)
class Lines:
    """Who is there, the queues, what can be promised, passing on, and what happens by itself."""

    duty: DeskDuty
    queues: Queues
    prospects: Prospects
    transfers: Transfers
    chores: dict[str, Chore]
