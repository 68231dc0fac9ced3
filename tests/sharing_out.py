"""How a run is shared out among workers of xdist: two for each core, as acceptance tests wait most
of their time; what takes longest goes first."""

import os

import pytest
from xdist.scheduler import LoadScopeScheduling

CASES = "tests/acceptance/cases/"
ACCEPTANCE = "tests/acceptance/"
# A worker with its servers and its browser takes so much memory at most, in bytes.
WORKER_BYTES = 3_000_000_000


class ByServers(LoadScopeScheduling):
    """Tests of one file go to one worker, which starts their servers once. Cases share an
    installation: on each database, those of one half of the alphabet go to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        if not file.startswith(CASES):
            return file
        half = "first" if file < CASES + "test_cases_r" else "second"
        return f"{CASES}{half}-{'postgresql' if '[postgresql' in test else 'sqlite'}"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    config.option.loadscopereorder = False  # the order is ours
    return ByServers(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(2 * len(os.sched_getaffinity(0)), memory // WORKER_BYTES))


def _place(item: pytest.Item) -> int:
    prefixes = (CASES, ACCEPTANCE)
    return next((n for n, each in enumerate(prefixes) if item.nodeid.startswith(each)), 2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_place)
