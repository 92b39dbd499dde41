"""A teacher's label as an example of the corpus: where what was said, of which kind, catalogue-free.

`heed train label` writes one `Label` a line; `read_examples` gives the training what it can mix in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from agents.corpus.build import Example
from agents.corpus.notation import Mention
from agents.linking.positions import positions
from agents.memory.steps import EVERYTHING
from agents.teaching.errors import LabelFileError
from agents.types import ParsedCommand, Preference, Retraction
from catalog.domain import Domain

FAMILY = "teacher"
_AROUND = re.compile(
    r"\b(?:around|about|roughly|approximately|ish|circa|or so|more or less|give or take)\b|~", re.IGNORECASE
)
_POINTS = re.compile(r"\b(?:this|that|it|those|these|them|one|ones)\b", re.IGNORECASE)


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `labels.jsonl`.

    `example` is None where what was said overlaps in a way that the notation cannot mark; `parsed` is the
    label over this catalogue, its confidences soft where several answers were asked for.
    """

    text: str
    shown_item_ids: tuple[str, ...] = ()
    domain: str = ""
    teacher: str = ""
    parsed: ParsedCommand
    example: Example | None = None


def read_examples(path: Path) -> Iterator[tuple[Example, float]]:
    """Yield each example with its weight: the least confidence of what is said in it.

    Raises
    ------
    LabelFileError
        A line is no label.
    """
    decoder = msgspec.json.Decoder(Label)
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                label = decoder.decode(line)
            except msgspec.DecodeError as error:
                raise LabelFileError(
                    f"{path}, line {number}, is no label ({error}): make the file with `heed train label`."
                ) from error
            if label.example is not None:
                yield label.example, min((p.confidence for p in label.parsed.preferences), default=1.0)


def as_example(
    parsed: ParsedCommand,
    retracted: Sequence[tuple[int, int]],
    shown_item_ids: Sequence[str],
    domain: Domain,
) -> Example | None:
    """Return a label as an example, or None where its mentions overlap.

    `retracted` are the spans of `parsed.retractions`. Several values of one mention ("rom-com") are one.
    """
    shown = tuple(shown_item_ids)
    found = [
        _mention(p, last, shown, domain)
        for p, last in zip(parsed.preferences, (None, *parsed.preferences), strict=False)
    ]
    found += [
        _taken_back(one, span, domain)
        for one, span in zip(parsed.retractions, retracted, strict=True)
        if one.field != EVERYTHING
    ]
    mentions: list[Mention] = []
    for mention in sorted(found, key=lambda one: (one.start, one.end)):
        last = mentions[-1] if mentions else None
        if last is not None and (last.start, last.end) == (mention.start, mention.end):
            mentions[-1] = replace(last, gold=(*last.gold, *mention.gold))
        elif last is not None and mention.start < last.end:
            return None
        else:
            mentions.append(mention)
    return Example(parsed.text, parsed.acts, parsed.clarity, tuple(mentions), FAMILY, domain.name)


def _mention(p: Preference, last: Preference | None, shown: tuple[str, ...], domain: Domain) -> Mention:
    kind = _kind(p, shown, domain)
    sign = "+" if p.polarity == "positive" else "-"
    hedged = p.op == "between" and p.strength == "soft" and _AROUND.search(p.text) is not None
    alternative = (
        last is not None and p.polarity == "positive" and (p.field, p.group) == (last.field, last.group)
    )
    return Mention(
        start=p.span[0],
        end=p.span[1],
        kind=kind,
        quadrant=sign + ("!" if p.strength == "hard" else "~"),
        op=("around" if hedged else p.op) if kind == "B" else "eq",
        horizon=p.horizon,
        joined=alternative and last is not None and last.span != p.span,
        field="" if p.field in ("about", "item") else p.field,
        gold=_gold(p.value),
    )


def _kind(p: Preference, shown: tuple[str, ...], domain: Domain) -> str:
    if p.field == "about":
        return "A"
    if p.field == "item":
        pointed = p.value in shown and (positions(p.text, len(shown)) or _POINTS.search(p.text))
        return "R" if pointed else "T"
    if p.op in ("low", "high"):
        return "D"
    kind = domain.field(p.field).type
    if kind == "person":
        return "P"
    return "V" if kind in ("category", "ordered") and p.op == "eq" else "B"


def _taken_back(one: Retraction, span: tuple[int, int], domain: Domain) -> Mention:
    kind = "F"
    if one.value is not None:
        person = domain.declares(one.field) and domain.field(one.field).type == "person"
        kind = {"about": "A", "item": "T"}.get(one.field, "P" if person else "V")
    field = "" if one.field in ("about", "item") else one.field
    return Mention(span[0], span[1], kind, "+~", retracted=True, field=field, gold=_gold(one.value))


def _gold(value: object) -> tuple[str | float, ...]:
    if value is None:
        return ()
    many = value if isinstance(value, list) else [value]
    return tuple(one for one in many if isinstance(one, str | int | float))
