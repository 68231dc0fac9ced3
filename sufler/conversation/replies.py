"""The reply to a decided turn. Answers go out as they are written in the article."""

from sufler.conversation import wording
from sufler.conversation.buttons import call_person, choices
from sufler.conversation.ports import Duty, Knowledge, Reply
from sufler.conversation.reading import Seen
from sufler.domain.decisions import Decision, DecisionKind, Reason
from sufler.domain.errors import Conflict
from sufler.domain.ports import Clock
from sufler.domain.texts import text
from sufler.domain.variables import fill, values_of


class Replies:
    """Puts a decision into words."""

    def __init__(self, knowledge: Knowledge, duty: Duty, clock: Clock) -> None:
        self._knowledge = knowledge
        self._duty = duty
        self._clock = clock

    async def to(self, seen: Seen, decision: Decision) -> Reply | None:
        """The message for the customer; None when the bot stays silent."""
        language = seen.language
        match decision.kind:
            case DecisionKind.ANSWER:
                return Reply(self._answer(seen, decision), (call_person(language),))
            case DecisionKind.CLARIFY:
                return self._clarification(seen, decision)
            case DecisionKind.HAND_OFF:
                return await wording.hand_off(decision.reason, language, self._duty)
            case DecisionKind.STATUS:
                return await wording.status(language, self._duty)
            case DecisionKind.COURTESY:
                situation, media = seen.situation, seen.row.incoming.text
                return wording.courtesy(situation.gesture, situation.turn_kind, media, language)
            case _:
                return None

    def _clarification(self, seen: Seen, decision: Decision) -> Reply:
        titles = {item.article_id: item.title for item in seen.situation.items}
        offered = [(one, titles[one]) for one in decision.article_ids]
        return Reply(text("clarify", seen.language), choices(offered, seen.language))

    def _answer(self, seen: Seen, decision: Decision) -> str:
        if decision.reason is not Reason.CHOSEN:
            return seen.situation.items[0].text  # its variables are filled already
        article = self._knowledge.article(decision.article_ids[0])
        if article is None:
            raise Conflict("the chosen article went away while its turn was decided")
        language, translation = article.in_language(seen.language)
        values = values_of(seen.conversation, self._clock.now(), language)
        return fill(translation.answer, values)
