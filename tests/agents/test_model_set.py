"""The model set: sealed, verified, one pass, and its vectors."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from agents.encoder import Encoder, load_encoder
from agents.errors import ModelSetError
from agents.parser import Parser
from agents.student.manifest import FILES, default_folder, seal, verify
from agents.student.session import StudentSession


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(default_folder(), tmp_path / "model"))


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


def test_shipped_set_is_sealed_and_small() -> None:
    assert verify(default_folder()).version
    model = (default_folder() / "model.onnx").read_bytes()
    assert len(model) <= 16_000_000
    # The exporter notes where its source lies.
    assert b".py" not in model


@pytest.mark.parametrize("name", FILES)
def test_changed_file_is_refused_by_name(copied: Path, name: str) -> None:
    path = copied / name
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelSetError, match=name):
        StudentSession(copied)


@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
def test_missing_file_is_refused_by_name(copied: Path, name: str) -> None:
    (copied / name).unlink()
    with pytest.raises(ModelSetError, match=name):
        StudentSession(copied)


def test_damaged_manifest_is_refused_with_what_to_do(copied: Path) -> None:
    (copied / "manifest.json").write_text("{")
    with pytest.raises(ModelSetError, match="heed train parser"):
        StudentSession(copied)


def test_a_model_that_is_told_less_is_refused(copied: Path) -> None:
    onnx = pytest.importorskip("onnx", reason="onnx is in the train extra")
    model = onnx.load(str(copied / "model.onnx"))
    (known,) = (one for one in model.graph.input if one.name == "known")
    known.name = "segments"
    for node in model.graph.node:
        node.input[:] = ["segments" if name == "known" else name for name in node.input]
    onnx.save(model, str(copied / "model.onnx"))
    with pytest.raises(ModelSetError, match="takes ids, mask, segments, this program gives ids, known, mask"):
        StudentSession(copied, sealed=False)


def test_version_follows_the_content(copied: Path) -> None:
    before = verify(copied).version
    (copied / "card.md").write_text("another card")
    assert seal(copied).version != before


def test_a_batch_is_one_pass_of_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    session = StudentSession()
    inner, calls = session._session, []

    class Counting:
        def run(self, *arguments: object) -> object:
            calls.append(arguments)
            return inner.run(*arguments)

    monkeypatch.setattr(session, "_session", Counting())
    session.run(["no more horror, something like Heat but under two hours"], [[]])
    assert len(calls) == 1
    session.run(["no more horror"] * 64, [[(8, 14)]] * 64)
    assert len(calls) == 2


def test_vectors_are_unit_rows_in_order(encoder: Encoder) -> None:
    texts = ["a film about a bank robbery", "", "dinosaurs", "x " * 2000]
    vectors = encoder.encode(texts)
    assert vectors.shape == (4, 64)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    assert encoder.encode([]).shape == (0, 64)
    # int8 activations are scaled per batch, so a row moves a little with its neighbours.
    assert float(encoder.encode([texts[2]])[0] @ vectors[2]) > 0.97


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("a movie about dinosaurs", "a prehistoric monsters adventure", "a courtroom drama about lawyers"),
        ("space travel", "astronauts on a mission to mars", "a cooking contest in paris"),
        ("scary", "horror", "romance"),
        ("cartoon", "animated", "documentary"),
    ],
)
def test_meaning_decides_the_distance(encoder: Encoder, text: str, near: str, far: str) -> None:
    said, close, distant = encoder.encode([text, near, far])
    assert said @ close > said @ distant


def test_parser_and_encoder_are_one_model(parser: Parser, encoder: Encoder) -> None:
    assert parser.version == encoder.version
