"""Stop 2 of 7, first half: a row of the inbox becomes a message of its conversation, and opens
the customer's turn or joins it. Next: `turn.py` decides the turn when it is due."""

from collections.abc import Callable
from datetime import timedelta

from sufler.conversation import wording
from sufler.conversation.buttons import (
    CALL_PERSON,
    HELPED,
    NONE_OF_THESE,
    NOT_IT,
    chosen_article,
    is_close,
)
from sufler.conversation.decide import Policy
from sufler.conversation.ports import Arrived, Conversations, Knowledge, Reply
from sufler.domain.conversation import (
    Conversation,
    InboxRow,
    Incoming,
    IncomingKind,
    Owner,
    Reach,
    label_of,
)
from sufler.domain.errors import NotFound
from sufler.domain.knowledge import ArticleStatus, Language, Mode, Topic
from sufler.domain.ports import Clock
from sufler.domain.texts import text
from sufler.flows.state import BUTTON as OF_FLOW

LanguageOf = Callable[[str, Language], Language]
# Draws a number evenly from 0 up to 1.
Chance = Callable[[], float]

# What these change or tell is about a conversation that is there already: they open none.
_LATER = frozenset(
    {IncomingKind.EDIT, IncomingKind.REACTION, IncomingKind.REACH, IncomingKind.FROM_STAFF}
)
# More of these may follow in a moment; whoever presses a button waits for its effect.
_IN_BURSTS = frozenset({IncomingKind.TEXT, IncomingKind.UNREADABLE})
_GOOD, _BAD = frozenset("👍❤🔥🥰👏🎉🙏👌💯🤝🏆⚡"), frozenset("👎💩🤬😡🤮🖕")
# A pressed button is looked for in so many messages.
_LOOKED_BACK = 30
# Who writes to a customer from another program: not one of our people, so nobody is named.
OUTSIDE = "outside"


class Arrivals:
    """Takes rows of the inbox in, each exactly once."""

    def __init__(
        self,
        *,
        conversations: Conversations,
        knowledge: Knowledge,
        clock: Clock,
        language_of: LanguageOf,
        policy: Policy,
        default_language: Language,
        chance: Chance,
    ) -> None:
        self._conversations = conversations
        self._knowledge = knowledge
        self._clock = clock
        self._language_of = language_of
        self._chance = chance
        self.policy = policy
        self.default_language = default_language

    async def take_in(self, row: InboxRow) -> Conversation | None:
        """The row into its conversation; None when it belongs to none. Raises what went wrong."""
        incoming, now = row.incoming, self._clock.now()
        try:
            conversation = await self._conversation_of(row)
        except NotFound:
            return None  # the row was erased with its customer
        if conversation is None:
            await self._conversations.dismiss(row, now)
            return None
        match incoming.kind:
            case IncomingKind.EDIT:
                await self._conversations.edited(row, conversation.id, incoming.text, now)
            case IncomingKind.REACH:
                reach = Reach(incoming.text)
                await self._conversations.reach(row, conversation.id, reach, now)
            case IncomingKind.FROM_STAFF:
                shown = incoming.text or "…"
                await self._conversations.told_by_staff(row, conversation.id, shown, OUTSIDE, now)
            case IncomingKind.REACTION:
                await self._reaction(row, conversation)
            case _:
                shown = await self._shown(incoming, conversation)
                await self._conversations.arrived(await self._arrived(row, conversation, shown))
        return conversation

    async def _conversation_of(self, row: InboxRow) -> Conversation | None:
        incoming = row.incoming
        if incoming.kind not in _LATER and not _answers_old_question(incoming):
            return await self._opened(row)
        found = await self._conversations.find(incoming.channel, incoming.customer.external_id)
        if found is None and incoming.kind is IncomingKind.FROM_STAFF:
            return await self._opened(row)
        return found

    async def _opened(self, row: InboxRow) -> Conversation:
        incoming = row.incoming
        language = incoming.customer.language or self.default_language
        if incoming.kind is IncomingKind.TEXT and not incoming.text.startswith("/"):
            language = self._language_of(incoming.text, language)
        return await self._conversations.open_for(
            incoming.channel, incoming.customer, language, self._clock.now(), row.id
        )

    async def _arrived(self, row: InboxRow, conversation: Conversation, shown: str) -> Arrived:
        now, policy = self._clock.now(), self.policy
        if await self._conversations.too_fast(row, policy.most_a_minute):
            # Kept for people to read. One answer to each message would make the flood our own.
            word = Reply(text("too_fast", conversation.language))
            return Arrived(row, conversation, shown, None, 0.0, now, self._chance(), word=word)
        # A person's side is served at once: only the bot's one answer has to wait for the burst.
        waits = conversation.owner is Owner.BOT and row.incoming.kind in _IN_BURSTS
        due_at = now + timedelta(seconds=policy.burst_pause_s if waits else 0.0)
        longest_s = policy.burst_longest_s
        return Arrived(row, conversation, shown, due_at, longest_s, now, self._chance())

    async def _reaction(self, row: InboxRow, conversation: Conversation) -> None:
        """👍 and 👎 under an answer are as good as its buttons; others mean nothing to decide."""
        incoming = row.incoming
        about = await self._conversations.message_of(conversation.id, incoming.about or "")
        emoji = incoming.text[:1]
        data = next((button.data for button in about.buttons), "") if about else ""
        if not data.startswith(HELPED) or emoji not in _GOOD | _BAD:
            await self._conversations.dismiss(row, self._clock.now())
            return
        pressed = (HELPED if emoji in _GOOD else NOT_IT) + data.removeprefix(HELPED)
        arrived = await self._arrived(row, conversation, incoming.text)
        await self._conversations.arrived(arrived.pressing(pressed))

    async def _shown(self, incoming: Incoming, conversation: Conversation) -> str:
        language = conversation.language
        match incoming.kind:
            case IncomingKind.TEXT:
                return incoming.text
            case IncomingKind.UNREADABLE if incoming.attachments:
                return label_of(incoming.attachments)
            case IncomingKind.UNREADABLE:
                return f"[{wording.media_word(incoming.text, language)}]"
            case IncomingKind.BUTTON:
                return await self._label(incoming, conversation)
            case IncomingKind.START:
                return f"/start {incoming.text}".rstrip()
            case _:
                return f"/{incoming.kind.value}"

    async def _label(self, incoming: Incoming, conversation: Conversation) -> str:
        language, data = conversation.language, incoming.button or ""
        if data == CALL_PERSON:
            return text("call_a_person", language)
        if data == NONE_OF_THESE:
            return text("none_of_these", language)
        if is_close(data):
            return text("solved", language)
        if data.startswith((HELPED, NOT_IT)):
            return text("helped" if data.startswith(HELPED) else "not_it", language)
        if data.startswith(OF_FLOW):
            return await self._pressed_label(data, conversation)
        article_id = chosen_article(data, await self._conversations.offered(conversation.id))
        return self._title(article_id, language) or incoming.text or "…"

    async def _pressed_label(self, data: str, conversation: Conversation) -> str:
        """What stands on a button of ours; the data of one can be forged."""
        said = await self._conversations.messages(conversation.id, _LOOKED_BACK)
        buttons = (button for message in reversed(said) for button in message.buttons)
        return next((button.label for button in buttons if button.data == data), "…")

    def _title(self, article_id: str | None, language: Language) -> str:
        article = self._knowledge.article(article_id) if article_id else None
        if article is None:
            return ""
        served = article.status is ArticleStatus.PUBLISHED and article.valid_at(self._clock.now())
        topic = self._knowledge.topics.get(article.topic, Topic(article.topic))
        # A customer can forge a button: what it names is shown only if it is no secret.
        secret = not served or topic.mode is Mode.OBSERVES
        return "" if secret else article.in_language(language)[1].title


def _answers_old_question(incoming: Incoming) -> bool:
    """A word about an answer that was given, or about the whole matter: it opens no new episode by
    itself."""
    data = incoming.button or ""
    return data.startswith((HELPED, NOT_IT)) or is_close(data)
