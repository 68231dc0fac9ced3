"""What administrators set on pages, the log of their acts, and when people and keys were seen."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "settings",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_settings")),
    )
    op.create_table(
        "audit",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    seen = sa.DateTime(timezone=True)
    op.add_column("people", sa.Column("seen_at", seen, nullable=True))
    op.add_column("sessions", sa.Column("seen_at", seen, nullable=True))
    op.add_column("sessions", sa.Column("client", sa.String(length=200), nullable=True))
    op.add_column("keys", sa.Column("used_at", seen, nullable=True))


def downgrade() -> None:
    op.drop_column("keys", "used_at")
    op.drop_column("sessions", "client")
    op.drop_column("sessions", "seen_at")
    op.drop_column("people", "seen_at")
    op.drop_table("audit")
    op.drop_table("settings")
