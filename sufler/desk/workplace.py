"""Everything that an operator works with beside the messages, in one place for pages and API."""

from dataclasses import dataclass

from sufler.desk.cards import Cards
from sufler.desk.drafting import Drafting
from sufler.desk.drafts import Drafts
from sufler.desk.readers import Readers
from sufler.desk.searching import Searching
from sufler.desk.supervising import Supervising
from sufler.desk.templates import Templates
from sufler.desk.watching import Watching


@dataclass(frozen=True, slots=True)
class Workplace:
    """Customers' cards, articles beside a draft, drafts, search over history, what supervisors
    see, templates, who looks on, who has opened what."""

    cards: Cards
    drafting: Drafting
    drafts: Drafts
    search: Searching
    supervising: Supervising
    templates: Templates
    watching: Watching
    readers: Readers
