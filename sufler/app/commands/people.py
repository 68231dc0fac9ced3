"""`sufler people`: staff with a login."""

from typing import Annotated

import typer

from sufler.app.terminal import AsJson, print_json, print_table, run, say
from sufler.domain.people import Role

app = typer.Typer(no_args_is_help=True, help="Staff: add, list, new password, disable.")

Login = Annotated[str, typer.Argument(help="The login; letters, digits and . _ @ + -")]
AskPassword = Annotated[
    bool, typer.Option("--ask-password", help="Type the password instead of having one made.")
]


@app.command("add")
def add(
    login: Login,
    name: Annotated[str | None, typer.Option(help="What customers see; default: login.")] = None,
    role: Annotated[Role, typer.Option(help="What the person may do.")] = Role.OPERATOR,
    ask_password: AskPassword = False,
    as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False,
) -> None:
    """Add a member of staff and print the password, once."""

    async def work() -> None:
        from sufler.app.wiring import opened_basis

        given = _typed() if ask_password else None
        async with opened_basis() as basis:
            person, password = await basis.people.add(login, name or login, role, given)
        if as_json:
            shown = {"login": person.login, "name": person.name, "role": person.role.value}
            print_json({**shown, "id": person.id, "password": password})
            return
        say(f"{person.login} ({person.role.value}) can log in at /login")
        if given is None:
            say(f"Password, shown only now: {password}")

    run(work())


@app.command("reset")
def reset(login: Login, ask_password: AskPassword = False) -> None:
    """Set a new password; open sessions end at once."""

    async def work() -> None:
        from sufler.app.wiring import opened_basis

        given = _typed() if ask_password else None
        async with opened_basis() as basis:
            password = await basis.people.reset(login, given)
        say(f"{login} has a new password; open sessions are over")
        if given is None:
            say(f"Password, shown only now: {password}")

    run(work())


@app.command("disable")
def disable(login: Login) -> None:
    """End a person's sessions, and refuse the login and keys from now on."""

    async def work() -> None:
        from sufler.app.wiring import opened_basis

        async with opened_basis() as basis:
            await basis.people.disable(login)
        say(f"{login} is disabled; sufler people enable {login} undoes it")

    run(work())


@app.command("enable")
def enable(login: Login) -> None:
    """Let a disabled person log in again."""

    async def work() -> None:
        from sufler.app.wiring import opened_basis

        async with opened_basis() as basis:
            await basis.people.enable(login)
        say(f"{login} can log in again")

    run(work())


@app.command("list")
def listed(as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False) -> None:
    """List the staff."""

    async def work() -> None:
        from sufler.app.wiring import opened_basis

        async with opened_basis() as basis:
            people = await basis.people.list()
        rows = [
            {"login": p.login, "name": p.name, "role": p.role.value, "active": p.active}
            for p in people
        ]
        if as_json:
            print_json(rows)
        elif rows:
            print_table(tuple(rows[0]), [tuple(row.values()) for row in rows])
        else:
            say("There is nobody yet: sufler serve makes the first administrator.")

    run(work())


def _typed() -> str:
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
