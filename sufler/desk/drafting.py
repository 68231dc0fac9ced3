"""Articles beside a reply under way: searched by words, ranked by turn and draft, completed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from sufler.conversation.decide import visible
from sufler.desk.people import require
from sufler.desk.records import ConversationRecords, SuggestionRecords
from sufler.domain.conversation import Conversation
from sufler.domain.decisions import Suggestion, SuggestionItem
from sufler.domain.desk import DraftSuggestion
from sufler.domain.errors import BadInput
from sufler.domain.knowledge import Language
from sufler.domain.people import Caller, Right
from sufler.domain.ports import Clock
from sufler.domain.variables import values_of
from sufler.prompter.drafting import continuation, gathered, matter, nearest, ranked

MOST_FOUND = 10
SHOWN = 3
MAX_WORDS = 1_000
MAX_DRAFT = 20_000
# Of a long draft, what is being written now decides.
_LOOKED_AT = 600


class ArticlePrompter(Protocol):
    """`prompter.suggest.Prompter`."""

    async def suggest(
        self,
        text: str,
        *,
        language: Language | None = None,
        history: Sequence[tuple[str, str]] = (),
        limit: int = 3,
        conversation_id: str | None = None,
        variables: Mapping[str, str] = ...,
    ) -> Suggestion: ...


class Drafting:
    """Needs the right to converse (Forbidden), and a conversation that exists (NotFound)."""

    def __init__(
        self,
        prompter: ArticlePrompter,
        conversations: ConversationRecords,
        suggestions: SuggestionRecords,
        clock: Clock,
    ) -> None:
        self._prompter = prompter
        self._conversations = conversations
        self._suggestions = suggestions
        self._clock = clock

    async def search_articles(
        self, caller: Caller, conversation_id: str, words: str, limit: int = MOST_FOUND
    ) -> Sequence[SuggestionItem]:
        """At most `limit` (1..10) articles for these words, best first, filled for this customer
        and in their language where there is a text in it. Raises BadInput for too many words."""
        require(caller, Right.CONVERSE)
        if len(words) > MAX_WORDS:
            raise BadInput(f"at most {MAX_WORDS} characters are searched for", field="words")
        talk = await self._conversations.get(conversation_id)
        if not words.strip():
            return ()
        found = await self._suggested(caller, talk, words, talk.language, limit)
        shown = await self._of_turn(talk)
        if shown is not None and shown.hidden:  # what helped instead of the suggestion
            await self._suggestions.searched(
                shown, caller.person_id or caller.id, words, found.items, self._clock.now()
            )
        return found.items

    async def suggest_for_draft(
        self, caller: Caller, conversation_id: str, draft: str
    ) -> DraftSuggestion:
        """What fits the turn and the draft together. Costs one encoded text; stores nothing. An
        empty draft gives what is suggested for the turn. Nothing at all for a turn that is hidden
        for a check. Raises BadInput for a too long draft."""
        require(caller, Right.CONVERSE)
        if len(draft) > MAX_DRAFT:
            raise BadInput(f"a draft is at most {MAX_DRAFT} characters", field="draft")
        talk = await self._conversations.get(conversation_id)
        shown = await self._of_turn(talk)
        if shown is not None and shown.hidden:
            return DraftSuggestion(shown)
        values = [value for value in _values(talk) if value]
        about = matter(draft, values)[-_LOOKED_AT:]
        if not about.strip():
            return DraftSuggestion(shown)
        language = shown.language if shown else talk.language
        found = visible(await self._suggested(caller, talk, about, language, MOST_FOUND))
        candidates = gathered(shown.items if shown else (), found.items)
        best = ranked(about, candidates, len(candidates))
        going_on = ((each, continuation(draft, each.text)) for each in best)
        completes, rest = next(((each, rest) for each, rest in going_on if rest), (None, ""))
        items = tuple(best[:SHOWN])
        return DraftSuggestion(
            suggestion=replace(shown, items=items) if shown else None,
            items=items,
            completion=rest,
            completes=completes.article_id if completes else None,
            near=nearest(draft, best, values),
        )

    async def _suggested(
        self, caller: Caller, talk: Conversation, words: str, language: Language, limit: int
    ) -> Suggestion:
        return await self._prompter.suggest(
            words,
            language=language,
            limit=max(1, min(limit, MOST_FOUND)),
            conversation_id=talk.id,
            variables=values_of(talk, self._clock.now(), language, caller.name),
        )

    async def _of_turn(self, talk: Conversation) -> Suggestion | None:
        """Read each time: kept in memory a customer's words would outlive their erasure."""
        if talk.suggestion_id is None:
            return None
        return visible(await self._suggestions.get(talk.suggestion_id))


def _values(talk: Conversation) -> list[str]:
    return [talk.customer.name, talk.customer.first_name, *talk.given.values()]
