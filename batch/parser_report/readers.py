"""What is judged: the student, its teachers, the nearest training command, and rules.

All but the order of words is alike: each turns a text into a `Reading`, and the same linker goes on from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np

from agents.encoder import Encoder
from agents.linking.linker import Linker
from agents.parser import Parser, Request
from agents.student.decode import Reading
from agents.student.session import Floats, Output, StudentSession, shipped_session
from agents.types import ParsedCommand, ParserInfo
from batch.errors import BatchError
from catalog.items import Catalog
from catalog.known_words import Span

# The time of a report's commands: a fixed one, so that "the last ten years" is the same at every run.
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


class Judged(Protocol):
    """Something that reads commands over a catalogue."""

    def read_all(self, texts: Sequence[str], catalog: Catalog, shown: Sequence[str]) -> list[ParsedCommand]:
        """Return one parsed command for each text, in order, said over the items `shown`."""
        ...


class Network:
    """A model set, read as the product reads it: linked, calibrated, and unsure parts asked for."""

    def __init__(self, session: StudentSession) -> None:
        self._session = session

    def read_all(self, texts: Sequence[str], catalog: Catalog, shown: Sequence[str]) -> list[ParsedCommand]:
        """Parse in batches."""
        parser = Parser(catalog, self._session)
        return parser.parse_many([Request(text=t, shown_item_ids=tuple(shown), now=NOW) for t in texts])


class Together(StudentSession):
    """Several model sets that answer together: the mean of their logits; all need the same word pieces.

    Teachers learn no vectors: the linker compares by the shipped student's.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        super().__init__(folders[0], sealed=False)
        self._others = [StudentSession(folder, sealed=False) for folder in folders[1:]]
        pieces = self.tokenizer.get_vocab()
        for other in self._others:
            if other.tokenizer.get_vocab() != pieces:
                raise BatchError(
                    f"{other.folder} has other word pieces than {folders[0]}: give teachers trained together."
                )

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return the shipped student's vectors."""
        return shipped_session().embed(texts)

    def run(self, texts: Sequence[str], known: Sequence[Sequence[Span]]) -> list[Output]:
        """Return the mean output for each text."""
        answers = [super().run(texts, known), *(other.run(texts, known) for other in self._others)]
        return [
            Output(
                each[0].encoding,
                each[0].length,
                np.mean([one.tokens for one in each], axis=0, dtype=np.float32),
                np.mean([one.sentence for one in each], axis=0, dtype=np.float32),
                each[0].vectors,
            )
            for each in zip(*answers, strict=True)
        ]


class Reads(Protocol):
    """A baseline: texts in, readings out."""

    def readings(self, texts: Sequence[str], catalog: Catalog) -> list[Reading]:
        """Return one reading for each text, in order."""
        ...


@cache
def _linker(catalog: Catalog) -> Linker:
    """One for all baselines: of a small report, most time would go into its indexes of the catalogue."""
    return Linker(catalog, Encoder(shipped_session()), 1.0, 0.0)


@dataclass(frozen=True)
class Baseline:
    """A simpler reader, followed by the same linker as the student's."""

    name: str
    reads: Reads

    def read_all(self, texts: Sequence[str], catalog: Catalog, shown: Sequence[str]) -> list[ParsedCommand]:
        """Read and link; confidences are as the reader gave them."""
        linker = _linker(catalog)
        out = []
        for reading in self.reads.readings(texts, catalog):
            linked = linker.link(reading, shown, NOW, linker.values.known(reading.text))
            out.append(
                ParsedCommand(
                    command_id="",
                    user_id="",
                    text=reading.text,
                    clarity=linked.clarity,
                    question=linked.question,
                    act=linked.act,
                    acts=linked.acts,
                    retractions=linked.retractions,
                    preferences=linked.preferences,
                    parser=ParserInfo(name=self.name, version="", milliseconds=0.0),
                )
            )
        return out
