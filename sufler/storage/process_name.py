"""A name for this process that other processes on this machine can look up: does it still live?"""

import os
import uuid
from functools import cache
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_UNKNOWN = "-"


def process_name() -> str:
    """Machine and its start, process id and its start; below 100 characters."""
    return f"{_machine()}/{os.getpid()}/{_started(os.getpid())}"


def has_ended(name: str) -> bool:
    """Whether the process of this name is certainly gone. False where that cannot be told:
    it ran on another machine, in another container, or not on Linux."""
    machine, _, rest = name.partition("/")
    pid, _, started = rest.partition("/")
    if machine != _machine() or not pid.isdigit():
        return False
    return _started(int(pid)) != started


@cache
def _machine() -> str:
    try:
        space = os.readlink("/proc/self/ns/pid")
        return f"{_BOOT.read_text().strip()}.{''.join(filter(str.isdigit, space))}"
    except OSError:
        return uuid.uuid4().hex  # nobody else's: nothing is ever told about it


def _started(pid: int) -> str:
    """In ticks since the machine's start: a process id that was given anew is another process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return _UNKNOWN
    # The name of the program stands in parentheses, and may hold spaces and parentheses.
    return stat.rpartition(")")[2].split()[19]
