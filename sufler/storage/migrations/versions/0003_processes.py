"""Leases and what several processes share."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    # Who works on a row of the inbox, and until when that counts.
    op.add_column("inbox", sa.Column("claimed_by", sa.String(length=200), nullable=True))
    op.add_column("inbox", sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("inbox", "claimed_until")
    op.drop_column("inbox", "claimed_by")
    op.drop_table("leases")
