"""Which browser the tests drive."""

import shutil

# The shell is the same browser without the window around its pages, at half the cost.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def browser_path() -> str | None:
    """None: there is no Chromium here."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)
