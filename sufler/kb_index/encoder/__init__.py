"""The encoder: text in, unit vector out. `load` opens it, `runtime` serves, `prepare` builds it."""

from sufler.domain.errors import ModelDamaged, ModelMissing
from sufler.kb_index.encoder.load import ensure_model, load_encoder
from sufler.kb_index.encoder.manifest import ModelUnsupported
from sufler.kb_index.encoder.runtime import Encoder, Kind, Vectors

__all__ = [
    "Encoder",
    "Kind",
    "ModelDamaged",
    "ModelMissing",
    "ModelUnsupported",
    "Vectors",
    "ensure_model",
    "load_encoder",
]
