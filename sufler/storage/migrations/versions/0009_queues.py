"""Queues, their members and calendars, and what operators are doing."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _conversations() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("queue_id", sa.String(length=64), nullable=True),
        sa.Column("previous_operator_id", sa.String(length=64), nullable=True),
        sa.Column("owned_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unanswered_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("customer_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("operator_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("told", sa.String(length=20), nullable=True),
    )


def upgrade() -> None:
    for column in _conversations():
        op.add_column("conversations", column)
    op.create_index("ix_conversations_owner_customer_at", "conversations", ["owner", "customer_at"])
    op.add_column("events", sa.Column("queue_id", sa.String(length=64), nullable=True))
    op.create_index("ix_events_queue_id_kind_id", "events", ["queue_id", "kind", "id"])
    op.create_table(
        "queues",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queues")),
    )
    op.create_table(
        "operators",
        sa.Column("person_id", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_operators")),
    )
    op.create_table(
        "notes",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_notes_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notes_conversation_id", "notes", ["conversation_id"])


def downgrade() -> None:
    op.drop_table("notes")
    op.drop_table("operators")
    op.drop_table("queues")
    op.drop_index("ix_events_queue_id_kind_id", "events")
    op.drop_column("events", "queue_id")
    op.drop_index("ix_conversations_owner_customer_at", "conversations")
    for column in _conversations():
        op.drop_column("conversations", column.name)
