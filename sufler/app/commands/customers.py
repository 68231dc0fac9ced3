"""`sufler customers`: find, ban, export and erase the people who write to us."""

from pathlib import Path
from typing import Annotated

import typer

from sufler.app.commands.stop import COMMAND_LINE
from sufler.app.terminal import AsJson, print_json, print_table, run, say
from sufler.domain.errors import BadInput

app = typer.Typer(no_args_is_help=True, help="Customers as a whole: find, ban, export, erase.")

Channel = Annotated[str, typer.Argument(help="telegram, web, api or console.")]
Id = Annotated[str, typer.Argument(help="The customer's id in the channel.")]
Json = Annotated[bool, typer.Option("--json", help=AsJson)]


@app.command("find")
def find(
    words: Annotated[str, typer.Argument(help="Of a name; or an id, or a ticket.")] = "",
    as_json: Json = False,
) -> None:
    """Find customers; without words, the newest ones."""

    async def work() -> None:
        from sufler.app.over_basis import customers_of
        from sufler.app.wiring import opened_basis

        async with opened_basis() as basis:
            found = await customers_of(basis).find(COMMAND_LINE, words)
        rows = [
            {
                "channel": one.channel,
                "id": one.customer_id,
                "name": one.name,
                "ticket": one.ticket,
                "last": f"{one.updated_at:%Y-%m-%d %H:%M}",
                "banned": one.banned,
            }
            for one in found
        ]
        if as_json:
            print_json(rows)
        else:
            columns = ["channel", "id", "name", "ticket", "last", "banned"]
            print_table(columns, [list(row.values()) for row in rows])

    run(work())


@app.command("export")
def export(
    channel: Channel,
    customer: Id,
    file: Annotated[Path, typer.Argument(help="The ZIP to write.")],
) -> None:
    """Write everything that is stored of a customer into a ZIP."""

    async def work() -> None:
        from sufler.app.over_basis import customers_of
        from sufler.app.wiring import opened_basis

        if file.exists():
            raise BadInput(f"{file} is there already; name another file", field="file")
        async with opened_basis() as basis:
            try:
                count = await customers_of(basis).export(COMMAND_LINE, channel, customer, file)
            except OSError as error:
                raise BadInput(f"{file} cannot be written: {error.strerror}") from error
        say(f"{count} messages and what belongs to them are in {file}.")

    run(work())


@app.command("erase")
def erase(
    channel: Channel,
    customer: Id,
    sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Erase everything of a customer, also in a running serve. It cannot be brought back."""
    if not sure:
        typer.confirm(f"Erase everything of {channel} {customer}, for good?", abort=True)

    async def work() -> None:
        from sufler.app.over_basis import customers_of
        from sufler.app.wiring import opened_basis

        async with opened_basis() as basis:
            erased = await customers_of(basis).erase(COMMAND_LINE, channel, customer)
        if as_json:
            print_json({"channel": channel, "counts": erased.counts, "copies": erased.copies})
            return
        told = ", ".join(f"{name} {count}" for name, count in erased.counts.items() if count)
        say(f"Erased: {told}.")
        if erased.copies:
            say(f"Copies of the database may still hold it; delete: {', '.join(erased.copies)}")
        say("Backups made before hold it too, until you delete them.")

    run(work())


@app.command("ban")
def ban(
    channel: Channel,
    customer: Id,
    reason: Annotated[str, typer.Argument(help="Why; staff read it.")],
    days: Annotated[int | None, typer.Option(help="For so many days; default: for good.")] = None,
) -> None:
    """Take nothing from a customer any more; the bot says nothing to them."""

    async def work() -> None:
        from sufler.app.over_basis import customers_of
        from sufler.app.wiring import opened_basis

        async with opened_basis() as basis:
            made = await customers_of(basis).ban(COMMAND_LINE, channel, customer, reason, days)
        until = "for good" if made.until is None else f"until {made.until:%Y-%m-%d %H:%M} UTC"
        say(f"{channel} {customer} is banned {until}.")

    run(work())


@app.command("unban")
def unban(channel: Channel, customer: Id) -> None:
    """Take a customer's messages again."""

    async def work() -> None:
        from sufler.app.over_basis import customers_of
        from sufler.app.wiring import opened_basis

        async with opened_basis() as basis:
            await customers_of(basis).unban(COMMAND_LINE, channel, customer)
        say(f"{channel} {customer} may write again.")

    run(work())


@app.command("bans")
def bans(as_json: Json = False) -> None:
    """Who is banned, by whom and why, and how many messages were not taken."""

    async def work() -> None:
        from sufler.app.over_basis import customers_of
        from sufler.app.wiring import opened_basis

        async with opened_basis() as basis:
            found = await customers_of(basis).bans(COMMAND_LINE)
        rows = [
            {
                "channel": one.channel,
                "id": one.customer_id,
                "by": one.by_name,
                "reason": one.reason,
                "until": f"{one.until:%Y-%m-%d %H:%M}" if one.until else "",
                "not taken": one.dismissed,
            }
            for one in found
        ]
        if as_json:
            print_json(rows)
        else:
            columns = ["channel", "id", "by", "reason", "until", "not taken"]
            print_table(columns, [list(row.values()) for row in rows])

    run(work())
