"""Builds what queues need over a database; `wiring.py` and tests call it."""

from sufler.conversation.delivery import Delivery
from sufler.conversation.live import LiveEvents
from sufler.desk.alerting import Alerting
from sufler.desk.assignment import Assignment, Release
from sufler.desk.duty import DeskDuty
from sufler.desk.escalation import Escalation
from sufler.desk.lines import Lines
from sufler.desk.prospects import Prospects
from sufler.desk.queues import Queues
from sufler.desk.silence import Silence
from sufler.desk.transfers import Transfers
from sufler.domain.ports import Clock
from sufler.storage.alerts import AlertLinkStore, AlertStore
from sufler.storage.conversations import ConversationStore
from sufler.storage.database import Database
from sufler.storage.people import PeopleStore
from sufler.storage.presence import PresenceStore
from sufler.storage.queues import OperatorStore, QueueStore
from sufler.storage.waiting import WaitingStore


def lines_over(
    database: Database,
    delivery: Delivery,
    live: LiveEvents,
    clock: Clock,
) -> Lines:
    """The queues in `database`. Their chores are done in the order in which they stand here."""
    staff, operators = PeopleStore(database), OperatorStore(database)
    waiting = WaitingStore(database)
    duty = DeskDuty(PresenceStore(database), staff, clock, operators)
    queues = Queues(QueueStore(database), operators, duty, clock)
    prospects = Prospects(duty, queues, waiting, clock)
    silence = Silence(waiting, queues, prospects, staff, live, delivery)
    return Lines(
        duty=duty,
        queues=queues,
        prospects=prospects,
        transfers=Transfers(
            conversations=ConversationStore(database),
            waiting=waiting,
            queues=queues,
            prospects=prospects,
            duty=duty,
            delivery=delivery,
            live=live,
            clock=clock,
        ),
        chores={
            "release": Release(waiting, queues, prospects, duty, live, delivery),
            "assignment": Assignment(waiting, queues, duty, live),
            "escalation": Escalation(waiting, queues, live),
            "alerts": Alerting(
                AlertStore(database), AlertLinkStore(database), waiting, queues, duty
            ),
            "silent operators": silence.of_operators,
            "silent customers": silence.of_customers,
            "end of hours": silence.when_hours_end,
        },
    )
