"""Templates, drafts on the server, customers' cards, the undo of a reply, and search over history.

The search is kept by the database itself, in the same transaction as the message: triggers into an
FTS5 table on SQLite, an index over an expression on PostgreSQL; see docs/decisions/0014-search.md.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
# As `storage/searching.py` folds a question: PostgreSQL's own lower() leaves Cyrillic alone in a
# database of the locale C, and its parser would take a name with a dot or a hyphen for one word.
_UPPER = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯё"
_LOWER = "абвгдеежзийклмнопрстуфхцчшщъыьэюяе"
_MARKS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~«»„“”‘’—–…№'
_FROM = (_UPPER + "'" + _MARKS).replace("'", "''")
_TO = _LOWER + " " * (1 + len(_MARKS))
_WORDS = f"to_tsvector('simple', translate(lower(author_name || ' ' || text), '{_FROM}', '{_TO}'))"


def upgrade() -> None:
    op.add_column("conversations", sa.Column("tags", sa.JSON(), nullable=True))
    op.add_column("conversations", sa.Column("given", sa.JSON(), nullable=True))
    op.add_column(
        "conversations",
        sa.Column("card_revision", sa.Integer(), nullable=False, server_default="0"),
    )
    op.add_column("messages", sa.Column("unanswered_before", _TIME, nullable=True))
    op.add_column(
        "notes", sa.Column("whisper", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    _drafts_and_templates()
    _customers()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE INDEX ix_messages_words ON messages USING gin ({_WORDS})")
    else:
        _fts()


def _drafts_and_templates() -> None:
    op.create_table(
        "drafts",
        sa.Column("operator_id", sa.String(length=80), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("quotes", sa.String(length=200), nullable=True),
        sa.Column("quoted", sa.Text(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("used", sa.JSON(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_drafts_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("operator_id", "conversation_id", name=op.f("pk_drafts")),
    )
    op.create_index("ix_drafts_conversation_id", "drafts", ["conversation_id"])
    op.create_index("ix_drafts_at", "drafts", ["at"])
    op.create_table(
        "templates",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("shortcut", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sharing", sa.String(length=10), nullable=False),
        sa.Column("owner_id", sa.String(length=80), nullable=False),
        sa.Column("queue_id", sa.String(length=64), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
        sqlite_autoincrement=True,
    )


def _customers() -> None:
    op.create_table(
        "customer_fields",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_customer_fields")),
    )
    op.create_table(
        "customer_notes",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("customer_id", sa.String(length=200), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_notes")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_customer_notes_channel_customer_id", "customer_notes", ["channel", "customer_id"]
    )


def _fts() -> None:
    """Whoever rebuilds `messages` (Alembic's batch mode does) must make the triggers again."""
    op.execute(
        "CREATE VIEW messages_searched AS SELECT id, "  # noqa: S608 - our own names
        f"{_folded('text')} AS text, {_folded('author_name')} AS author_name FROM messages"
    )
    op.execute(
        "CREATE VIRTUAL TABLE messages_fts USING fts5(text, author_name, "
        "content='messages_searched', content_rowid='id', tokenize='unicode61')"
    )
    gone = (
        "INSERT INTO messages_fts(messages_fts, rowid, text, author_name) "  # noqa: S608 - our own
        f"VALUES ('delete', old.id, {_folded('old.text')}, {_folded('old.author_name')});"
    )
    there = (
        "INSERT INTO messages_fts(rowid, text, author_name) "  # noqa: S608 - our own names
        f"VALUES (new.id, {_folded('new.text')}, {_folded('new.author_name')});"
    )
    for name, when, body in (
        ("added", "INSERT", there),
        ("changed", "UPDATE OF text, author_name", gone + there),
        ("removed", "DELETE", gone),
    ):
        op.execute(f"CREATE TRIGGER messages_fts_{name} AFTER {when} ON messages BEGIN {body} END")
    op.execute("INSERT INTO messages_fts(messages_fts) VALUES ('rebuild')")


def _folded(column: str) -> str:
    # The tokenizer folds case, and diacritics of Latin letters only.
    return f"replace(replace({column}, 'ё', 'е'), 'Ё', 'Е')"


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_messages_words")
    else:
        for name in ("added", "changed", "removed"):
            op.execute(f"DROP TRIGGER messages_fts_{name}")
        op.execute("DROP TABLE messages_fts")
        op.execute("DROP VIEW messages_searched")
    for table in ("customer_notes", "customer_fields", "templates", "drafts"):
        op.drop_table(table)
    op.drop_column("notes", "whisper")
    op.drop_column("messages", "unanswered_before")
    for column in ("card_revision", "given", "tags"):
        op.drop_column("conversations", column)
