"""Bans, floods, files to be removed; what customers sent lately and edits are found by index."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bans",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("dismissed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "customer_id", name=op.f("pk_bans")),
    )
    op.create_table(
        "floods",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dismissed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "customer_id", name=op.f("pk_floods")),
    )
    op.create_table(
        "removals",
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_removals")),
    )
    op.create_index(
        "ix_inbox_channel_customer_id_received_at",
        "inbox",
        ["channel", "customer_id", "received_at"],
    )
    op.create_index(
        "ix_messages_conversation_id_edited_at", "messages", ["conversation_id", "edited_at"]
    )


def downgrade() -> None:
    op.drop_index("ix_messages_conversation_id_edited_at", "messages")
    op.drop_index("ix_inbox_channel_customer_id_received_at", "inbox")
    op.drop_table("removals")
    op.drop_table("floods")
    op.drop_table("bans")
