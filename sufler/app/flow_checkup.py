"""The check of `sufler doctor` for flows: what the published ones call for, and is not set here."""

from sufler.app.calling import SECRETS, call_hosts, call_secrets
from sufler.app.finding import Finding, Health
from sufler.app.settings import Settings
from sufler.desk.published_flows import Published
from sufler.flows.check import lacks
from sufler.storage.database import Database
from sufler.storage.flows import FlowStore


async def flows(settings: Settings, database: Database) -> Finding:
    """Red when a published flow needs a secret, or calls a host, that this server has not."""
    published = Published(FlowStore(database))
    if database.file is None or database.file.exists():
        await published.load()
    if not published.flows:
        return Finding("flows", Health.GREY, "none is published")
    hosts, secrets = call_hosts(settings), call_secrets(settings)
    faults = [
        (name, fault)
        for name, flow in sorted(published.flows.items())
        for fault in lacks(flow, secrets, hosts)
    ]
    if not faults:
        return Finding("flows", Health.GREEN, f"{len(published.flows)} are published")
    words = "; ".join(dict.fromkeys(f"{name}: {fault.told('en')}" for name, fault in faults))
    missing = {dict(fault.values)["name"] for _, fault in faults if fault.code == "secret"}
    variables = [f"{SECRETS}{name}" for name in sorted(missing)]
    if any(fault.code != "secret" for _, fault in faults):
        variables.append("SUFLER_FLOW_HOSTS or SUFLER_FLOW_PRIVATE_HOSTS")
    return Finding("flows", Health.RED, words, f"set {', '.join(variables)}; start Sufler again")
