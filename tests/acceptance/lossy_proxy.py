"""A proxy before Sufler that passes each request on, and loses some of the answers."""

import http.client
import random
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from patience import PATIENCE_S


class LossyProxy:
    """`loss` is the part (0..1) of answers that are lost after what was asked has been done."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.loss = 0.0
        self.lost = 0
        self.chance = random.Random(3)
        self.url = ""


@contextmanager
def lossy_proxy(port: int) -> Iterator[LossyProxy]:
    """A running proxy before the server on `port` of this machine."""
    proxy = LossyProxy(port)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            to = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=PATIENCE_S)
            try:
                to.request("POST", self.path, body, dict(self.headers))
                status = to.getresponse().status
            except OSError:
                status = 502
            finally:
                to.close()
            if status == 200 and proxy.chance.random() < proxy.loss:
                proxy.lost += 1
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Not in the tests' output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    proxy.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
