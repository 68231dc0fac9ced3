"""Files that are still at their channel; groups that moved, and business accounts of Telegram."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("files", sa.Column("source", sa.String(length=300), nullable=True))
    op.add_column(
        "files", sa.Column("source_tries", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("files", sa.Column("source_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_files_source_at", "files", ["source_at"])
    op.create_table(
        "telegram_moves",
        sa.Column("old_chat", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("new_chat", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("old_chat", name=op.f("pk_telegram_moves")),
    )
    op.create_table(
        "telegram_connections",
        sa.Column("id", sa.String(length=150), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("may_reply", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telegram_connections")),
    )


def downgrade() -> None:
    op.drop_table("telegram_connections")
    op.drop_table("telegram_moves")
    op.drop_index("ix_files_source_at", "files")
    for name in ("source_at", "source_tries", "source"):
        op.drop_column("files", name)
