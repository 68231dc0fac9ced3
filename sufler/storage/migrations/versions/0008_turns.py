"""Turns of several messages: what is open, when it is due, versions of edited messages, stops."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _conversations() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("changes", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("misses", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("reach", sa.String(length=10), nullable=False, server_default="open"),
        sa.Column("turn_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("turn_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("turn_attempts", sa.Integer(), nullable=False, server_default="0"),
    )


def _messages() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("button", sa.String(length=200), nullable=True),
        sa.Column("quotes", sa.String(length=200), nullable=True),
        sa.Column("low", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("open", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edit_state", sa.String(length=20), nullable=True),
        sa.Column("author_id", sa.String(length=80), nullable=True),
    )


def upgrade() -> None:
    for column in _conversations():
        op.add_column("conversations", column)
    for column in _messages():
        op.add_column("messages", column)
    op.create_index("ix_conversations_turn_due_at", "conversations", ["turn_due_at"])
    op.create_index(
        "ix_messages_conversation_id_external_id", "messages", ["conversation_id", "external_id"]
    )
    op.create_table(
        "message_versions",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("message_id", _ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_message_versions_message_id_messages")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_versions")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_message_versions_message_id", "message_versions", ["message_id"])
    op.create_table(
        "stops",
        sa.Column("scope", sa.String(length=320), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_stops")),
    )


def downgrade() -> None:
    op.drop_table("stops")
    op.drop_table("message_versions")
    op.drop_index("ix_messages_conversation_id_external_id", "messages")
    op.drop_index("ix_conversations_turn_due_at", "conversations")
    for column in _messages():
        op.drop_column("messages", column.name)
    for column in _conversations():
        op.drop_column("conversations", column.name)
