"""The encoder that serves: one text through ONNX Runtime, one unit vector out. No torch."""

import asyncio
import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from sufler.domain.errors import ModelDamaged
from sufler.kb_index.encoder.manifest import MODEL_FILE, TOKENIZER_FILE, Manifest
from sufler.kb_index.normalise import normalise

Kind = Literal["query", "passage"]
Vectors = NDArray[np.float32]

# What is beyond is not seen: 1,020 tokens of a message and 4,080 of an answer with the default
# model. A window takes up to half a second, so a message must not have many.
MAX_WINDOWS: dict[Kind, int] = {"query": 2, "passage": 8}


class Encoder:
    """Turns texts into vectors; safe to use from several threads at once.

    Every text has a session run of its own, never a padded batch: with dynamic int8 a text's
    vector would depend on its neighbours. So a text's vector is the same bytes alone, beside
    others and after a restart (on one kind of machine and one onnxruntime version).
    """

    def __init__(self, folder: Path, manifest: Manifest, threads: int | None = None) -> None:
        """Open the verified model in `folder`; `threads` is how many texts run at once."""
        self.model_id: str = manifest.model_id
        self.dimension: int = manifest.dimension
        self._manifest = manifest
        self._workers = threads or os.cpu_count() or 1
        try:
            self._tokenizer: Any = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
            self._session: Any = _session(folder / MODEL_FILE)
        except Exception as error:  # both libraries raise a bare Exception of their own
            raise ModelDamaged(f"The model in {folder} cannot be opened: {error}") from error
        # A special token written in a text stays text.
        self._tokenizer.encode_special_tokens = True
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._input: str = self._session.get_inputs()[0].name
        self._pool = ThreadPoolExecutor(self._workers, thread_name_prefix="encoder")

    def encode_one(self, text: str, kind: Kind) -> Vectors:
        """Return the vector of `text`: shape (dimension,), float32, unit length.

        The text is normalised and gets the prefix of its kind. Runs in the caller's thread,
        about 2.5 ms for a message. An empty text gives the vector of the bare prefix.
        """
        windows = self._windows(self._manifest.prefixes[kind] + normalise(text), MAX_WINDOWS[kind])
        total = np.zeros(self.dimension, dtype=np.float64)
        for window in windows:
            # Weighed by length: a last window of three tokens says little.
            total += self._run(window).astype(np.float64) * len(window)
        return _unit(total)

    def encode_many(
        self,
        texts: Sequence[str],
        kind: Kind,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Vectors:
        """Return the vectors of `texts`, shape (n, dimension), in their order; blocks.

        `on_progress(done, n)` is called in the caller's thread after every text.
        """
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        waiting: deque[Future[Vectors]] = deque()
        done = 0
        # Few at a time, so that a message that comes meanwhile waits for a few texts, not for all.
        for position in range(len(texts) + self._workers):
            if position < len(texts):
                waiting.append(self._pool.submit(self.encode_one, texts[position], kind))
            if waiting and (len(waiting) > self._workers or position >= len(texts)):
                vectors[done] = waiting.popleft().result()
                done += 1
                if on_progress is not None:
                    on_progress(done, len(texts))
        return vectors

    async def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """Return the vectors of `texts`, shape (n, dimension), without blocking the event loop."""
        loop = asyncio.get_running_loop()
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        positions = iter(range(len(texts)))

        async def lane() -> None:
            for position in positions:
                text = texts[position]
                vectors[position] = await loop.run_in_executor(
                    self._pool, self.encode_one, text, kind
                )

        await asyncio.gather(*(lane() for _ in range(min(self._workers, len(texts)))))
        return vectors

    def close(self) -> None:
        """Wait for running texts, then stop the threads; the encoder is not usable after."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _windows(self, text: str, most: int) -> list[list[int]]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        start, end = list(self._manifest.start_tokens), list(self._manifest.end_tokens)
        room = self._manifest.max_tokens - len(start) - len(end)
        cuts = range(0, min(max(len(ids), 1), room * most), room)
        return [start + ids[cut : cut + room] + end for cut in cuts]

    def _run(self, ids: list[int]) -> Vectors:
        # A model without special tokens has nothing to run for an empty text.
        if not ids:
            return np.zeros(self.dimension, dtype=np.float32)
        outputs = self._session.run(None, {self._input: np.array([ids], dtype=np.int64)})
        vector: Vectors = outputs[0][0]
        return vector


def _session(path: Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _unit(vector: NDArray[np.float64]) -> Vectors:
    length = float(np.sqrt(np.dot(vector, vector)))
    return (vector / length if length > 0 else vector).astype(np.float32)
