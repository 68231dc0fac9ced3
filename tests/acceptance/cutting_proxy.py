"""A proxy before Sufler that passes every byte on, and cuts connections: at will, or each of them
after a random number of bytes in either direction."""

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from patience import PATIENCE_S


class CuttingProxy:
    """`cut_after` is the range of bytes after which a connection is cut; None: never."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._chance = random.Random(7)
        self._open: set[socket.socket] = set()
        self.cut_after: tuple[int, int] | None = None
        self.cuts = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Cut every connection that is open now."""
        for each in list(self._open):
            self._close(each)

    def close(self) -> None:
        self._listening.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self._to), PATIENCE_S)
                    far.settimeout(None)  # silence, however long, cuts no line
                except OSError:
                    near.close()
                    continue
                self._open |= {near, far}
                left = [self._chance.randint(*self.cut_after)] if self.cut_after else []
                for one, other in ((near, far), (far, near)):
                    work = (one, other, left)
                    threading.Thread(target=self._carry, args=work, daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket, left: list[int]) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                if left:
                    left[0] -= len(data)
                    if left[0] < 0:
                        self.cuts += 1
                        break  # what was just read is lost on the way
                other.sendall(data)
        self._close(one)
        self._close(other)

    def _close(self, each: socket.socket) -> None:
        self._open.discard(each)
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()


@contextmanager
def cutting_proxy(port: int) -> Iterator[CuttingProxy]:
    """A running proxy before the server on `port` of this machine."""
    proxy = CuttingProxy(port)
    try:
        yield proxy
    finally:
        proxy.close()
