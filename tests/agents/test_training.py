"""The training code, where torch is installed (`heed train parser --install` makes such an environment)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import cycle, pairwise
from pathlib import Path
from random import Random
from time import sleep

import msgspec
import numpy as np
import pytest
from rich.progress import Progress
from tokenizers import Tokenizer

from agents import evaluation
from agents.corpus import Example, Mention, sample_examples
from agents.corpus.known import known_spans
from agents.errors import TrainingError
from agents.student.manifest import default_folder, verify
from agents.student.session import is_word
from agents.teaching.labels import Label
from agents.types import ParsedCommand, Preference
from catalog.known_words import Span

torch = pytest.importorskip("torch", reason="torch is in the train extra, not in the environment that serves")

from torch import Tensor  # noqa: E402 - as above

from agents.student.labels import (  # noqa: E402 - after the check for torch, which these need
    BIO,
    EMBEDDING_WIDTH,
    SENTENCE_WIDTH,
    TOKEN_WIDTH,
)
from agents.training import train  # noqa: E402 - as above
from agents.training.chance import Chance  # noqa: E402 - as above
from agents.training.dataset import (  # noqa: E402 - as above
    IGNORED,
    Batch,
    Labelled,
    batches,
    collate,
    label,
)
from agents.training.export import export_float, quantize  # noqa: E402 - as above
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
from agents.training.narrow import narrowed  # noqa: E402 - as above
from agents.training.network import DROPPED, HEADS, INNER, Student, dropped, half  # noqa: E402 - as above
from agents.training.parts import Backward, LossOf, side_by_side  # noqa: E402 - as above
from agents.training.plan import Plan  # noqa: E402 - as above
from agents.training.rewording import Rewording  # noqa: E402 - as above
from agents.training.train import passes_of, run  # noqa: E402 - as above


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Inside a part, as a run has it; other tests get back what a run sets for the whole process."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
    torch.set_flush_denormal(False)


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


def run_on(model: Path, batch: Batch) -> list[np.ndarray]:
    import onnxruntime

    inputs = {name: getattr(batch, name).numpy() for name in ("ids", "mask", "known")}
    outputs: list[np.ndarray] = onnxruntime.InferenceSession(str(model)).run(None, inputs)
    return outputs


def some_batch(tokenizer: Tokenizer) -> Batch:
    examples = sample_examples("validation", 1, 1)[:5]
    return collate([label(e, tokenizer, [(0, len(e.text) // 2)]) for e in examples])


def test_exported_model_says_what_the_network_says(tokenizer: Tokenizer, tmp_path: Path) -> None:
    torch.manual_seed(1)
    student = Student(tokenizer.get_vocab_size(), 96, layers=1).eval()
    export_float(student, tmp_path / "float.onnx")
    batch = some_batch(tokenizer)
    got = run_on(tmp_path / "float.onnx", batch)
    with torch.inference_mode():
        wanted = student(batch.ids, batch.mask, batch.known)
    assert [out.shape[-1] for out in got] == [TOKEN_WIDTH, SENTENCE_WIDTH, EMBEDDING_WIDTH]
    for a, b in zip(got, wanted, strict=True):
        np.testing.assert_allclose(a, b.numpy(), atol=1e-4)


def test_fused_operators_give_the_very_numbers_of_the_graph_as_quantised(
    tokenizer: Tokenizer, tmp_path: Path
) -> None:
    torch.manual_seed(1)
    exact, model = tmp_path / "float.onnx", tmp_path / "int8.onnx"
    export_float(Student(tokenizer.get_vocab_size(), 96, layers=2), exact)
    quantize(exact, model)
    batch = some_batch(tokenizer)
    assert not batch.mask.all(), "some rows are padded"
    wanted = run_on(model, batch)
    fuse(model, HEADS)
    for a, b in zip(run_on(model, batch), wanted, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)
    with pytest.raises(ValueError, match="no int8 attention"):
        fuse(exact, HEADS)


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
    def train(folder: Path, batches: int) -> Student:
        network = small_network(tokenizer)
        left = iter(range(batches))

        def loss_of(batch: Batch, _: Sequence[Labelled], chance: Chance) -> Tensor:
            if next(left, None) is None:
                raise KeyboardInterrupt
            return loss_with_noise(network, batch, chance)

        return schooled(network, commands, folder, loss_of)

    whole = train(tmp_path / "whole", 100)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "killed", 6)
    # Each pass is two batches of two parts: the first is not done again, so four are enough for the rest.
    resumed = train(tmp_path / "killed", 4)
    for a, b in zip(whole.parameters(), resumed.parameters(), strict=True):
        assert torch.equal(a, b)


def test_one_thread_and_two_make_the_same_model(
    tokenizer: Tokenizer, commands: list[Labelled], tmp_path: Path
) -> None:
    made = []
    for threads, first in ((1, 0), (2, 0), (2, 1)):
        network = small_network(tokenizer)
        loss_of = late(first, network)
        made.append(schooled(network, commands, tmp_path / f"{threads}{first}", loss_of, threads))
    for one, *others in zip(*(network.parameters() for network in made), strict=True):
        assert all(torch.equal(one, other) for other in others)


def late(turn: int, network: Student) -> LossOf:
    """Return a loss that comes late for every second part: whichever it is, the model is the same."""
    turns = cycle((0, 1))

    def loss_of(batch: Batch, _: Sequence[Labelled], chance: Chance) -> Tensor:
        if next(turns) == turn:
            sleep(0.02)
        return loss_with_noise(network, batch, chance)

    return loss_of


def loss_with_noise(network: Student, batch: Batch, chance: Chance) -> Tensor:
    with half(batch.ids.device):
        tokens, sentence, _vectors = network(batch.ids, batch.mask, batch.known, chance.noise)
    return weighed(gold((tokens, sentence), batch))


def schooled(
    network: Student, commands: list[Labelled], folder: Path, loss_of: LossOf, threads: int = 1
) -> Student:
    folder.mkdir(exist_ok=True)
    schooling = Schooling("one", [commands, commands], 1e-3, 1, folder, threads)
    with Progress(disable=True) as progress:
        return fit(network, schooling, loss_of, progress)


def test_gradients_of_the_parts_are_those_of_the_batch(
    tokenizer: Tokenizer, commands: list[Labelled]
) -> None:
    network = small_network(tokenizer)
    chosen = sorted(commands, key=lambda item: len(item.ids))[:30:2]

    def loss_of(batch: Batch, part: Sequence[Labelled], chance: Chance) -> Tensor:
        tokens, _, vectors = network(batch.ids, batch.mask, batch.known)
        # A mean over the commands, so that what the parts give is the mean of the whole.
        return (tokens.square() * batch.mask[..., None]).sum() / len(part) + vectors[:, 0].square().mean()

    with side_by_side(2) as pool:
        loss = Backward(loss_of, list(network.parameters()), pool)(chosen, Random(1))
    got = [parameter.grad for parameter in network.parameters()]
    network.zero_grad()
    whole = loss_of(collate(chosen), chosen, Chance.drawn(Random(1), torch.device("cpu")))
    whole.backward()
    assert loss == pytest.approx(whole.item(), rel=1e-5)
    for parameter, gradient in zip(network.parameters(), got, strict=True):
        wanted = parameter.grad
        assert (gradient is None) == (wanted is None)
        if gradient is not None and wanted is not None:
            torch.testing.assert_close(gradient, wanted.to_dense(), rtol=1e-3, atol=1e-5)


def test_a_tenth_of_the_states_is_dropped_and_the_mean_stays() -> None:
    x = torch.ones(301, 383)
    assert dropped(x, None) is x
    once, again = (dropped(x, torch.Generator().manual_seed(4)) for _ in range(2))
    assert torch.equal(once, again)
    assert not torch.equal(once, dropped(x, torch.Generator().manual_seed(5)))
    assert float((once == 0).float().mean()) == pytest.approx(DROPPED / 256, abs=0.005)
    assert float(once.mean()) == pytest.approx(1, abs=0.005)


def test_units_that_say_nothing_go_first_and_nothing_is_read_otherwise(
    tokenizer: Tokenizer, commands: list[Labelled]
) -> None:
    network = small_network(tokenizer).eval()
    silent = torch.randperm(INNER, generator=torch.Generator().manual_seed(2))[: INNER - 100]
    with torch.no_grad():
        network.trunk.layers[0].down.weight[:, silent[:700]] = 0
        network.trunk.layers[0].up.weight[silent[700:]] = 0
        network.trunk.layers[0].up.bias[silent[700:]] = 0
    narrow = narrowed(network, commands, 100).eval()
    assert narrow.trunk.layers[0].up.out_features == narrow.trunk.layers[0].down.in_features == 100
    batch = collate(commands[:8])
    with torch.inference_mode():
        before, after = (one(batch.ids, batch.mask, batch.known) for one in (network, narrow))
    for a, b in zip(before, after, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-5)


def test_batches_hold_each_command_once_and_next_to_no_padding() -> None:
    rng = Random(2)
    lengths = [rng.randint(3, 30) for _ in range(5000)]
    chosen = list(batches(lengths, 64, rng))
    assert sorted(n for batch in chosen for n in batch) == list(range(5000))
    padded = sum(len(batch) * max(lengths[n] for n in batch) for batch in chosen)
    assert padded < 1.02 * sum(lengths)
    longest = [max(lengths[n] for n in batch) for batch in chosen]
    assert longest != sorted(longest)


def test_a_domain_that_is_none_is_refused_with_those_that_are(tmp_path: Path) -> None:
    plan = Plan(out=tmp_path / "model", epochs=1, per_pattern=1, seed=1, threads=1, leave_out="moviez")
    with pytest.raises(TrainingError, match=r"'moviez'.*movies.*shop"):
        run(plan)
    assert not plan.scratch.exists()


def test_a_run_makes_the_same_student_and_teachers_with_one_thread_and_two(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # All that a run does, on a few hundred commands and texts instead of a million.
    few = {split: sample_examples(split, 1, 1)[:300] for split in ("train", "validation", "test")}
    texts = ["horror", "a film about war", *(f"the {n}th mystery at sea" for n in range(60))]
    for module in (train, evaluation):
        monkeypatch.setattr(module, "sample_examples", lambda split, *_, **__: list(few[split]))
    monkeypatch.setattr(train, "simulated_examples", lambda *_: [])
    monkeypatch.setattr(train, "slot_texts", lambda *_: texts)
    monkeypatch.setattr(train, "described_items", lambda *_: [])
    monkeypatch.setattr(train, "catalogue_texts", lambda *_: [])
    for threads in (1, 2):
        folder = tmp_path / str(threads)
        plan = Plan(
            out=folder / "student",
            epochs=1,
            per_pattern=1,
            seed=1,
            threads=threads,
            teachers=2,
            teacher_epochs=1,
            teacher_per_pattern=1,
            keep_teachers=folder,
        )
        assert run(plan) == plan.out
        assert not plan.scratch.exists()
    for name in ("student", "teacher-1", "teacher-2"):
        one, two = (verify(tmp_path / threads / name) for threads in ("1", "2"))
        assert one == two
        # Nor does it matter where the code lies.
        assert b".py" not in (tmp_path / "1" / name / "model.onnx").read_bytes()
    assert "its teachers" in (tmp_path / "1" / "student" / "card.md").read_text(encoding="utf-8")


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
    # By what stands before the value, which a pass may exchange for a strange one.
    sure, unsure = (tokenizer.encode(opening).ids[:-1] for opening in ("zounds,", "egad,"))
    for items in passes_of(plan, tokenizer, plan.epochs, plan.per_pattern, plan.seed):
        assert sum(item.ids[: len(sure)] == sure for item in items) == 1
        assert sum(item.ids[: len(unsure)] == unsure for item in items) == 0


def test_hints_are_right_incomplete_and_wrong_in_their_shares(tokenizer: Tokenizer) -> None:
    examples = sample_examples("train", 1, 1, leave_out="shop")[:20_000]
    strange = ("zorble", "frindle")
    rng = Random(3)
    made = [hinted(example, rng, strange, partial(is_word, tokenizer)) for example in examples]
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
    assert np.mean(told) == pytest.approx((1 - UNKNOWN) * (1 - OVERLOOKED), abs=0.03)
    odd_told = [hint for hint, strange_one in zip(told, odd, strict=True) if strange_one]
    assert np.mean(odd_told) == pytest.approx((1 - UNKNOWN) * (1 - OVERLOOKED), abs=0.03)
    # What else is hinted in talk that names nothing is a value by its words: "the drama at work".
    misled = [
        not set(known) <= set(known_spans(new.text, new.domain, partial(is_word, tokenizer)))
        for new, known in made
        if not new.mentions
    ]
    assert np.mean(misled) == pytest.approx(MISLED * (1 - UNKNOWN), abs=0.02)


def test_a_value_with_a_typing_error_is_hinted() -> None:
    text = "more hroror, no zebra"
    mentions = (Mention(5, 11, "V", "+!"), Mention(16, 21, "V", "-!"))
    example = Example(text, ("refine",), "clear", mentions, "typing", "movies")

    def hints(words: set[str]) -> list[tuple[Span, ...]]:
        made = (hinted(example, Random(seed), ("zorble",), words.__contains__) for seed in range(300))
        return [known for new, known in made if new.text == text]

    told = np.mean([(5, 11) in known for known in hints({"more", "no", "zebra"})])
    assert told == pytest.approx((1 - UNKNOWN) * (1 - OVERLOOKED), abs=0.1)
    as_a_word = np.mean([(5, 11) in known for known in hints({"more", "no", "zebra", "hroror"})])
    assert as_a_word < MISLED
    # A value that is a word is hinted where the catalogue has it, and nowhere by chance.
    assert not any((16, 21) in known for known in hints({"more", "no", "zebra"}))


def test_a_domain_that_is_left_out_lends_no_strange_values() -> None:
    assert "jeans" in strange_values([])
    assert "jeans" not in strange_values([], leave_out="shop")
