"""What proves that a topic may answer: draws, reviews, checks, trials, and changes of modes."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from sufler.storage.tables.base import metadata
from sufler.storage.tables.types import AwareTime, CleanText


def _id() -> Column[int]:
    big = BigInteger().with_variant(Integer, "sqlite")
    return Column("id", big, primary_key=True, autoincrement=True)


# One row for each prediction that was made for a customer's turn, in the transaction that decided
# the turn. `u` was drawn when the turn's first message arrived. `counts`: the first prediction of
# its episode; only such a turn is ever checked. `share` is the chance of being drawn at that time.
# `hidden`: nobody sees anything derived from the prediction. `answered`: the bot sent the top
# article by itself. `audited`: this answer was drawn for the audit.
draws = Table(
    "draws",
    metadata,
    Column(
        "suggestion_id",
        String(64),
        ForeignKey("suggestions.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    # A foreign desk's own, where its prediction was asked for by the API.
    Column("conversation_id", CleanText, nullable=False),
    Column("episode", Integer, nullable=False),
    Column("message_id", BigInteger().with_variant(Integer, "sqlite"), nullable=True),
    Column("topic", String(300), nullable=False),
    Column("article_id", String(300), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("u", Float, nullable=False),
    Column("share", Float, nullable=False),
    Column("counts", Boolean, nullable=False),
    Column("hidden", Boolean, nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("audited", Boolean, nullable=False),
    Column("far_off", Boolean, nullable=False),
    Column("at", AwareTime, nullable=False),
    # Of a hidden one: since when it is known how it is labelled; nothing of it shows before.
    Column("settled_at", AwareTime, nullable=True),
    Index("ix_draws_topic_at", "topic", "at"),
    Index("ix_draws_hidden_settled_at", "hidden", "settled_at"),
    Index("ix_draws_at", "at"),
    Index("ix_draws_conversation_id_episode", "conversation_id", "episode"),
)

# Turns that wait for a reviewer, and what came of each. `matched`: the article that the operator's
# reply was found to be, where the matcher decided and a random tenth is looked at all the same.
# `reviewers`: how many must agree (1 or 2); `state`: open, disputed, done, overdue.
review_tasks = Table(
    "review_tasks",
    metadata,
    _id(),
    Column(
        "suggestion_id",
        String(64),
        ForeignKey("suggestions.id", ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
    Column("kind", String(20), nullable=False),
    Column("topic", String(300), nullable=False),
    Column("propensity", Float, nullable=False),
    Column("matched", String(300), nullable=True),
    Column("reviewers", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("created_at", AwareTime, nullable=False),
    Column("due_at", AwareTime, nullable=False),
    Column("done_at", AwareTime, nullable=True),
    Index("ix_review_tasks_state_topic", "state", "topic"),
    Index("ix_review_tasks_state_due_at", "state", "due_at"),
    sqlite_autoincrement=True,
)

# What one reviewer picked. `choice`: an article's id, or "none", "two", "not_a_question" (two:
# with the ids in `also`). `shown`: the articles' ids in the order in which they were shown.
reviews = Table(
    "reviews",
    metadata,
    _id(),
    Column(
        "task_id",
        BigInteger().with_variant(Integer, "sqlite"),
        ForeignKey("review_tasks.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("reviewer", String(80), nullable=False),
    Column("choice", String(300), nullable=False),
    Column("also", JSON, nullable=False),
    Column("shown", JSON, nullable=False),
    Column("took_s", Float, nullable=False),
    Column("at", AwareTime, nullable=False),
    Column("undone_at", AwareTime, nullable=True),
    Index("ix_reviews_reviewer_at", "reviewer", "at"),
    sqlite_autoincrement=True,
)

# Which member of staff (a person's id) has opened a conversation: they no longer review its turns.
readers = Table(
    "readers",
    metadata,
    Column(
        "conversation_id",
        String(64),
        ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("reader", String(80), primary_key=True),
    Column("at", AwareTime, nullable=False),
)

# Labels; only added, and voided with a time: what was certified at any past moment can be computed
# again. `suggestion_id` names no row where the check is of history.
checks = Table(
    "checks",
    metadata,
    _id(),
    Column("suggestion_id", String(64), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("topic", String(300), nullable=False),
    Column("article_id", String(300), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("right", Boolean, nullable=False),
    Column("propensity", Float, nullable=False),
    Column("predicted_at", AwareTime, nullable=False),
    Column("versions", JSON, nullable=False),
    Column("at", AwareTime, nullable=False),
    Column("by", String(80), nullable=False),
    Column("took_s", Float, nullable=True),
    Column("overdue", Boolean, nullable=False),
    Column("voided_at", AwareTime, nullable=True),
    Column("voided_why", String(40), nullable=True),
    UniqueConstraint("suggestion_id"),
    Index("ix_checks_topic_at", "topic", "at"),
    Index("ix_checks_article_id", "article_id"),
    sqlite_autoincrement=True,
)

# Tests of topics, one after another. `bars` were read off coverage, without labels, when it
# started; checks of predictions made before `since` do not count in it (null: all count).
trials = Table(
    "trials",
    metadata,
    _id(),
    Column("topic", String(300), nullable=False),
    Column("started_at", AwareTime, nullable=False),
    Column("since", AwareTime, nullable=True),
    Column("why", String(40), nullable=False),
    Column("target", Float, nullable=False),
    Column("enough", Float, nullable=False),
    Column("bars", JSON, nullable=False),
    Column("granted_at", AwareTime, nullable=True),
    Index("ix_trials_topic_started_at", "topic", "started_at"),
    sqlite_autoincrement=True,
)

# Who changed what a topic may do, and why, with the numbers of that moment. Never changed.
mode_changes = Table(
    "mode_changes",
    metadata,
    _id(),
    Column("topic", String(300), nullable=False),
    Column("at", AwareTime, nullable=False),
    Column("by", String(80), nullable=False),
    Column("before", String(20), nullable=False),
    Column("after", String(20), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("words", CleanText, nullable=False),
    Column("numbers", JSON, nullable=False),
    Index("ix_mode_changes_topic_at", "topic", "at"),
    sqlite_autoincrement=True,
)

# Whom a change was told in their own chat: the key is what makes a person be told once.
mode_notices = Table(
    "mode_notices",
    metadata,
    Column(
        "change_id",
        BigInteger().with_variant(Integer, "sqlite"),
        ForeignKey("mode_changes.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("person_id", String(64), ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("at", AwareTime, nullable=False),
)
