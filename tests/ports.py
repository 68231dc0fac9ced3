"""Ports for servers of tests that are told theirs, such as a `sufler serve`."""

import itertools
import os
import socket

# Below those that the system gives to whoever asks for any port: none of them is given away while
# a server is starting or is down between two starts. Each worker of xdist has a slice of its own.
_FIRST, _SLICE = 20_000, 500
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 24
_ports = itertools.cycle(range(_FIRST + _WORKER * _SLICE, _FIRST + (_WORKER + 1) * _SLICE))


def free_port() -> int:
    """A port that nobody listens on now, and that no other test is given."""
    for port in itertools.islice(_ports, _SLICE):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")
