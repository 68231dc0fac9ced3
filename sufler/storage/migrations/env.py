"""Runs the migrations on the connection that `Database.migrate()` hands over."""

from alembic import context

from sufler.storage.tables import metadata

# The connection is already inside one write transaction: an upgrade is all or nothing.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
