"""What the conversation needs from below and above: the prompter, knowledge, stores and duty."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sufler.conversation.drawing import Sample
from sufler.domain.checks import Draw
from sufler.domain.conversation import (
    Attachment,
    Author,
    Button,
    Conversation,
    Customer,
    InboxRow,
    Incoming,
    Message,
    Owner,
    Reach,
    SendState,
)
from sufler.domain.decisions import Decision, Feedback, Reason, Suggestion
from sufler.domain.flows import FlowRun
from sufler.domain.knowledge import Article, Language, Mode, Topic
from sufler.domain.outside_events import Begun
from sufler.domain.queues import Prospect


@dataclass(frozen=True, slots=True)
class Reply:
    """A message that is to go out. `text` is the safe Markdown subset; `quotes` is the channel's
    id of the message that it answers. A `low` one waits while others want to go out. For `hold_s`
    seconds it waits on the desk, where it can be stopped."""

    text: str
    buttons: tuple[Button, ...] = ()
    author: Author = Author.BOT
    author_name: str = ""
    author_id: str | None = None
    quotes: str | None = None
    low: bool = False
    hold_s: int = 0
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision with the suggestion it was made from and the words for it. A turn with two
    questions has two. `about` is the id of an earlier suggestion that was decided about.
    `prospect`: what one who waits for a person was told."""

    decision: Decision
    suggestion: Suggestion | None = None
    replies: tuple[Reply, ...] = ()
    about: str | None = None
    prospect: Prospect | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One handled turn, as it is stored in one transaction.

    `before` is the conversation as the decision saw it: its `changes` and its owner are compared
    when this is stored. `turn` are the messages that are answered. `owner` is who owns the
    conversation from now on. `failure` is set when the turn was given up. It `closes`: the customer
    ended the episode, and the bot has what comes after it. `draws`: of its predictions, those that
    were made for a question. `run`: where the conversation's flow stands now, if one was begun or
    went on; `note`: what people should know who look after the customer from now on. With no
    `turn`, the flow went on by itself, and an open turn stays as it is. `event`: it was begun by
    that one. `withdraws`: the customer wants to be written to first no more.
    """

    before: Conversation
    turn: tuple[Message, ...]
    language: Language
    decided: tuple[Decided, ...]
    owner: Owner
    at: datetime
    misses: int = 0
    failure: str | None = None
    feedback: tuple[Feedback, ...] = ()
    closes: bool = False
    draws: tuple[Draw, ...] = ()
    run: FlowRun | None = None
    note: str = ""
    event: Begun | None = None
    withdraws: bool = False

    @property
    def prospect(self) -> Prospect | None:
        """What the customer was told of their waiting for a person."""
        return next((each.prospect for each in reversed(self.decided) if each.prospect), None)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A customer's message on its way from the inbox into its conversation.

    `shown` is what people read in the history. `due_at` is when the turn it belongs to may be
    decided; with None it opens no turn: there is nothing to decide about it, but `word` may be said
    if that was not said lately. `u` is drawn evenly from 0..1 now, before anybody has read it.
    """

    row: InboxRow
    conversation: Conversation
    shown: str
    due_at: datetime | None
    longest_s: float
    at: datetime
    u: float
    button: str | None = None
    word: Reply | None = None

    def pressing(self, button: str) -> "Arrived":
        """The same, as good as pressing the button with this data."""
        return replace(self, button=button)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer of the bot. `tried`: the articles sent from its suggestion so far, in order."""

    suggestion: Suggestion
    tried: tuple[str, ...]
    episode: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """Where the bot may not answer by itself: everywhere (or here), or in topics."""

    everywhere: bool = False
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AtHand:
    """An open turn with what stands around it, all of one moment. `history` is what was said before
    it, `others` what somebody else has said since it began, each oldest first; `closed_before` is
    when the episode before this one was closed; `sample` is what was drawn for the turn; `run` the
    flow that is under way."""

    conversation: Conversation
    turn: tuple[Message, ...]
    history: tuple[Message, ...]
    others: tuple[Message, ...]
    stopped: Stopped
    closed_before: datetime | None
    sample: Sample
    run: FlowRun | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A stored decision with the suggestion it was made from, for explanations."""

    decision: Decision
    suggestion: Suggestion | None
    at: datetime


class Prompting(Protocol):
    """`prompter.suggest.Prompter`."""

    async def suggest(
        self,
        text: str,
        *,
        language: Language | None = None,
        history: Sequence[tuple[str, str]] = (),
        limit: int = 3,
        conversation_id: str | None = None,
        variables: Mapping[str, str] = ...,
    ) -> Suggestion: ...


class Knowledge(Protocol):
    """The part of `kb_index.knowledge.KnowledgeBase` that a pressed button needs."""

    @property
    def topics(self) -> Mapping[str, Topic]: ...
    def article(self, article_id: str, /) -> Article | None: ...
    def mode_of(self, article: Article, /) -> Mode:
        """What the bot may do with it."""
        ...


class Duty(Protocol):
    """Whether and when a person could answer: `desk.prospects.Prospects`."""

    async def anybody(self) -> bool:
        """Somebody who may answer has the desk open now."""
        ...

    async def exists(self) -> bool:
        """There is somebody who may answer at all."""
        ...

    async def prospect(
        self, conversation: Conversation, language: Language, topic: str = "", queue: str = ""
    ) -> Prospect:
        """What is true for one who waits, or will from now on with a question of `topic`, or in
        `queue`."""
        ...


class Inbox(Protocol):
    """What came in, each message once."""

    async def add(self, incoming: Incoming, at: datetime, most_an_hour: int = 0) -> bool:
        """Store it; False when this channel already gave a message with this external id, or the
        customer is banned or has sent `most_an_hour` (0: any number): then it is only counted."""
        ...

    async def due(self, channels: Sequence[str], now: datetime, limit: int = 100) -> list[InboxRow]:
        """The first unfinished row of each customer, where its time has come and no other living
        process works on it, oldest first."""
        ...

    async def claim(self, row_id: int) -> bool:
        """Begin to work on it, unless it is finished or another living process does."""
        ...

    async def release(self) -> None:
        """This process works on none any more."""
        ...

    async def finished(self, row_id: int) -> bool:
        """Whether it was handled or given up."""
        ...

    async def postpone(self, row_id: int, until: datetime, error: str) -> None:
        """Count one more attempt and wait."""
        ...

    async def park(self, row_id: int, error: str, at: datetime) -> None:
        """Give the row up: it is kept as failed, and those behind it go on."""
        ...


class Conversations(Protocol):
    """Conversations, their messages and who owns them."""

    async def open_for(
        self,
        channel: str,
        customer: Customer,
        language: Language,
        at: datetime,
        row_id: int | None = None,
    ) -> Conversation:
        """The customer's conversation with an open episode; made or opened when needed.

        Raises NotFound when `row_id`, the row of the inbox that wants it, is there no more.
        """
        ...

    async def too_fast(self, row: InboxRow, most_a_minute: int) -> bool:
        """Whether the customer had sent more than `most_a_minute` (0: any number) within the minute
        before this row, the row included."""
        ...

    async def find(self, channel: str, customer_id: str) -> Conversation | None: ...
    async def get(self, conversation_id: str) -> Conversation:
        """Raises NotFound."""
        ...

    async def messages(
        self, conversation_id: str, limit: int = 50, before: int | None = None
    ) -> list[Message]:
        """The newest `limit` messages with an id below `before`, oldest first."""
        ...

    async def messages_after(
        self, conversation_id: str, after: int, limit: int = 200
    ) -> list[Message]:
        """Messages with an id above `after`, oldest first."""
        ...

    async def arrived(self, arrived: Arrived) -> bool:
        """The message into its conversation and its row done, all or nothing; False when the row
        was done before. Its turn becomes due at `due_at`, but no later than `longest_s` seconds
        after its first message."""
        ...

    async def edited(self, row: InboxRow, conversation_id: str, shown: str, at: datetime) -> bool:
        """The message that `row` is about has another text; the old one is kept as a version.

        In an open turn the text is replaced. Where nothing was said to the customer since, the
        turn is decided anew. False when there is no such message; the row is done either way.
        """
        ...

    async def told_by_staff(
        self, row: InboxRow, conversation_id: str, shown: str, by: str, at: datetime
    ) -> None:
        """A person wrote to the customer from another program: that person owns it from now on,
        and what the bot had not yet sent is cancelled."""
        ...

    async def reach(self, row: InboxRow, conversation_id: str, reach: Reach, at: datetime) -> None:
        """Whether the customer can be reached has changed."""
        ...

    async def dismiss(self, row: InboxRow, at: datetime) -> None:
        """There is nothing to do about this row: it is done."""
        ...

    async def at_hand(self, conversation_id: str, history: int) -> AtHand | None:
        """The open turn, None without one, and at most `history` messages before it. Raises
        NotFound."""
        ...

    async def store_outcome(self, outcome: Outcome) -> bool:
        """Suggestion, decision, replies, owner and the end of the turn, all or nothing.

        False, with nothing stored, when the conversation is no longer as `before` saw it: another
        owner, another message, another process that was quicker; or when automatic answers were
        stopped meanwhile.
        """
        ...

    async def last_answer(
        self, conversation_id: str, suggestion_id: str | None = None
    ) -> Answered | None:
        """The newest answer of the bot, with the suggestion it was made from; where that turn got
        several, the one made from `suggestion_id`."""
        ...

    async def decided_before(self, conversation: Conversation, reason: Reason) -> bool:
        """Whether a decision of this episode had this reason."""
        ...

    async def message_of(self, conversation_id: str, external_id: str) -> Message | None:
        """The message with this channel's id."""
        ...

    async def wrote_first(self, conversation: Conversation, run_id: str | None) -> bool:
        """Whether an event from outside began the run, or (None) any flow of the conversation, of
        a customer whose consent to that holds."""
        ...

    async def last_told(self, conversation_id: str) -> Told | None:
        """The newest decision with its suggestion."""
        ...

    async def offered(self, conversation_id: str) -> list[str]:
        """Ids of articles that were offered to choose from lately, newest first."""
        ...


class Outbox(Protocol):
    """What must go out, in order within a conversation."""

    async def due(
        self, channels: Sequence[str], now: datetime, limit: int = 1000
    ) -> list[tuple[Conversation, Message]]:
        """The first unsent message of each conversation, where its time has come; those that can
        wait last."""
        ...

    async def claim(self, message_id: int) -> bool:
        """pending → sending, in one step with comparing the owner: a bot's message is cancelled
        and False returned when an operator owns the conversation."""
        ...

    async def sent(self, message_id: int, external_id: str | None) -> None: ...
    async def postpone(self, message_id: int, now: datetime, until: datetime, error: str) -> None:
        """Back to pending: it certainly did not arrive. It is held back where answers were stopped
        while it was on its way."""
        ...

    async def put_back(self, message_id: int, now: datetime, error: str) -> None:
        """The same, and not counted as a try: nothing goes out on its channel now."""
        ...

    async def failed(self, message_id: int, error: str, reach: Reach | None = None) -> None:
        """It did not arrive; `reach`: so it stands with its customer."""
        ...

    async def edits_due(self, channels: Sequence[str]) -> list[tuple[Conversation, Message]]:
        """Messages that arrived and were edited by us since."""
        ...

    async def edited(self, message: Message, state: SendState) -> None:
        """What became of an edit, unless the text was edited again meanwhile."""
        ...

    async def unknown(self, message_id: int, error: str) -> None: ...
    async def interrupted(self, channels: Sequence[str], besides: Collection[str] = ()) -> int:
        """What was being sent when a process died becomes unknown, but in the conversations
        `besides`, for which this one still sends. How many."""
        ...
