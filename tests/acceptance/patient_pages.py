"""What pages show for some seconds stays there longer: a slow machine comes late to look at it."""

from functools import partial

import pytest
from nicegui import ui
from patience import PATIENCE_S

from sufler.web import admin_page

# Not for good: some tests wait until nothing of it stands there any more.
SAID_MS = 15_000


def patient_pages() -> pytest.MonkeyPatch:
    """Until it is undone, pages say longer what became of an act, and whether that is meant."""
    patience = pytest.MonkeyPatch()
    patience.setattr(ui, "notify", partial(ui.notify, timeout=SAID_MS))
    patience.setattr(admin_page, "SURE_S", PATIENCE_S)
    return patience
