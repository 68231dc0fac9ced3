"""The reply to a decided turn. Answers go out as they are written in the article."""

from dataclasses import replace

from sufler.conversation import wording
from sufler.conversation.buttons import call_person, choices, solved, under_answer
from sufler.conversation.decide import Gesture, Situation
from sufler.conversation.ports import Knowledge, Reply
from sufler.conversation.reading import Asked, Seen
from sufler.domain.decisions import Decision, DecisionKind, Reason, TurnKind
from sufler.domain.errors import Conflict
from sufler.domain.ports import Clock
from sufler.domain.queues import Prospect
from sufler.domain.texts import text
from sufler.domain.variables import fill, values_of


class Replies:
    """Puts a decision into words."""

    def __init__(self, knowledge: Knowledge, clock: Clock) -> None:
        self._knowledge = knowledge
        self._clock = clock

    def to(
        self, seen: Seen, asked: Asked, decision: Decision, prospect: Prospect | None = None
    ) -> Reply | None:
        """The message for the customer; None when the bot stays silent. Who is handed over or asks
        where they stand gets a `prospect`."""
        language, situation = seen.language, asked.situation
        match decision.kind:
            case DecisionKind.ANSWER:
                return self._answer(seen, asked, decision)
            case DecisionKind.CLARIFY:
                return self._clarification(seen, asked, decision)
            case DecisionKind.HAND_OFF if prospect is not None:
                return self._hand_off(seen, asked, decision, prospect)
            case DecisionKind.STATUS if prospect is not None:
                return wording.status(language, prospect)
            case DecisionKind.COURTESY:
                what = asked.message.text.strip("[]")
                said = wording.courtesy(situation.gesture, situation.turn_kind, what, language)
                if not _is_over(situation):
                    return said
                return replace(said, buttons=(solved(language, seen.conversation.episode),))
            case DecisionKind.CLOSE:
                return Reply(text("closed_by_you", language))
            case _:
                return None

    def _hand_off(self, seen: Seen, asked: Asked, decision: Decision, prospect: Prospect) -> Reply:
        reply = wording.hand_off(decision.reason, seen.language, prospect)
        bare = decision.reason is Reason.ASKS_FOR_PERSON and not asked.situation.items
        if bare and asked.situation.fresh:
            meanwhile = text("ask_meanwhile", seen.language)
            return replace(reply, text=f"{reply.text} {meanwhile}")
        return replace(reply, text=_of_the_rest(reply.text, seen, asked))

    def _clarification(self, seen: Seen, asked: Asked, decision: Decision) -> Reply:
        titles = {
            item.article_id: item.title for item in (*asked.situation.items, *asked.situation.left)
        }
        offered = [(one, titles[one]) for one in decision.article_ids]
        said = _of_the_rest(text("clarify", seen.language), seen, asked)
        return Reply(said, choices(offered, seen.language), quotes=_quoted(asked))

    def _answer(self, seen: Seen, asked: Asked, decision: Decision) -> Reply:
        said = self._words(seen, asked, decision)
        hold_s = self._held(asked, decision)
        second = decision.reason is Reason.RUNNER_UP
        if second:
            said = f"{text('perhaps_this', seen.language)}\n\n{said}"
        source = asked.suggestion if asked.about is None else asked.about
        if source is None:
            only = (call_person(seen.language),)
            return Reply(said, only, quotes=_quoted(asked), hold_s=hold_s)
        buttons = under_answer(source.id, seen.language, runner_up=second)
        return Reply(said, buttons, quotes=_quoted(asked), hold_s=hold_s)

    def _held(self, asked: Asked, decision: Decision) -> int:
        """For how long the answer's topic lets it wait on the desk, in seconds."""
        chosen = asked.situation.chosen
        if chosen is not None:
            topic = chosen.topic
        else:
            items = (*asked.situation.items, *asked.situation.left)
            found = (one.topic for one in items if one.article_id == decision.article_ids[0])
            topic = next(found, "")
        known = self._knowledge.topics.get(topic)
        return 0 if known is None else known.hold_s

    def _words(self, seen: Seen, asked: Asked, decision: Decision) -> str:
        if decision.reason is Reason.CONFIDENT:
            return asked.situation.items[0].text  # its variables are filled already
        article = self._knowledge.article(decision.article_ids[0])
        if article is None:
            raise Conflict("the chosen article went away while its turn was decided")
        language, translation = article.in_language(seen.language)
        values = values_of(seen.conversation, self._clock.now(), language)
        return fill(translation.answer, values)


def _is_over(situation: Situation) -> bool:
    """Whether the customer seems to have what they wanted."""
    if situation.gesture is not None:
        return situation.gesture is Gesture.HELPED
    return situation.turn_kind is TurnKind.THANKS and not situation.fresh


def _of_the_rest(said: str, seen: Seen, asked: Asked) -> str:
    """Said of what is left of a message after its answers."""
    return f"{text('second_question', seen.language)}\n\n{said}" if asked.rest else said


def _quoted(asked: Asked) -> str | None:
    return asked.message.external_id if asked.quoted else None
