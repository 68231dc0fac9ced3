"""The desk of one operator in one tab: reads, draws, and acts through `desk/desk.py`."""

import asyncio
from collections.abc import Sequence

import structlog
from nicegui import Client, ui

from sufler.desk.golden import GoldenDesk
from sufler.desk.learned import LearnedDesk
from sufler.domain.conversation import Message
from sufler.domain.decisions import Feedback, FeedbackAction, SuggestionItem
from sufler.domain.errors import NotFound, SuflerError, Unauthenticated
from sufler.domain.knowledge import Language
from sufler.domain.learning import Reason, Use
from sufler.domain.past import Version
from sufler.domain.people import Caller
from sufler.domain.stops import conversation_scope
from sufler.domain.texts import text
from sufler.web.desk_acts import Acts
from sufler.web.desk_alerts import Alerts
from sufler.web.desk_articles import ArticleSearch
from sufler.web.desk_ban import Banning
from sufler.web.desk_before import Before, Notes
from sufler.web.desk_board import FIRST_PAGE, Board, BoardReader, Talk
from sufler.web.desk_customer import CustomerPanel
from sufler.web.desk_find import Finding
from sufler.web.desk_follow import Following, Looks
from sufler.web.desk_golden import golden_maker
from sufler.web.desk_keyed import Keyed, key_acts
from sufler.web.desk_keys import KeyAct, Keys, keys_help
from sufler.web.desk_lines import LineActs
from sufler.web.desk_list import ListColumn
from sufler.web.desk_lists import SharedLists
from sufler.web.desk_passing import Passing, status_choice
from sufler.web.desk_presence import Presence
from sufler.web.desk_side import Side
from sufler.web.desk_suggestions import CardActs, Known, SuggestionColumn
from sufler.web.desk_talk import TalkHead, TalkHistory, more_than
from sufler.web.desk_writing import Writing
from sufler.web.elements import heading
from sufler.web.services import Services
from sufler.web.stop_strip import StopStrip

_log = structlog.get_logger(__name__)

# Between two looks whether the session still holds, in seconds; each act asks for itself.
_SESSION_S = 2.0


class DeskPage:
    """Built once for each opened tab."""

    def __init__(
        self,
        services: Services,
        lists: SharedLists,
        *,
        caller: Caller,
        token: str,
        language: Language,
        picked: str | None,
        stops: StopStrip | None = None,
        learned: LearnedDesk | None = None,
        golden: GoldenDesk | None = None,
    ) -> None:
        self._services = services
        self._desk = services.desk
        self._caller = caller
        self._language = language
        self._picked = picked
        self._stops = stops
        self._most = FIRST_PAGE
        self._talk: Talk | None = None
        self._asked_at = 0.0
        self._drawing_talk = asyncio.Lock()
        self._drawing_lists = asyncio.Lock()
        self._reader = BoardReader(
            services.desk,
            services.past,
            services.people,
            services.clock,
            language,
            lists,
            learned,
        )
        self._learned = learned
        self._golden = golden
        self._acts = Acts(
            services,
            self._reader,
            token,
            language,
            picked=lambda: self._picked,
            after=self.refresh,
        )

    def build(self) -> None:
        """Put the empty columns up."""
        language, services, act = self._language, self._services, self._acts.do
        heading(1, text("desk_title", language), "unseen")
        with ui.element("div").classes("desk") as self._root:
            self._list = ListColumn(language, self.pick, self._search)
            self._finding = Finding(
                self._desk.workplace.search,
                self._reader,
                language,
                place=self._list.found,
                caller=lambda: self._caller,
                pick=self.pick,
            )
            with self._list.top:
                keys_help(language)
            self._alerts = Alerts(language, self._list.top, services.alerts, lambda: self._caller)
            self._head = TalkHead(
                language,
                back=self.back,
                take=self.take,
                give=self.give_back,
                close=self.close,
                stop=self.stop_here,
            )
            self._presence = Presence(self._desk.workplace.watching, language, lambda: self._caller)
            with self._head.element:
                Passing(self._desk.lines, language, self._caller, act)
                if services.administration is not None:
                    Banning(services.administration.customers, self._desk, language, act)
            self._notes = Notes(language)
            acts = LineActs(self._edit, self._quote, self._again, self._versions, self._correct)
            self._history = TalkHistory(language, services.to_html, self.earlier, acts)
            self._side = Side(language, self._opened)
            golden = golden_maker(
                self._golden, self._caller, language, talk=lambda: self._talk, act=act
            )
            self._suggestions = SuggestionColumn(
                language,
                self._side.panels["suggestions"],
                Known(services.knowledge.topics.get, services.knowledge.article, services.to_html),
                CardActs(self._insert, self._send_card, self._reject, golden),
            )
            self._customer = CustomerPanel(
                self._desk.workplace.cards,
                language,
                place=self._side.panels["customer"],
                caller=lambda: self._caller,
                act=act,
            )
            self._articles = ArticleSearch(
                self._desk.workplace.drafting,
                language,
                services.to_html,
                place=self._side.panels["articles"],
                caller=lambda: self._caller,
                insert=self._insert_found,
                send=self._send_found,
            )
            self._writing = Writing(
                services,
                language,
                caller=lambda: self._caller,
                act=act,
                ranked=self._suggestions.show_for_draft,
                typing=self._presence.typing,
            )
        Keys(self._root, self._keys())

    async def show_status(self) -> None:
        """Let the operator say what they are doing."""
        with self._list.top:
            await status_choice(self._desk.lines, self._caller, self._language)

    def live(self, client: Client) -> None:
        """Follow what happens until the tab is gone."""
        looks = Looks(
            picked=lambda: self._picked,
            talk=self._look_at_talk,
            lists=self._look_at_lists,
            beat=self._beat,
            sign=self._presence.sign,
            draft=self._writing.look,
            watchers=self._presence.draw,
            leave=self._leave,
        )
        Following(self._root, looks).begin(client, self._desk.subscribe)

    async def _leave(self) -> None:
        await self._presence.leave()
        await self._writing.leave()

    async def _beat(self) -> None:
        self._alerts.beat()
        try:
            await self._desk.heartbeat(self._caller)
        except SuflerError as error:
            _log.warning("heartbeat_not_stored", error=error.message)

    async def refresh(self) -> None:
        """Read everything anew and draw what has changed: the conversation first."""
        now = asyncio.get_running_loop().time()
        await self._look_at_talk(now)
        await self._look_at_lists(now)

    async def _look_at_talk(self, _since: float) -> None:
        async with self._drawing_talk:
            try:
                talk = await self._read_talk()
            except SuflerError as error:
                self._not_read(error)
                return
            if (talk.conversation.id if talk else None) != self._picked:
                return  # another one was picked meanwhile, and its own look is waiting
            try:
                await self._writing.open(self._picked)
            except SuflerError as error:
                self._not_read(error)
                return
            # Only now: keys and buttons act on what is shown, also while it is read anew.
            self._talk = talk
            self._draw_talk(talk)
            await self._presence.show(talk)
            await self._customer.show(talk)
            await self._writing.look()

    async def _look_at_lists(self, since: float) -> None:
        async with self._drawing_lists:
            try:
                await self._check_session()
                board = await self._reader.board(self._caller, since)
            except Unauthenticated:
                ui.navigate.to("/login?over")
                return
            except SuflerError as error:
                self._not_read(error)
                return
            self._draw_lists(board)

    async def _check_session(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._asked_at > _SESSION_S:
            self._caller = await self._acts.caller()
            self._asked_at = now

    def _not_read(self, error: SuflerError) -> None:
        _log.warning("desk_not_read", error=error.message)
        ui.notify(text("desk_not_now", self._language), type="negative")

    async def _read_talk(self) -> Talk | None:
        picked = self._picked
        if picked is None:
            return None
        try:
            return await self._reader.talk(self._caller, picked, self._most)
        except NotFound:
            if self._picked == picked:
                self._picked = None
            ui.notify(text("desk_gone", self._language))
            return None

    def _draw_talk(self, talk: Talk | None) -> None:
        self._suggestions.show(talk)
        self._articles.show(talk)
        self._history.show(talk, self._most)
        self._head.show(talk)
        self._side.show(visible=talk is not None)
        picked = talk.conversation.id if talk else None
        self._notes.show(picked, talk.before if talk else Before())
        self._writing.show(talk)
        if self._stops is not None:
            self._stops.offer(picked)
        self._root.classes(**{"add" if talk else "remove": "has-talk"})

    def _draw_lists(self, board: Board) -> None:
        self._list.show(board, self._picked)
        self._alerts.show(board, self._picked)

    async def pick(self, conversation_id: str) -> None:
        """Show a conversation."""
        self._picked = conversation_id
        self._most = FIRST_PAGE
        ui.navigate.history.replace(f"/desk?conversation={conversation_id}")
        self._list.mark(conversation_id)
        await self.refresh()

    async def back(self) -> None:
        """Show the list alone (on a phone)."""
        self._picked = None
        ui.navigate.history.replace("/desk")
        await self.refresh()

    async def earlier(self) -> None:
        """Read further back."""
        self._most = more_than(self._most)
        await self.refresh()

    async def take(self) -> None:
        """Make it mine."""
        await self._acts.do(lambda caller, id_: self._desk.take(caller, id_))

    async def give_back(self) -> None:
        """The bot may answer again."""
        if await self._acts.do(lambda caller, id_: self._desk.return_to_bot(caller, id_)):
            ui.notify(text("desk_returned", self._language))

    async def close(self) -> None:
        """End the episode."""
        if await self._acts.do(lambda caller, id_: self._desk.close(caller, id_)):
            ui.notify(text("desk_closed_now", self._language))

    async def stop_here(self) -> None:
        """Ask whether the bot is to be silent in this conversation."""
        if self._stops is not None and self._picked is not None:
            await self._stops.ask(conversation_scope(self._picked))

    async def _insert(self, suggestion_id: str, item: SuggestionItem) -> None:
        with self._root:
            await self._writing.insert(suggestion_id, item)

    async def _send_card(self, suggestion_id: str, item: SuggestionItem, words: str) -> bool:
        with self._root:
            return await self._writing.send_card(suggestion_id, item, words)

    async def _insert_found(self, suggestion_id: str, item: SuggestionItem) -> None:
        with self._root:
            await self._writing.insert(suggestion_id, item, found=True)

    async def _send_found(self, suggestion_id: str, item: SuggestionItem) -> bool:
        with self._root:
            return await self._writing.send_card(suggestion_id, item, item.text, found=True)

    async def _reject(self, suggestion_id: str, item: SuggestionItem, reason: Reason) -> bool:
        async def reject(caller: Caller, _conversation_id: str) -> None:
            await self._desk.add_feedback(
                Feedback(
                    suggestion_id,
                    FeedbackAction.REJECTED,
                    caller.id,
                    self._services.clock.now(),
                    item.article_id,
                    reason=reason.value,
                )
            )

        with self._root:
            return await self._acts.do(reject)

    async def _edit(self, message: Message) -> None:
        await self._writing.edit(message)

    async def _quote(self, message: Message) -> None:
        await self._writing.quote(message)

    async def _again(self, message: Message) -> None:
        await self._writing.again(message)

    async def _correct(self, lesson_id: int, use: Use) -> None:
        learned = self._learned
        if learned is not None:
            with self._root:
                await self._acts.do(lambda caller, _id: learned.correct(caller, lesson_id, use))

    async def _versions(self, message: Message) -> Sequence[Version]:
        past = self._services.past
        if past is None:
            return ()
        try:
            return await past.versions(self._caller, message.conversation_id, message.id)
        except SuflerError as error:
            await self._acts.refused(error, message.conversation_id)
            return ()

    async def _search(self, words: str) -> None:
        await self._finding.find(words)

    async def _opened(self, tab: str) -> None:
        self._customer.opened = tab == "customer"
        if self._customer.opened:
            await self._customer.read()

    def _keys(self) -> dict[str, KeyAct]:
        return key_acts(
            Keyed(
                self._list,
                self._side,
                self._suggestions,
                self._writing,
                picked=lambda: self._picked,
                pick=self.pick,
                take=self.take,
            )
        )
