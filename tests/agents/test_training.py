"""The training code, where torch is installed (`heed train parser --install` makes such an environment)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from agents.corpus import sample_examples
from agents.student.manifest import default_folder

torch = pytest.importorskip("torch", reason="torch is in the train extra, not in the environment that serves")

from agents.student.labels import (  # noqa: E402 - after the check for torch, which these need
    BIO,
    EMBEDDING_WIDTH,
    SENTENCE_WIDTH,
    TOKEN_WIDTH,
)
from agents.training.dataset import IGNORED, collate, label  # noqa: E402 - as above
from agents.training.export import export_float  # noqa: E402 - as above
from agents.training.fuse import fuse  # noqa: E402 - as above
from agents.training.network import HEADS, Student  # noqa: E402 - as above


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(default_folder() / "tokenizer.json"))


def test_labels_stand_on_the_tokens_of_their_mentions(tokenizer: Tokenizer) -> None:
    for example in sample_examples("validation", 2, 1):
        labelled = label(example, tokenizer)
        assert len(labelled.spans) == len(example.mentions)
        for (first, end), mention in zip(labelled.spans, example.mentions, strict=True):
            assert BIO[labelled.tokens[0, first]] == f"B-{mention.kind}"
            assert {BIO[n] for n in labelled.tokens[0, first + 1 : end]} <= {f"I-{mention.kind}"}
        assert labelled.tokens[0, 0] == labelled.tokens[0, -1] == IGNORED


@pytest.mark.parametrize("fused", [False, True])
def test_exported_model_says_what_the_network_says(tokenizer: Tokenizer, tmp_path: Path, fused: bool) -> None:
    import onnxruntime

    torch.manual_seed(1)
    student = Student(tokenizer.get_vocab_size(), 96, layers=1).eval()
    export_float(student, tmp_path / "float.onnx")
    if fused:
        fuse(tmp_path / "float.onnx", HEADS)
    session = onnxruntime.InferenceSession(str(tmp_path / "float.onnx"))
    batch = collate([label(e, tokenizer) for e in sample_examples("validation", 1, 1)[:5]])
    got = session.run(None, {"ids": batch.ids.numpy(), "mask": batch.mask.numpy()})
    with torch.inference_mode():
        wanted = student(batch.ids, batch.mask)
    assert [out.shape[-1] for out in got] == [TOKEN_WIDTH, SENTENCE_WIDTH, EMBEDDING_WIDTH]
    for a, b in zip(got, wanted, strict=True):
        np.testing.assert_allclose(a, b.numpy(), atol=1e-4)
