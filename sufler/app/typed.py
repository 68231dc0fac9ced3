"""Hints say `sufler …` as it was really typed: in a clone that is `.venv/bin/sufler …`."""

import os
import re
import shutil
import sys
from pathlib import Path

_HINT = re.compile(r"(?<![\w./-])sufler(?= [a-z])")


def typed(words: str) -> str:
    """`words` with each command of ours as the person before the terminal would type it."""
    return _HINT.sub(lambda _: program(), words)


def program() -> str:
    """`sufler` where the shell would find this very program, else its path, as short as may be."""
    ran = Path(sys.argv[0])
    if ran.name != "sufler":
        return "sufler"  # python -m …, or a test
    found = shutil.which("sufler")
    if found is not None and ran.exists() and os.path.samefile(found, ran):
        return "sufler"
    here = Path.cwd()
    whole = Path(os.path.abspath(ran))
    return str(whole.relative_to(here)) if whole.is_relative_to(here) else str(whole)
