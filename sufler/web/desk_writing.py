"""The reply under way: writing, quoting, files, sending, and changing what was sent."""

from collections.abc import Awaitable, Callable

import structlog
from nicegui import ui

from sufler.desk.desk import MAX_REPLY
from sufler.domain.conversation import Attachment, Author, Message
from sufler.domain.decisions import Suggestion, SuggestionItem
from sufler.domain.errors import NotFound, SuflerError
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller
from sufler.domain.texts import CATALOGUE, text
from sufler.web.desk_board import Talk
from sufler.web.desk_drafts import Draft, Drafts
from sufler.web.desk_lines import shortened
from sufler.web.desk_write import Along, WriteActs, WriteBox
from sufler.web.services import Services

_log = structlog.get_logger(__name__)

MOST_FILES = 10

# Does something with the picked conversation; False when it could not be done and that was said.
Acting = Callable[[Callable[[Caller, str], Awaitable[object]]], Awaitable[bool]]


class Writing:
    """What the caller writes in the picked conversation of one tab."""

    def __init__(
        self, services: Services, drafts: Drafts, language: Language, caller_id: str, act: Acting
    ) -> None:
        self._services = services
        self._desk = services.desk
        self._drafts = drafts
        self._language = language
        self._caller_id = caller_id
        self._act = act
        self._talk: Talk | None = None
        self._editing: Message | None = None
        acts = WriteActs(self.send, self._changed, self._attached, self._detach, self._key)
        self._box = WriteBox(language, acts, takes_files=services.files is not None)

    def show(self, talk: Talk | None) -> None:
        """The conversation that is shown now, or None."""
        before = self._talk.conversation.id if self._talk else None
        if before != (talk.conversation.id if talk else None):
            self._editing = None
        self._talk = talk
        draft = self._draft()
        self._box.show(talk, draft.text if draft else "", self._along())

    def written(self) -> str:
        """The draft as the server knows it."""
        draft = self._draft()
        return draft.text if draft else ""

    async def insert(self, item: SuggestionItem) -> None:
        """Put a suggestion's text into the reply."""
        talk, draft = self._talk, self._draft()
        if talk is None or draft is None or talk.suggestion is None or not talk.open_to_me:
            return
        self._editing = None
        self._drafts.insert(draft, talk.suggestion, item)
        self._box.show_along(self._along())
        self._box.put(draft.text)

    async def quote(self, message: Message) -> None:
        """Answer this message of the customer's."""
        draft = self._draft()
        if draft is None or not message.external_id:
            return
        draft.quotes, draft.quoted = message.external_id, shortened(message.text)
        self._box.show_along(self._along())
        self._box.focus()

    async def edit(self, message: Message) -> None:
        """Change a reply of the caller's own."""
        self._editing = message
        self._box.show_along(self._along())
        self._box.put(message.text)

    async def again(self, message: Message) -> None:
        """Send the same as a new message; the old one stays as it is."""

        async def reply(caller: Caller, conversation_id: str) -> None:
            await self._desk.reply(
                caller,
                conversation_id,
                message.text,
                quotes=message.quotes,
                attachments=message.attachments,
            )

        await self._act(reply)

    async def send(self, words: str) -> None:
        """Send the reply, or the change of one."""
        talk, draft = self._talk, self._draft()
        if talk is None or draft is None:
            return
        files = bool(draft.attachments) and self._editing is None
        if not words.strip() and not files:
            ui.notify(text("desk_reply_empty", self._language), type="warning")
            return
        if len(words) > MAX_REPLY:
            most = text("desk_reply_too_long", self._language, most=MAX_REPLY)
            ui.notify(most, type="warning")
            return
        if self._editing is not None:
            await self._send_edit(self._editing, words)
        else:
            await self._send_reply(draft, words, talk.suggestion)

    async def _send_reply(self, draft: Draft, words: str, suggestion: Suggestion | None) -> None:
        async def reply(caller: Caller, conversation_id: str) -> None:
            await self._desk.reply(
                caller,
                conversation_id,
                words,
                quotes=draft.quotes,
                attachments=tuple(draft.attachments),
            )
            await self._tell_feedback(draft, words, suggestion)
            draft.empty()
            self._box.put("")

        await self._act(reply)

    async def _send_edit(self, message: Message, words: str) -> None:
        async def edit(caller: Caller, conversation_id: str) -> None:
            if words.strip() != message.text.strip():
                await self._desk.edit(caller, conversation_id, message.id, words)
            self._leave_edit()

        await self._act(edit)

    def _leave_edit(self) -> None:
        draft, self._editing = self._draft(), None
        self._box.show_along(self._along())
        self._box.put(draft.text if draft else "")

    async def _tell_feedback(self, draft: Draft, words: str, suggestion: Suggestion | None) -> None:
        feedback = self._drafts.feedback(
            draft, words, suggestion, self._caller_id, self._services.clock.now()
        )
        if feedback is None:
            return
        try:
            await self._desk.add_feedback(feedback)
        except SuflerError as error:
            _log.warning("feedback_not_stored", error=error.message)

    async def _key(self, act: str) -> None:
        draft = self._draft()
        if draft is None or self._talk is None:
            return
        if act == "edit_last":
            own = [each for each in self._talk.messages if self._talk.may_edit(each)]
            if own and self._editing is None:
                await self.edit(own[-1])
        elif act == "quote":
            await self._quote_before(draft, self._talk)
        elif act == "cancel" and self._editing is not None:
            self._leave_edit()
        elif act == "cancel":
            draft.quotes, draft.quoted = None, ""
            self._box.show_along(self._along())

    async def _quote_before(self, draft: Draft, talk: Talk) -> None:
        """The customer's newest message, or the one before that which is quoted now."""
        said = [m for m in talk.messages if m.author is Author.CUSTOMER and m.external_id]
        ids = [each.external_id for each in said]
        place = ids.index(draft.quotes) if draft.quotes in ids else len(said)
        if place > 0:
            await self.quote(said[place - 1])

    def _changed(self, words: str) -> None:
        draft = self._draft()
        if draft is not None and self._editing is None:
            draft.text = words

    async def _attached(self, told: object) -> None:
        """The browser says that it has stored a file, or could not. Nothing of it is believed."""
        body = told if isinstance(told, dict) else {}
        refused = f"chat_refused_{body.get('refused', 'not_now')}"
        files, talk = self._services.files, self._talk
        if body.get("id") is None or files is None or talk is None:
            known = refused if refused in CATALOGUE else "chat_refused_not_now"
            ui.notify(text(known, self._language), type="warning")
            return
        conversation = talk.conversation
        if body.get("conversation") != conversation.id:
            return
        try:
            stored = await files.get(str(body["id"]))
        except (NotFound, SuflerError):
            ui.notify(text("chat_refused_not_now", self._language), type="warning")
            return
        theirs = (conversation.channel, conversation.customer.external_id)
        draft = self._draft()
        if (stored.channel, stored.customer_id) != theirs or draft is None:
            return
        if len(draft.attachments) >= MOST_FILES:
            most = text("desk_files_many", self._language, most=MOST_FILES)
            ui.notify(most, type="warning")
            return
        kind = stored.kind.value
        draft.attachments.append(
            Attachment(stored.id, kind, stored.name, stored.media_type, stored.size)
        )
        self._box.show_along(self._along())

    async def _detach(self, file_id: str) -> None:
        draft = self._draft()
        if draft is not None:
            draft.attachments[:] = [each for each in draft.attachments if each.id != file_id]
            self._box.show_along(self._along())

    def _along(self) -> Along:
        draft = self._draft()
        if draft is None:
            return Along()
        if self._editing is not None:
            return Along(editing=shortened(self._editing.text))
        return Along(quoting=draft.quoted, attachments=tuple(draft.attachments))

    def _draft(self) -> Draft | None:
        if self._talk is None:
            return None
        return self._drafts.of(self._caller_id, self._talk.conversation.id)
