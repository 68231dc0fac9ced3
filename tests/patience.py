"""How long a test waits for what must happen: a slow machine is no failure; and how what is to take
long takes none of a test's time."""

import asyncio

# Of a busy machine; what is waited for comes in a moment on a quiet one.
PATIENCE_S = 120.0


def pass_by(seconds: float) -> None:
    """So much time passes at once, for whatever waits in this event loop."""
    loop = asyncio.get_running_loop()
    before = loop.time
    setattr(loop, "time", lambda: before() + seconds)  # noqa: B010 - a method, for a type checker
