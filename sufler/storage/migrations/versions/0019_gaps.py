"""What the base lacks: gaps and the turns in them; a proposed article keeps its questions."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "gaps",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("article_id", sa.String(length=300), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_by", sa.Text(), nullable=True),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("reply_id", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gaps")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_gaps_state"), "gaps", ["state"])
    op.create_table(
        "gap_turns",
        sa.Column("suggestion_id", sa.String(length=64), nullable=False),
        sa.Column("gap_id", _ID, nullable=False),
        sa.Column("lack", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waited_s", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["gap_id"], ["gaps.id"], name=op.f("fk_gap_turns_gap_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestions.id"],
            name=op.f("fk_gap_turns_suggestion_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("suggestion_id", name=op.f("pk_gap_turns")),
    )
    op.create_index("ix_gap_turns_gap_id_at", "gap_turns", ["gap_id", "at"])
    op.create_table(
        "gap_looks",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("gaps", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_looks")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_gap_looks_at"), "gap_looks", ["at"])
    op.add_column("proposals", sa.Column("phrasings", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("proposals", "phrasings")
    op.drop_table("gap_looks")
    op.drop_table("gap_turns")
    op.drop_table("gaps")
