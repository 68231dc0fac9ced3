"""`sufler serve` in a process of its own, as a company runs it, and its API."""

import json
import os
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import httpx
from nursery_world import Forked, nursery
from patience import PATIENCE_S
from telegram_world import PLAIN, TOKEN, answers, free_port, wait_until

# A start encodes what it does not know, and is heavy.
START_S = 2 * PATIENCE_S


class Sufler:
    """One data folder with the demo base, served when started; may be killed and started again.
    From the database `known` it takes the vectors that it would encode for half a minute."""

    def __init__(
        self,
        folder: Path,
        model_folder: Path,
        telegram_url: str | None = None,
        known: Path | None = None,
    ) -> None:
        self.data_dir = folder / "data"
        self.log = folder / "serve.log"
        (self.data_dir / "model").mkdir(parents=True)
        (self.data_dir / "model" / "default").symlink_to(model_folder.resolve())
        if known is not None:
            shutil.copy(known, self.data_dir / "sufler.db")
        self._process: Forked | None = None
        self._port = free_port()
        self._key: str | None = None
        self.environment = {
            **{name: text for name, text in os.environ.items() if not name.startswith("SUFLER_")},
            "SUFLER_DATA_DIR": str(self.data_dir),
            "SUFLER_PORT": str(self._port),
            "SUFLER_DEMO": "1",
            "SUFLER_BURST_PAUSE": "0.1",
            "SUFLER_HIDDEN_SHARE": "0",
        }
        if telegram_url is not None:
            self.environment["SUFLER_TELEGRAM_TOKEN"] = TOKEN
            self.environment["SUFLER_TELEGRAM_API"] = telegram_url

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Returns when it is ready."""
        self._process = nursery().begin(["serve"], self.log, self.environment)
        wait_until(self._ready, timeout_s=START_S, every_s=0.3)

    def set(self, **settings: str) -> None:
        """Set SUFLER_… variables from the next start on; an empty text unsets."""
        self.environment.update({f"SUFLER_{name.upper()}": text for name, text in settings.items()})

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Signal it, and wait until it is gone."""
        if self._process is not None and self._process.poll() is None:
            self.signal(how)
            self.wait_for_its_end()

    def signal(self, how: signal.Signals) -> None:
        """Only that."""
        assert self._process is not None
        self._process.send_signal(how)

    def wait_for_its_end(self) -> None:
        """After a signal."""
        assert self._process is not None
        self._process.wait(PATIENCE_S)

    def api(self, method: str, path: str, **body: Any) -> Any:
        """One call with an operator's key; the JSON of a good answer."""
        if self._key is None:
            self._key = str(self.command("keys", "create", "--scope", "operator")["key"])
        answer = httpx.request(
            method,
            f"http://127.0.0.1:{self._port}/api/v1{path}",
            headers={"Authorization": f"Bearer {self._key}"},
            json=body or None,
            timeout=PATIENCE_S,
            verify=PLAIN,
        )
        assert answer.is_success, answer.text
        return answer.json()

    def conversation_of(self, customer: int, owner: str | None = None) -> dict[str, Any] | None:
        """The customer's conversation with its messages, when `owner` has it."""
        query = f"?limit=200&owner={owner}" if owner else "?limit=200"
        for row in self.api("GET", f"/conversations{query}")["items"]:
            if row["customer"]["external_id"] == str(customer):
                found: dict[str, Any] = self.api("GET", f"/conversations/{row['id']}")
                return found
        return None

    def get(self, path: str) -> httpx.Response:
        """One page or address, without a key."""
        return httpx.get(self.url + path, timeout=PATIENCE_S, verify=PLAIN)

    def _ready(self) -> bool:
        running = self._process is not None and self._process.poll() is None
        assert running, self.log.read_text(encoding="utf-8", errors="replace")[-3000:]
        return answers(f"http://127.0.0.1:{self._port}/readyz")

    def command(self, *words: str) -> Any:
        """What a `sufler` command says in JSON, over the same data."""
        said = self.log.with_name(f"{'-'.join(words[:2])}.{time.monotonic_ns()}")
        begun = nursery().begin([*words, "--json"], said, self.environment)
        code, told = begun.wait(PATIENCE_S), said.read_text(encoding="utf-8")
        assert code == 0, told
        return json.loads(told)
