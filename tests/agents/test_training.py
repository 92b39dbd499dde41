"""The training code, where torch is installed (`heed train parser --install` makes such an environment)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from random import Random

import msgspec
import numpy as np
import pytest
from tokenizers import Tokenizer

from agents.corpus import Example, Mention, sample_examples
from agents.errors import TrainingError
from agents.student.manifest import default_folder
from agents.teaching.labels import Label
from agents.types import ParsedCommand, Preference

torch = pytest.importorskip("torch", reason="torch is in the train extra, not in the environment that serves")

from torch import Tensor  # noqa: E402 - as above

from agents.student.labels import (  # noqa: E402 - after the check for torch, which these need
    BIO,
    EMBEDDING_WIDTH,
    SENTENCE_WIDTH,
    TOKEN_WIDTH,
)
from agents.training.dataset import IGNORED, Batch, Labelled, collate, label  # noqa: E402 - as above
from agents.training.export import export_float  # noqa: E402 - as above
from agents.training.fit import Schooling, fit  # noqa: E402 - as above
from agents.training.fuse import fuse  # noqa: E402 - as above
from agents.training.hints import (  # noqa: E402 - as above
    MISLED,
    OVERLOOKED,
    STRANGE,
    UNKNOWN,
    hinted,
    strange_values,
)
from agents.training.losses import gold, soft, weighed  # noqa: E402 - as above
from agents.training.network import HEADS, Student  # noqa: E402 - as above
from agents.training.plan import Plan  # noqa: E402 - as above
from agents.training.rewording import Rewording  # noqa: E402 - as above
from agents.training.train import passes_of, run  # noqa: E402 - as above


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(default_folder() / "tokenizer.json"))


def test_labels_stand_on_the_tokens_of_their_mentions(tokenizer: Tokenizer) -> None:
    for example in sample_examples("validation", 2, 1):
        labelled = label(example, tokenizer)
        assert len(labelled.spans) == len(example.mentions)
        for (first, end), mention in zip(labelled.spans, example.mentions, strict=True):
            assert BIO[labelled.bio[first]] == f"B-{mention.kind}"
            assert {BIO[n] for n in labelled.bio[first + 1 : end]} <= {f"I-{mention.kind}"}
        assert labelled.bio[0] == labelled.bio[-1] == IGNORED


@pytest.mark.parametrize("fused", [False, True])
def test_exported_model_says_what_the_network_says(tokenizer: Tokenizer, tmp_path: Path, fused: bool) -> None:
    import onnxruntime

    torch.manual_seed(1)
    student = Student(tokenizer.get_vocab_size(), 96, layers=1).eval()
    export_float(student, tmp_path / "float.onnx")
    if fused:
        fuse(tmp_path / "float.onnx", HEADS)
    session = onnxruntime.InferenceSession(str(tmp_path / "float.onnx"))
    examples = sample_examples("validation", 1, 1)[:5]
    batch = collate([label(e, tokenizer, [(0, len(e.text) // 2)]) for e in examples])
    got = session.run(None, {name: getattr(batch, name).numpy() for name in ("ids", "mask", "known")})
    with torch.inference_mode():
        wanted = student(batch.ids, batch.mask, batch.known)
    assert [out.shape[-1] for out in got] == [TOKEN_WIDTH, SENTENCE_WIDTH, EMBEDDING_WIDTH]
    for a, b in zip(got, wanted, strict=True):
        np.testing.assert_allclose(a, b.numpy(), atol=1e-4)


@pytest.fixture(scope="module")
def commands(tokenizer: Tokenizer) -> list[Labelled]:
    return [label(e, tokenizer) for e in sample_examples("validation", 1, 1)[:96]]


def small_network(tokenizer: Tokenizer) -> Student:
    torch.manual_seed(3)
    return Student(tokenizer.get_vocab_size(), 96, layers=1)


def test_mentions_are_pooled_from_their_own_tokens(commands: list[Labelled]) -> None:
    batch = collate(commands[:8])
    places = [(n, *span) for n, item in enumerate(commands[:8]) for span in item.spans]
    shares = batch.pool.reshape(len(places), *batch.ids.shape)
    for share, (row, first, end) in zip(shares, places, strict=True):
        assert share.sum() == pytest.approx(1)
        assert share[row, first:end].sum() == pytest.approx(1)


def test_soft_loss_is_none_where_the_teachers_agree_and_leaves_padding_out(commands: list[Labelled]) -> None:
    batch = collate(sorted(commands, key=lambda item: len(item.ids))[:: len(commands) // 8])
    torch.manual_seed(1)
    tokens = torch.randn((*batch.ids.shape, TOKEN_WIDTH))
    sentence = torch.randn((len(batch.ids), SENTENCE_WIDTH))
    same = soft((tokens, sentence), (tokens, sentence), batch.mask)
    assert all(value == pytest.approx(0, abs=1e-4) for name, value in same.items() if name != "acts")
    other = tokens.clone()
    other[batch.mask == 0] += 5
    assert weighed(soft((other, sentence), (tokens, sentence), batch.mask)) == pytest.approx(
        float(weighed(same)), abs=1e-4
    )
    other[:, 1] += torch.randn(TOKEN_WIDTH)
    assert weighed(soft((other, sentence), (tokens, sentence), batch.mask)) > weighed(same) + 1e-3


def test_rewording_exchanges_whole_words_alone(tokenizer: Tokenizer, commands: list[Labelled]) -> None:
    torch.manual_seed(1)
    words = Rewording(tokenizer, torch.randn((tokenizer.get_vocab_size(), 16)))
    rows = [item.ids for item in commands]
    # One source of chance for all rows: with one each, all would be drawn from by the same few numbers.
    first, second = Random(5), Random(5)
    once = [words.reword(row, first) for row in rows]
    assert once == [words.reword(row, second) for row in rows]
    changed = [(a, b) for row, new in zip(rows, once, strict=True) for a, b in zip(row, new, strict=True)]
    assert 0.05 < np.mean([a != b for a, b in changed]) < 0.3
    assert all(row[0] == new[0] and row[-1] == new[-1] for row, new in zip(rows, once, strict=True))
    assert all((tokenizer.id_to_token(b) or "").isalpha() for a, b in changed if a != b)


def test_a_run_that_was_killed_makes_the_model_of_one_that_was_not(
    tokenizer: Tokenizer, commands: list[Labelled], tmp_path: Path
) -> None:
    from rich.progress import Progress

    def train(folder: Path, batches: int) -> Student:
        network = small_network(tokenizer)
        left = iter(range(batches))

        def loss_of(batch: Batch, _: Sequence[Labelled], __: Random) -> Tensor:
            if next(left, None) is None:
                raise KeyboardInterrupt
            tokens, sentence, _vectors = network(batch.ids, batch.mask, batch.known)
            return weighed(gold((tokens, sentence), batch))

        folder.mkdir(exist_ok=True)
        with Progress(disable=True) as progress:
            return fit(network, Schooling("one", [commands, commands], 1e-3, 1, folder), loss_of, progress)

    whole = train(tmp_path / "whole", 100)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "killed", 3)
    # Each pass is two batches: the first is not done again, so two are enough for the rest.
    resumed = train(tmp_path / "killed", 2)
    for a, b in zip(whole.parameters(), resumed.parameters(), strict=True):
        assert torch.equal(a, b)


def test_a_domain_that_is_none_is_refused_with_those_that_are(tmp_path: Path) -> None:
    plan = Plan(out=tmp_path / "model", epochs=1, per_pattern=1, seed=1, threads=1, leave_out="moviez")
    with pytest.raises(TrainingError, match=r"'moviez'.*movies.*shop"):
        run(plan)
    assert not plan.scratch.exists()


def test_labels_are_taught_as_often_as_their_teacher_is_sure(tokenizer: Tokenizer, tmp_path: Path) -> None:
    def line(text: str, confidence: float) -> bytes:
        start = text.index("horror")
        wish = Preference(
            field="genre",
            op="eq",
            value="Horror",
            polarity="positive",
            strength="hard",
            span=(start, start + 6),
            text="horror",
            confidence=confidence,
        )
        parsed = ParsedCommand(
            command_id="1",
            user_id="",
            text=text,
            clarity="clear",
            question=None,
            act="refine",
            acts=("refine",),
            preferences=(wish,),
        )
        mention = Mention(start, start + 6, "V", "+!")
        example = Example(text, ("refine",), "clear", (mention,), "teacher", "movies")
        return msgspec.json.encode(Label(text=text, parsed=parsed, example=example))

    path = tmp_path / "labels.jsonl"
    path.write_bytes(line("zounds, horror", 1.0) + b"\n" + line("egad, horror", 0.0) + b"\n")
    plan = Plan(out=tmp_path / "model", epochs=2, per_pattern=1, seed=1, threads=1, labels=path)
    sure, unsure = (tokenizer.encode(text).ids for text in ("zounds, horror", "egad, horror"))
    for items in passes_of(plan, tokenizer, plan.epochs, plan.per_pattern, plan.seed):
        ids = [item.ids for item in items]
        assert ids.count(sure) == 1
        assert ids.count(unsure) == 0


def test_hints_are_right_incomplete_and_wrong_in_their_shares() -> None:
    examples = sample_examples("train", 1, 1, leave_out="shop")[:20_000]
    strange = ("zorble", "frindle")
    rng = Random(3)
    made = [hinted(example, rng, strange) for example in examples]
    for old, (new, known) in zip(examples, made, strict=True):
        assert [m.kind for m in new.mentions] == [m.kind for m in old.mentions]
        for before, after in zip(old.mentions, new.mentions, strict=True):
            words = new.text[after.start : after.end]
            assert words == old.text[before.start : before.end] or (
                after.kind == "V" and set(words.split()) <= set(strange)
            )
        assert all(a[1] <= b[0] for a, b in pairwise(known))
    values = [(new, known, m) for new, known in made for m in new.mentions if m.kind == "V"]
    odd = [new.text[m.start : m.end].split()[0] in strange for new, _, m in values]
    told = [any(a < m.end and m.start < b for a, b in known) for _, known, m in values]
    assert np.mean(odd) == pytest.approx(STRANGE, abs=0.01)
    assert np.mean(told) == pytest.approx((1 - UNKNOWN) * (1 - OVERLOOKED), abs=0.08)
    assert np.mean([bool(known) for new, known in made if not new.mentions]) == pytest.approx(
        MISLED * (1 - UNKNOWN), abs=0.06
    )


def test_a_domain_that_is_left_out_lends_no_strange_values() -> None:
    assert "jeans" in strange_values([])
    assert "jeans" not in strange_values([], leave_out="shop")
