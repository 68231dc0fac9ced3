"""Reads one inbox row: whose conversation it is, what the customer did, and what fits it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sufler.conversation import wording
from sufler.conversation.buttons import CALL_PERSON, NONE_OF_THESE, chosen_article
from sufler.conversation.decide import Chosen, Gesture, Policy, Situation, versioned
from sufler.conversation.ports import Conversations, Knowledge, Prompting
from sufler.domain.conversation import (
    Author,
    Conversation,
    InboxRow,
    Incoming,
    IncomingKind,
    Message,
)
from sufler.domain.decisions import Suggestion, TurnKind
from sufler.domain.knowledge import ArticleStatus, Language, Mode, Topic
from sufler.domain.ports import Clock
from sufler.domain.texts import text
from sufler.domain.variables import values_of

HISTORY = 12
# A customer who writes in several short messages is told only once that they are waiting.
STATUS_EVERY_S = 30.0

LanguageOf = Callable[[str, Language], Language]

_GESTURES = {IncomingKind.START: Gesture.START, IncomingKind.HELP: Gesture.HELP}
# Too little text to tell a language by: the conversation's own stays.
_WORDLESS = frozenset(
    {TurnKind.ACKNOWLEDGEMENT, TurnKind.EMOJI, TurnKind.DIGITS, TurnKind.MASH, TurnKind.EMPTY}
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A turn that was read and not yet decided. `shown` is the customer's message as people see
    it in the history."""

    row: InboxRow
    conversation: Conversation
    language: Language
    shown: str
    situation: Situation
    suggestion: Suggestion | None = None


class Reader:
    """Turns an inbox row into what the rules look at."""

    def __init__(
        self,
        *,
        conversations: Conversations,
        prompter: Prompting,
        knowledge: Knowledge,
        clock: Clock,
        language_of: LanguageOf,
        policy: Policy,
        default_language: Language,
    ) -> None:
        self._conversations = conversations
        self._prompter = prompter
        self._knowledge = knowledge
        self._clock = clock
        self._language_of = language_of
        self._policy = policy
        self._default_language = default_language

    async def conversation_of(
        self, incoming: Incoming, *, guess_language: bool = True
    ) -> Conversation:
        """The customer's conversation, made or opened when needed."""
        language = incoming.customer.language or self._default_language
        if guess_language and incoming.kind is IncomingKind.TEXT:
            language = self._language_of(incoming.text, language)
        return await self._conversations.open_for(
            incoming.channel, incoming.customer, language, self._clock.now()
        )

    async def read(self, row: InboxRow) -> Seen:
        """What the row means in its conversation, as that stands now."""
        incoming = row.incoming
        conversation = await self.conversation_of(incoming)
        history = await self._conversations.messages(conversation.id, HISTORY)
        situation = Situation(
            owner=conversation.owner,
            fresh=all(message.author is Author.CUSTOMER for message in history),
            status_given=self._status_given(history),
        )
        if incoming.kind is IncomingKind.TEXT:
            return await self._text(row, conversation, history, situation)
        if incoming.kind is IncomingKind.BUTTON:
            situation, shown = await self._pressed(incoming, conversation, situation)
        elif incoming.kind is IncomingKind.UNREADABLE:
            shown = f"[{wording.media_word(incoming.text, conversation.language)}]"
            sticker = incoming.text == "sticker"  # as good as a smile
            situation = (
                replace(situation, turn_kind=TurnKind.EMOJI)
                if sticker
                else replace(situation, gesture=Gesture.UNREADABLE)
            )
        else:
            shown = f"/{incoming.kind.value}"
            situation = replace(situation, gesture=_GESTURES[incoming.kind])
        return Seen(row, conversation, conversation.language, shown, situation)

    async def _text(
        self,
        row: InboxRow,
        conversation: Conversation,
        history: Sequence[Message],
        situation: Situation,
    ) -> Seen:
        said = row.incoming.text
        # The prompter tells the language: it sees what was typed in the wrong keyboard layout.
        guess = self._language_of(said, conversation.language)
        suggestion = await self._prompter.suggest(
            said,
            history=[(message.author.value, message.text) for message in history],
            conversation_id=conversation.id,
            variables=values_of(conversation, self._clock.now(), guess),
        )
        suggestion = replace(versioned(suggestion, self._policy), conversation_id=conversation.id)
        kind, items = suggestion.turn_kind, tuple(suggestion.items)
        language = suggestion.language
        if kind in _WORDLESS:
            language = conversation.language
        situation = replace(situation, turn_kind=kind, items=items)
        return Seen(row, conversation, language, said, situation, suggestion)

    async def _pressed(
        self, incoming: Incoming, conversation: Conversation, situation: Situation
    ) -> tuple[Situation, str]:
        language, data = conversation.language, incoming.button or ""
        if data == CALL_PERSON:
            pressed = replace(situation, gesture=Gesture.CALL_PERSON)
            return pressed, text("call_a_person", language)
        if data == NONE_OF_THESE:
            pressed = replace(situation, gesture=Gesture.NONE_OF_THESE)
            return pressed, text("none_of_these", language)
        article_id = chosen_article(data, await self._conversations.offered(conversation.id))
        chosen, title = self._choice(article_id, language)
        pressed = replace(situation, gesture=Gesture.CHOOSE, chosen=chosen)
        return pressed, title or incoming.text or "…"

    def _choice(self, article_id: str | None, language: Language) -> tuple[Chosen | None, str]:
        article = self._knowledge.article(article_id) if article_id else None
        if article is None:
            return None, ""
        served = article.status is ArticleStatus.PUBLISHED and article.valid_at(self._clock.now())
        topic = self._knowledge.topics.get(article.topic, Topic(article.topic))
        ours, translation = article.in_language(language)
        language_ok = ours == language or article.other_language_ok
        # A customer can forge a button: what it names is shown only if it is no secret.
        title = translation.title if served and topic.mode is not Mode.OBSERVES else ""
        return Chosen(article.id, served, topic.mode, language_ok), title

    def _status_given(self, history: Sequence[Message]) -> bool:
        ours = [message for message in history if message.author is not Author.CUSTOMER]
        if not ours or not wording.is_status(ours[-1].text):
            return False
        return abs((self._clock.now() - ours[-1].at).total_seconds()) < STATUS_EVERY_S
