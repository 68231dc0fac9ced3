"""`python -m demo.orders`: the demo shop's order service on http://127.0.0.1:8010."""

import argparse
import errno
import os
import socket
import sys
import threading
import time

import uvicorn

from demo.orders.service import create_app

HOST = "127.0.0.1"
PORT = 8010
KEY = "demo-orders-key"  # unless SUFLER_SECRET_ORDERS_KEY says another, as to Sufler


def main() -> None:
    """Serve until it is stopped; with --with-parent also until whoever started it ends."""
    asked = argparse.ArgumentParser(prog="python -m demo.orders", description=__doc__)
    asked.add_argument("--port", type=int, default=PORT)
    asked.add_argument("--with-parent", action="store_true", help="end with the process above")
    given = asked.parse_args()
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, given.port))
        listening.listen()
    except OSError as error:
        words = "another program serves there" if error.errno == errno.EADDRINUSE else str(error)
        sys.exit(f"The demo's order service cannot have {HOST}:{given.port}: {words}.")
    app = create_app(os.environ.get("SUFLER_SECRET_ORDERS_KEY", "").strip() or KEY)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    if given.with_parent:
        threading.Thread(target=_end_with, args=(os.getppid(), server), daemon=True).start()
    print(f"The demo shop's order service is on http://{HOST}:{given.port}")
    server.run(sockets=[listening])


def _end_with(parent: int, server: uvicorn.Server) -> None:
    while os.getppid() == parent:
        time.sleep(1.0)
    server.should_exit = True


if __name__ == "__main__":
    main()
