"""The bare framework: FastAPI that reads the same body and gives back one like ours, and no more.

With BENCH_ENCODE=1 it also encodes the text, as the least that any such service must do.
"""

import asyncio
import os
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from bench.process import PATH

ITEM: dict[str, object] = {
    "article_id": "a" * 20,
    "title": "t" * 40,
    "text": "x" * 600,
    "why": {"head": 1.0},
}


class Asked(BaseModel):
    """The body."""

    text: str
    limit: int = 3


class Given(BaseModel):
    """The answer."""

    items: list[dict[str, object]]


def create_app() -> FastAPI:
    """An application with one address."""
    app = FastAPI()
    encoder = None
    if os.environ.get("BENCH_ENCODE"):
        from sufler.kb_index.encoder import load_encoder

        encoder = load_encoder(Path(os.environ["SUFLER_DATA_DIR"]) / "model" / "default")

    @app.post(PATH)
    async def suggest(asked: Asked) -> Given:
        if encoder is not None:
            await encoder.encode([asked.text], "query")
        return Given(items=[ITEM] * asked.limit)

    return app


def main() -> None:
    """Serve on SUFLER_PORT."""
    import uvloop

    config = uvicorn.Config(
        create_app(), port=int(os.environ["SUFLER_PORT"]), log_config=None, access_log=False
    )
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main()
