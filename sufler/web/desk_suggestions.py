"""What could be answered, with how sure that is: at most three cards, each with its acts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from nicegui import events, ui

from sufler.domain.decisions import Suggestion, SuggestionItem
from sufler.domain.knowledge import Article, Language, Topic
from sufler.domain.learning import Reason
from sufler.domain.texts import text
from sufler.web import paper
from sufler.web.desk_board import Talk
from sufler.web.desk_golden import MakeGolden
from sufler.web.elements import button, named, with_props, without_links

_QUESTION_CHARS = 120
_MOST_EDIT = 20_000
# The text comes with the press itself, to the last letter.
_EDITED = "(event) => emit(event.target.closest('.card-edit').querySelector('textarea').value)"
_PRESSED = (
    "(event) => { const act = event.target.closest('[data-act]'); act && emit(act.dataset.act) }"
)


@dataclass(frozen=True, slots=True)
class CardActs:
    """What an operator does with an offered article of a suggestion (its id comes first); `golden`
    makes the question a golden one, None: this person may not."""

    insert: Callable[[str, SuggestionItem], Awaitable[None]]
    send: Callable[[str, SuggestionItem, str], Awaitable[bool]]
    reject: Callable[[str, SuggestionItem, Reason], Awaitable[bool]]
    golden: MakeGolden | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What cards say of an article beside what is stored with the suggestion."""

    topic: Callable[[str], Topic | None]
    article: Callable[[str], Article | None]
    to_html: Callable[[str], str]


class Card:
    """One offered article: read, inserted, sent, edited in place, or rejected with a reason."""

    def __init__(
        self,
        number: int,
        suggestion_id: str,
        item: SuggestionItem,
        language: Language,
        known: Known,
        acts: CardActs,
        *,
        usable: bool,
        done: Callable[[], None],
    ) -> None:
        """`done` is called when editing or rejecting has ended."""
        self._number = number
        self._suggestion_id = suggestion_id
        self._item = item
        self._language = language
        self._known = known
        self._acts = acts
        self._done = done
        self.busy = False
        self.element = ui.element("article").classes("card-suggestion").props("tabindex=-1")
        with_props(self.element, **{"data-number": number, "aria-label": item.title})
        with self.element:
            self._main = self._text(usable)
            self._place = ui.element("div").classes("card-more")
            self._foot = self._buttons().classes("card-acts")
        self._foot.set_visibility(usable)

    async def insert(self) -> None:
        """Put the text into the reply."""
        await self._acts.insert(self._suggestion_id, self._item)

    async def send(self) -> None:
        """Send the text as it stands."""
        await self._acts.send(self._suggestion_id, self._item, self._item.text)

    def edit(self) -> None:
        """Change the text right here, and send it from here."""

        async def send(event: object) -> None:
            words = str(getattr(event, "args", "") or "")
            if await self._acts.send(self._suggestion_id, self._item, words):
                self._leave()

        language = self._language
        self._enter(editing=True)
        with self._place, ui.element("div").classes("card-edit"):
            field = ui.textarea(value=self._item.text)
            field.props(f"autogrow borderless dense hide-bottom-space maxlength={_MOST_EDIT}")
            named(field, text("desk_edit_in_place", language, title=self._item.title))
            with ui.element("div").classes("knobs"):
                element = button(text("desk_send", language), None, "act main card-send")
                element.on("click", send, js_handler=_EDITED)
                button(text("desk_no", language), self._left, "act card-leave")
        ui.run_javascript(f"suflerKeys.intoCard({self._number})")

    def reject(self) -> None:
        """Ask why it does not fit."""
        language = self._language
        self._enter(editing=False)
        with self._place:
            group = ui.element("div").classes("reasons").props("role=group")
        title = text("desk_reject_why", language)
        with named(group, title):
            ui.label(title).classes("reasons-title")
            for number, reason in enumerate(Reason, start=1):
                self._reason(number, reason)
            button(text("desk_no", language), self._left, "act card-leave")
        ui.run_javascript(f"suflerKeys.intoCard({self._number})")

    def _reason(self, number: int, reason: Reason) -> None:
        async def chosen() -> None:
            if await self._acts.reject(self._suggestion_id, self._item, reason):
                self._leave()
                self._rejected(reason)

        words = text(f"desk_reject_{reason.value}", self._language)
        element = button(f"{number} · {words}", chosen, "act reason")
        with_props(element, **{"data-reason": number})

    def _rejected(self, reason: Reason) -> None:
        words = text(f"desk_reject_{reason.value}", self._language)
        self.element.classes(add="rejected")
        with self._place:
            said = text("desk_rejected", self._language, reason=words)
            ui.label(said).classes("card-rejected").props("role=status")

    def _enter(self, *, editing: bool) -> None:
        self.busy = True
        self._place.clear()
        self._foot.set_visibility(False)
        self._main.set_visibility(not editing)

    def _leave(self) -> None:
        self.busy = False
        self._place.clear()
        self._foot.set_visibility(True)
        self._main.set_visibility(True)
        self._done()

    async def _left(self) -> None:
        ui.run_javascript(f"suflerKeys.toCard({self._number})")
        self._leave()

    def _buttons(self) -> ui.element:
        """One element for all of them, and one for the text: fifty desks draw three cards with each
        message, and elements are what that costs."""
        acts = [("send", f"Ctrl+{self._number}"), ("edit", "E"), ("reject", "R")]
        if self._acts.golden is not None:
            acts.append(("golden", ""))
        html = self._piece("card_acts.html", acts=acts, title=self._item.title)
        return ui.html(html, sanitize=False).on("click", self._pressed, js_handler=_PRESSED)

    async def _pressed(self, event: events.GenericEventArguments) -> None:
        match event.args:
            case "send":
                await self.send()
            case "edit":
                self.edit()
            case "reject":
                self.reject()
            case "golden" if self._acts.golden is not None:
                await self._acts.golden(self._item)

    def _text(self, usable: bool) -> ui.element:
        language, item = self._language, self._item
        article = self._known.article(item.article_id)
        topic = self._known.topic(item.topic)
        html = self._piece(
            "card_main.html",
            number=self._number,
            item=item,
            reason=topic.without_certificate if topic is not None else None,
            html=without_links(self._known.to_html(item.text)),
            updated_at=article.updated_at if article is not None else None,
        )
        main = ui.html(html, sanitize=False, tag="button").classes("card-main").props("type=button")
        named(main, text("desk_insert", language, title=item.title, number=self._number))
        main.on("click", self.insert, args=[])
        if not usable:
            main.props("disabled")
        return main

    def _piece(self, template: str, **values: Any) -> str:
        return paper.piece(template, self._language, **values)


class SuggestionColumn:
    """The cards for the customer's open question, or for what the operator is writing to it."""

    def __init__(self, language: Language, place: ui.element, known: Known, acts: CardActs) -> None:
        self._language = language
        self._known = known
        self._acts = acts
        self._cards: list[Card] = []
        self._shown: object = None
        self._talk: Talk | None = None
        self._by_draft: Suggestion | None = None
        with place:
            with ui.element("div").classes("side-say").props("role=status"):
                self._question = ui.label().classes("question")
                self._stale = ui.label(text("desk_stale", language)).classes("stale")
                self._drafted = ui.label(text("desk_by_draft", language)).classes("by-draft")
            self._nothing = ui.label().classes("nothing")
            self._place = ui.element("div").classes("cards")

    @property
    def suggestion(self) -> Suggestion | None:
        """What is shown now."""
        made = self._talk.suggestion if self._talk else None
        ours = self._by_draft
        return ours if ours is not None and made is not None and ours.id == made.id else made

    def show(self, talk: Talk | None) -> None:
        """Show the suggestions of the picked conversation; only what changed is drawn."""
        before = self._talk.conversation.id if self._talk else None
        if before != (talk.conversation.id if talk else None):
            self._by_draft = None
            self._cards = []  # what was being edited there is left
        self._talk = talk
        self._draw()

    def show_for_draft(self, suggestion: Suggestion | None) -> None:
        """Rank by what is being written too; None: by the customer's words alone."""
        self._by_draft = suggestion
        self._draw()

    def card(self, number: int) -> Card | None:
        """The card with this number, while it can be used."""
        usable = self._talk is not None and self._talk.open_to_me
        return self._cards[number - 1] if usable and 1 <= number <= len(self._cards) else None

    def _draw(self) -> None:
        talk, suggestion = self._talk, self.suggestion
        stale = talk is not None and talk.stale
        self._stale.set_visibility(stale)
        self._place.classes(**{"add" if stale else "remove": "is-stale"})
        self._drafted.set_visibility(suggestion is not None and suggestion is self._by_draft)
        conversation = talk.conversation.id if talk else None
        usable = talk is not None and talk.open_to_me
        items = suggestion.items if suggestion else ()
        shown = (conversation, suggestion.id if suggestion else None, usable, items)
        if shown == self._shown or any(card.busy for card in self._cards):
            return  # what is being edited stays until it is sent or left
        self._shown = shown
        self._say(talk, suggestion)
        self._place.clear()
        self._cards = []
        with self._place:
            for number, item in enumerate(items, start=1):
                assert suggestion is not None
                card = Card(
                    number,
                    suggestion.id,
                    item,
                    self._language,
                    self._known,
                    self._acts,
                    usable=usable,
                    done=self._draw,
                )
                self._cards.append(card)

    def _say(self, talk: Talk | None, suggestion: Suggestion | None) -> None:
        asked = talk.suggestion.text[:400] if talk and talk.suggestion else ""
        question = " ".join(asked.split())[:_QUESTION_CHARS]
        self._question.set_text(text("desk_suggested_for", self._language, question=question))
        self._question.set_visibility(bool(question))
        key = "desk_no_suggestions" if suggestion else "desk_no_question"
        if suggestion is not None and suggestion.hidden:
            key = "desk_hidden"
        self._nothing.set_text(text(key, self._language))
        self._nothing.set_visibility(suggestion is None or not suggestion.items)
