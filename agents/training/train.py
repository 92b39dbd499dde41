"""The training run: labelled commands and unlabelled texts, side by side."""

from __future__ import annotations

import hashlib
import math
import shutil
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from agents.corpus import sample_examples
from agents.student.labels import MAX_TOKENS, SENTENCE_SLICES, TOKEN_SLICES
from agents.training.dataset import IGNORED, Batch, Labelled, batches, collate, label, pad
from agents.training.network import Student, load_trunk
from agents.training.teacher import Floats, cached_embeddings, kept_reduction, minilm_folder, reduced
from agents.training.texts import catalogue_texts, described_items, slot_texts, vocabulary_words
from agents.training.vocabulary import prune

LAYERS = 3
BATCH = 64
# Texts for the vectors beside each batch of commands: item texts are long, and fewer teach as much.
TEXTS = 24
# Lower leaves the heads undertrained after five passes; MiniLM's own states are forgotten from 5e-4 on.
RATE = 2.5e-4
WARM_UP = 0.06
SMOOTHING = 0.03
# What each term weighs: spans decide most of a command, and six other terms must not drown the vectors.
WEIGHTS = {
    "bio": 1.5,
    "quadrant": 1.0,
    "op": 0.5,
    "horizon": 0.3,
    "retracted": 0.3,
    "joined": 0.3,
    "acts": 1.0,
    "act": 0.7,
    "clarity": 0.5,
    "spans": 1.0,
    "texts": 3.0,
}


@dataclass(frozen=True)
class Plan:
    """What one run does."""

    out: Path
    epochs: int
    per_pattern: int
    seed: int
    threads: int


@dataclass(frozen=True)
class Distilled:
    """Texts with the teacher's reduced embeddings; `of` finds the row of a text."""

    texts: list[str]
    vectors: Floats
    of: dict[str, int]


@dataclass(frozen=True)
class Course:
    """What is taught: the passes of labelled commands, and the texts with the teacher's vectors."""

    tokenizer: Tokenizer
    passes: list[list[Labelled]]
    distilled: Distilled


def run(plan: Plan) -> Path:
    """Train by the plan and write the model set to `plan.out`."""
    from agents.training.export import write_model_set

    if plan.threads:
        torch.set_num_threads(plan.threads)
    torch.manual_seed(plan.seed)
    # Gradients near zero are denormal numbers, with which a CPU computes many times slower.
    torch.set_flush_denormal(True)
    folder = minilm_folder()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as progress:
        passes = [sample_examples("train", plan.per_pattern, plan.seed + n) for n in range(plan.epochs)]
        plain = [*slot_texts(), *described_items(3000, plan.seed), *catalogue_texts(4500)]
        document, kept = prune(folder / "tokenizer.json", [*plain, *(e.text for e in passes[0])])
        tokenizer = Tokenizer.from_str(document)
        labelled = [[label(e, tokenizer) for e in examples] for examples in passes]
        surfaces = {surface for items in labelled for item in items for surface in item.surfaces}
        texts = sorted({*plain, *vocabulary_words(tokenizer), *surfaces})
        course = Course(tokenizer, labelled, _teach(texts, folder, plan.out, progress))
        student = Student(len(kept), MAX_TOKENS, LAYERS)
        student.trunk = load_trunk(folder / "model.safetensors", LAYERS, kept, MAX_TOKENS)
        _fit(student, course, plan, progress)
    folder = write_model_set(student.eval(), document, plan.out)
    shutil.rmtree(_scratch(plan.out))
    return folder


def _teach(texts: list[str], folder: Path, out: Path, progress: Progress) -> Distilled:
    """Ask the teacher for the embeddings of all texts, and of every mention out of its context."""
    task = progress.add_task("teacher", total=len(texts))
    scratch = _scratch(out)
    embeddings = cached_embeddings(
        texts, folder, scratch / "teacher.npz", lambda n: progress.advance(task, n)
    )
    vectors = reduced(embeddings, kept_reduction(embeddings, scratch / "projection.npy"))
    return Distilled(texts, vectors, {text: n for n, text in enumerate(texts)})


def _fit(student: Student, course: Course, plan: Plan, progress: Progress) -> None:
    # The word vectors stay MiniLM's: words that no pattern holds keep their place beside those that do.
    student.trunk.words.weight.requires_grad_(False)
    parameters = [p for p in student.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.01)
    steps = sum(math.ceil(len(items) / BATCH) for items in course.passes)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: _rate_at(n, steps))
    state = _State(student, optimizer, schedule, _name_of(plan, course))
    checkpoint = _scratch(plan.out) / "checkpoint.pt"
    done = state.resume(checkpoint)
    rows = [e.ids[:MAX_TOKENS] for e in course.tokenizer.encode_batch(course.distilled.texts)]
    student.train()
    for epoch in range(done, plan.epochs):
        rng = Random(plan.seed * 1000 + epoch)
        items = course.passes[epoch]
        text_batches = list(batches([len(r) for r in rows], TEXTS, rng))
        task = progress.add_task(f"pass {epoch + 1}/{plan.epochs}", total=len(items))
        for n, chosen in enumerate(batches([len(i.ids) for i in items], BATCH, rng)):
            batch = collate([items[i] for i in chosen])
            texts = text_batches[n % len(text_batches)]
            loss = _loss(student, batch, [(i, rows[i]) for i in texts], course.distilled)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            schedule.step()
            said = f"pass {epoch + 1}/{plan.epochs} loss {loss.item():.3f}"
            progress.update(task, advance=len(chosen), description=said)
        state.save(checkpoint, epoch + 1)


def _rate_at(step: int, steps: int) -> float:
    """Return the share of the learning rate: up in a line, down in half a cosine."""
    warm = max(1, int(WARM_UP * steps))
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def _loss(student: Student, batch: Batch, rows: list[tuple[int, list[int]]], distilled: Distilled) -> Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        tokens, sentence, vectors = student(batch.ids, batch.mask)
        ids, mask = pad([ids for _, ids in rows])
        states = student.vector_head(student.trunk(ids, mask))
    wanted = torch.from_numpy(distilled.vectors[[n for n, _ in rows]])
    terms = {}
    for name, columns in TOKEN_SLICES.items():
        logits = tokens[..., columns].float().flatten(0, 1)
        target = batch.tokens[name].flatten()
        if (target != IGNORED).any():
            terms[name] = functional.cross_entropy(
                logits, target, ignore_index=IGNORED, label_smoothing=SMOOTHING
            )
    sentence = sentence.float()
    terms["acts"] = functional.binary_cross_entropy_with_logits(
        sentence[:, SENTENCE_SLICES["acts"]], batch.acts
    )
    terms["act"] = functional.cross_entropy(
        sentence[:, SENTENCE_SLICES["act"]], batch.act, label_smoothing=SMOOTHING
    )
    terms["clarity"] = functional.cross_entropy(
        sentence[:, SENTENCE_SLICES["clarity"]], batch.clarity, label_smoothing=SMOOTHING
    )
    weight = mask[:, :, None].float()
    mean = (states.float() * weight).sum(1) / weight.sum(1)
    terms["texts"] = (1 - functional.cosine_similarity(mean, wanted)).mean()
    if batch.span_rows:
        spans = torch.stack([vectors[n, a:b].float().mean(0) for n, a, b in batch.span_rows])
        targets = torch.from_numpy(distilled.vectors[[distilled.of[s] for s in batch.surfaces]])
        terms["spans"] = (1 - functional.cosine_similarity(spans, targets)).mean()
    return torch.stack([WEIGHTS[name] * value for name, value in terms.items()]).sum()


def _scratch(out: Path) -> Path:
    """Return the folder beside `out` that lets an interrupted run go on; it goes when the run is done."""
    folder = out.with_name(out.name + ".training")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@dataclass(frozen=True)
class _State:
    """All that changes from step to step."""

    student: Student
    optimizer: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LambdaLR
    run: str

    def save(self, path: Path, epoch: int) -> None:
        """Write a checkpoint after pass `epoch`."""
        parts = {name: getattr(self, name).state_dict() for name in ("student", "optimizer", "schedule")}
        torch.save({**parts, "run": self.run, "epoch": epoch}, path)

    def resume(self, path: Path) -> int:
        """Take up the checkpoint of the same run, if there is one; return how many passes it has done."""
        if not path.exists():
            return 0
        state = torch.load(path, weights_only=True)
        if state["run"] != self.run:
            return 0
        for name in ("student", "optimizer", "schedule"):
            getattr(self, name).load_state_dict(state[name])
        return int(state["epoch"])


def _name_of(plan: Plan, course: Course) -> str:
    """Return a hash of what a run teaches: no checkpoint of other passes or another vocabulary fits it."""
    told = hashlib.sha256(f"{plan.epochs} {plan.per_pattern} {plan.seed}".encode())
    told.update(course.tokenizer.to_str().encode())
    for items in course.passes:
        told.update(str([item.ids for item in items]).encode())
    return told.hexdigest()
