"""`sufler serve`: the whole of Sufler in one process."""

from typing import Annotated

import typer


def serve(
    host: Annotated[str | None, typer.Option(help="Address to serve on (SUFLER_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="TCP port (SUFLER_PORT).")] = None,
    demo: Annotated[
        bool | None,
        typer.Option("--demo/--no-demo", help="Load the demo into an empty base (SUFLER_DEMO)."),
    ] = None,
) -> None:
    """Serve pages, API and Telegram; prepares the encoder and the database where needed."""
    from sufler.app.serving import serve_until_stopped
    from sufler.app.settings import load_settings

    serve_until_stopped(load_settings(host=host, port=port, demo=demo))
