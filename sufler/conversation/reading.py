"""Reads an open turn: whose conversation it is, what the customer did, and what fits it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sufler.conversation import wording
from sufler.conversation.arrival import LanguageOf
from sufler.conversation.buttons import (
    CALL_PERSON,
    HELPED,
    NONE_OF_THESE,
    NOT_IT,
    RUNNER_UP,
    chosen_article,
    is_close,
    pressed_again,
)
from sufler.conversation.decide import (
    Chosen,
    Gesture,
    Policy,
    Situation,
    bars_of,
    decide,
    versioned,
)
from sufler.conversation.drawing import BY_ITSELF, NOTHING_DRAWN, Sample, hidden_share
from sufler.conversation.flowing import Flowing, heard_last
from sufler.conversation.ports import Answered, AtHand, Conversations, Duty, Knowledge, Prompting
from sufler.conversation.together import carried_out
from sufler.domain.conversation import Author, Conversation, IncomingKind, Message, Owner
from sufler.domain.decisions import DecisionKind, Reason, Suggestion, SuggestionItem, TurnKind
from sufler.domain.flows import FlowRun
from sufler.domain.knowledge import FLOW_PREFIX, ArticleStatus, Language, Topic
from sufler.domain.ports import Clock
from sufler.domain.variables import values_of
from sufler.flows.state import BUTTON
from sufler.flows.wishes import asks_no_more
from sufler.prompter.questions import apart, parts

HISTORY = 12

KindOf = Callable[[str], TurnKind]

_GESTURES = {
    IncomingKind.START: Gesture.START,
    IncomingKind.HELP: Gesture.HELP,
    IncomingKind.UNREADABLE: Gesture.UNREADABLE,
}
_UNREAD = (IncomingKind.UNREADABLE, None)
# Too little text to tell a language by: the conversation's own stays.
_WORDLESS = frozenset(
    {TurnKind.ACKNOWLEDGEMENT, TurnKind.EMOJI, TurnKind.DIGITS, TurnKind.MASH, TurnKind.EMPTY}
)
STICKER = "sticker"


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that the customer asked or did. `message` is where they did; `about` the
    suggestion that a pressed button belongs to. `quoted`: what is said to it must name its message,
    as others stand between; `rest`: something else of the turn is answered before it."""

    situation: Situation
    message: Message
    suggestion: Suggestion | None = None
    about: Suggestion | None = None
    quoted: bool = False
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A turn that was read and not yet decided. `share`: the chance of being hidden that it had;
    `run`: the conversation's flow."""

    conversation: Conversation
    turn: tuple[Message, ...]
    language: Language
    asked: tuple[Asked, ...]
    sample: Sample = NOTHING_DRAWN
    share: float = 0.0
    run: FlowRun | None = None


class Reader:
    """Turns the open messages of a conversation into what the rules look at."""

    def __init__(
        self,
        *,
        conversations: Conversations,
        prompter: Prompting,
        knowledge: Knowledge,
        duty: Duty,
        clock: Clock,
        language_of: LanguageOf,
        kind_of: KindOf,
        flowing: Flowing,
        policy: Policy,
    ) -> None:
        self._conversations = conversations
        self._prompter = prompter
        self._knowledge = knowledge
        self._duty = duty
        self._clock = clock
        self._language_of = language_of
        self._kind_of = kind_of
        self._flowing = flowing
        self.policy = policy

    async def read(self, conversation_id: str) -> Seen | None:
        """What the open turn means in its conversation, as that stands now; None without one."""
        at_hand = await self._conversations.at_hand(conversation_id, HISTORY)
        if at_hand is None:
            return None
        conversation, turn, history = at_hand.conversation, at_hand.turn, at_hand.history
        situation = await self._situation(at_hand)
        last = turn[-1]
        run = await self._run(at_hand, situation)
        situation = self._of_flow(situation, at_hand, run)
        seen = Seen(conversation, turn, conversation.language, (), run=run)
        if last.button is not None:
            if pressed_again(last, history):
                asked = Asked(replace(situation, gesture=Gesture.REPEATED), last)
            else:
                asked = await self._pressed(last, conversation, situation)
            return replace(seen, asked=(asked,))
        said = [message for message in turn if message.kind is IncomingKind.TEXT]
        if (
            said
            and asks_no_more(said[-1].text)
            and await self._conversations.wrote_first(conversation, None if run is None else run.id)
        ):
            # In a flow of the customer's own such a word is about that.
            asked = Asked(replace(situation, gesture=Gesture.NO_MORE), said[-1])
            return replace(seen, asked=(asked,))
        if said and (situation.command is not None or situation.in_flow):
            situation = replace(situation, turn_kind=self._wish(said))
            asked = Asked(situation, said[-1], quoted=not heard_last(at_hand, said[-1]))
            return replace(seen, asked=(asked,), sample=at_hand.sample)
        if said:
            every, share = await self._said(said, at_hand, situation)
            spoken = self._spoken(every[-1], conversation)
            return Seen(conversation, turn, spoken, every, at_hand.sample, share, run)
        if last.text == f"[{wording.media_word(STICKER, conversation.language)}]":
            situation = replace(situation, turn_kind=TurnKind.EMOJI)  # as good as a smile
        else:
            situation = replace(situation, gesture=_GESTURES[last.kind or IncomingKind.UNREADABLE])
        return replace(seen, asked=(Asked(situation, last),))

    async def _run(self, at_hand: AtHand, situation: Situation) -> FlowRun | None:
        """The flow whose turn this is. One that was left alone goes on only with what is about it,
        and where it takes any words, with what would else be left to people."""
        run, last = at_hand.run, at_hand.turn[-1]
        if run is None or at_hand.conversation.owner is not Owner.BOT:
            return None
        if not run.parked:
            return run
        if not self._flowing.is_about(run, at_hand.turn):
            return None
        if last.kind is IncomingKind.TEXT and self._flowing.takes_anything(run):
            found = await self._suggested(last.text, at_hand.conversation, ())
            items = tuple(found.items)
            situation = replace(situation, turn_kind=found.turn_kind, items=items)
            if decide(situation, self.policy).kind is not DecisionKind.HAND_OFF:
                return None
        return run

    def _of_flow(self, situation: Situation, at_hand: AtHand, run: FlowRun | None) -> Situation:
        """With the flow that is named, or is under way; it is stopped with its topic."""
        command = self._command(at_hand.turn[-1])
        named = command or (FLOW_PREFIX + run.flow if run else "")
        stopped = self._flowing.is_stopped(named, at_hand.stopped)
        return replace(situation, in_flow=run is not None, command=command, stopped=stopped)

    def _command(self, last: Message) -> str | None:
        """«/return», or «/start return» from a link."""
        words = last.text.strip()
        if last.kind is IncomingKind.START:
            return self._flowing.command(words.partition(" ")[2])
        typed = last.kind is IncomingKind.TEXT and words.startswith("/")
        return self._flowing.command(words) if typed else None

    def _wish(self, said: Sequence[Message]) -> TurnKind:
        """A flow understands all but what stands above it."""
        kinds = {self._kind_of(message.text) for message in said}
        above = (TurnKind.ASKS_FOR_PERSON, TurnKind.CLOSES)
        return next((kind for kind in above if kind in kinds), TurnKind.QUESTION)

    async def aside(self, seen: "Seen", words: str) -> tuple[Suggestion, Situation]:
        """What fits a question that is asked in the middle of a flow."""
        suggestion = await self._suggested(words, seen.conversation, ())
        situation = replace(
            seen.asked[-1].situation,
            turn_kind=suggestion.turn_kind,
            items=tuple(suggestion.items),
            gesture=None,
            command=None,
            in_flow=False,
        )
        return suggestion, situation

    async def _situation(self, at_hand: AtHand) -> Situation:
        conversation, last = at_hand.conversation, at_hand.turn[-1]
        told = False
        if last.kind in _UNREAD:
            told = await self._conversations.decided_before(conversation, Reason.UNREADABLE)
        ours = [each for each in at_hand.history if each.author is not Author.CUSTOMER]
        return Situation(
            owner=conversation.owner,
            fresh=not ours,
            told_unreadable=told,
            misses=conversation.misses,
            stopped=at_hand.stopped.everywhere,
            stopped_topics=at_hand.stopped.topics,
            bars=bars_of(self._knowledge.topics),
        )

    async def _said(
        self,
        said: Sequence[Message],
        at_hand: AtHand,
        situation: Situation,
    ) -> tuple[tuple[Asked, ...], float]:
        conversation = at_hand.conversation
        kinds = [self._kind_of(message.text) for message in said]
        # "Hello", "thanks" and the like around a question are not a part of it.
        asking = [m for m, kind in zip(said, kinds, strict=True) if kind is TurnKind.QUESTION]
        whole = "\n".join(message.text for message in asking or said[-1:])
        talk = _talk(at_hand)
        suggestion = await self._suggested(whole, conversation, talk)
        kind = suggestion.turn_kind
        about = None
        if TurnKind.ASKS_FOR_PERSON in kinds:
            kind = TurnKind.ASKS_FOR_PERSON
        elif TurnKind.CLOSES in kinds and not asking:
            kind = TurnKind.CLOSES
        elif TurnKind.ASKS_STATUS in kinds and conversation.owner is Owner.QUEUE:
            kind = TurnKind.ASKS_STATUS
        elif kind is TurnKind.NOT_IT:
            answered = await self._conversations.last_answer(conversation.id)
            if answered is not None and answered.episode == conversation.episode:
                about = answered.suggestion
                situation = replace(situation, left=_left(answered))
        situation = replace(situation, turn_kind=kind, items=tuple(suggestion.items))
        share = hidden_share(self.policy, self._topic(suggestion))
        if await self._is_hidden(situation, at_hand.sample, share):
            situation = replace(situation, drawn=True)
            suggestion = replace(suggestion, hidden=True)
        last = (asking or said)[-1]
        if conversation.owner is Owner.BOT and kind is TurnKind.QUESTION and asking:
            separate = await self._separate(asking, at_hand, talk, suggestion, situation)
            if separate:
                return separate, share
        return (Asked(situation, last, suggestion, about, _others_since(last, at_hand)),), share

    async def _is_hidden(self, situation: Situation, sample: Sample, share: float) -> bool:
        """Whether nobody may see what fits. A question that the bot would answer is left to people
        only while one of them is there."""
        asks = situation.turn_kind is TurnKind.QUESTION and bool(situation.items)
        if not asks or not sample.hides(share):
            return False
        by_itself = decide(situation, self.policy).kind in BY_ITSELF
        return not by_itself or await self._duty.anybody()

    def _topic(self, suggestion: Suggestion) -> Topic | None:
        items = suggestion.items
        return self._knowledge.topics.get(items[0].topic) if items else None

    async def _suggested(
        self, said: str, conversation: Conversation, talk: Sequence[tuple[str, str]]
    ) -> Suggestion:
        # The prompter tells the language: it sees what was typed in the wrong keyboard layout.
        guess = self._language_of(said, conversation.language)
        suggestion = await self._prompter.suggest(
            said,
            history=talk,
            conversation_id=conversation.id,
            variables=values_of(conversation, self._clock.now(), guess),
        )
        made = versioned(suggestion, self.policy, bars_of(self._knowledge.topics))
        return replace(made, conversation_id=conversation.id)

    async def _separate(
        self,
        asking: Sequence[Message],
        at_hand: AtHand,
        talk: list[tuple[str, str]],
        whole: Suggestion,
        situation: Situation,
    ) -> tuple[Asked, ...]:
        """The questions of a turn, answers first; empty where it is one question."""
        cut = parts([message.text for message in asking])
        if len(cut) < 2:
            return ()
        made: list[Suggestion] = []
        for part in cut:
            made.append(await self._suggested(part.text, at_hand.conversation, talk))
            # «И когда они сгорают?» leans on the part before it.
            talk = [*talk, (Author.CUSTOMER.value, part.text)]
        own = apart(whole, made)
        every = [
            Asked(replace(situation, items=made[n].items), asking[cut[n].message], made[n])
            for n in own
        ]
        order = carried_out([decide(each.situation, self.policy) for each in every])
        chosen = [replace(every[n], rest=place > 0) for place, n in enumerate(order)]
        several = len({each.message.id for each in chosen}) > 1
        return tuple(
            replace(each, quoted=several or _others_since(each.message, at_hand)) for each in chosen
        )

    @staticmethod
    def _spoken(asked: Asked, conversation: Conversation) -> Language:
        suggestion = asked.suggestion
        if suggestion is None or suggestion.turn_kind in _WORDLESS:
            return conversation.language
        return suggestion.language

    async def _pressed(
        self, message: Message, conversation: Conversation, situation: Situation
    ) -> Asked:
        data = message.button or ""
        if data == CALL_PERSON:
            return Asked(replace(situation, gesture=Gesture.CALL_PERSON), message)
        if data == NONE_OF_THESE:
            return Asked(replace(situation, gesture=Gesture.NONE_OF_THESE), message)
        if data.startswith(BUTTON):
            gesture = Gesture.FLOW if situation.in_flow else Gesture.STALE
            return Asked(replace(situation, gesture=gesture), message)
        if is_close(data):
            return Asked(replace(situation, gesture=_closing(data, conversation)), message)
        if data.startswith((HELPED, NOT_IT)):
            return await self._judged(message, conversation, situation)
        offered = await self._conversations.offered(conversation.id)
        chosen = self._choice(chosen_article(data, offered), conversation.language)
        told = await self._conversations.last_told(conversation.id)
        about = told.suggestion if told is not None and chosen is not None else None
        return Asked(
            replace(situation, gesture=Gesture.CHOOSE, chosen=chosen), message, about=about
        )

    async def _judged(
        self, message: Message, conversation: Conversation, situation: Situation
    ) -> Asked:
        """A word about an answer. It counts whenever it comes; what the bot does about it depends
        on whether that answer is still what the talk is about."""
        data = message.button or ""
        pressed = data[len(HELPED) :].removesuffix(RUNNER_UP)
        answered = await self._conversations.last_answer(conversation.id, pressed)
        if answered is None or pressed != answered.suggestion.id:
            return Asked(replace(situation, gesture=Gesture.STALE), message)
        if not conversation.open or answered.episode != conversation.episode:
            gesture = Gesture.STALE
        else:
            gesture = Gesture.HELPED if data.startswith(HELPED) else Gesture.NOT_IT
        situation = replace(situation, gesture=gesture, left=_left(answered))
        return Asked(situation, message, about=answered.suggestion)

    def _choice(self, article_id: str | None, language: Language) -> Chosen | None:
        article = self._knowledge.article(article_id) if article_id else None
        if article is None:
            return None
        served = article.status is ArticleStatus.PUBLISHED and article.valid_at(self._clock.now())
        mode = self._knowledge.mode_of(article)
        language_ok = article.in_language(language)[0] == language or article.other_language_ok
        return Chosen(article.id, served, article.topic, mode, language_ok)


def _talk(at_hand: AtHand) -> list[tuple[str, str]]:
    """What was said in this episode before the turn: another matter is no context."""
    closed = at_hand.closed_before
    return [(m.author.value, m.text) for m in at_hand.history if closed is None or m.at > closed]


def _closing(data: str, conversation: Conversation) -> Gesture:
    if not conversation.open:
        return Gesture.CLOSED
    episode = data.partition(":")[2]
    return Gesture.CLOSE if episode in ("", str(conversation.episode)) else Gesture.STALE


def _others_since(message: Message, at_hand: AtHand) -> bool:
    """Whether somebody else has said something after this message of a customer."""
    return any(each.id > message.id for each in at_hand.others)


def _left(answered: Answered) -> tuple[SuggestionItem, ...]:
    """The suggestion from its last sent item on, without others that were sent before."""
    items, tried = answered.suggestion.items, answered.tried
    last = tried[-1] if tried else None
    wrong = [item for item in items if item.article_id == last]
    return (*wrong, *(item for item in items if item.article_id not in tried))
