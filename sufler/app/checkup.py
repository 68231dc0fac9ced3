"""The checks of `sufler doctor`: each says what it found and, where it is not well, how to mend."""

import asyncio
import errno
import os
import shutil
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx

from sufler.app.finding import Finding, Health
from sufler.app.flow_checkup import flows
from sufler.app.over_basis import retention_of
from sufler.app.settings import Settings
from sufler.app.telegram_checkup import telegram, webhook
from sufler.app.typed import typed
from sufler.app.wiring import build_basis
from sufler.desk.people import ROLE_RIGHTS
from sufler.domain.errors import ModelDamaged, ModelMissing, StorageUnavailable, SuflerError
from sufler.domain.people import Right
from sufler.kb_index.encoder import load_encoder
from sufler.storage.database import Database
from sufler.storage.migrate import newest_revision, revision_of
from sufler.storage.upkeep import Upkeep

GIB = 1024**3
LEAST_FREE = GIB // 4  # an SQLite that cannot write its log loses nothing, but answers nobody
LITTLE_FREE = 2 * GIB
_BUSY_S = 10.0  # a busy Sufler answers late
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to


# A process that serves has these in use already.
OF_ONE_THAT_STARTS = ("encoder", "port")


async def examine(settings: Settings, *, running: bool = False) -> AsyncIterator[Finding]:
    """Every check in turn, or those that a running process makes of itself. Whatever is broken,
    the others are still made; changes nothing."""
    database = Database(settings.database)
    checks: dict[str, Callable[[], Awaitable[Finding]]] = {
        "encoder": lambda: asyncio.to_thread(_encoder, settings),
        "database": lambda: _database(database),
        "operators": lambda: _operators(settings, database),
        "telegram": lambda: telegram(settings),
        **({"webhook": lambda: webhook(settings)} if _posted_to(settings) else {}),
        "flows": lambda: flows(settings, database),
        "inbox": lambda: _inbox(database),
        "data": lambda: _data(settings, database),
        "disk": lambda: asyncio.to_thread(_disk, settings),
        "clock": lambda: asyncio.to_thread(_clock, database),
        "port": lambda: _port(settings),
    }
    try:
        for what, check in checks.items():
            if running and what in OF_ONE_THAT_STARTS:
                continue
            try:
                finding = await check()
                yield replace(finding, mend=typed(finding.mend))
            except SuflerError as error:
                yield Finding(what, Health.RED, error.message)
            except Exception as error:  # a broken check is a finding too
                first = str(error).partition("\n")[0]
                words = f"the check itself failed ({type(error).__name__}: {first})"
                mend = typed("run sufler doctor --debug and report it")
                yield Finding(what, Health.RED, words, mend)
    finally:
        await database.close()


def _encoder(settings: Settings) -> Finding:
    mend = "sufler model prepare"
    try:
        encoder = load_encoder(settings.model_folder, 1)
    except ModelMissing:
        return Finding("encoder", Health.RED, "it has not been prepared yet", mend)
    except ModelDamaged as error:
        return Finding("encoder", Health.RED, error.message.split(" Run:")[0], mend)
    try:
        began = time.perf_counter()
        encoder.encode_one("Как вернуть заказ?", "query")
        took = (time.perf_counter() - began) * 1000
        words = f"{encoder.model_id}, checksums right, {took:.0f} ms for its first text"
    finally:
        encoder.close()
    return Finding("encoder", Health.GREEN, words)


async def _database(database: Database) -> Finding:
    where = str(database.file or database.url.render_as_string(hide_password=True))
    if database.file is not None and not database.file.exists():
        return Finding("database", Health.RED, f"{where} is not there yet", "sufler serve makes it")
    async with database.read() as connection:
        revision = await connection.run_sync(revision_of)
    if revision != newest_revision():
        state = "is empty" if revision is None else f"is at migration {revision}"
        mend = "back it up, then run sufler serve of the newest version: it migrates"
        return Finding("database", Health.RED, f"{where} {state}, not {newest_revision()}", mend)
    try:
        await database.check_writable()
    except StorageUnavailable as error:
        mend = "free the disk, or give the process the right to write the file and its folder"
        return Finding("database", Health.RED, f"{where} cannot be written: {error.message}", mend)
    return Finding("database", Health.GREEN, f"{where}, migrated to {revision}, writable")


async def _operators(settings: Settings, database: Database) -> Finding:
    mend = "sufler people add LOGIN --role operator"
    if database.file is not None and not database.file.exists():
        return Finding("operators", Health.RED, "nobody could answer a customer", mend)
    people = await build_basis(settings, database).people.list()
    able = [p.login for p in people if p.active and Right.CONVERSE in ROLE_RIGHTS[p.role]]
    if not able:
        words = "nobody could answer a customer, and customers are told so"
        return Finding("operators", Health.RED, words, mend)
    return Finding("operators", Health.GREEN, f"{len(able)} who can answer a customer")


async def _inbox(database: Database) -> Finding:
    parked = 0
    if database.file is None or database.file.exists():
        parked = await Upkeep(database).parked()
    if parked:
        words = f"{parked} customers' messages were given up after several tries"
        # Not by --fix: a person should see to whom the bot would answer so late.
        return Finding("inbox", Health.YELLOW, words, "/admin/channels: Not handled, Try again")
    return Finding("inbox", Health.GREEN, "no message was given up")


async def _data(settings: Settings, database: Database) -> Finding:
    if database.file is not None and not database.file.exists():
        return Finding("data", Health.GREEN, "nothing is stored yet")
    sizes = await retention_of(build_basis(settings, database)).sizes()
    told = []
    for kind, (count, oldest) in sizes.items():
        days = settings.keep_days[kind]
        kept = f"kept {days} days" if days else "kept for ever"
        since = f", from {oldest:%Y-%m-%d}" if oldest else ""
        told.append(f"{kind} {count} ({kept}{since})")
    return Finding("data", Health.GREEN, "; ".join(told))


def _posted_to(settings: Settings) -> bool:
    return settings.telegram_mode == "webhook" and settings.telegram_token is not None


def _disk(settings: Settings) -> Finding:
    folder = settings.data_dir.resolve()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    words = f"{free / GIB:.1f} GiB free in {settings.data_dir}"
    mend = "free some space, or move SUFLER_DATA_DIR to a larger disk"
    if not os.access(folder, os.W_OK):
        mend = "give the process the right to write there, or set SUFLER_DATA_DIR"
        return Finding("disk", Health.RED, f"{settings.data_dir} cannot be written", mend)
    if free < LITTLE_FREE:
        return Finding("disk", Health.RED if free < LEAST_FREE else Health.YELLOW, words, mend)
    return Finding("disk", Health.GREEN, words)


def _clock(database: Database) -> Finding:
    now = datetime.now(UTC)
    files = [Path(__file__), *([database.file] if database.file else [])]
    newest = max(file.stat().st_mtime for file in files if file.exists())
    words = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    if now.timestamp() < newest - 60:
        mend = "set the clock: timedatectl set-ntp true"
        return Finding("clock", Health.RED, f"{words} is before files that are there already", mend)
    return Finding("clock", Health.GREEN, words)


async def _port(settings: Settings) -> Finding:
    where = f"{settings.host}:{settings.port}"
    try:
        await asyncio.to_thread(lambda: listening_socket(settings.host, settings.port).close())
    except SuflerError as error:
        if await _is_sufler(settings):
            return Finding("port", Health.GREEN, f"{where} is served by a running Sufler")
        return Finding("port", Health.RED, error.message, "stop the other program, or SUFLER_PORT")
    return Finding("port", Health.GREEN, f"{where} is free")


async def _is_sufler(settings: Settings) -> bool:
    host = "localhost" if settings.host in EVERYWHERE else settings.host
    host = f"[{host}]" if ":" in host else host
    try:
        async with httpx.AsyncClient(timeout=_BUSY_S) as client:
            response = await client.get(f"http://{host}:{settings.port}/healthz")
    except httpx.HTTPError:
        return False
    return response.status_code == httpx.codes.OK


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound socket. Raises SuflerError in words that name the port or the host."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, proto)
    except OSError as error:
        raise SuflerError(f"the host {host} is not known here ({error.strerror})") from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        # Without it, two processes could both be bound until one of them listens.
        bound.listen(2048)
    except OSError as error:
        bound.close()
        other = f"another one: SUFLER_PORT={port + 1 if port < 65535 else 8000}"
        if error.errno == errno.EADDRNOTAVAIL:
            other = "this machine has no such address: check SUFLER_HOST"
        words = f"port {port} on {host} cannot be served: {error.strerror}; {other}"
        raise SuflerError(words) from error
    bound.set_inheritable(True)
    return bound
