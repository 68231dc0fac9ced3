"""Which lesson confirmed a learned wording."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("learned", sa.Column("confirmed_in", sa.Integer(), nullable=True))
    op.create_index("ix_learned_confirmed_in", "learned", ["confirmed_in"])


def downgrade() -> None:
    op.drop_index("ix_learned_confirmed_in", "learned")
    op.drop_column("learned", "confirmed_in")
