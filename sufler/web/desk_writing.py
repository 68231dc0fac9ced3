"""The reply under way: writing, quoting, files, sending, taking back, changing what was sent."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from nicegui import ui

from sufler.desk.desk import MAX_REPLY
from sufler.domain.conversation import Attachment, Author, Message
from sufler.domain.decisions import Suggestion, SuggestionItem
from sufler.domain.desk import Draft, Used
from sufler.domain.errors import NotFound, SuflerError
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller
from sufler.domain.texts import CATALOGUE, text
from sufler.domain.variables import unfilled, values_of
from sufler.web.desk_acts import Acting
from sufler.web.desk_board import Talk
from sufler.web.desk_drafting import Drafting
from sufler.web.desk_held import Held, held_back
from sufler.web.desk_kept import KeptDraft
from sufler.web.desk_lines import shortened
from sufler.web.desk_templates import TemplateMenu
from sufler.web.desk_write import Along, WriteActs, WriteBox
from sufler.web.services import Services

MOST_FILES = 10


class Writing:
    """What the caller writes in the picked conversation of one tab."""

    def __init__(
        self,
        services: Services,
        language: Language,
        *,
        caller: Callable[[], Caller],
        act: Acting,
        ranked: Callable[[Suggestion | None], None],
        typing: Callable[[], None],
    ) -> None:
        """`ranked` is told the suggestion that takes the draft into account; `typing` is called
        when something was typed."""
        self._services = services
        self._desk = services.desk
        self._language = language
        self._caller = caller
        self._act = act
        self._typing = typing
        self._talk: Talk | None = None
        self._editing: Message | None = None
        self._kept = KeptDraft(services.desk.workplace.drafts, caller, self._joined)
        acts = WriteActs(self.send, self._changed, self._attached, self._detach, self._key)
        self._box = WriteBox(language, acts, takes_files=services.files is not None)
        with self._box.above:
            self._held = Held(language, self.undo)
        self._drafting = Drafting(
            services.desk,
            services.clock,
            language,
            place=self._box.above,
            caller=caller,
            act=act,
            ranked=ranked,
            send=self._send_instead,
        )
        with self._box.tools:
            TemplateMenu(services.desk, language, act, self._box.insert, self.written)
            self._box.note_button(self._keep_as_note)

    async def open(self, conversation_id: str | None) -> None:
        """Read the draft of the conversation that is to be shown. Raises StorageUnavailable."""
        await self._kept.open(conversation_id)

    def show(self, talk: Talk | None) -> None:
        """The conversation that is shown now, or None."""
        before = self._talk.conversation.id if self._talk else None
        other = before != (talk.conversation.id if talk else None)
        self._talk = talk
        if other:
            self._editing = None
            self._drafting.empty()
        self._box.show(talk, self._kept.now.text, self._along())
        now = self._services.clock.now()
        self._held.show(held_back(talk, now), now)

    async def look(self) -> None:
        """Another tab may have changed the draft."""
        await self._kept.look()

    async def leave(self) -> None:
        """The tab is gone: what is unsaved is saved."""
        await self._kept.save()

    def written(self) -> str:
        """The draft as the server knows it."""
        return self._kept.now.text

    async def insert(
        self, suggestion_id: str, item: SuggestionItem, *, found: bool = False
    ) -> None:
        """Put an article's text into the reply, after what is written already; `found`: the
        operator searched for it."""
        if self._talk is None or not self._talk.open_to_me:
            return
        self._editing = None
        written = self._kept.now.text.rstrip()
        words = f"{written}\n\n{item.text}" if written else item.text
        used = Used(suggestion_id, item.article_id, found) if suggestion_id else None
        self._kept.change(text=words, used=used)
        self._box.show_along(self._along())
        self._box.put(words)
        self._box.focus()

    async def send_card(
        self, suggestion_id: str, item: SuggestionItem, words: str, *, found: bool = False
    ) -> bool:
        """Send an article's text, as it stands or edited in place; what is being written in the
        field stays."""
        talk = self._talk
        if talk is None or not talk.open_to_me or not words.strip():
            return False
        used = Used(suggestion_id, item.article_id, found) if suggestion_id else None
        return await self._reply(words, Draft(used=used), talk, survives=True)

    async def quote(self, message: Message) -> None:
        """Answer this message of the customer's."""
        if self._talk is None or not message.external_id:
            return
        self._kept.change(quotes=message.external_id, quoted=shortened(message.text))
        self._box.show_along(self._along())
        self._box.focus()

    async def edit(self, message: Message) -> None:
        """Change a reply of the caller's own."""
        self._editing = message
        self._box.show_along(self._along())
        self._box.put(message.text)
        self._box.focus()

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
        talk, draft = self._talk, self._kept.now
        if talk is None:
            return
        if self._editing is None and not words.strip():
            words = draft.text  # put in a moment ago, and not yet on the screen
        files = bool(draft.attachments) and self._editing is None
        if not words.strip() and not files:
            ui.notify(text("desk_reply_empty", self._language), type="warning")
            return
        if self._editing is not None:
            if self._may_go(words, talk):
                await self._send_edit(self._editing, words)
            return
        used = draft.used
        made = talk.suggestion
        # What people answer by themselves teaches too.
        if used is None and made is not None and (made.items or made.hidden):
            used = Used(made.id)
        if await self._reply(words, replace(draft, used=used), talk):
            self._emptied(talk, words)

    async def undo(self) -> None:
        """Take the newest reply back, as long as it has not gone out: its text is in the field."""
        message = held_back(self._talk, self._services.clock.now())
        if message is None:
            return

        await self._kept.save()

        async def undo(caller: Caller, conversation_id: str) -> None:
            draft = await self._desk.undo(caller, conversation_id, message.id)
            if self._talk is not None and self._talk.conversation.id == conversation_id:
                self._kept.put(draft)
                self._box.show_along(self._along())
                self._box.put(draft.text)
                self._box.focus()

        await self._act(undo)

    async def _reply(self, words: str, draft: Draft, talk: Talk, *, survives: bool = False) -> bool:
        if not self._may_go(words, talk):
            return False

        async def reply(caller: Caller, conversation_id: str, used: Used | None) -> None:
            await self._desk.reply(
                caller,
                conversation_id,
                words,
                quotes=draft.quotes,
                attachments=draft.attachments,
                used=used,
                undo_s=self._desk.undo_s,
            )

        async def send(caller: Caller, conversation_id: str) -> None:
            async with self._kept.sending(conversation_id, survives=survives):
                try:
                    await reply(caller, conversation_id, draft.used)
                except NotFound as error:
                    # The article went meanwhile: it teaches nothing, but the customer is answered.
                    if error.field not in ("article_id", "suggestion_id"):
                        raise
                    await reply(caller, conversation_id, None)

        return await self._act(send)

    def _may_go(self, words: str, talk: Talk) -> bool:
        """Too long, or a place left to fill in: say so, and mark the place."""
        if len(words) > MAX_REPLY:
            most = text("desk_reply_too_long", self._language, most=MAX_REPLY)
            ui.notify(most, type="warning")
            return False
        talked = talk.conversation
        now, by = self._services.clock.now(), self._caller().name
        places = unfilled(words, values_of(talked, now, talked.language, by))
        if places:
            place = places[0]
            ui.notify(text("desk_unfilled", self._language, name=place.name), type="warning")
            self._box.point_at(_utf16(words, place.start), words[place.start : place.end])
        return not places

    async def _send_instead(self, suggestion_id: str, item: SuggestionItem) -> None:
        if self._talk is None or not self._talk.open_to_me:
            return
        talk, used = self._talk, Used(suggestion_id, item.article_id)
        written = self._kept.now.text
        if await self._reply(item.text, Draft(used=used), talk):
            self._emptied(talk, written)

    def _emptied(self, talk: Talk, words: str) -> None:
        """What was written there has done its work; what was typed behind it meanwhile stays."""
        if self._talk is None or self._talk.conversation.id != talk.conversation.id:
            return
        self._box.show_along(self._along())
        self._box.put("", words)
        self._drafting.empty()

    async def _send_edit(self, message: Message, words: str) -> None:
        async def edit(caller: Caller, conversation_id: str) -> None:
            if words.strip() != message.text.strip():
                await self._desk.edit(caller, conversation_id, message.id, words)
            self._leave_edit(words)

        await self._act(edit)

    async def _keep_as_note(self) -> None:
        """What is written becomes a note for staff and is not sent."""
        words = self._kept.now.text

        async def keep(caller: Caller, conversation_id: str) -> None:
            await self._desk.lines.transfers.add_note(caller, conversation_id, words)
            self._kept.change(text="", used=None)
            self._box.put("", words)

        if words.strip() and self._editing is None:
            await self._act(keep)

    def _leave_edit(self, saved: str | None = None) -> None:
        self._editing = None
        self._box.show_along(self._along())
        self._box.put(self._kept.now.text, saved)

    async def _key(self, act: str) -> None:
        if self._talk is None:
            return
        if act == "edit_last":
            own = [each for each in self._talk.messages if self._talk.may_edit(each)]
            if own and self._editing is None:
                await self.edit(own[-1])
        elif act == "quote":
            await self._quote_before(self._talk.messages)
        elif act == "cancel" and self._editing is not None:
            self._leave_edit()
        elif act == "cancel":
            self._kept.change(quotes=None, quoted="")
            self._box.show_along(self._along())

    async def _quote_before(self, messages: Sequence[Message]) -> None:
        """The customer's newest message, or the one before that which is quoted now."""
        said = [m for m in messages if m.author is Author.CUSTOMER and m.external_id]
        ids = [each.external_id for each in said]
        quoted = self._kept.now.quotes
        place = ids.index(quoted) if quoted in ids else len(said)
        if place > 0:
            await self.quote(said[place - 1])

    def _changed(self, words: str) -> None:
        if self._editing is not None or self._talk is None or words == self._kept.now.text:
            return
        changes = {"text": words} if words.strip() else {"text": words, "used": None}
        self._kept.change(**changes)
        self._typing()
        self._drafting.typed(self._talk.conversation.id, words)

    def _joined(self, draft: Draft) -> None:
        """The draft came from another tab."""
        if self._editing is None:
            self._box.put(draft.text)
        self._box.show_along(self._along())

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
        if (stored.channel, stored.customer_id) != theirs:
            return
        there = self._kept.now.attachments
        if len(there) >= MOST_FILES:
            most = text("desk_files_many", self._language, most=MOST_FILES)
            ui.notify(most, type="warning")
            return
        kind = stored.kind.value
        given = Attachment(stored.id, kind, stored.name, stored.media_type, stored.size)
        self._kept.change(attachments=(*there, given))
        self._box.show_along(self._along())

    async def _detach(self, file_id: str) -> None:
        there = self._kept.now.attachments
        self._kept.change(attachments=tuple(each for each in there if each.id != file_id))
        self._box.show_along(self._along())

    def _along(self) -> Along:
        if self._talk is None:
            return Along()
        if self._editing is not None:
            return Along(editing=shortened(self._editing.text))
        draft = self._kept.now
        return Along(quoting=draft.quoted, attachments=draft.attachments)


def _utf16(words: str, place: int) -> int:
    """A place in `words` as browsers count it."""
    return len(words[:place].encode("utf-16-le")) // 2
