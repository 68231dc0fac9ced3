"""`sufler db`: the database itself: migrate it, back it up, restore it, move it to another one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from sufler.app.terminal import run, say
from sufler.domain.errors import SettingsError

app = typer.Typer(no_args_is_help=True, help="The database: migrate, back up, restore, move.")
Replace = Annotated[bool, typer.Option("--replace", help="Delete what the target holds already.")]


@app.command("migrate")
def migrate() -> None:
    """Bring the tables to this version; `serve` and every other command do so by themselves."""

    async def work() -> None:
        from sufler.app.wiring import opened_basis
        from sufler.storage.migrate import newest_revision

        async with opened_basis():
            say(f"The database is at migration {newest_revision()}.")

    run(work())


@app.command("backup")
def backup(
    file: Annotated[Path, typer.Argument(help="The zip file to be written.", dir_okay=False)],
) -> None:
    """Write everything of one moment into a file; Sufler may run meanwhile."""

    async def work() -> None:
        from sufler.app.wiring import opened_basis
        from sufler.storage.backup import back_up
        from sufler.storage.rows_whole import opened_whole

        async with opened_basis() as basis:
            database = opened_whole(basis.settings.database)
            try:
                _tell(await back_up(database, basis.settings.data_dir, file))
            finally:
                await database.close()
        say(f"Written to {file}. It holds customers' texts: keep it as safe as the database.")
        say("Settings (SUFLER_*, sufler.toml) are not in it: keep them too.")

    run(work())


@app.command("restore")
def restored(
    file: Annotated[Path, typer.Argument(help="A file that sufler db backup wrote.")],
    replace: Replace = False,
) -> None:
    """Fill an empty database from a backup, all of it or nothing."""

    async def work() -> None:
        from sufler.app.wiring import opened_basis
        from sufler.storage.backup import restore
        from sufler.storage.rows_whole import opened_whole
        from sufler.storage.serving_lock import serving_lock

        async with opened_basis() as basis:
            database = opened_whole(basis.settings.database)
            try:
                with serving_lock(database):
                    _tell(await restore(database, basis.settings.data_dir, file, replace=replace))
            finally:
                await database.close()
        say(f"Restored from {file}; every row was counted and compared.")

    run(work())


@app.command("copy-to")
def copy_to(
    url: Annotated[
        str, typer.Argument(help="postgresql://… or sqlite:///FILE", show_default=False)
    ],
    replace: Replace = False,
) -> None:
    """Copy everything into another database, such as from SQLite to PostgreSQL."""

    async def work() -> None:
        from sufler.app.wiring import opened_basis
        from sufler.storage.rows_whole import copied, opened_whole
        from sufler.storage.serving_lock import serving_lock

        async with opened_basis() as basis:
            source = opened_whole(basis.settings.database)
            try:
                target = opened_whole(url)
            except SettingsError as error:
                said = error.message.replace("SUFLER_DATABASE_URL", "URL")
                raise SettingsError(said, field="URL") from None
            try:
                await target.migrate()
                with serving_lock(source), serving_lock(target):
                    poured = await copied(source, target, replace=replace)
                    _tell({name: digest.rows for name, digest in poured.items()})
            finally:
                await source.close()
                await target.close()
        say("Copied; every row was counted and compared. Now set SUFLER_DATABASE_URL to it.")
        say("Files of customers and visitors.key stay where they are, in SUFLER_DATA_DIR.")

    run(work())


def _tell(rows: Mapping[str, int]) -> None:
    for name, count in rows.items():
        if count:
            say(f"  {count:>9}  {name}")
