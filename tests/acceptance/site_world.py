"""A site of its own, on another port, with a strict policy: where the widget has to work."""

import base64
import hashlib
import hmac
import json
import threading
import time
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# What such pages do to everything on them.
ROUGH_STYLE = (
    "* { all: unset; color: red !important; font-size: 40px !important; display: block !important;"
    " background: yellow !important; transform: none !important; }"
    " button { display: none !important; } div { margin: 50px !important; }"
)


class Site:
    """Pages that carry the widget's one line. `sufler` is the address it is loaded from."""

    def __init__(self) -> None:
        self.sufler = ""
        self.pages: dict[str, tuple[str, str]] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                html, policy = site.pages.get(self.path, ("", ""))
                self.send_response(200 if html else 404)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.send_header("content-security-policy", policy)
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, *values: Any) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def put(self, path: str, *, style: str = "", html: str = "", **given: str) -> str:
        """A page with the widget; `given` are its data- attributes. Returns its address."""
        attributes = "".join(
            f' data-{name.replace("_", "-")}="{escape(value)}"' for name, value in given.items()
        )
        nonce = "abc123"
        page = (
            f"<!doctype html><html lang=ru {html}><head><title>Магазин</title>"
            f'<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<style nonce="{nonce}">body {{ font: 18px Georgia; margin: 40px }} {style}</style>'
            f'<script src="{self.sufler}/widget.js"{attributes} async></script></head>'
            "<body><h1>Кружки и тарелки</h1><p>Доставка по всей стране.</p></body></html>"
        )
        socket = self.sufler.replace("http", "ws")
        policy = (
            f"default-src 'none'; script-src {self.sufler}; connect-src {self.sufler} {socket}; "
            f"style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; "
            "require-trusted-types-for 'script'; trusted-types sufler"
        )
        self.pages[path] = (page, policy)
        return self.url + path


def token(secret: bytes, /, **claims: Any) -> str:
    """A JSON Web Token as a site makes it, good for an hour."""
    claims = {"exp": int(time.time()) + 3600} | claims
    parts = [_coded(json.dumps(each).encode()) for each in ({"alg": "HS256", "typ": "JWT"}, claims)]
    signed = hmac.new(secret, ".".join(parts).encode(), hashlib.sha256).digest()
    return ".".join([*parts, _coded(signed)])


def _coded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
