"""Labelling a file of texts: many at once, within limits, nothing asked twice (`heed train label`)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from agents.teaching.contract import Contract, Spoken
from agents.teaching.endpoint import Address, Endpoint
from agents.teaching.errors import EndpointDownError, InputFileError, LimitReachedError
from agents.teaching.kept import KeptAnswers
from agents.teaching.labels import Label, as_example
from agents.teaching.limits import Budget
from agents.teaching.teacher import Taught, Teacher
from catalog.domain import Domain
from catalog.items import Catalog

LONGEST_TEXT = 1000
# Called with (step, done, total).
Tell = Callable[[str, int, int], None]


class Tally(msgspec.Struct, kw_only=True):
    """What came of a run. `left` were not asked because of `stopped`; `dropped` says why, how often."""

    texts: int = 0
    labelled: int = 0
    repaired: int = 0
    dropped: dict[str, int] = {}
    left: int = 0
    unmarkable: int = 0
    asked: int = 0
    kept: int = 0
    requests: int = 0
    prompt_tokens: int = 0
    answer_tokens: int = 0
    cost: float = 0.0
    stopped: str = ""


class _Line(msgspec.Struct, frozen=True):
    text: str
    shown_item_ids: tuple[str, ...] = ()


def read_texts(path: Path) -> list[Spoken]:
    """Return the distinct commands of a file, a JSON object with `text` (and `shown_item_ids`) a line.

    Raises
    ------
    InputFileError
        The file is not there, or a line is none.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise InputFileError(
            f"{path} cannot be read ({error.strerror}): name a file of JSON lines."
        ) from error
    found: dict[Spoken, None] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            one = msgspec.json.decode(line, type=_Line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise InputFileError(
                f'{path}, line {number}: {error}. A line is JSON such as {{"text": "no more horror"}}.'
            ) from error
        if not one.text.strip() or len(one.text) > LONGEST_TEXT:
            raise InputFileError(f"{path}, line {number}: a text has 1 to {LONGEST_TEXT:,} characters.")
        found[Spoken(one.text, one.shown_item_ids)] = None
    return list(found)


def label_texts(  # noqa: PLR0913 - what goes in, what comes out, and how
    address: Address,
    catalog: Catalog,
    budget: Budget,
    texts: Sequence[Spoken],
    out: Path,
    *,
    kept: Path,
    samples: int = 1,
    concurrency: int = 4,
    tell: Tell = lambda step, done, total: None,
) -> Tally:
    """Label the texts into `out`, in their order, with answers kept in the file `kept`.

    The file is written when the run ends, and stays as it was where nothing was labelled. A run that was cut
    short, or that met a limit, goes on where it stopped, because answers are kept: run it again.

    Raises
    ------
    EndpointRefusedError
        The endpoint refuses every request.
    """
    endpoint, answers = Endpoint(address, budget), KeptAnswers(kept)
    run = _Run(
        Teacher(endpoint, Contract(catalog), answers, samples=samples), catalog.domain, tell, len(texts)
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(out.name + ".partial")
    with partial.open("wb") as lines, ThreadPoolExecutor(concurrency) as pool:
        try:
            for label in pool.map(run.one, texts):
                if label is not None:
                    lines.write(msgspec.json.encode(label) + b"\n")
        except BaseException:
            # Whatever ended it ends the rest as well; their threads would otherwise still ask.
            run.stop("stopped")
            raise
    if run.tally.labelled:
        partial.replace(out)
    else:
        partial.unlink()
    endpoint.close()
    answers.close()
    tally = run.tally
    tally.requests, tally.cost = budget.requests, round(budget.cost, 6)
    tally.prompt_tokens, tally.answer_tokens = budget.prompt_tokens, budget.answer_tokens
    return tally


class _Run:
    """One run under way: threads call `one`, and count together."""

    def __init__(self, teacher: Teacher, domain: Domain, tell: Tell, texts: int) -> None:
        self._teacher = teacher
        self._domain = domain
        self._tell = tell
        self._done = 0
        self._lock = threading.Lock()
        self._reasons: Counter[str] = Counter()
        self.tally = Tally(texts=texts)

    def stop(self, why: str) -> None:
        """Ask nothing more."""
        with self._lock:
            self.tally.stopped = self.tally.stopped or why

    def one(self, spoken: Spoken) -> Label | None:
        """Return the label of a text; None where it was dropped or left."""
        taught = self._ask(spoken)
        with self._lock:
            self._done += 1
            label = self._count(spoken, taught)
            self._tell("labelling", self._done, self.tally.texts)
        return label

    def _ask(self, spoken: Spoken) -> Taught | None:
        if self.tally.stopped:
            return None
        try:
            return self._teacher.answer(spoken)
        except (LimitReachedError, EndpointDownError) as error:
            self.stop(str(error))
            return None

    def _count(self, spoken: Spoken, taught: Taught | None) -> Label | None:
        tally = self.tally
        if taught is None:
            tally.left += 1
            return None
        tally.asked += taught.asked
        tally.kept += taught.kept
        tally.repaired += taught.repaired and taught.parsed is not None
        if taught.parsed is None:
            self._reasons[taught.reason] += 1
            tally.dropped = dict(self._reasons.most_common())
            return None
        tally.labelled += 1
        example = as_example(taught.parsed, taught.retracted, spoken.shown_item_ids, self._domain)
        tally.unmarkable += example is None
        return Label(
            text=spoken.text,
            shown_item_ids=spoken.shown_item_ids,
            domain=self._domain.name,
            teacher=self._teacher.endpoint.model,
            parsed=taught.parsed,
            example=example,
        )
