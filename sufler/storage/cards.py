"""What staff know of a customer: tags and values beside the conversation, notes, past episodes, and
which fields there are."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import CursorResult, String, cast, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sufler.domain.administration import Act
from sufler.domain.conversation import Conversation, Owner
from sufler.domain.desk import CustomerCard, CustomerField, CustomerNote, FieldKind, PastEpisode
from sufler.domain.errors import BadInput
from sufler.storage import ownership
from sufler.storage.audit import write_down
from sufler.storage.database import Database
from sufler.storage.idempotency import mark_done
from sufler.storage.sharing import alone, put
from sufler.storage.tables.conversations import conversations, episodes, events
from sufler.storage.tables.desk import customer_fields, customer_notes
from sufler.storage.tables.people import people
from sufler.storage.tables.suggestions import suggestions

MOST_EPISODES = 20
MOST_NOTES = 200
MOST_FIELDS = 40


class CardStore:
    """Fulfils `desk.cards.CardRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, conversation_id: str) -> CustomerCard:
        """Raises NotFound."""
        async with self._database.read() as connection:
            talk = await ownership.read(connection, conversation_id)
            return await _card(connection, talk)

    async def change(
        self, conversation_id: str, tags: Sequence[str], given: Mapping[str, str], revision: int
    ) -> bool:
        """Put these in place of those of `revision`; False when they were changed since."""
        async with self._database.write() as connection:
            done: CursorResult[Any] = await connection.execute(
                update(conversations)
                .where(
                    conversations.c.id == conversation_id,
                    conversations.c.card_revision == revision,
                )
                .values(
                    tags=list(tags) or None,
                    given=dict(given) or None,
                    card_revision=conversations.c.card_revision + 1,
                )
            )
            if done.rowcount:
                await mark_done(connection)
        return bool(done.rowcount)

    async def add_note(self, conversation_id: str, note: CustomerNote) -> CustomerNote:
        """Raises NotFound, and BadInput for too many."""
        async with self._database.write() as connection:
            talk = await ownership.locked(connection, conversation_id)
            whose = {"channel": talk.channel, "customer_id": talk.customer.external_id}
            there = await connection.scalar(
                select(func.count()).select_from(customer_notes).filter_by(**whose)
            )
            if int(there or 0) >= MOST_NOTES:
                raise BadInput(f"at most {MOST_NOTES} notes on a customer", field="note")
            row = {**whose, **asdict(note)}
            del row["id"]
            added = await connection.execute(insert(customer_notes).values(**row))
            key = added.inserted_primary_key
            await mark_done(connection)
        return replace(note, id=key[0] if key else 0)

    async def remove_note(self, conversation_id: str, note_id: int) -> bool:
        """False when this customer has no such note. Raises NotFound."""
        async with self._database.write() as connection:
            talk = await ownership.read(connection, conversation_id)
            done: CursorResult[Any] = await connection.execute(
                delete(customer_notes).where(
                    customer_notes.c.id == note_id,
                    customer_notes.c.channel == talk.channel,
                    customer_notes.c.customer_id == talk.customer.external_id,
                )
            )
        return bool(done.rowcount)

    async def fields(self) -> list[CustomerField]:
        """By place."""
        async with self._database.read() as connection:
            return await _fields(connection)

    async def keys(self) -> list[str]:
        """The keys of the fields, which answers may name as `customer.<key>`."""
        return [each.key for each in await self.fields()]

    async def put_field(self, field: CustomerField, act: Act) -> None:
        """Add it, or change the one with its key. Raises BadInput for too many."""
        async with self._database.write() as connection:
            await alone(connection, "customer fields")
            known = {each.key for each in await _fields(connection)}
            if field.key not in known and len(known) >= MOST_FIELDS:
                raise BadInput(f"at most {MOST_FIELDS} fields", field="key")
            row = {**asdict(field), "kind": field.kind.value, "choices": list(field.choices)}
            await put(connection, customer_fields, [row])
            await write_down(connection, act)
            await mark_done(connection)

    async def remove_field(self, key: str, act: Act) -> bool:
        """With its values on every card; False when there is none such."""
        async with self._database.write() as connection:
            done: CursorResult[Any] = await connection.execute(
                delete(customer_fields).where(customer_fields.c.key == key)
            )
            if not done.rowcount:
                return False
            holding = select(conversations.c.id, conversations.c.given).where(
                cast(conversations.c.given, String).contains(f'"{key}"', autoescape=True)
            )
            for row in (await connection.execute(holding.with_for_update())).all():
                left = {name: value for name, value in row.given.items() if name != key}
                await connection.execute(
                    update(conversations)
                    .where(conversations.c.id == row.id)
                    .values(given=left or None, card_revision=conversations.c.card_revision + 1)
                )
            await write_down(connection, act)
        return True


async def _card(connection: AsyncConnection, talk: Conversation) -> CustomerCard:
    query = select(conversations.c.card_revision).where(conversations.c.id == talk.id)
    customer = talk.customer
    newest = (
        select(customer_notes)
        .where(
            customer_notes.c.channel == talk.channel,
            customer_notes.c.customer_id == customer.external_id,
        )
        .order_by(customer_notes.c.id.desc())
    )
    names = list(CustomerNote.__dataclass_fields__)
    found = (await connection.execute(newest.limit(MOST_NOTES))).mappings().all()
    return CustomerCard(
        channel=talk.channel,
        customer_id=customer.external_id,
        conversation_id=talk.id,
        name=customer.name,
        first_name=customer.first_name,
        language=talk.language,
        tags=talk.tags,
        values=talk.given,
        revision=int(await connection.scalar(query) or 0),
        fields=tuple(await _fields(connection)),
        notes=tuple(CustomerNote(**{name: row[name] for name in names}) for row in found),
        episodes=tuple(await _episodes(connection, talk)),
    )


async def _fields(connection: AsyncConnection) -> list[CustomerField]:
    query = select(customer_fields).order_by(customer_fields.c.place, customer_fields.c.key)
    return [
        CustomerField(
            row["key"], row["name"], FieldKind(row["kind"]), tuple(row["choices"]), row["place"]
        )
        for row in (await connection.execute(query)).mappings()
    ]


async def _episodes(connection: AsyncConnection, talk: Conversation) -> list[PastEpisode]:
    """The newest first."""
    query = (
        select(episodes)
        .where(episodes.c.conversation_id == talk.id)
        .order_by(episodes.c.number.desc())
        .limit(MOST_EPISODES)
    )
    rows = (await connection.execute(query)).mappings().all()
    numbers = [row["number"] for row in rows]
    logged = (
        select(events.c.episode, events.c.body, events.c.suggestion_id)
        .where(events.c.conversation_id == talk.id, events.c.episode.in_(numbers))
        .order_by(events.c.id)
    )
    told = (await connection.execute(logged)).all()
    staff = {
        row.id: row.name for row in await connection.execute(select(people.c.id, people.c.name))
    }
    offered = [row.suggestion_id for row in told if row.suggestion_id]
    made = select(suggestions.c.id, suggestions.c["items"]).where(
        suggestions.c.id.in_(offered), ~suggestions.c.hidden
    )
    topics = {row.id: row[1][0]["topic"] for row in await connection.execute(made) if row[1]}
    found = []
    for row in rows:
        mine = [each for each in told if each.episode == row["number"]]
        bodies = [each.body for each in mine]
        had = [body["operator"] for body in bodies if body.get("operator")]
        found.append(
            PastEpisode(
                number=row["number"],
                ticket=row["id"],
                opened_at=row["opened_at"],
                closed_at=row["closed_at"],
                outcome=_outcome(row, bodies, had),
                operator_name=staff.get(had[-1], "") if had else "",
                topic=next(
                    (topics[e.suggestion_id] for e in mine if e.suggestion_id in topics), ""
                ),
            )
        )
    return found


def _outcome(row: Mapping[Any, Any], bodies: Sequence[Any], had: Sequence[str]) -> str:
    if row["closed_at"] is None:
        return "open"
    if had:
        return "operator"
    queued = any(body.get("owner_before") == Owner.QUEUE.value for body in bodies[-1:])
    return "queue" if queued else "bot"
