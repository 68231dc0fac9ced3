"""/admin/channels: what is connected, how it stands, and what did not arrive; live."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from nicegui import ui

from sufler.domain.administration import ParkedRow, Traffic, Undelivered
from sufler.domain.people import Caller
from sufler.domain.texts import CATALOGUE
from sufler.web.admin_page import AdminPage, Table
from sufler.web.elements import heading, link, local_time
from sufler.web.services import Line

LOOK_S = 3.0
DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the page shows; drawn anew only when it differs, so that the focus stays."""

    line: Line | None
    traffic: Mapping[str, Traffic]
    undelivered: Sequence[Undelivered]
    parked: Sequence[ParkedRow]
    keys: int


class ChannelsPage(AdminPage):
    """Cards of the channels, then their troubles."""

    _seen: _Seen | None = None

    async def build(self) -> None:
        """Put the page up and follow."""
        with self.sheet("channels_title"):
            self._cards = ui.element("section").classes("cards")
            heading(2, self.text("undelivered_title"))
            self._undelivered = ui.element("section")
            heading(2, self.text("parked_title"))
            self._parked = ui.element("section")
        await self.refresh()
        ui.timer(LOOK_S, self.refresh)

    async def refresh(self) -> None:
        """Read, and draw if anything is new."""
        seen = await self.act(self._read)
        if seen is None or seen == self._seen:
            return
        self._seen = seen
        self._cards.clear()
        with self._cards:
            self._telegram(seen.line, seen.traffic.get("telegram", Traffic()))
            self._web(seen.traffic.get("web", Traffic()))
            self._api(seen)
            self._console(seen.traffic.get("console", Traffic()))
        self._draw_undelivered(seen.undelivered)
        self._draw_parked(seen.parked)

    async def _read(self, caller: Caller) -> _Seen:
        channels, line = self.administration.channels, self.services.telegram
        since = self.services.clock.now() - DAY
        keys = await self.administration.staffing.keys(caller)
        return _Seen(
            line=line() if line is not None else None,
            traffic=await channels.traffic(caller, since),
            undelivered=await channels.undelivered(caller),
            parked=await channels.parked(caller),
            keys=sum(key.revoked_at is None for key in keys),
        )

    def _telegram(self, line: Line | None, traffic: Traffic) -> None:
        with ui.element("article").classes("card"):
            if line is None:
                self._top("channel_telegram", "channel_off", "grey")
                heading(3, self.text("telegram_steps_title"))
                with ui.element("ol").classes("steps"):
                    for number in (1, 2, 3, 4):
                        with ui.element("li"):
                            ui.label(self.text(f"telegram_step_{number}"))
                return
            if line.standby:
                self._top("channel_telegram", "channel_standby", "grey")
            elif line.connected:
                self._top("channel_telegram", "channel_connected")
            else:
                self._top("channel_telegram", "channel_down", "bad")
            with ui.element("dl").classes("facts"):
                self._line_facts(line)
                self._last(traffic)
            self._counts(traffic)

    def _line_facts(self, line: Line) -> None:
        with self._fact("channel_since"):
            local_time(line.since)
        if line.username:
            with self._fact("channel_bot"):
                address = f"https://t.me/{line.username}"
                link(f"@{line.username}", address).props("target=_blank rel=noopener")
                if line.name:
                    ui.label(line.name).classes("quiet")
        with self._fact("channel_mode"):
            ui.label(self.text(f"channel_mode_{line.mode}"))
        if line.error:
            with self._fact("channel_error_now"):
                ui.label(line.error).classes("fault").props("lang=en")
        elif line.last_error:
            with self._fact("channel_last_error"):
                local_time(line.last_error_at)
                ui.label(line.last_error).props("lang=en")
        for account in line.accounts:
            with self._fact("channel_account"):
                ui.label(account.owner)
                key = "channel_account_open" if account.may_reply else "channel_account_shut"
                ui.label(self.text(key)).classes("quiet" if account.may_reply else "fault")
        webhook = line.webhook
        if webhook is None:
            return
        with self._fact("channel_webhook"):
            ui.label(webhook.url)
            ui.label(self.counted("channel_webhook_pending", webhook.pending)).classes("quiet")
        if webhook.last_error:
            with self._fact("channel_last_error"):
                local_time(webhook.last_error_at)
                ui.label(webhook.last_error).props("lang=en")

    def _web(self, traffic: Traffic) -> None:
        with ui.element("article").classes("card"):
            self._top("channel_web", "channel_ready")
            with ui.element("dl").classes("facts"):
                with self._fact("channel_webhook"):
                    address = (self.services.public_url or "") + "/chat"
                    link(address, "/chat")
                self._last(traffic)
            self._counts(traffic)

    def _api(self, seen: _Seen) -> None:
        with ui.element("article").classes("card"):
            self._top("channel_api", "channel_ready")
            ui.label(self.counted("channel_api_keys", seen.keys))
            link(self.text("channel_api_open"), "/docs")
            self._counts(seen.traffic.get("api", Traffic()))

    def _console(self, traffic: Traffic) -> None:
        with ui.element("article").classes("card"):
            self._top("channel_console", "channel_ready", "grey")
            ui.label(self.text("channel_console_text")).classes("quiet")
            self._counts(traffic)

    def _top(self, name: str, state: str, kind: str = "") -> None:
        with ui.element("div").classes("card-top"):
            heading(2, self.text(name)).style("margin: 0")
            ui.label(self.text(state)).classes(f"tag {kind}")

    def _fact(self, key: str) -> ui.element:
        with ui.element("dt"):
            ui.label(self.text(key))
        return ui.element("dd")

    def _last(self, traffic: Traffic) -> None:
        if traffic.last_came is not None:
            with self._fact("channel_last_update"):
                local_time(traffic.last_came)

    def _counts(self, traffic: Traffic) -> None:
        with ui.element("div").classes("counts"):
            ui.label(self.text("channel_day")).classes("quiet")
            ui.label(self.counted("channel_came", traffic.came)).classes("tag grey")
            ui.label(self.counted("channel_sent", traffic.sent)).classes("tag grey")
            for key, count, kind in (
                ("channel_waiting", traffic.waiting, "amber"),
                ("channel_failed", traffic.failed, "bad"),
                ("channel_unknown", traffic.unknown, "amber"),
                ("channel_parked", traffic.parked, "bad"),
            ):
                if count:
                    ui.label(self.counted(key, count)).classes(f"tag {kind}")

    def _draw_undelivered(self, found: Sequence[Undelivered]) -> None:
        self._undelivered.clear()
        with self._undelivered:
            if not found:
                ui.label(self.text("undelivered_none")).classes("quiet")
                return
            heads = ("at", "channel", "talk", "what", "error")
            words = [self.text(f"undelivered_{head}") for head in heads]
            table = Table(self.text("undelivered_title"), *words)
            for each in found:
                with table.row() as row:
                    with row.cell():
                        local_time(each.at)
                    row.say(self._channel(each.channel))
                    with row.cell():
                        self._talk(each.conversation_id, each.customer_name, each.ticket)
                    tries = self.counted("undelivered_attempts", each.attempts)
                    row.say(f"{self.text(f'undelivered_{each.state}')} · {tries}")
                    row.say(each.error, lang="en")

    def _draw_parked(self, found: Sequence[ParkedRow]) -> None:
        self._parked.clear()
        with self._parked:
            if not found:
                ui.label(self.text("parked_none")).classes("quiet")
                return
            ui.label(self.text("parked_text")).classes("quiet")
            keys = ("undelivered_at", "undelivered_channel", "undelivered_talk", "parked_cause")
            words = [self.text(key) for key in (*keys, "people_acts")]
            table = Table(self.text("parked_title"), *words)
            for each in found:
                self._parked_row(table, each)

    def _parked_row(self, table: Table, each: ParkedRow) -> None:
        async def replay() -> None:
            async def do(caller: Caller) -> bool:
                await self.administration.channels.replay(caller, each.id)
                return True

            if await self.act(do):
                ui.notify(self.text("parked_replayed"))
            await self.refresh()

        with table.row() as row:
            with row.cell():
                local_time(each.received_at)
            row.say(self._channel(each.channel))
            with row.cell():
                if each.conversation_id is None:
                    ui.label("—")
                else:
                    self._talk(each.conversation_id, each.customer_name, 0)
            row.say(each.error, lang="en")
            with row.cell("acts"):
                self.asking_button(self.text("parked_replay"), replay)

    def _channel(self, name: str) -> str:
        key = f"channel_{name}"
        return self.text(key) if key in CATALOGUE else name

    def _talk(self, conversation_id: str, name: str, ticket: int) -> None:
        number = ticket or conversation_id[:4]
        words = name or self.text("desk_visitor", number=number)
        link(words, f"/desk?conversation={conversation_id}")
