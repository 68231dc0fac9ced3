"""Alembic's migrations, shipped in the package and run by `Database.migrate()`."""
