"""Import runs and sources that are imported again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("id", _big(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("schedule", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=True),
        sa.Column("topic", sa.String(length=300), nullable=True),
        sa.Column("vanished", sa.String(length=20), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_run_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("name", name=op.f("uq_sources_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_sources_next_run_at"), "sources", ["next_run_at"], unique=False)
    op.create_table(
        "imports",
        sa.Column("id", _big(), autoincrement=True, nullable=False),
        sa.Column("source_id", _big(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("errors", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_imports_source_id_id", "imports", ["source_id", "id"], unique=False)
    op.create_table(
        "source_pages",
        sa.Column("source_id", _big(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("etag", sa.String(length=300), nullable=True),
        sa.Column("modified", sa.String(length=100), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["sources.id"],
            name=op.f("fk_source_pages_source_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source_id", "key", name=op.f("pk_source_pages")),
    )
    op.create_table(
        "source_articles",
        sa.Column("source_id", _big(), nullable=False),
        sa.Column("article_id", sa.String(length=300), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["sources.id"],
            name=op.f("fk_source_articles_source_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source_id", "article_id", name=op.f("pk_source_articles")),
    )
    op.add_column("article_revisions", sa.Column("import_id", _big(), nullable=True))
    op.create_index(
        op.f("ix_article_revisions_import_id"), "article_revisions", ["import_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_article_revisions_import_id"), table_name="article_revisions")
    with op.batch_alter_table("article_revisions") as table:
        table.drop_column("import_id")
    op.drop_table("source_articles")
    op.drop_table("source_pages")
    op.drop_index("ix_imports_source_id_id", table_name="imports")
    op.drop_table("imports")
    op.drop_index(op.f("ix_sources_next_run_at"), table_name="sources")
    op.drop_table("sources")
