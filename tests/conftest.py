"""Fixtures that more than one room's tests need."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sufler.kb_index.encoder import Encoder, ensure_model, load_encoder


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """The prepared default model: prepared once per machine, also when xdist runs many workers."""
    named = os.environ.get("SUFLER_TEST_MODEL_DIR")
    folder = Path(named) if named else Path(__file__).parents[1] / "data" / "model" / "default"
    ensure_model(folder)  # holds a file lock while it prepares
    return folder


@pytest.fixture(scope="session")
def encoder(model_folder: Path) -> Iterator[Encoder]:
    opened = load_encoder(model_folder)
    yield opened
    opened.close()
