"""Archives that others sent: refused before anything is unpacked when they would go too far."""

import stat
import zipfile
from pathlib import Path, PurePosixPath

from sufler.domain.errors import BadInput

MAX_UNPACKED = 512 << 20
MAX_RATIO = 200
MAX_PARTS = 20_000
_RATIO_FROM = 16 << 20  # below this, even a hundred thousand empty cells are harmless
_CHUNK = 1 << 20


def refuse_bomb(path: Path, name: str, kind: str, *, most_parts: int = MAX_PARTS) -> list[str]:
    """The names of the archive's parts. Raises BadInput when it is none (`kind` says what it
    should be), is protected, or unpacks too far. Looks at the archive's own list: zipfile never
    unpacks more of a part than the list says, so a list that lies ends as a damaged part."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    # zipfile raises NotImplementedError for ways of packing that it does not read.
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise BadInput(f"{name}: is not {kind}, or is damaged") from None
    unpacked = sum(part.file_size for part in parts)
    packed = path.stat().st_size
    too_tight = unpacked > _RATIO_FROM and unpacked > MAX_RATIO * packed
    if len(parts) > most_parts:
        raise BadInput(f"{name}: holds {len(parts)} files and is refused; at most {most_parts}")
    if unpacked > MAX_UNPACKED or too_tight:
        raise BadInput(
            f"{name}: unpacks to {unpacked >> 20} MB from {packed >> 10} kB and is refused"
        )
    if any(part.flag_bits & 1 for part in parts):
        raise BadInput(f"{name}: is protected by a password")
    return [part.filename for part in parts]


def unpack(path: Path, name: str, target: Path) -> Path:
    """Unpack a folder of pages into `target`; the folder to read: the only one at the top, where
    there is but one. Raises BadInput for names that lead out of it, and for links."""
    refuse_bomb(path, name, "a ZIP archive")
    tops: set[str] = set()
    try:
        with zipfile.ZipFile(path) as archive:
            for part in archive.infolist():
                inside = PurePosixPath(part.filename.replace("\\", "/"))
                if inside.is_absolute() or ".." in inside.parts or ":" in part.filename:
                    raise BadInput(f"{name}: holds a file outside itself: {part.filename[:80]}")
                if stat.S_ISLNK(part.external_attr >> 16):
                    raise BadInput(f"{name}: holds a link: {part.filename[:80]}")
                if part.is_dir() or not inside.parts or inside.parts[0] == "__MACOSX":
                    continue
                tops.add(inside.parts[0] if len(inside.parts) > 1 else "")
                file = target.joinpath(*inside.parts)
                file.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(part) as source, file.open("wb") as written:
                    while chunk := source.read(_CHUNK):
                        written.write(chunk)
    # RuntimeError is a part with a password, or (its NotImplementedError) packed another way.
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError) as error:
        raise BadInput(f"{name}: is damaged: {type(error).__name__}") from None
    top = next(iter(tops)) if len(tops) == 1 else ""
    return target / top if top else target
