"""/admin/webhooks: which programs are told what happens, and what came of every telling."""

from collections.abc import Mapping, Sequence

from nicegui import ui

from sufler.desk.webhooks import WebhookChange
from sufler.domain.errors import BadInput, Conflict, SuflerError
from sufler.domain.people import Caller
from sufler.domain.stream import StreamKind
from sufler.domain.webhooks import Delivery, DeliveryState, Webhook
from sufler.web.admin_fields import LineField
from sufler.web.admin_page import AdminPage, Table
from sufler.web.elements import button, heading, local_time, named, with_props

MOST_SHOWN = 50
_TAGS = {"done": "", "pending": "amber", "parked": "red"}
_Counts = Mapping[str, Mapping[str, int]]


class WebhooksPage(AdminPage):
    """Each webhook is a card with its log; a secret that was just made stays until it is put
    away."""

    async def build(self) -> None:
        """Put the page up."""
        self._hooks = self.administration.webhooks
        self._open: set[str] = set()
        with self.sheet("webhooks_title"):
            ui.label(self.text("webhooks_text")).classes("quiet")
            self._secret = ui.element("div").classes("secret").props("role=status")
            self._secret.set_visibility(False)
            self._cards = ui.element("section")
            self._add_form()
        await self.refresh()

    async def refresh(self) -> None:
        """Read everything and draw it."""

        async def read(caller: Caller) -> tuple[Sequence[Webhook], _Counts]:
            return await self._hooks.all(caller), await self._hooks.counts(caller)

        found = await self.act(read)
        if found is None:
            return
        hooks, counts = found
        logs = {each.id: await self._log_of(each) for each in hooks if each.id in self._open}
        self._cards.clear()
        with self._cards:
            if not hooks:
                ui.label(self.text("webhooks_none")).classes("quiet")
            for hook in hooks:
                self._card(hook, counts.get(hook.id, {}), logs.get(hook.id))

    def in_words(self, error: SuflerError) -> str:
        """Why it was refused."""
        match error:
            case BadInput() if error.field == "url":
                return self.text("webhook_bad_url")
            case Conflict() if error.field == "active":
                return self.text("webhook_is_off")
            case Conflict() if error.field == "url":
                return self.text("webhook_too_many")
        return super().in_words(error)

    async def _log_of(self, hook: Webhook) -> Sequence[Delivery] | None:
        return await self.act(lambda caller: self._hooks.log(caller, hook.id, limit=MOST_SHOWN))

    def _kind(self, kind: str) -> str:
        return self.text(f"webhook_kind_{kind.replace('.', '_')}")

    def _card(
        self, hook: Webhook, counts: Mapping[str, int], log: Sequence[Delivery] | None
    ) -> None:
        card = ui.element("details").classes("card choice webhook")
        if hook.id in self._open:
            card.props("open")

        async def toggled() -> None:
            if hook.id not in self._open:
                self._open.add(hook.id)
                found = await self._log_of(hook)
                with place:
                    self._draw_log(hook, found or ())

        with card:
            summary = ui.element("summary")
            summary.on("click", toggled, args=[])
            with summary:
                heading(2, hook.note or hook.shown_url)
                state = "webhook_on" if hook.active else "webhook_off"
                ui.label(self.text(state)).classes("tag" if hook.active else "tag red")
                states = {each.value: counts.get(each.value, 0) for each in DeliveryState}
                ui.label(self.text("webhook_counts", **states)).classes("quiet")
            self._facts(hook)
            self._knobs(hook)
            place = ui.element("div")
            with place:
                if log is not None:
                    self._draw_log(hook, log)

    def _facts(self, hook: Webhook) -> None:
        ui.label(hook.shown_url).classes("quiet")
        kinds = ", ".join(self._kind(kind) for kind in sorted(hook.kinds))
        ui.label(kinds or self.text("webhook_all_kinds")).classes("quiet")
        if hook.disabled_why:
            ui.label(self.text("webhook_off_why", why=hook.disabled_why)).classes("bad")
        for key, moment in (
            ("webhook_failing", hook.failing_since),
            ("webhook_two_secrets", hook.old_secret_until),
        ):
            if moment is not None and (
                key == "webhook_failing" or moment > self.services.clock.now()
            ):
                with ui.element("p").classes("quiet"):
                    ui.label(self.text(key))
                    local_time(moment)

    def _knobs(self, hook: Webhook) -> None:
        async def test() -> None:
            done = await self.act(lambda caller: self._hooks.test(caller, hook.id))
            if done is not None and done.error is None:
                good = self.text("webhook_test_good", status=done.status, ms=done.took_ms)
                ui.notify(good, type="positive")
            elif done is not None:
                ui.notify(self.text("webhook_test_bad", error=done.error), type="negative")
            await self.refresh()

        async def switch() -> None:
            wanted = WebhookChange(active=not hook.active)
            await self.act(lambda caller: self._hooks.change(caller, hook.id, wanted))
            await self.refresh()

        async def rotate() -> None:
            made = await self.act(lambda caller: self._hooks.rotate(caller, hook.id))
            if made is not None:
                self._show_secret(made[1])
            await self.refresh()

        async def replay() -> None:
            count = await self.act(lambda caller: self._hooks.replay_parked(caller, hook.id))
            if count is not None:
                ui.notify(self.counted("webhook_replayed", count), type="positive")
            await self.refresh()

        async def remove() -> None:
            await self.act(lambda caller: self._hooks.remove(caller, hook.id))
            await self.refresh()

        name = hook.note or hook.shown_url
        with ui.element("div").classes("knobs"):
            button(self.text("webhook_test"), test, "act main")
            on = "webhook_switch_off" if hook.active else "webhook_switch_on"
            button(self.text(on), switch, "act")
            button(self.text("webhook_replay_all"), replay, "act")
            self.asking_button(self.text("webhook_rotate"), rotate, name)
            self.asking_button(self.text("webhook_remove"), remove, name)

    def _draw_log(self, hook: Webhook, log: Sequence[Delivery]) -> None:
        heading(3, self.text("webhook_log"))
        if not log:
            ui.label(self.text("webhook_log_none")).classes("quiet")
            return
        heads = ("when", "event", "state", "tries", "answer", "acts")
        table = Table(self.text("webhook_log"), *(self.text(f"webhook_{each}") for each in heads))
        for delivery in log:
            self._row(hook, table, delivery)

    def _row(self, hook: Webhook, table: Table, delivery: Delivery) -> None:
        async def again() -> None:
            await self.act(lambda caller: self._hooks.replay(caller, hook.id, delivery.id))
            await self.refresh()

        state = delivery.state.value
        with table.row() as row:
            with row.cell():
                local_time(delivery.tried_at or delivery.created_at)
            row.say(self._kind(delivery.kind))
            with row.cell():
                ui.label(self.text(f"webhook_state_{state}")).classes(f"tag {_TAGS[state]}")
            row.say(str(delivery.attempts))
            said = (str(delivery.status or ""), delivery.error or "", delivery.answer or "")
            row.say(" · ".join(each for each in said if each))
            with row.cell("acts"):
                if delivery.event_id is not None and delivery.state is not DeliveryState.PENDING:
                    button(self.text("webhook_replay"), again, "act")

    def _add_form(self) -> None:
        chosen: set[StreamKind] = set()

        async def add() -> None:
            async def put(caller: Caller) -> tuple[Webhook, str]:
                return await self._hooks.add(caller, url.value, frozenset(chosen), note.value)

            made = await self.act(put)
            if made is not None:
                url.put("")
                note.put("")
                self._show_secret(made[1])
                await self.refresh()

        title = self.text("webhook_add_title")
        heading(2, title)
        with named(ui.element("form").classes("add-form"), title) as form:
            form.on("submit.prevent", add, args=[])
            url = LineField(self.text("webhook_url"), most=2000)
            note = LineField(self.text("webhook_note"), most=200)
            with ui.element("fieldset").classes("field"):
                with ui.element("legend").classes("field-label"):
                    ui.label(self.text("webhook_kinds"))
                for kind in StreamKind:
                    self._choice(kind, chosen)
                ui.label(self.text("webhook_kinds_hint")).classes("hint")
            with ui.element("button").classes("act main").props("type=submit"):
                ui.label(self.text("webhook_add"))

    def _choice(self, kind: StreamKind, chosen: set[StreamKind]) -> None:
        def picked(event: object) -> None:
            (chosen.add if getattr(event, "args", False) is True else chosen.discard)(kind)

        with ui.element("label").classes("pick"):
            box = with_props(ui.element("input"), type="checkbox", value=kind.value)
            box.on("change", picked, js_handler="(event) => emit(event.target.checked)")
            ui.label(self._kind(kind.value))

    def _show_secret(self, secret: str) -> None:
        async def away() -> None:
            self._secret.clear()
            self._secret.set_visibility(False)

        self._secret.clear()
        self._secret.set_visibility(True)
        with self._secret:
            ui.label(self.text("webhook_secret"))
            with ui.element("code").props("id=secret tabindex=0"):
                ui.label(secret)
            ui.label(self.text("people_once")).classes("hint")
            with ui.element("div").classes("knobs"):
                copy = button(self.text("people_copy"), None, "act main")
                copy.props('data-copy="secret"')
                button(self.text("people_noted"), away, "act")
