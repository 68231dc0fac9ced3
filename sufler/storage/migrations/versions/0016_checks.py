"""Draws, reviews, checks, trials and the history of modes; what a topic has to prove."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checks",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("suggestion_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("topic", sa.String(length=300), nullable=False),
        sa.Column("article_id", sa.String(length=300), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("propensity", sa.Float(), nullable=False),
        sa.Column("predicted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("took_s", sa.Float(), nullable=True),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_why", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks")),
        sa.UniqueConstraint("suggestion_id", name=op.f("uq_checks_suggestion_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_checks_article_id", "checks", ["article_id"])
    op.create_index("ix_checks_topic_at", "checks", ["topic", "at"])
    op.create_table(
        "mode_changes",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("topic", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("before", sa.String(length=20), nullable=False),
        sa.Column("after", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mode_changes")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mode_changes_topic_at", "mode_changes", ["topic", "at"])
    op.create_table(
        "trials",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("topic", sa.String(length=300), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("target", sa.Float(), nullable=False),
        sa.Column("enough", sa.Float(), nullable=False),
        sa.Column("bars", sa.JSON(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trials")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_trials_topic_started_at", "trials", ["topic", "started_at"])
    op.create_table(
        "draws",
        sa.Column("suggestion_id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column(
            "message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("topic", sa.String(length=300), nullable=False),
        sa.Column("article_id", sa.String(length=300), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("u", sa.Float(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("audited", sa.Boolean(), nullable=False),
        sa.Column("far_off", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestions.id"],
            name=op.f("fk_draws_suggestion_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("suggestion_id", name=op.f("pk_draws")),
    )
    op.create_index("ix_draws_at", "draws", ["at"])
    op.create_index("ix_draws_conversation_id_episode", "draws", ["conversation_id", "episode"])
    op.create_index("ix_draws_hidden_settled_at", "draws", ["hidden", "settled_at"])
    op.create_index("ix_draws_topic_at", "draws", ["topic", "at"])
    op.create_table(
        "review_tasks",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("suggestion_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("topic", sa.String(length=300), nullable=False),
        sa.Column("propensity", sa.Float(), nullable=False),
        sa.Column("matched", sa.String(length=300), nullable=True),
        sa.Column("reviewers", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestions.id"],
            name=op.f("fk_review_tasks_suggestion_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_tasks")),
        sa.UniqueConstraint("suggestion_id", name=op.f("uq_review_tasks_suggestion_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_review_tasks_state_due_at", "review_tasks", ["state", "due_at"])
    op.create_index("ix_review_tasks_state_topic", "review_tasks", ["state", "topic"])
    op.create_table(
        "reviews",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reviewer", sa.String(length=80), nullable=False),
        sa.Column("choice", sa.String(length=300), nullable=False),
        sa.Column("also", sa.JSON(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("took_s", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["task_id"], ["review_tasks.id"], name=op.f("fk_reviews_task_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reviews_reviewer_at", "reviews", ["reviewer", "at"])
    op.create_index(op.f("ix_reviews_task_id"), "reviews", ["task_id"])
    op.create_table(
        "readers",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("reader", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_readers_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "reader", name=op.f("pk_readers")),
    )
    op.create_table(
        "mode_notices",
        sa.Column(
            "change_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["mode_changes.id"],
            name=op.f("fk_mode_notices_change_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_mode_notices_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("change_id", "person_id", name=op.f("pk_mode_notices")),
    )
    op.add_column(
        "suggestions",
        sa.Column("hidden", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("messages", sa.Column("u", sa.Float(), nullable=True))
    op.add_column("topics", sa.Column("target", sa.Float(), server_default="0.95", nullable=False))
    op.add_column("topics", sa.Column("bar", sa.Float(), nullable=True))
    op.add_column("topics", sa.Column("alarm_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("topics", sa.Column("hold_s", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("topics", "alarm_at")
    op.drop_column("suggestions", "hidden")
    op.drop_column("topics", "hold_s")
    op.drop_column("topics", "bar")
    op.drop_column("topics", "target")
    op.drop_column("messages", "u")
    op.drop_table("mode_notices")
    op.drop_table("readers")
    op.drop_table("reviews")
    op.drop_table("review_tasks")
    op.drop_table("checks")
    op.drop_table("mode_changes")
    op.drop_table("trials")
    op.drop_table("draws")
