"""`sufler serve`: what must be right before it starts, the server itself, and how it ends."""

import asyncio
import gc
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from typing import TYPE_CHECKING

import structlog
import uvicorn

from sufler.app.checkup import listening_socket
from sufler.app.logs import set_up_logs
from sufler.app.settings import Settings
from sufler.app.terminal import say, steps
from sufler.desk.people import FIRST_LOGIN
from sufler.domain.errors import ModelDamaged, ModelMissing, SuflerError
from sufler.kb_index.encoder import ModelUnsupported
from sufler.kb_index.encoder.manifest import verified_manifest
from sufler.storage.database import Database
from sufler.storage.serving_lock import serving_lock

if TYPE_CHECKING:
    from sufler.app.wiring import Services

STOP_S = 8  # how long open requests and sockets may take to end
# Objects that are made before the collector looks at the new ones; how many such looks before one
# at those that stayed, and how many of these before one at all: a look at all takes half a second
# with fifty desks open.
COLLECTED_AFTER = (20_000, 10, 25)
LARGEST_FRAME = 256 * 1024  # bytes of one WebSocket frame
LOCAL = ("127.0.0.1", "::1", "0.0.0.0", "::")  # noqa: S104 - shown to people as localhost
PAGES = {
    "/chat": "ask as a customer",
    "/desk": "answer as an operator",
    "/docs": "the API, for programs",
}

log = structlog.get_logger(__name__)


def serve_until_stopped(settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C. Raises SuflerError when it cannot start."""
    set_up_logs(settings.log_level, settings.log_format, settings.secrets())
    with ExitStack() as held:
        listening = held.enter_context(listening_socket(settings.host, settings.port))
        held.enter_context(serving_lock(Database(settings.database)))
        prepare_encoder(settings)
        try:
            with asyncio.Runner(loop_factory=loop_factory()) as runner:
                runner.run(_serve(settings, listening))
        except (asyncio.CancelledError, KeyboardInterrupt):
            say("Stopped before it had started.")


def prepare_encoder(settings: Settings) -> None:
    """Prepare the encoder where it is missing or damaged, in a process of its own: PyTorch would
    stay in this one's memory. Raises ModelUnsupported when it cannot be prepared."""
    try:
        if verified_manifest(settings.model_folder).source == settings.model:
            return
    except (ModelMissing, ModelDamaged) as error:
        log.debug("encoder_to_be_prepared", reason=error.message)
    say("Preparing the encoder; this happens once and takes about a minute.")
    command = [sys.executable, "-m", "sufler.app.main", "model", "prepare", settings.model]
    if _run_to_its_end(command) != 0:
        raise ModelUnsupported("the encoder could not be prepared, see above")


def _run_to_its_end(command: list[str]) -> int:
    """Run `command`; stopped with us by SIGTERM or Ctrl-C, which raise KeyboardInterrupt."""

    def stop(_signal: int, _frame: object) -> None:
        child.send_signal(signal.SIGINT)  # by SIGTERM it would leave its half-made files behind
        raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGTERM)
    child = subprocess.Popen(command)  # noqa: S603 - our own command
    try:
        signal.signal(signal.SIGTERM, stop)
        return child.wait()
    except KeyboardInterrupt:
        try:
            child.wait(STOP_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


class Server(uvicorn.Server):
    """uvicorn's server, with the signals left to `_Stop`: after its own shutdown uvicorn would
    raise SIGTERM again, and the process would be gone before our part is closed."""

    def __init__(self, config: uvicorn.Config, when_up: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._when_up = when_up

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and do what comes first once requests are answered."""
        await super().startup(sockets=sockets)
        if self.started:
            await self._when_up()


class _Stop:
    """What SIGTERM and Ctrl-C do: cancel the start, or end the server, the second time at once."""

    def __init__(self, starting: asyncio.Task[None]) -> None:
        self._starting = starting
        self.server: Server | None = None
        self.when_asked: Callable[[], None] | None = None
        for sort in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sort, self)

    def __call__(self) -> None:
        if self.server is None:
            self._starting.cancel()
        else:
            self.server.force_exit = self.server.should_exit
            self.server.should_exit = True
            if self.when_asked is not None:
                self.when_asked()


async def _serve(settings: Settings, listening: socket.socket) -> None:
    from sufler.app.mounting import create_app
    from sufler.app.wiring import opened_services

    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("runs as a task only")
    stop = _Stop(task)
    async with AsyncExitStack() as opened:
        with steps("Starting") as tell:
            services = await opened.enter_async_context(opened_services(settings, tell))
        config = uvicorn.Config(
            create_app(services),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_S,
            ws_max_size=LARGEST_FRAME,
        )
        stop.server = Server(config, lambda: _announce(services, listening))
        stop.when_asked = services.outside.stream.end
        await stop.server.serve(sockets=[listening])
    if not stop.server.started:
        raise SuflerError("the server could not start, see above")


async def _announce(services: "Services", listening: socket.socket) -> None:
    host, port = listening.getsockname()[:2]
    near = "localhost" if host in LOCAL else host
    near = f"[{near}]" if ":" in near else near
    base = services.basis.settings.public_url or f"http://{near}:{port}"
    index = services.knowledge.index
    say(f"Sufler is ready: {index.size} articles in {len(services.knowledge.topics)} topics.")
    for path, meaning in PAGES.items():
        say(f"  {base + path:40} {meaning}")
    # Only now: a password that is made before everything stands might never be shown.
    password = await services.basis.people.first_administrator()
    if password is not None:
        say("The first administrator, shown only now (sufler people reset makes a new password):")
        say(f"  login {FIRST_LOGIN}   password {password}")
    say("Ctrl-C stops it.")
    # What lives from now on lives to the end: the collector need not walk it again and again.
    gc.collect()
    gc.freeze()
    # Nor all open pages every few seconds, while everybody waits.
    gc.set_threshold(*COLLECTED_AFTER)


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's, where it is there."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
