"""/admin/people: staff, keys of machines, open sessions, and the log of what was changed."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from sufler.domain.administration import Act, Session
from sufler.domain.people import Caller, Key, Person, Role
from sufler.domain.texts import CATALOGUE
from sufler.web.admin_fields import LineField, Select
from sufler.web.admin_page import AdminPage, Table
from sufler.web.elements import button, heading, local_time, named

_Do = Callable[[Caller], Awaitable[object]]


class PeoplePage(AdminPage):
    """Drawn anew after each act; a secret that was just made stays until it is put away."""

    async def build(self) -> None:
        """Put the page up."""
        staffing = self.administration.staffing
        with self.sheet("people_title"):
            ui.label(self.text("roles_hint")).classes("quiet")
            self._secret = ui.element("div").classes("secret").props("role=status")
            self._secret.set_visibility(False)
            self._people = ui.element("section")
            self._add_person()
            heading(2, self.text("keys_title"))
            self._keys = ui.element("section")
            self._add_key()
            heading(2, self.text("sessions_title"))
            self._sessions = ui.element("section")
            heading(2, self.text("acts_title"))
            self._log = ui.element("section")
        self._staffing = staffing
        await self.refresh()

    async def refresh(self) -> None:
        """Read everything and draw it."""
        staffing = self._staffing

        async def read(
            caller: Caller,
        ) -> tuple[Caller, Sequence[Person], Sequence[Key], Sequence[Session], Sequence[Act]]:
            return (
                caller,
                await staffing.everybody(caller),
                await staffing.keys(caller),
                await staffing.sessions(caller),
                await staffing.acts(caller),
            )

        found = await self.act(read)
        if found is None:
            return
        caller, people, keys, sessions, acts = found
        self._draw_people(caller, people)
        self._draw_keys(keys)
        self._draw_sessions(people, sessions)
        self._draw_log(acts)

    async def _do(self, do: _Do) -> None:
        await self.act(do)
        await self.refresh()

    def _draw_people(self, caller: Caller, people: Sequence[Person]) -> None:
        self._people.clear()
        with self._people:
            ui.label(self.counted("people_count", len(people))).classes("quiet")
            table = Table(
                self.text("people_title"),
                self.text("people_login"),
                self.text("people_name"),
                self.text("people_role"),
                self.text("people_seen"),
                self.text("people_state"),
                self.text("people_acts"),
            )
            for person in people:
                self._person(table, caller, person)

    def _person(self, table: Table, caller: Caller, person: Person) -> None:
        login = person.login

        async def role(value: str) -> None:
            await self._do(lambda by: self._staffing.change_role(by, login, Role(value)))

        async def reset() -> None:
            password = await self.act(lambda by: self._staffing.reset(by, login))
            if password is not None:
                self._show_secret(self.text("people_password", login=login), password)
            await self.refresh()

        async def disable() -> None:
            await self._do(lambda by: self._staffing.disable(by, login))

        async def enable() -> None:
            await self._do(lambda by: self._staffing.enable(by, login))

        with table.row("" if person.active else "off") as row:
            with row.cell("strong"):
                ui.label(login)
                if caller.person_id == person.id:
                    ui.label(self.text("people_you")).classes("tag")
            row.say(person.name)
            with row.cell():
                label = self.text("people_role_of", name=person.name)
                Select(self._roles(), person.role.value, label, role)
            with row.cell():
                if person.seen_at is None:
                    ui.label(self.text("admin_never")).classes("quiet")
                else:
                    local_time(person.seen_at)
            row.say(self.text("people_active" if person.active else "people_disabled"))
            with row.cell("acts"):
                self.asking_button(self.text("people_reset"), reset, login)
                if person.active:
                    self.asking_button(self.text("people_disable"), disable, login)
                else:
                    button(self.text("people_enable"), enable, "act")

    def _roles(self) -> dict[str, str]:
        return {role.value: self.text(f"role_{role.value}") for role in Role}

    def _add_person(self) -> None:
        async def add() -> None:
            login, name, role = self._login.value, self._name.value, Role(self._role.value)
            made = await self.act(lambda by: self._staffing.add(by, login, name, role))
            if made is not None:
                person, password = made
                self._login.put("")
                self._name.put("")
                self._show_secret(self.text("people_password", login=person.login), password)
            await self.refresh()

        title = self.text("people_add_title")
        with named(ui.element("form").classes("add-form"), title) as form:
            form.on("submit.prevent", add, args=[])
            self._login = LineField(self.text("people_login"), most=64)
            self._name = LineField(self.text("people_name"), most=100)
            self._role = Select(
                self._roles(), Role.OPERATOR.value, self.text("people_role"), shown=True
            )
            self._submit(self.text("people_add"))

    def _submit(self, label: str) -> None:
        with ui.element("button").classes("act main").props("type=submit"):
            ui.label(label)

    def _draw_keys(self, keys: Sequence[Key]) -> None:
        self._keys.clear()
        good = [key for key in keys if key.revoked_at is None]
        with self._keys:
            if not keys:
                ui.label(self.text("keys_none")).classes("quiet")
                return
            if good:
                table = Table(
                    self.text("keys_title"),
                    self.text("keys_name"),
                    self.text("keys_scope"),
                    self.text("keys_created"),
                    self.text("keys_used"),
                    self.text("people_acts"),
                )
                for key in good:
                    self._key(table, key)
            if len(good) < len(keys):
                revoked = self.counted("keys_show_revoked", len(keys) - len(good))
                ui.label(revoked).classes("quiet")

    def _key(self, table: Table, key: Key) -> None:
        async def revoke() -> None:
            await self._do(lambda by: self._staffing.revoke_key(by, key.id))

        with table.row() as row:
            row.say(key.name, "strong")
            row.say(self.text(f"role_{key.scope.value}"))
            with row.cell():
                local_time(key.created_at)
            with row.cell():
                if key.used_at is None:
                    ui.label(self.text("admin_never")).classes("quiet")
                else:
                    local_time(key.used_at)
            with row.cell("acts"):
                self.asking_button(self.text("keys_revoke"), revoke, key.name)

    def _add_key(self) -> None:
        async def add() -> None:
            name, scope = self._key_name.value, Role(self._scope.value)
            made = await self.act(lambda by: self._staffing.create_key(by, name, scope))
            if made is not None:
                key, secret = made
                self._key_name.put("")
                self._show_secret(self.text("keys_secret", name=key.name), secret)
            await self.refresh()

        with named(ui.element("form").classes("add-form"), self.text("keys_add_title")) as form:
            form.on("submit.prevent", add, args=[])
            self._key_name = LineField(self.text("keys_name"), most=100)
            self._scope = Select(
                self._roles(), Role.OPERATOR.value, self.text("keys_scope"), shown=True
            )
            self._submit(self.text("keys_add"))

    def _draw_sessions(self, people: Sequence[Person], sessions: Sequence[Session]) -> None:
        names = {person.id: person.login for person in people}
        own = self.services.people.session_of(self.visit.token)
        self._sessions.clear()
        with self._sessions:
            table = Table(
                self.text("sessions_title"),
                self.text("sessions_who"),
                self.text("sessions_since"),
                self.text("people_seen"),
                self.text("sessions_from"),
                self.text("people_acts"),
            )
            for session in sessions:
                self._session(table, session, names.get(session.person_id, ""), own)

    def _session(self, table: Table, session: Session, login: str, own: str) -> None:
        async def end() -> None:
            token = self.visit.token
            await self._do(lambda by: self._staffing.end_session(by, session.id, token))

        with table.row() as row:
            row.say(login, "strong")
            with row.cell():
                local_time(session.created_at)
            with row.cell():
                local_time(session.seen_at or session.created_at)
            row.say(session.client)
            with row.cell("acts"):
                if session.id == own:
                    ui.label(self.text("sessions_own")).classes("tag")
                else:
                    self.asking_button(self.text("sessions_end"), end, login)

    def _draw_log(self, acts: Sequence[Act]) -> None:
        self._log.clear()
        with self._log:
            if not acts:
                ui.label(self.text("acts_none")).classes("quiet")
                return
            heads = ("acts_when", "acts_who", "acts_what")
            table = Table(self.text("acts_title"), *(self.text(head) for head in heads))
            for act in acts:
                with table.row() as row:
                    with row.cell():
                        local_time(act.at)
                    row.say(act.by_name)
                    row.say(self._said(act))

    def _said(self, act: Act) -> str:
        role = f"role_{act.details}"
        details = self.text(role) if role in CATALOGUE else act.details
        key = f"act_{act.what}"
        if key not in CATALOGUE:
            return f"{act.what} {act.subject} {details}"
        return self.text(key, subject=act.subject, details=details)

    def _show_secret(self, label: str, secret: str) -> None:
        def put_away() -> None:
            self._secret.clear()
            self._secret.set_visibility(False)

        async def away() -> None:
            put_away()

        put_away()
        self._secret.set_visibility(True)
        with self._secret:
            ui.label(label)
            with ui.element("code").props("id=secret tabindex=0"):
                ui.label(secret)
            ui.label(self.text("people_once")).classes("hint")
            with ui.element("div").classes("knobs"):
                copy = button(self.text("people_copy"), None, "act main")
                copy.props('data-copy="secret"')
                button(self.text("people_noted"), away, "act")
