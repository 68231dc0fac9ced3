"""The prepared folder: checksums, damage, and preparing where something is missing."""

import json
import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sufler.domain.errors import ModelDamaged, ModelMissing
from sufler.kb_index.encoder import Encoder, ensure_model, load_encoder, prepare
from sufler.kb_index.encoder.manifest import read_manifest


@pytest.fixture
def copy(model_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(model_folder, tmp_path / "model"))


def change_manifest(folder: Path, **fields: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_that_an_empty_folder_is_a_missing_model(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="no prepared model"):
        load_encoder(tmp_path)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_that_one_changed_byte_is_damage(copy: Path, name: str) -> None:
    with (copy / name).open("r+b") as file:
        file.seek(1000)
        byte = file.read(1)
        file.seek(1000)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(ModelDamaged, match=name):
        load_encoder(copy)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_that_a_missing_file_is_damage(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(ModelDamaged, match=name):
        load_encoder(copy)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 1}', '{"format": 99}', "\udcff"])
def test_that_an_unreadable_manifest_is_damage(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ModelDamaged, match=r"manifest\.json"):
        load_encoder(tmp_path)


def test_that_the_model_id_follows_what_changes_the_vectors(copy: Path, encoder: Encoder) -> None:
    assert read_manifest(copy).model_id == encoder.model_id
    assert encoder.model_id.startswith("multilingual-e5-small@")
    change_manifest(copy, source="/another/path")
    assert read_manifest(copy).model_id == encoder.model_id
    change_manifest(copy, prefixes={"query": "", "passage": ""})
    assert read_manifest(copy).model_id != encoder.model_id


def test_that_a_sound_model_is_left_alone(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "prepare_model", _refuse)
    ensure_model(model_folder)


def test_that_damage_and_another_source_are_prepared_again(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, Path]] = []
    monkeypatch.setattr(
        prepare, "prepare_model", lambda source, folder, _: asked.append((source, folder))
    )
    ensure_model(copy, "some/other-model")
    (copy / "model.onnx").unlink()
    ensure_model(copy)
    assert asked == [("some/other-model", copy), ("default", copy)]


def test_that_of_two_who_find_no_model_one_prepares_it(
    model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    def slowly_prepare(source: str, folder: Path, _: object) -> None:
        asked.append(folder)
        time.sleep(0.3)
        shutil.copytree(model_folder, folder)

    monkeypatch.setattr(prepare, "prepare_model", slowly_prepare)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(ensure_model, [tmp_path / "model"] * 2))
    assert asked == [tmp_path / "model"]


def test_that_remains_of_a_killed_preparation_are_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, young = tmp_path / ".model-old", tmp_path / ".model-young"
    for folder in (old, young):
        folder.mkdir()
    os.utime(old, (0, 0))
    monkeypatch.setattr(prepare, "prepare_model", lambda *_: None)
    ensure_model(tmp_path / "model")
    assert not old.exists()
    assert young.exists()


def _refuse(*_: object) -> None:
    raise AssertionError("a sound model was prepared again")
