"""The training run: teachers first, then the student beside them, then the files that serve."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from random import Random

import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from tokenizers import Tokenizer
from torch import Tensor

from agents.corpus import load_corpus, sample_examples
from agents.errors import TrainingError
from agents.evaluation import PER_PATTERN, SEED, Scores, score_sections
from agents.student.labels import MAX_TOKENS
from agents.student.session import is_word
from agents.teaching.labels import read_examples
from agents.training.chance import Chance
from agents.training.dataset import Batch, Labelled, label, pad
from agents.training.ensemble import MEMBERS, Ensemble, School, train_member
from agents.training.fit import Schooling, device, fit
from agents.training.hints import hinted, strange_values
from agents.training.losses import REWORDED, gold, meaning, soft, weighed
from agents.training.narrow import narrowed
from agents.training.network import Student, half, load_trunk
from agents.training.parts import PARTS, LossOf
from agents.training.plan import Plan
from agents.training.reading import readings_of
from agents.training.rewording import Rewording
from agents.training.simulated import simulated_examples
from agents.training.teacher import Floats, cached_embeddings, kept_reduction, minilm_folder, reduced
from agents.training.texts import catalogue_texts, described_items, slot_texts, vocabulary_words
from agents.training.vocabulary import prune

LAYERS = 4
# Texts for the vectors beside each part of a batch: item texts are long, and fewer teach as much.
TEXTS = 4
# Copies with other words beside each part of a batch, for the teachers to label.
COPIES = 8
# Lower leaves the heads undertrained, higher forgets MiniLM's own states (docs/training.md has the scores).
RATE = 5e-4
# Half of MiniLM's units; so many commands tell which. What went comes back in a third of a pass.
INNER, TELLING, SHARE = 768, 6000, 3
NARROW_RATE = 2e-4
# One command of a simulated user for so many of the corpus: they speak over a feed, but in few wordings.
SIMULATED = 20


@dataclass(frozen=True)
class Meanings:
    """Texts with the reduced embeddings of the full MiniLM; `of` finds the row of a text.

    `rows` holds the word pieces of each text, in the order of `by_length`.
    """

    vectors: Floats
    of: dict[str, int]
    rows: list[list[int]]
    by_length: list[int]

    def wanted(self, chosen: Sequence[int]) -> Tensor:
        """Return the embeddings of some texts, `[n, 64]`, on the device of the run."""
        return torch.from_numpy(self.vectors[list(chosen)]).to(device())

    def draw(self, rng: Random) -> list[int]:
        """Return some texts of like length."""
        at = rng.randrange(len(self.by_length) - TEXTS)
        return self.by_length[at : at + TEXTS]


@dataclass(frozen=True)
class Lessons:
    """What the student learns from: passes over the corpus, what texts mean, and teachers, if any."""

    passes: list[list[Labelled]]
    meanings: Meanings
    teachers: Ensemble | None


def run(plan: Plan) -> Path:
    """Train by the plan and write the model set to `plan.out`."""
    from agents.training.export import write_model_set

    domains = sorted(load_corpus().slots)
    if plan.leave_out and plan.leave_out not in domains:
        raise TrainingError(
            f"There is no domain {plan.leave_out!r} in the corpus to leave out: it has {', '.join(domains)}."
        )
    torch.set_num_threads(max(1, plan.threads // PARTS))
    # Gradients near zero are denormal numbers, with which a CPU computes many times slower.
    torch.set_flush_denormal(True)
    plan.scratch.mkdir(parents=True, exist_ok=True)
    folder = minilm_folder()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as progress:
        plain = [
            *slot_texts(plan.leave_out),
            *described_items(3000, plan.seed, plan.leave_out),
            *catalogue_texts(0 if plan.leave_out == "movies" else 4500),
        ]
        said = sample_examples("train", plan.per_pattern, plan.seed, leave_out=plan.leave_out)
        document, kept = prune(folder / "tokenizer.json", [*plain, *(e.text for e in said)])
        tokenizer = Tokenizer.from_str(document)
        school = School(tokenizer, kept, folder, plan.scratch, MAX_TOKENS)
        ensemble = _teachers(plan, school, progress)
        passes = passes_of(plan, tokenizer, plan.epochs, plan.per_pattern, plan.seed)
        meanings = _meanings(plain, passes, school, plan.threads, progress)
        wide, schooling = _wide(plan, school, Lessons(passes, meanings, ensemble), progress)
        student = _narrow(wide, schooling, school, meanings, progress)
    taught = None if ensemble is None else _teachers_scores(ensemble, tokenizer)
    if ensemble is not None and plan.keep_teachers is not None:
        for member, network in zip(MEMBERS, ensemble.members, strict=False):
            write_model_set(network.cpu(), document, plan.keep_teachers / member.name)
    written = write_model_set(student.cpu(), document, plan.out, taught, plan.leave_out)
    shutil.rmtree(plan.scratch)
    return written


def passes_of(
    plan: Plan, tokenizer: Tokenizer, epochs: int, per_pattern: int, seed: int
) -> list[list[Labelled]]:
    """Return passes over the corpus, each filled anew, what simulated users say, and an endpoint's labels.

    A label is in as many of the passes as its teacher is sure of it.
    """
    out = []
    strange = strange_values(vocabulary_words(tokenizer), plan.leave_out)
    knows = partial(is_word, tokenizer)
    for n in range(seed, seed + epochs):
        rng = Random(n)
        examples = sample_examples("train", per_pattern, n, leave_out=plan.leave_out)
        examples += simulated_examples(len(examples) // SIMULATED, n, plan.leave_out)
        told = read_examples(plan.labels) if plan.labels else ()
        examples += [example for example, sure in told if rng.random() < sure]
        told_of = (hinted(example, rng, strange, knows) for example in examples)
        out.append([label(example, tokenizer, known) for example, known in told_of])
    return out


def _teachers(plan: Plan, school: School, progress: Progress) -> Ensemble | None:
    members = []
    for member in MEMBERS[: plan.teachers]:
        passes = passes_of(
            plan, school.tokenizer, plan.teacher_epochs, plan.teacher_per_pattern, plan.seed + member.seed
        )
        members.append(train_member(member, passes, school, plan.threads, progress))
    return Ensemble(members) if members else None


def _teachers_scores(ensemble: Ensemble, tokenizer: Tokenizer) -> Scores:
    return score_sections(readings_of(ensemble, sample_examples("test", PER_PATTERN, SEED), tokenizer))["all"]


def _wide(plan: Plan, school: School, lessons: Lessons, progress: Progress) -> tuple[Student, Schooling]:
    """Train the student with all of MiniLM's units, from the teachers as well where there are any."""
    torch.manual_seed(plan.seed)
    student = Student(len(school.kept), school.positions, LAYERS)
    student.trunk = load_trunk(school.minilm / "model.safetensors", LAYERS, school.kept, school.positions)
    words = Rewording(school.tokenizer, student.trunk.words.weight.detach())
    manner = f"{plan.teachers} {plan.teacher_epochs} {plan.teacher_per_pattern}"
    schooling = Schooling("student", lessons.passes, RATE, plan.seed, plan.scratch, plan.threads, manner)
    loss_of = _loss_of(student, lessons.meanings, words, lessons.teachers)
    return fit(student, schooling, loss_of, progress), schooling


def _narrow(
    wide: Student, schooling: Schooling, school: School, meanings: Meanings, progress: Progress
) -> Student:
    """Leave half of the units out, and let the narrow student learn from the wide one what went with them.

    It learns nothing else: with the corpus' labels once more it read commands of others worse.
    """
    last = schooling.passes[-1]
    student = narrowed(wide, last[:: max(1, len(last) // TELLING)], INNER)
    manner = f"{INNER} {TELLING} of {schooling.run}"
    again = replace(schooling, name="narrow", passes=[last[::SHARE]], rate=NARROW_RATE, manner=manner)
    words = Rewording(school.tokenizer, wide.trunk.words.weight.detach())
    loss_of = _loss_of(student, meanings, words, Ensemble([wide]), told=False)
    return fit(student, again, loss_of, progress)


def _loss_of(
    student: Student, meanings: Meanings, words: Rewording, ensemble: Ensemble | None, *, told: bool = True
) -> LossOf:
    """Return the loss of a student who learns the corpus' labels if it is `told` them, and the teachers'."""

    def loss_of(batch: Batch, commands: Sequence[Labelled], chance: Chance) -> Tensor:
        with half(batch.ids.device):
            tokens, sentence, vectors = student(batch.ids, batch.mask, batch.known, chance.noise)
        loss = weighed(gold((tokens, sentence), batch)) if told else torch.zeros((), device=tokens.device)
        if ensemble is not None:
            teacher = ensemble.one(chance.rng)
            taught = teacher(batch.ids, batch.mask, batch.known)
            loss = loss + weighed(soft((tokens, sentence), taught, batch.mask))
            others = chance.rng.sample(commands, min(COPIES, len(commands)))
            loss = loss + REWORDED * _reworded(student, teacher, words, others, chance)
        if batch.surfaces:
            wanted = meanings.wanted([meanings.of[surface] for surface in batch.surfaces])
            loss = loss + weighed({"spans": meaning(vectors, batch.pool, wanted)})
        return loss + weighed({"texts": _texts(student, meanings, chance)})

    return loss_of


def _reworded(
    student: Student, teacher: Ensemble, words: Rewording, others: Sequence[Labelled], chance: Chance
) -> Tensor:
    ids, mask = (tensor.to(device()) for tensor in words.batch([item.ids for item in others], chance.rng))
    known = pad([item.known for item in others])[0].float().to(device())
    with half(ids.device):
        tokens, sentence, _ = student(ids, mask, known, chance.noise)
    return weighed(soft((tokens, sentence), teacher(ids, mask, known), mask))


def _texts(student: Student, meanings: Meanings, chance: Chance) -> Tensor:
    chosen = meanings.draw(chance.rng)
    ids, mask = (tensor.to(device()) for tensor in pad([meanings.rows[n] for n in chosen]))
    with half(ids.device):
        vectors = student.vector_head(student.trunk(ids, mask, noise=chance.noise))
    share = (mask / mask.sum(1, keepdim=True)).float()
    pool = torch.block_diag(*share.unsqueeze(1).unbind(0))
    return meaning(vectors, pool, meanings.wanted(chosen))


def _meanings(
    plain: list[str], passes: list[list[Labelled]], school: School, threads: int, progress: Progress
) -> Meanings:
    """Ask the full MiniLM for the embeddings of all texts, and of every mention out of its context."""
    surfaces = {surface for items in passes for item in items for surface in item.surfaces}
    texts = sorted({*plain, *vocabulary_words(school.tokenizer), *surfaces})
    task = progress.add_task("meanings", total=len(texts))
    embeddings = cached_embeddings(
        texts,
        school.minilm,
        school.scratch / "meanings.npz",
        threads,
        lambda n: progress.advance(task, n),
    )
    vectors = reduced(embeddings, kept_reduction(embeddings, school.scratch / "projection.npy"))
    rows = [encoding.ids[: school.positions] for encoding in school.tokenizer.encode_batch(texts)]
    by_length = sorted(range(len(rows)), key=lambda n: len(rows[n]))
    return Meanings(vectors, {text: n for n, text in enumerate(texts)}, rows, by_length)
