"""Builds the desk and what operators work with over a database; `wiring.py` and tests call it."""

from sufler.conversation.delivery import Delivery
from sufler.conversation.live import LiveEvents
from sufler.desk.cards import Cards
from sufler.desk.desk import Desk
from sufler.desk.drafting import ArticlePrompter, Drafting
from sufler.desk.drafts import Drafts
from sufler.desk.lines import Lines
from sufler.desk.readers import Readers
from sufler.desk.searching import Searching
from sufler.desk.supervising import Supervising
from sufler.desk.templates import Templates
from sufler.desk.watching import Watching
from sufler.desk.workplace import Workplace
from sufler.domain.ports import Clock
from sufler.storage.cards import CardStore
from sufler.storage.conversations import ConversationStore
from sufler.storage.database import Database
from sufler.storage.drafts import DraftStore
from sufler.storage.people import PeopleStore
from sufler.storage.readers import ReaderStore
from sufler.storage.searching import SearchStore
from sufler.storage.suggestions import SuggestionStore
from sufler.storage.templates import TemplateStore
from sufler.storage.waiting import WaitingStore


def workplace_over(
    database: Database, lines: Lines, live: LiveEvents, clock: Clock, prompter: ArticlePrompter
) -> Workplace:
    """The workplace over `database`, telling this process's onlookers by `live`."""
    conversations = ConversationStore(database)
    return Workplace(
        cards=Cards(CardStore(database), live, clock),
        drafting=Drafting(prompter, conversations, SuggestionStore(database), clock),
        drafts=Drafts(DraftStore(database), live, clock),
        search=Searching(SearchStore(database), lines.queues),
        supervising=Supervising(
            WaitingStore(database), lines.queues, lines.duty, lines.transfers, live, clock
        ),
        watching=Watching(live, clock),
        readers=Readers(ReaderStore(database), clock),
        templates=Templates(TemplateStore(database), conversations, lines.queues, clock),
    )


def desk_over(
    database: Database,
    lines: Lines,
    delivery: Delivery,
    live: LiveEvents,
    clock: Clock,
    prompter: ArticlePrompter,
    undo_s: float = 0.0,
) -> Desk:
    """The desk over `database`; `undo_s`: seconds for which pages hold a reply back."""
    return Desk(
        conversations=ConversationStore(database),
        suggestions=SuggestionStore(database),
        lines=lines,
        staff=PeopleStore(database),
        delivery=delivery,
        live=live,
        clock=clock,
        workplace=workplace_over(database, lines, live, clock, prompter),
        undo_s=undo_s,
    )
