"""Templates of operators: stored as they are written, and how often each was inserted."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CursorResult, delete, func, insert, select, update

from sufler.domain.desk import Sharing, Template
from sufler.domain.errors import NotFound
from sufler.storage.database import Database
from sufler.storage.idempotency import mark_done
from sufler.storage.tables.desk import templates


class TemplateStore:
    """Fulfils `desk.templates.TemplateRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Template]:
        """By id."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(templates).order_by(templates.c.id))
            return [_template(row) for row in rows.mappings()]

    async def get(self, template_id: int) -> Template:
        """Raises NotFound."""
        query = select(templates).where(templates.c.id == template_id)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        if row is None:
            raise _unknown()
        return _template(row)

    async def count(self) -> int:
        """How many there are."""
        async with self._database.read() as connection:
            return int(await connection.scalar(select(func.count()).select_from(templates)) or 0)

    async def put(self, template: Template) -> Template:
        """Add it (id 0), or change the one with its id; uses stay. Raises NotFound."""
        names = ("title", "shortcut", "text", "owner_id", "queue_id", "updated_at")
        row = {name: getattr(template, name) for name in names}
        row["sharing"] = template.sharing.value
        async with self._database.write() as connection:
            if template.id:
                stored = await connection.execute(
                    update(templates)
                    .where(templates.c.id == template.id)
                    .values(**row)
                    .returning(templates)
                )
            else:
                stored = await connection.execute(
                    insert(templates).values(**row, uses=0).returning(templates)
                )
            found = stored.mappings().one_or_none()
            if found is None:
                raise _unknown()
            await mark_done(connection)
        return _template(found)

    async def remove(self, template_id: int) -> None:
        """Raises NotFound."""
        async with self._database.write() as connection:
            done: CursorResult[Any] = await connection.execute(
                delete(templates).where(templates.c.id == template_id)
            )
        if not done.rowcount:
            raise _unknown()

    async def used(self, template_id: int) -> None:
        """Count one use."""
        async with self._database.write() as connection:
            await connection.execute(
                update(templates)
                .where(templates.c.id == template_id)
                .values(uses=templates.c.uses + 1)
            )


def _template(row: Mapping[Any, Any]) -> Template:
    return Template(**{**row, "sharing": Sharing(row["sharing"])})


def _unknown() -> NotFound:
    return NotFound("no template has this id", field="template_id")
