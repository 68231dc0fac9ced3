"""Where flows may call and with which secrets: as set, and the demo's own order service."""

import os
import re
from typing import TYPE_CHECKING, Final

from sufler.domain.errors import SettingsError
from sufler.flows.calls import CallHosts

if TYPE_CHECKING:
    from sufler.app.settings import Settings
    from sufler.outbound.flow_calls import FlowCalls

SECRETS: Final = "SUFLER_SECRET_"
# Where `python -m demo.orders` listens, and what it wants to be told; no secret of anybody's.
DEMO_HOST: Final = "127.0.0.1:8010"
DEMO_SECRETS: Final = {"ORDERS_KEY": "demo-orders-key"}


def named_secrets() -> dict[str, str]:
    """The values of SUFLER_SECRET_<NAME>, by name, as flows name them: {secret.NAME}. Only the
    environment has them. Raises SettingsError for what no header could hold; no value is told."""
    found = {}
    for variable, value in os.environ.items():
        if not variable.startswith(SECRETS) or not value.strip():
            continue
        name, told = variable.removeprefix(SECRETS), value.strip()
        if not re.fullmatch(r"[A-Z][A-Z0-9_]{0,63}", name):
            words = "a secret is named in capitals, digits and _, a letter first"
            raise SettingsError(f"{variable} (environment): {words}", field=variable)
        if not told.isprintable():
            words = "a secret is one line without control characters"
            raise SettingsError(f"{variable} (environment): {words}", field=variable)
        found[name] = told
    return found


def call_secrets(settings: "Settings") -> dict[str, str]:
    """The secrets of flows, by name."""
    return {**(DEMO_SECRETS if settings.demo else {}), **named_secrets()}


def call_hosts(settings: "Settings") -> CallHosts:
    """The hosts that flows may call."""
    demo = {DEMO_HOST} if settings.demo else set()
    return CallHosts(frozenset(settings.flow_hosts), demo | set(settings.flow_private_hosts))


def flow_calls(settings: "Settings") -> "FlowCalls":
    """What makes the calls of flows; close it at the end."""
    from sufler.outbound.flow_calls import FlowCalls

    return FlowCalls(call_hosts(settings), call_secrets(settings))
