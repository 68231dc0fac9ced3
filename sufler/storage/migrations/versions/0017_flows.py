"""Flows' versions, where each conversation stands in one, and requests."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_GOES_ON = sa.text("outcome = ''")
_CALLING = sa.text("outcome = '' AND waiting IN ('call', 'request')")


def upgrade() -> None:
    op.create_table(
        "flow_versions",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_versions")),
        sa.UniqueConstraint("name", "number", name=op.f("uq_flow_versions_name_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "flow_runs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("flow", sa.String(length=30), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("step", sa.String(length=30), nullable=False),
        sa.Column("waiting", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("calling", sa.JSON(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("parked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("path", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_flow_runs_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_runs")),
    )
    op.create_index("ix_flow_runs_conversation_id", "flow_runs", ["conversation_id"])
    op.create_index("ix_flow_runs_flow", "flow_runs", ["flow", "started_at"])
    op.create_index(
        "uq_flow_runs_going_on",
        "flow_runs",
        ["conversation_id"],
        unique=True,
        sqlite_where=_GOES_ON,
        postgresql_where=_GOES_ON,
    )
    op.create_index(
        "ix_flow_runs_calling",
        "flow_runs",
        ["waiting"],
        sqlite_where=_CALLING,
        postgresql_where=_CALLING,
    )
    op.create_index("ix_flow_runs_remind_at", "flow_runs", ["remind_at"])
    op.create_table(
        "customer_requests",
        sa.Column("number", _ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_customer_requests_conversation_id"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_customer_requests")),
        sa.UniqueConstraint("key", name=op.f("uq_customer_requests_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_customer_requests_conversation_id", "customer_requests", ["conversation_id"]
    )
    op.create_index("ix_customer_requests_done_at", "customer_requests", ["done_at", "number"])


def downgrade() -> None:
    op.drop_table("customer_requests")
    op.drop_table("flow_runs")
    op.drop_table("flow_versions")
