"""Scores every reader on the held-out families, on canonical values."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import msgspec
import psutil

from agents.corpus import Example, sample_examples
from agents.corpus.build import Split
from agents.student.session import StudentSession, shipped_session
from agents.types import ParsedCommand
from batch.parser_report.catalogs import catalog_of
from batch.parser_report.compare import Compared, compare
from batch.parser_report.gold import Annotator
from batch.parser_report.nearest import Nearest
from batch.parser_report.outside import Recall, read_labelled, recalls
from batch.parser_report.readers import Baseline, Judged, Network, Together
from batch.parser_report.reference import Reference
from batch.parser_report.rules import Rules
from batch.parser_report.scores import Scores, score, split

# The same commands as `heed train parser` writes on its card.
PER_PATTERN = 6
SEED = 2024

# Told (step, done, total).
Tell = Callable[[str, int, int], None]


class SystemReport(msgspec.Struct, frozen=True, kw_only=True):
    """The scores of one reader: all together, and by act, domain, field and family of wording."""

    name: str
    scores: Scores
    by: Mapping[str, Mapping[str, Scores]]


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """The size of the machine that the scores were made on."""

    cores: int
    memory_gib: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What one evaluation found. `model_sha256` is that of the file `model.onnx`."""

    part: str
    seed: int
    per_pattern: int
    commands: int
    families: int
    model_version: str
    model_sha256: str
    model_megabytes: float
    machine: Machine
    systems: tuple[SystemReport, ...]
    outside: tuple[Recall, ...] = ()


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What to evaluate.

    `teachers` are folders of model sets that answer together; `model` is another student than the shipped
    one; `commands` is a folder of labelled commands of others; without `baselines`, networks alone.
    """

    part: Split = "test"
    teachers: tuple[Path, ...] = ()
    model: Path | None = None
    commands: Path | None = None
    baselines: bool = True
    per_pattern: int = PER_PATTERN


def evaluate_parser(asked: Asked, progress: Tell) -> Report:
    """Score the student and whatever else is asked for.

    Raises
    ------
    BatchError
        A teacher's word pieces differ, or the folder of commands holds no known set.
    """
    session = shipped_session() if asked.model is None else StudentSession(asked.model, sealed=False)
    examples = sample_examples(asked.part, asked.per_pattern, SEED)
    groups = _by_domain(examples)
    student = Network(session)
    judged: dict[str, Callable[[], Judged]] = {"student": lambda: student}
    if asked.teachers:
        judged["teacher ensemble"] = lambda: Network(Together(asked.teachers))
    if asked.baselines:
        judged["nearest neighbour"] = lambda: Baseline("nearest", Nearest())
        judged["rules only"] = lambda: Baseline("rules", Rules())
    systems = []
    for n, (name, make) in enumerate(judged.items()):
        progress(name, n, len(judged) + 1)
        compared = _compared(groups, make())
        systems.append(SystemReport(name=name, scores=score(compared), by=split(compared)))
    outside: tuple[Recall, ...] = ()
    if asked.commands is not None:
        progress("commands of others", len(judged), len(judged) + 1)
        outside = recalls(read_labelled(asked.commands), student)
    model = (session.folder / "model.onnx").read_bytes()
    return Report(
        part=asked.part,
        seed=SEED,
        per_pattern=asked.per_pattern,
        commands=len(examples),
        families=len({e.family for e in examples}),
        model_version=session.version,
        model_sha256=sha256(model).hexdigest(),
        model_megabytes=round(len(model) / 1e6, 1),
        machine=Machine(cores=os.cpu_count() or 1, memory_gib=round(psutil.virtual_memory().total / 2**30)),
        systems=tuple(systems),
        outside=outside,
    )


class _Group(msgspec.Struct, frozen=True):
    """The commands of one domain with their references, and the items that they are said over."""

    domain: str
    references: tuple[Reference, ...]
    shown: tuple[str, ...]


def _by_domain(examples: Sequence[Example]) -> list[_Group]:
    held: dict[str, list[Example]] = {}
    for example in examples:
        held.setdefault(example.domain, []).append(example)
    groups = []
    for domain, ones in sorted(held.items()):
        annotator = Annotator(domain, catalog_of(domain))
        groups.append(_Group(domain, tuple(annotator.reference(e) for e in ones), annotator.shown))
    return groups


def _compared(groups: Sequence[_Group], judged: Judged) -> list[Compared]:
    out: list[Compared] = []
    for group in groups:
        texts = [reference.text for reference in group.references]
        parsed: list[ParsedCommand] = judged.read_all(texts, catalog_of(group.domain), group.shown)
        out += [compare(reference, one) for reference, one in zip(group.references, parsed, strict=True)]
    return out
