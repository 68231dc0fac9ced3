"""What was learned from operators, what waits for editors, and golden questions."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_MARK = '"learned"'


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _time() -> sa.types.TypeEngine[datetime]:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    _make_learned()
    _make_the_list()
    _make_refits()
    for column in (
        sa.Column("conversation_id", sa.Text(), nullable=True),
        sa.Column("message_id", _big(), nullable=True),
        sa.Column("found", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("due_at", _time(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("use", sa.String(length=20), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("corrected_by", sa.Text(), nullable=True),
    ):
        op.add_column("feedback", column)
    op.create_index("ix_feedback_state_due_at", "feedback", ["state", "due_at"])
    op.create_index("ix_feedback_message_id", "feedback", ["message_id"])
    op.create_index("ix_feedback_conversation_id", "feedback", ["conversation_id"])
    _move_learned_phrasings(op.get_bind())


def _make_learned() -> None:
    op.create_table(
        "learned",
        sa.Column("id", _big(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("article_id", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _time(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=True),
        sa.Column("conversation_id", sa.Text(), nullable=True),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("changed_at", _time(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learned")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_learned_article_id_state", "learned", ["article_id", "state"])
    op.create_index("ix_learned_kind_state", "learned", ["kind", "state"])
    op.create_index("ix_learned_at", "learned", ["at"])
    op.create_index("ix_learned_conversation_id", "learned", ["conversation_id"])
    op.create_index("ix_learned_lesson_id", "learned", ["lesson_id"])
    op.create_table(
        "learned_spans",
        sa.Column("learned_id", _big(), autoincrement=False, nullable=False),
        sa.Column("added", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("retired", sa.BigInteger(), nullable=True),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learned_id"], ["learned.id"], name=op.f("fk_learned_spans_learned_id")
        ),
        sa.PrimaryKeyConstraint("learned_id", "added", name=op.f("pk_learned_spans")),
    )


def _make_the_list() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", _big(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("article_id", sa.String(length=300), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _time(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=True),
        sa.Column("conversation_id", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", _time(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_proposals_state_at", "proposals", ["state", "at"])
    op.create_index("ix_proposals_article_id", "proposals", ["article_id"])
    op.create_index("ix_proposals_conversation_id", "proposals", ["conversation_id"])
    op.create_table(
        "golden",
        sa.Column("id", _big(), autoincrement=True, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("article_id", sa.String(length=300), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", _time(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_golden")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_golden_article_id", "golden", ["article_id"])
    op.create_index("ix_golden_conversation_id", "golden", ["conversation_id"])
    op.create_table(
        "clearances",
        sa.Column("article_id", sa.String(length=300), nullable=False),
        sa.Column("since", _time(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_clearances")),
    )


def _make_refits() -> None:
    op.create_table(
        "refits",
        sa.Column("id", _big(), autoincrement=True, nullable=False),
        sa.Column("at", _time(), nullable=False),
        sa.Column("knowledge", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.String(length=80), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("flips", sa.JSON(), nullable=False),
        sa.Column("quarantined", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refits")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_refits_at", "refits", ["at"])


def _move_learned_phrasings(bind: sa.Connection) -> None:
    """Learned phrasings that an import wrote into articles go to the table that is theirs."""
    articles = sa.table("articles", *map(sa.column, ("id", "version", "body", "content_hash")))
    revisions = sa.table("article_revisions", *map(sa.column, ("article_id", "revision", "body")))
    times = sa.column("updated_at", _time())
    marked = sa.column("body").contains(_MARK)
    for row in bind.execute(sa.select(articles, times.label("at")).where(marked)).all():
        taken, body = _taken_out(row.body)
        if not taken:
            continue
        hashed = hashlib.sha256(body.encode()).hexdigest()
        changed = sa.update(articles).where(articles.c.id == row.id)
        bind.execute(changed.values(body=body, content_hash=hashed))
        for phrasing in taken:
            _insert(bind, row.id, row.version, row.at, phrasing)
    for row in bind.execute(sa.select(revisions).where(marked)).all():
        taken, body = _taken_out(row.body)
        if taken:
            bind.execute(
                sa.update(revisions)
                .where(
                    revisions.c.article_id == row.article_id, revisions.c.revision == row.revision
                )
                .values(body=body)
            )


def _taken_out(body: str) -> tuple[list[dict[str, Any]], str]:
    if _MARK not in body:
        return [], body
    content = orjson.loads(body)
    taken = [each for each in content["phrasings"] if each["source"] == "learned"]
    content["phrasings"] = [each for each in content["phrasings"] if each not in taken]
    return taken, orjson.dumps(content).decode()


def _insert(
    bind: sa.Connection, article_id: str, version: int, at: Any, phrasing: dict[str, Any]
) -> None:
    author = phrasing["author"] or "import"
    names = (
        *("kind", "state", "article_id", "text", "language", "weight", "by", "at", "why"),
        "conversation_id",
    )
    learned = sa.table("learned", sa.column("id"), *map(sa.column, names))
    of = author.removeprefix("customer:") if author.startswith("customer:") else None
    values: Iterator[tuple[str, Any]] = zip(
        names,
        (
            "phrasing",
            "confirmed" if phrasing["weight"] >= 1 else "unconfirmed",
            article_id,
            phrasing["text"],
            phrasing["language"],
            phrasing["weight"],
            author,
            sa.bindparam("at", at, type_=_time()),
            "imported",
            of,
        ),
        strict=True,
    )
    adding = sa.insert(learned).values(dict(values)).returning(learned.c.id)
    number = bind.scalar(adding)
    spans = sa.table("learned_spans", *map(sa.column, ("learned_id", "added", "weight")))
    span = {"learned_id": number, "added": version, "weight": phrasing["weight"]}
    bind.execute(sa.insert(spans).values(span))


def downgrade() -> None:
    op.drop_index("ix_feedback_conversation_id", "feedback")
    op.drop_index("ix_feedback_message_id", "feedback")
    op.drop_index("ix_feedback_state_due_at", "feedback")
    for name in (
        *("corrected_by", "why", "use", "attempts", "state", "due_at", "found", "message_id"),
        "conversation_id",
    ):
        op.drop_column("feedback", name)
    for name in ("refits", "clearances", "golden", "proposals", "learned_spans", "learned"):
        op.drop_table(name)
