"""What fits the reply under way: the suggestions ranked by it, how it could go on, and the article
that it nearly is."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from nicegui import background_tasks, ui

from sufler.desk.desk import Desk
from sufler.domain.decisions import Feedback, FeedbackAction, Suggestion, SuggestionItem
from sufler.domain.desk import DraftSuggestion, NearArticle
from sufler.domain.errors import SuflerError
from sufler.domain.knowledge import Language
from sufler.domain.learning import Reason
from sufler.domain.people import Caller
from sufler.domain.ports import Clock
from sufler.domain.texts import text
from sufler.web.desk_acts import Acting
from sufler.web.elements import button, with_props

_log = structlog.get_logger(__name__)

# After the last letter, so that typing is not a search for each.
PAUSE_S = 0.3
# Less than this says nothing about what is meant.
LEAST_CHARS = 4

SendArticle = Callable[[str, SuggestionItem], Awaitable[None]]


class Drafting:
    """Of one tab; it draws into `place`, above the field."""

    def __init__(
        self,
        desk: Desk,
        clock: Clock,
        language: Language,
        *,
        place: ui.element,
        caller: Callable[[], Caller],
        act: Acting,
        ranked: Callable[[Suggestion | None], None],
        send: SendArticle,
    ) -> None:
        """`ranked` is told the suggestion that takes the draft into account, or None; `send` sends
        an article of a suggestion instead of the draft."""
        self._desk = desk
        self._clock = clock
        self._language = language
        self._caller = caller
        self._act = act
        self._ranked = ranked
        self._send = send
        self._place = place
        self._conversation: str | None = None
        self._words = ""
        self._task: asyncio.Task[None] | None = None
        with place:
            self._near = ui.element("div").classes("near").props("role=status")
            self._completion = ui.element("div").classes("completion")
            with self._completion:
                with ui.element("kbd"):
                    ui.label(text("desk_tab_key", language))
                self._rest = ui.label()
        self._clear()

    def typed(self, conversation_id: str, words: str) -> None:
        """The draft is `words` now; what fits it is shown after a short pause."""
        self._conversation, self._words = conversation_id, words
        self._completion.set_visibility(False)
        if self._task is None or self._task.done():
            self._task = background_tasks.create(self._look_soon(), name="drafting")

    def empty(self) -> None:
        """There is no draft: only the customer's words count."""
        self._words = ""
        self._clear()
        self._ranked(None)

    async def _look_soon(self) -> None:
        seen = None
        while seen != self._words:
            seen = self._words
            await asyncio.sleep(PAUSE_S)
            if seen == self._words:
                await self._look(seen)

    async def _look(self, words: str) -> None:
        conversation_id = self._conversation
        if conversation_id is None or len(words.strip()) < LEAST_CHARS:
            if self._words == words:
                self.empty()
            return
        try:
            caller = self._caller()
            found = await self._desk.suggest_for_draft(caller, conversation_id, words)
        except SuflerError as error:
            _log.warning("draft_not_ranked", error=error.message)
            return
        if words == self._words and conversation_id == self._conversation:
            self._show(words, found)

    def _show(self, words: str, found: DraftSuggestion) -> None:
        self._ranked(found.suggestion)
        self._completion.set_visibility(bool(found.completion))
        self._rest.set_text(f"…{found.completion.strip()}")
        with_props(self._completion, **{"data-for": words, "data-rest": found.completion})
        self._show_near(found)

    def _show_near(self, found: DraftSuggestion) -> None:
        near = found.near
        self._near.clear()
        self._near.set_visibility(near is not None)
        if near is None or found.suggestion is None:
            return
        suggestion_id, language = found.suggestion.id, self._language

        async def send() -> None:
            await self._send(suggestion_id, near.item)

        async def outdated() -> None:
            await self._propose(suggestion_id, near)

        with self._near:
            ui.label(text("desk_near", language, title=near.item.title)).classes("near-words")
            button(text("desk_near_send", language), send, "act")
            if not near.same:
                button(text("desk_near_outdated", language), outdated, "act")

    async def _propose(self, suggestion_id: str, near: NearArticle) -> None:
        words = self._words

        async def tell(caller: Caller, _conversation_id: str) -> None:
            await self._desk.add_feedback(
                Feedback(
                    suggestion_id,
                    FeedbackAction.REJECTED,
                    caller.id,
                    self._clock.now(),
                    near.item.article_id,
                    words,
                    Reason.OUTDATED.value,
                )
            )

        with self._place:
            if await self._act(tell):
                ui.notify(text("desk_near_proposed", self._language))
                self._near.set_visibility(False)

    def _clear(self) -> None:
        self._near.clear()
        self._near.set_visibility(False)
        self._completion.set_visibility(False)
