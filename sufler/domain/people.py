"""Staff, their roles, their sessions, and the keys of machines."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """A person's role, and a key's scope. Each includes the rights of those before it, except
    that a supervisor does not edit articles: see `desk/people.py`."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """What can be asked for. Roles are mapped to rights in `desk/people.py`."""

    SUGGEST = "suggest"
    CONVERSE = "converse"
    READ_ARTICLES = "read_articles"
    EDIT_ARTICLES = "edit_articles"
    SUPERVISE = "supervise"
    ADMINISTER = "administer"


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff. `name` is what customers see. The password hash never leaves the store."""

    id: str
    login: str
    name: str
    role: Role
    active: bool
    created_at: datetime
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A machine's key. Only a hash of the secret is stored. `person_id` None: a service's."""

    id: str
    name: str
    scope: Role
    created_at: datetime
    person_id: str | None = None
    revoked_at: datetime | None = None
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking, on pages and in the API alike. `id` is "person:…" or "key:…"."""

    id: str
    name: str
    role: Role
    person_id: str | None = None
