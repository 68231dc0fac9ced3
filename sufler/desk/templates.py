"""Templates: texts that operators insert, of their own, of their queue's team, or everybody's."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from sufler.conversation.intake import clean
from sufler.desk.people import may, require
from sufler.desk.queues import Queues
from sufler.desk.records import ConversationRecords
from sufler.domain.desk import Sharing, Template
from sufler.domain.errors import BadInput, Forbidden, NotFound
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock
from sufler.domain.variables import fill, values_of

MAX_TEXT = 10_000
MAX_TITLE = 120
MAX_SHORTCUT = 40
MOST_TEMPLATES = 5_000
MOST_FOUND = 100


class TemplateRecords(Protocol):
    """`storage.templates.TemplateStore`."""

    async def all(self) -> list[Template]: ...
    async def get(self, template_id: int) -> Template: ...
    async def count(self) -> int: ...
    async def put(self, template: Template) -> Template: ...
    async def remove(self, template_id: int) -> None: ...
    async def used(self, template_id: int) -> None: ...


class Templates:
    """Needs the right to converse (Forbidden). A private one is its author's alone: to others it
    does not exist. A team's is for those who serve its queue, and they may change it; so may who
    supervises, who alone changes what is everybody's."""

    def __init__(
        self,
        records: TemplateRecords,
        conversations: ConversationRecords,
        queues: Queues,
        clock: Clock,
    ) -> None:
        self._records = records
        self._conversations = conversations
        self._queues = queues
        self._clock = clock

    async def find(self, caller: Caller, words: str = "") -> Sequence[Template]:
        """Those that the caller sees, with all of these words in shortcut, title or text; what
        begins with them as a shortcut first, then the most used."""
        require(caller, Right.CONVERSE)
        served = await self._served(caller)
        sought = words.casefold().split()[:20]
        seen = [
            each
            for each in await self._records.all()
            if _sees(caller, each, served) and _has(each, sought)
        ]
        begins = " ".join(sought)
        seen.sort(
            key=lambda each: (
                not (begins and each.shortcut.casefold().startswith(begins)),
                -each.uses,
                each.title.casefold(),
                each.id,
            )
        )
        return seen[:MOST_FOUND]

    async def get(self, caller: Caller, template_id: int) -> Template:
        """Raises NotFound, also for what the caller does not see."""
        require(caller, Right.CONVERSE)
        found = await self._records.get(template_id)
        if not _sees(caller, found, await self._served(caller)):
            raise NotFound("no template has this id", field="template_id")
        return found

    async def save(self, caller: Caller, template: Template) -> Template:
        """Store a new one (id 0) or change one; the author stays who made it. Raises BadInput
        naming the field, NotFound and Forbidden."""
        require(caller, Right.CONVERSE)
        checked = _checked(template)
        owner = _id_of(caller)
        if template.id:
            before = await self.get(caller, template.id)
            await self._may_change(caller, before)
            owner = before.owner_id
            if checked.sharing is Sharing.PRIVATE and owner != _id_of(caller):
                raise Forbidden("only its author may make a template private")
        elif await self._records.count() >= MOST_TEMPLATES:
            raise BadInput(f"at most {MOST_TEMPLATES} templates", field="template")
        if checked.sharing is Sharing.TEAM:
            if checked.queue_id not in await self._queues.by_id():
                raise BadInput("name the queue whose team has it", field="queue_id")
        else:
            checked = replace(checked, queue_id=None)
        await self._may_change(caller, replace(checked, owner_id=owner))
        stored = replace(checked, owner_id=owner, updated_at=self._clock.now())
        return await self._records.put(stored)

    async def remove(self, caller: Caller, template_id: int) -> None:
        """Raises NotFound and Forbidden."""
        await self._may_change(caller, await self.get(caller, template_id))
        await self._records.remove(template_id)

    async def insert(self, caller: Caller, template_id: int, conversation_id: str) -> str:
        """Its text for this customer, and one more use. What has no value and no fallback stays as
        a `{place}`, which must be filled before the reply is sent. Raises NotFound."""
        found = await self.get(caller, template_id)
        talk = await self._conversations.get(conversation_id)
        values = values_of(talk, self._clock.now(), talk.language, caller.name)
        await self._records.used(template_id)
        return fill(found.text, values, keep=True)

    async def _served(self, caller: Caller) -> Callable[[str | None], bool]:
        """Whether the caller is in the team of a queue, or supervises. One that was removed counts
        as the default queue, where its customers wait now."""
        queues = await self._queues.by_id()
        mine, everything = _id_of(caller), may(caller, Right.SUPERVISE)

        def served(queue_id: str | None) -> bool:
            members = queues.get(queue_id, queues[None]).members
            return everything or not members or mine in members

        return served

    async def _may_change(self, caller: Caller, template: Template) -> None:
        match template.sharing:
            case Sharing.PRIVATE:
                allowed = template.owner_id == _id_of(caller)
            case Sharing.TEAM:
                allowed = (await self._served(caller))(template.queue_id)
            case Sharing.SHARED:
                allowed = may(caller, Right.SUPERVISE)
        if not allowed:
            raise Forbidden("you may not change this template; make one of your own")


def _sees(caller: Caller, template: Template, served: Callable[[str | None], bool]) -> bool:
    if template.sharing is Sharing.PRIVATE:
        return template.owner_id == _id_of(caller)
    return template.sharing is Sharing.SHARED or served(template.queue_id)


def _has(template: Template, sought: Sequence[str]) -> bool:
    if not sought:
        return True
    whole = f"{template.shortcut}\n{template.title}\n{template.text}".casefold()
    return all(word in whole for word in sought)


def _checked(template: Template) -> Template:
    title = " ".join("".join(c if c.isprintable() else " " for c in template.title).split())
    if not 1 <= len(title) <= MAX_TITLE:
        raise BadInput(f"a title is 1 to {MAX_TITLE} characters", field="title")
    shortcut = template.shortcut.strip().lstrip("/")
    if len(shortcut) > MAX_SHORTCUT or any(c.isspace() or not c.isprintable() for c in shortcut):
        raise BadInput(f"a shortcut is one word of {MAX_SHORTCUT} characters", field="shortcut")
    if len(template.text) > MAX_TEXT:
        raise BadInput(f"a template is at most {MAX_TEXT} characters", field="text")
    text = clean(template.text, MAX_TEXT)
    if not text:
        raise BadInput("a template needs a text", field="text")
    return replace(template, title=title, shortcut=shortcut, text=text)


def _id_of(caller: Caller) -> str:
    return caller.person_id or caller.id
