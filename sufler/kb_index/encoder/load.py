"""Opening a prepared model, and preparing it first where it is missing or damaged."""

import fcntl
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from sufler.domain.errors import ModelDamaged, ModelMissing
from sufler.kb_index.encoder.manifest import verified_manifest
from sufler.kb_index.encoder.runtime import Encoder


def load_encoder(folder: Path, threads: int | None = None) -> Encoder:
    """Verify the model in `folder` against its checksums and open it.

    `threads` is how many texts are encoded at once (default: the machine's cores). Raises
    `ModelMissing` or `ModelDamaged`.
    """
    return Encoder(folder, verified_manifest(folder), threads)


def ensure_model(
    folder: Path,
    source: str = "default",
    on_progress: Callable[[str, float], None] | None = None,
) -> None:
    """Prepare `source` into `folder` unless a sound model of that source is there already.

    Several processes may call it at once: one prepares, the others wait for it. Raises
    `ModelUnsupported` when the source cannot be prepared on this machine.
    """
    if _is_sound(folder, source):
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f".{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _is_sound(folder, source):
            return
        _clear_remains(folder)
        # Imported here: preparation pulls torch in, serving never does.
        from sufler.kb_index.encoder.prepare import prepare_model

        prepare_model(source, folder, on_progress)


def _clear_remains(folder: Path) -> None:
    """Remove what a preparation that was killed left beside the folder (up to 0.6 GB)."""
    for remains in folder.parent.glob(f".{folder.name}-*"):
        if time.time() - remains.stat().st_mtime > 3600:  # a younger one may be at work
            shutil.rmtree(remains, ignore_errors=True)


def _is_sound(folder: Path, source: str) -> bool:
    try:
        return verified_manifest(folder).source == source
    except (ModelMissing, ModelDamaged):
        return False
