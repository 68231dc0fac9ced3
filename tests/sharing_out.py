"""How a run is shared out among workers of xdist: two for each core, as acceptance tests wait most
of their time. They are spread among the others, so that cores are busy while some wait."""

import os

import pytest
from xdist.scheduler import LoadScopeScheduling

CASES = "tests/acceptance/cases/"
ACCEPTANCE = "tests/acceptance/"
# After each file of acceptance tests so many of other tests; what is left is short, and goes last.
BETWEEN = 3
# A worker with its servers and its browser takes so much memory at most, in bytes.
WORKER_BYTES = 3_000_000_000


def _scope(nodeid: str) -> str:
    """Tests of one file go to one worker, which starts their servers once. Cases share an
    installation: on each database, those of one half of the alphabet go to one worker."""
    file, _, test = nodeid.partition("::")
    if not file.startswith(CASES):
        return file
    half = "first" if file < CASES + "test_cases_r" else "second"
    return f"{CASES}{half}-{'postgresql' if '[postgresql' in test else 'sqlite'}"


class ByServers(LoadScopeScheduling):
    """Takes the scopes in their order."""

    def _split_scope(self, nodeid: str) -> str:
        return _scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    config.option.loadscopereorder = False  # the order is ours
    return ByServers(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(2 * len(os.sched_getaffinity(0)), memory // WORKER_BYTES))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    scopes: dict[str, list[pytest.Item]] = {}
    for item in items:
        scopes.setdefault(_scope(item.nodeid), []).append(item)
    waiting = [scope for scope in scopes if scope.startswith(ACCEPTANCE)]
    waiting.sort(key=lambda scope: not scope.startswith(CASES))  # they take longest
    others = [scope for scope in scopes if not scope.startswith(ACCEPTANCE)]
    order = []
    for scope in waiting:
        order += [scope, *others[:BETWEEN]]
        del others[:BETWEEN]
    items[:] = [item for scope in (*order, *others) for item in scopes[scope]]
