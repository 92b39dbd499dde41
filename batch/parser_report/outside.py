"""Commands that others wrote and labelled: how many of the constraints that they mark the parser finds.

Read from a folder that holds the public sets in their own layout, whichever are there:

- `nlu_eval/*.csv`: NLU Evaluation Data (Liu et al., 2019), `answer_annotation` with `[slot : words]`;
- `schema_guided/*_user_turns.jsonl.gz`: user turns of Schema-Guided Dialogue (Rastogi et al., 2020);
- `snips/*.txt.gz`: SNIPS (Coucke et al., 2018), `word:tag ... <=> intent`;
- `webshop/goal_query_map.json.gz`: WebShop (Yao et al., 2022), what is wanted and what was searched for.

Nothing of them is kept in the project. Their labels know no polarity or strength, so recall is all there is.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import msgspec

from agents.types import ParsedCommand
from batch.errors import BatchError
from batch.parser_report.catalogs import catalog_of
from batch.parser_report.compare import content_words
from batch.parser_report.readers import Judged

# What each label stands for in the domain's fields; a label that is missing here is no constraint on items.
Meaning: TypeAlias = dict[str, tuple[str, ...]]
_MOVIE: Meaning = {
    "genre": ("genre",),
    "movie_type": ("genre",),
    "directed_by": ("director", "cast"),
    "director": ("director", "cast"),
    "actors": ("cast", "director"),
    "starring": ("cast", "director"),
    "title": ("item",),
    "movie_name": ("item",),
}
_MUSIC: Meaning = {
    "music_genre": ("genre",),
    "genre": ("genre",),
    "artist_name": ("artist",),
    "artist": ("artist",),
    "album": ("item",),
    "track": ("item",),
    "song_name": ("item",),
    "year": ("year",),
}
_FOOD: Meaning = {
    "cuisine": ("origin", "category"),
    "served_dish": ("category",),
    "restaurant_type": ("category",),
    "food_type": ("category", "origin"),
}
_SNIPS: dict[str, tuple[str, Meaning]] = {
    "PlayMusic": ("music", _MUSIC),
    "BookRestaurant": ("groceries", _FOOD),
}
_NLU: dict[str, tuple[str, Meaning]] = {
    "recommendation_movies": ("movies", _MOVIE),
    "music_likeness": ("music", _MUSIC),
    "recommendation_locations": ("groceries", _FOOD),
}
_MARKED = re.compile(r"\[(\w+) : ([^\]]+)\]")
_WORD = re.compile(r"[\w'-]+")


@dataclass(frozen=True)
class Constraint:
    """Words at `[start, end)` that a label marks, and the fields that they belong to (none: unknown)."""

    start: int
    end: int
    label: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Labelled:
    """One command of others with its constraints, to be read over the catalogue of a corpus domain."""

    source: str
    text: str
    domain: str
    constraints: tuple[Constraint, ...]


class Recall(msgspec.Struct, frozen=True, kw_only=True):
    """How many constraints of one label of one set were found.

    `found`: a wish stands on at least half of their words; `wanted`: a positive one; `in_field`: one in the
    field that the label names. A name that the small catalogues do not hold can only be `about`, so
    `in_field` is a matter of the catalogue as much as of the parser.
    """

    source: str
    label: str
    constraints: int
    found: int
    wanted: int
    in_field: int


def read_labelled(folder: Path) -> list[Labelled]:
    """Read whichever of the sets lie in a folder.

    Raises
    ------
    BatchError
        None of them does.
    """
    out = [one for read in (_nlu_eval, _schema_guided, _snips, _webshop) for one in read(folder)]
    if not out:
        raise BatchError(
            f"{folder} holds none of nlu_eval, schema_guided, snips and webshop: give the folder above them."
        )
    return out


def recalls(labelled: Iterable[Labelled], judged: Judged) -> tuple[Recall, ...]:
    """Read all commands and count what was found, by set and label."""
    by_domain: dict[str, list[Labelled]] = {}
    for one in labelled:
        by_domain.setdefault(one.domain, []).append(one)
    counts: dict[tuple[str, str], list[int]] = {}
    for domain, ones in by_domain.items():
        parsed = judged.read_all([one.text for one in ones], catalog_of(domain), ())
        for one, command in zip(ones, parsed, strict=True):
            for constraint in one.constraints:
                row = counts.setdefault((one.source, constraint.label), [0, 0, 0, 0])
                for n, holds in enumerate((True, *_found(constraint, command))):
                    row[n] += holds
    return tuple(
        Recall(source=s, label=label, constraints=n, found=f, wanted=w, in_field=i)
        for (s, label), (n, f, w, i) in sorted(counts.items())
    )


def _found(constraint: Constraint, parsed: ParsedCommand) -> tuple[bool, bool, bool]:
    """Whether the words are found, found as wanted, and found in the field."""
    words = [m.span() for m in _WORD.finditer(parsed.text, constraint.start, constraint.end)]
    content = content_words(parsed.text[constraint.start : constraint.end])
    kept = [w for w in words if content & content_words(parsed.text[w[0] : w[1]])] or words

    def covered(sign: str, fields: tuple[str, ...]) -> bool:
        spans = [
            p.span
            for p in parsed.preferences
            if (not sign or p.polarity == sign) and (not fields or p.field in fields)
        ]
        inside = sum(any(start < w[1] and w[0] < end for start, end in spans) for w in kept)
        return inside * 2 >= max(len(kept), 1)

    return covered("", ()), covered("positive", ()), covered("positive", constraint.fields)


def _nlu_eval(folder: Path) -> Iterator[Labelled]:
    for name, (domain, meaning) in _NLU.items():
        path = folder / "nlu_eval" / f"{name}.csv"
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                text, constraints = "", []
                at = 0
                marked = row["answer_annotation"]
                for match in _MARKED.finditer(marked):
                    text += marked[at : match.start()]
                    if match[1] in meaning:
                        end = len(text) + len(match[2])
                        constraints.append(Constraint(len(text), end, match[1], meaning[match[1]]))
                    text += match[2]
                    at = match.end()
                if constraints:
                    yield Labelled("NLU-eval", text + marked[at:], domain, tuple(constraints))


def _schema_guided(folder: Path) -> Iterator[Labelled]:
    for path in sorted((folder / "schema_guided").glob("*_user_turns.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                turn = json.loads(line)
                constraints = tuple(
                    Constraint(s["start"], s["exclusive_end"], s["slot"], _MOVIE[s["slot"]])
                    for s in turn["slots"]
                    if s["slot"] in _MOVIE
                )
                if constraints:
                    yield Labelled("Schema-Guided Dialogue", turn["text"], "movies", constraints)


def _snips(folder: Path) -> Iterator[Labelled]:
    for path in sorted((folder / "snips").glob("*.txt.gz")):
        if path.name.startswith("vocab"):
            continue
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                words, _, intent = line.strip().partition(" <=> ")
                if intent in _SNIPS:
                    domain, meaning = _SNIPS[intent]
                    text, constraints = _untagged(words, meaning)
                    if constraints:
                        yield Labelled(f"SNIPS {intent}", text, domain, constraints)


def _untagged(words: str, meaning: Meaning) -> tuple[str, tuple[Constraint, ...]]:
    text = ""
    constraints: list[Constraint] = []
    for tagged in words.split(" "):
        word, _, tag = tagged.rpartition(":")
        text += " " if text else ""
        start, label = len(text), tag[2:]
        text += word
        if tag.startswith("B-") and label in meaning:
            constraints.append(Constraint(start, len(text), label, meaning[label]))
        elif tag.startswith("I-") and constraints and constraints[-1].label == label:
            last = constraints[-1]
            constraints[-1] = Constraint(last.start, len(text), label, last.fields)
    return text, tuple(constraints)


def _webshop(folder: Path) -> Iterator[Labelled]:
    path = folder / "webshop" / "goal_query_map.json.gz"
    if not path.is_file():
        return
    with gzip.open(path, "rt", encoding="utf-8") as file:
        goals: dict[str, list[str]] = json.load(file)
    for text, queries in goals.items():
        searched = frozenset[str]().union(*(content_words(query) for query in queries))
        constraints = tuple(_runs(text, searched))
        if constraints:
            yield Labelled("WebShop", text, "shop", constraints)


def _runs(text: str, searched: Set[str]) -> Iterator[Constraint]:
    """Give the runs of words that a shopper took over into the search."""
    run: list[re.Match[str]] = []
    for match in [*_WORD.finditer(text), None]:
        if match is not None and content_words(match[0]) & searched:
            run.append(match)
        elif run:
            yield Constraint(run[0].start(), run[-1].end(), "searched for", ())
            run = []
