"""The prepared model's folder: its manifest, its checksums, and the errors about it."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sufler.domain.errors import ModelDamaged, ModelMissing, SuflerError

FORMAT = 1
MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
MANIFEST_FILE = "manifest.json"


class ModelUnsupported(SuflerError):  # noqa: N818 - the words people read
    """The source cannot be prepared: packages are missing, or the model is of a foreign kind."""


@dataclass(frozen=True)
class Manifest:
    """What is needed to use `model.onnx`: one text's token ids in, its unit vector out."""

    source: str  # as given to `prepare_model`
    name: str  # short, for people and for `model_id`
    dimension: int
    max_tokens: int  # of one run, special tokens included
    prefixes: dict[str, str]  # "query", "passage"; may be empty strings
    pooling: str  # inside the graph; written down for people
    normalise: bool  # whether the graph ends in L2; the runtime applies L2 in any case
    start_tokens: tuple[int, ...]  # ids put before and after each window's own tokens
    end_tokens: tuple[int, ...]
    cosine_to_fp32: float  # lowest over the preparation's probe texts
    files: dict[str, str] = field(default_factory=dict)  # name -> sha256, hexadecimal
    format: int = FORMAT

    @property
    def model_id(self) -> str:
        """Short name and checksum prefix: equal exactly when the vectors are comparable."""
        fields = asdict(self)
        del fields["source"]  # a path on one machine says nothing about the vectors
        digest = hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
        return f"{self.name}@{digest[:12]}"

    def write(self, folder: Path) -> None:
        """Write `manifest.json` into `folder`."""
        text = json.dumps(asdict(self), indent=2, ensure_ascii=False, sort_keys=True)
        (folder / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")


def sha256_of(path: Path) -> str:
    """Return the file's sha256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """Read `manifest.json`; raise `ModelMissing` or, when it cannot be read, `ModelDamaged`."""
    path = folder / MANIFEST_FILE
    if not path.is_file():
        raise ModelMissing(f"There is no prepared model in {folder}. Run: sufler model prepare")
    try:
        fields: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if fields["format"] != FORMAT:
            raise ModelDamaged(f"{path}: format {fields['format']}, this version reads {FORMAT}.")
        for name in ("start_tokens", "end_tokens"):
            fields[name] = tuple(fields[name])
        return Manifest(**fields)
    except (ValueError, TypeError, KeyError, UnicodeError) as error:
        raise ModelDamaged(
            f"{path} cannot be read: {error!r}. Run: sufler model prepare"
        ) from error


def verified_manifest(folder: Path) -> Manifest:
    """Read the manifest and compare every file with its checksum (about 0.1 s for 120 MB).

    Raises `ModelMissing` or `ModelDamaged`, naming the file.
    """
    manifest = read_manifest(folder)
    for name in (MODEL_FILE, TOKENIZER_FILE):
        path = folder / name
        if not path.is_file():
            raise ModelDamaged(f"{path} is missing. Run: sufler model prepare")
        if sha256_of(path) != manifest.files.get(name):
            raise ModelDamaged(f"{path} differs from its checksum. Run: sufler model prepare")
    return manifest
