"""`sufler keys`: what machines show to the API."""

from typing import Annotated

import typer

from sufler.app.terminal import AsJson, print_json, print_table, run, say
from sufler.domain.errors import BadInput
from sufler.domain.people import Role

app = typer.Typer(no_args_is_help=True, help="Keys for machines: create, list, revoke.")


@app.command("create")
def create(
    name: Annotated[str, typer.Option(help="What the key is for.")] = "service",
    scope: Annotated[Role, typer.Option(help="What it may do.")] = Role.OPERATOR,
    person: Annotated[
        str | None, typer.Option(help="Login of whose key it is; default: a service's.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False,
) -> None:
    """Create a key and print it, once."""

    async def work() -> None:
        from sufler.app.wiring import opened_basis

        async with opened_basis() as basis:
            owner = await basis.people.get(person) if person else None
            key, secret = await basis.people.create_key(name, scope, owner)
        if as_json:
            print_json({"id": key.id, "key": secret, "scope": key.scope.value})
            return
        say(f"Key {key.id} ({key.scope.value}), shown only now:")
        say(secret)
        say("Use it as the header Authorization: Bearer KEY")

    run(work())


@app.command("list")
def listed(as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False) -> None:
    """List the keys; their secrets are stored nowhere."""

    async def work() -> None:
        from sufler.app.wiring import opened_basis

        async with opened_basis() as basis:
            keys = await basis.people.keys()
            logins = {person.id: person.login for person in await basis.people.list()}
        rows = [
            {
                "id": key.id,
                "name": key.name,
                "scope": key.scope.value,
                "person": logins.get(key.person_id or "", ""),
                "created": f"{key.created_at:%Y-%m-%d %H:%M}",
                "revoked": f"{key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else "",
            }
            for key in keys
        ]
        if as_json:
            print_json(rows)
        elif rows:
            print_table(tuple(rows[0]), [tuple(row.values()) for row in rows])
        else:
            say("There is no key yet. Run: sufler keys create --scope operator")

    run(work())


@app.command("revoke")
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="The key's id, or how it begins.")],
) -> None:
    """Refuse a key from now on."""

    async def work() -> None:
        from sufler.app.wiring import opened_basis

        async with opened_basis() as basis:
            ids = [key.id for key in await basis.people.keys() if key.id.startswith(key_id)]
            if len(ids) > 1:
                raise BadInput(f"{len(ids)} keys begin with {key_id}; give more of the id")
            await basis.people.revoke_key(ids[0] if ids else key_id)
        say(f"The key {ids[0] if ids else key_id} is refused from now on")

    run(work())
