"""A new article that somebody has begun: what an operator wrote to a customer, for the editor."""

from dataclasses import dataclass

import structlog

from sufler.desk.learned import LearnedDesk
from sufler.domain.customers import learned_from
from sufler.domain.errors import BadInput, SuflerError
from sufler.domain.knowledge import Phrasing, PhrasingSource
from sufler.domain.learning import ProposalKind, ProposalState
from sufler.domain.people import Caller
from sufler.kb_index.formats.rows import MAX_TITLE
from sufler.prompter.turn_kind import language_of
from sufler.web.kb_form import Form

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Begun:
    """The form to begin with, and the proposal that it came from."""

    form: Form
    desk: LearnedDesk
    proposal_id: int

    async def made(self, caller: Caller) -> None:
        """The article is stored: the proposal waits no longer. Somebody else may have decided
        about it meanwhile; the article stays."""
        try:
            await self.desk.made_article(caller, self.proposal_id)
        except SuflerError as error:
            _log.info("proposal_not_closed", error=error.message)


async def begun_from(desk: LearnedDesk, caller: Caller, proposal_id: int) -> Begun:
    """The question is the title and a phrasing, the reply the answer. Nothing is stored before the
    editor saves. Raises NotFound, and BadInput for a proposal that is of no new article."""
    proposal = await desk.proposal(caller, proposal_id)
    if proposal.kind is not ProposalKind.ARTICLE or proposal.state is not ProposalState.OPEN:
        raise BadInput("this proposal waits for no new article", field="proposal_id")
    spoken = proposal.language
    question = proposal.question.replace("\n", " ")
    talk = proposal.conversation_id
    # Learned: it leaves with its customer, whatever else the editor keeps.
    author = learned_from(talk) if talk else proposal.by
    asked = Phrasing(question, spoken, PhrasingSource.LEARNED, author)
    further = [
        Phrasing(each, language_of(each, spoken), PhrasingSource.IMPORTED)
        for each in proposal.phrasings
    ]
    form = Form(
        titles={spoken: question[:MAX_TITLE]},
        answers={spoken: proposal.after},
        phrasings=[asked, *further],
    )
    return Begun(form, desk, proposal_id)
