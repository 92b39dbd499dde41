"""A parsed command as a person reads it: the words that were taken in colour, what they mean beneath.

Colour says what the marks say as well, so that nothing is lost where there is none (`NO_COLOR`, pipes):
green and `+` wanted, red and `-` rejected; bold and `!` must hold, `~` tips the balance.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from agents.types import ParsedCommand, Preference

LEGEND = "+ wanted  - rejected  ! must hold  ~ tips the balance"
_OPS = {"eq": "=", "like": "like", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


@dataclass(frozen=True)
class _Label:
    """What stands beneath a span: from which cell of its line on, and how it is coloured."""

    column: int
    text: str
    style: str


def explained(parsed: ParsedCommand, width: int, title_of: Callable[[str], str]) -> Iterator[Text]:
    """Give the lines of an explanation, none wider than `width` cells where labels allow it.

    `title_of` gives the title of an item's id.
    """
    words = "".join(" " if unicodedata.category(c).startswith("C") else c for c in parsed.text)
    for start, stop in _lines(words, width):
        line = Text(words[start:stop])
        inside = [p for p in parsed.preferences if p.span[0] < stop and start < p.span[1]]
        for p in inside:
            line.stylize(_style(p), max(p.span[0] - start, 0), p.span[1] - start)
        yield line
        begun = [p for p in inside if p.span[0] >= start]
        labels = [_Label(cell_len(words[start : p.span[0]]), meaning(p, title_of), _style(p)) for p in begun]
        yield from _beneath(labels, width)
    yield from _summary(parsed)


def _lines(words: str, width: int) -> Iterator[tuple[int, int]]:
    """Give the stretches of the text that fit in a line, broken at spaces where there are any."""
    start = 0
    while start < len(words):
        stop, cells = start, 0
        while stop < len(words) and cells + cell_len(words[stop]) <= width:
            cells += cell_len(words[stop])
            stop += 1
        stop = max(stop, start + 1)
        if stop < len(words):
            space = words.rfind(" ", start + 1, stop)
            stop = space + 1 if space > start else stop
        yield start, stop
        start = stop


def _beneath(labels: Sequence[_Label], width: int) -> Iterator[Text]:
    """Give as few lines as hold all labels, each under the beginning of its words or left of it."""
    rows: list[Text] = []
    for label in labels:
        column = min(label.column, max(width - cell_len(label.text), 0))
        row = next((r for r in rows if r.cell_len == 0 or r.cell_len < column), None)
        if row is None:
            row = Text()
            rows.append(row)
        row.append(" " * (column - row.cell_len))
        row.append(label.text, label.style)
    yield from rows


def _style(p: Preference) -> str:
    colour = "green" if p.polarity == "positive" else "red"
    return f"bold {colour}" if p.strength == "hard" else colour


def meaning(p: Preference, title_of: Callable[[str], str]) -> str:
    """Return a preference in marks: `-! genre=Horror 0.98`."""
    sign = ("+" if p.polarity == "positive" else "-") + ("!" if p.strength == "hard" else "~")
    if p.op in ("low", "high"):
        said = f"{p.field} {p.op}"
    elif isinstance(p.value, list):
        low, high = p.value
        said = f"{p.field}={low}..{high}"
    elif p.field == "item":
        said = f"like {title_of(str(p.value))}"
    else:
        op = _OPS[p.op]
        said = f"{p.field}{op if op != 'like' else ' like '}{p.value}"
    lasts = "" if p.horizon == "session" else f" ({p.horizon})"
    ends = f" until {p.expires_at:%Y-%m-%d %H:%M}" if p.expires_at else ""
    return f"{sign} {said}{lasts}{ends} {p.confidence:.2f}"


def _summary(parsed: ParsedCommand) -> Iterator[Text]:
    took = f"   {parsed.parser.milliseconds:.2f} ms" if parsed.parser else ""
    doubt = ", doubtful" if parsed.doubtful else ""
    yield Text()
    sure = f"sure: {parsed.confidence:.2f}{doubt}"
    yield Text(f"act: {', '.join(parsed.acts)}   clarity: {parsed.clarity}   {sure}{took}")
    for r in parsed.retractions:
        yield Text(f"takes back: {r.field}" + ("" if r.value is None else f"={r.value}"))
    if parsed.question:
        yield Text(f"asks: {parsed.question.text}")
        for answer in parsed.question.answers:
            yield Text(f"  > {answer}", "cyan")
    if parsed.preferences:
        yield Text(LEGEND, "dim")
