"""Everything that an operator works with beside the messages, in one place for pages and API."""

from dataclasses import dataclass

from sufler.desk.drafts import Drafts
from sufler.desk.templates import Templates
from sufler.desk.watching import Watching


@dataclass(frozen=True, slots=True)
class Workplace:
    """Drafts, who looks on, templates."""

    drafts: Drafts
    watching: Watching
    templates: Templates
