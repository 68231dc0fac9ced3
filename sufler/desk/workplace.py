"""Everything that an operator works with beside the messages, in one place for pages and API."""

from dataclasses import dataclass

from sufler.desk.cards import Cards
from sufler.desk.drafting import Drafting
from sufler.desk.drafts import Drafts
from sufler.desk.templates import Templates
from sufler.desk.watching import Watching


@dataclass(frozen=True, slots=True)
class Workplace:
    """Customers' cards, articles beside a draft, drafts, who looks on, templates."""

    cards: Cards
    drafting: Drafting
    drafts: Drafts
    watching: Watching
    templates: Templates
