"""The parser under bad input (`python -m benchmarks.fuzz --inputs 100000`; needs no stack).

Every input must be answered without an exception, with spans inside the text and a question exactly where
something is unclear. Times are of the processor, one thread, because a busy machine adds its own. What the
machine takes away inside that time is told apart by parsing each late input again, by parsers that never saw
it: what they are late with each time is slow, the rest was the machine's.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from agents.parser import Parser, load_parser
from agents.types import ParsedCommand
from benchmarks.inputs import KINDS, SENSELESS, bad_inputs
from benchmarks.result import percentile
from catalog.items import Catalog
from catalog.store import load_catalog

LIMIT_MS = 5.0
SHOWN = 10
WARM_UP = "no more horror"
# How often a late input is parsed again, and how many are: each needs new parsers.
AGAIN, MOST_AGAIN = 3, 50


@dataclass
class FuzzReport:
    """What came of the inputs: times in milliseconds and acts by kind of input, and what went wrong.

    `late` are the inputs that took longer than `LIMIT_MS`.
    """

    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    late: list[str] = field(default_factory=list)
    acts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    failures: list[str] = field(default_factory=list)

    @property
    def inputs(self) -> int:
        """How many were parsed."""
        return sum(map(len, self.milliseconds.values()))


def fuzz(parser: Parser, count: int, shown: tuple[str, ...] = (), seed: int = 7) -> FuzzReport:
    """Parse `count` bad inputs and report."""
    report = FuzzReport()
    for kind, text in bad_inputs(count, seed):
        started = time.thread_time()
        try:
            parsed = parser.parse(text, shown_item_ids=shown)
        except Exception as error:  # noqa: BLE001 - finding any exception is what this is for
            report.failures.append(f"{kind}: {error!r} for {text[:80]!r}")
            continue
        milliseconds = (time.thread_time() - started) * 1000
        report.milliseconds[kind].append(milliseconds)
        if milliseconds > LIMIT_MS:
            report.late.append(text)
        outcome = parsed.act if parsed.clarity == "clear" else f"{parsed.act}/{parsed.clarity}"
        report.acts[kind][outcome] += 1
        report.failures.extend(f"{kind}: {fault} for {text[:80]!r}" for fault in faults(kind, text, parsed))
    return report


def times_again(catalog: Catalog, text: str, shown: tuple[str, ...]) -> list[float]:
    """Return the milliseconds that an input takes parsers that remember nothing of it, one time each."""
    times = []
    for _ in range(AGAIN):
        parser = load_parser(catalog)
        parser.parse(WARM_UP)
        started = time.thread_time()
        parser.parse(text, shown_item_ids=shown)
        times.append((time.thread_time() - started) * 1000)
    return times


def faults(kind: str, text: str, parsed: ParsedCommand) -> list[str]:
    """Return what is wrong with an answer, in words; nothing where it keeps its promises."""
    found = []
    if parsed.acts[0] != parsed.act:
        found.append("another act governs than the first")
    if (parsed.question is None) != (parsed.clarity == "clear"):
        found.append("a question without need, or none where it is needed")
    for p in parsed.preferences:
        start, end = p.span
        if not (0 <= start < end <= len(text) and text[start:end] == p.text):
            found.append("a span outside the text")
    wanted = bool(parsed.preferences or parsed.retractions) or parsed.act in ("reset", "undo")
    if kind in (*SENSELESS, "language") and wanted:
        found.append("a wild guess")
    return found


def main() -> None:
    """Run and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--inputs", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=7)
    chosen = options.parse_args()
    catalog = load_catalog()
    parser = load_parser(catalog)
    parser.parse(WARM_UP)
    shown = tuple(catalog.item_ids[:SHOWN])
    report = fuzz(parser, chosen.inputs, shown, chosen.seed)
    print(f"{'kind':26}{'inputs':>8}{'p50':>8}{'p99':>8}{'slowest':>9}  acts")
    for kind in KINDS:
        times = report.milliseconds[kind]
        acts = ", ".join(f"{act} {n}" for act, n in report.acts[kind].most_common(4))
        if times:
            p50, p99 = percentile(times, 50), percentile(times, 99)
            print(f"{kind:26}{len(times):8}{p50:8.2f}{p99:8.2f}{max(times):9.2f}  {acts}")
    times = [one for group in report.milliseconds.values() for one in group]
    again = [min(times_again(catalog, text, shown)) for text in report.late[:MOST_AGAIN]]
    slow = sum(one > LIMIT_MS for one in again)
    print(
        f"{report.inputs} inputs, {len(report.failures)} failures, slowest {max(times):.2f} ms, "
        f"{len(report.late)} over {LIMIT_MS:.0f} ms, of {len(again)} parsed again {slow} each time"
    )
    for line in report.failures[:20]:
        print("-", line)


if __name__ == "__main__":
    main()
