"""The notation of patterns: a command as a person says it, with its meaning marked in place.

One line is one pattern. Everything is plain text but these marks:

- `{slot}` or `{slot codes}`: any entry of that slot in the domain's slot file (or a number from `numbers.py`);
- `[words|codes]`: these very words are a mention;
- `(this|that|)`: one of the alternatives, possibly nothing;
- `⟨` and `⟩` stand for parentheses in the text itself;
- ` -> codes` at the end: act and clarity of this line, where they differ from its family's.

Codes of a mention, in any order, separated by spaces:

- kind: `V` category, `A` about words, `P` person, `T` title, `R` position in the feed, `B` bound, `D` direction, `F` field;
- `+!` `+~` `-!` `-~`: wanted or rejected, hard or soft;
- `eq lt le gt ge between around`: the operator of a bound, as the region that is accepted;
- `feed`, `lasting`: the horizon; `retract`: taken back; `or`: an alternative to the mention before it;
- `mute`: only words, no mention (a title asked about, not asked for).

Codes on a slot win over those inside its entry. A family opens with `== name | act | clarity`, and may
end with `| domain domain`; acts after the governing one are joined with `+`. A line `-- name test` (or
`validation`) opens a sub-family of other wording that is held out: its words for the matter are in no
training family. A family with no line of its own is only the head of the held-out ones under it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

KINDS = ("V", "A", "P", "T", "R", "B", "D", "F")
QUADRANTS = ("+!", "+~", "-!", "-~")
OPS = ("eq", "lt", "le", "gt", "ge", "between", "around")
HORIZONS = ("session", "feed", "lasting")
ACTS = ("refine", "replace", "retract", "reset", "undo", "feedback", "question", "none")
PARTS = ("train", "validation", "test")
CLARITIES = ("clear", "ambiguous", "infeasible")

# What a kind means when nothing else is said of it (intent contract, "Hard or soft").
_USUAL_QUADRANT = {"V": "+!", "A": "+~", "P": "+!", "T": "+~", "R": "+~", "B": "+!", "D": "+~", "F": "+~"}


class PatternError(ValueError):
    """A pattern that cannot be read: the message names the line and what is wrong with it."""


@dataclass(frozen=True)
class Mention:
    """One thing that is said: where, of which kind, and what is said about it.

    `gold` holds what the slot file knows: the canonical values of a category, or a number.
    """

    start: int
    end: int
    kind: str
    quadrant: str
    op: str = "eq"
    horizon: str = "session"
    retracted: bool = False
    joined: bool = False
    field: str = ""
    gold: tuple[str | float, ...] = ()


@dataclass(frozen=True)
class Family:
    """Patterns of one wording; a family is never split between training and test."""

    name: str
    acts: tuple[str, ...]
    clarity: str
    domains: tuple[str, ...]
    patterns: tuple[str, ...]
    part: str = "train"


def read_codes(codes: str, where: str) -> dict[str, object]:
    """Return the attributes that a string of codes sets."""
    out: dict[str, object] = {}
    for code in codes.split():
        if code in KINDS:
            out["kind"] = code
        elif code in QUADRANTS:
            out["quadrant"] = code
        elif code in OPS:
            out["op"] = code
        elif code in HORIZONS:
            out["horizon"] = code
        elif code == "retract":
            out["retracted"] = True
        elif code == "or":
            out["joined"] = True
        elif code == "mute":
            out["mute"] = True
        else:
            raise PatternError(f"{where}: unknown code {code!r}; see agents/corpus/notation.py for the codes")
    return out


def make_mention(start: int, end: int, codes: dict[str, object], where: str) -> Mention:
    """Build a mention from its codes, with the usual quadrant of its kind where none is given."""
    kind = codes.get("kind")
    if not isinstance(kind, str):
        raise PatternError(f"{where}: a mention needs a kind (one of {' '.join(KINDS)})")
    mention = Mention(start, end, kind, _USUAL_QUADRANT[kind], retracted=kind == "F")
    return replace(mention, **codes)  # type: ignore[arg-type]  # read_codes checked every key and value


_HEADER = re.compile(
    r"^== *(?P<name>[\w-]+) *\| *(?P<acts>[\w+]+) *\| *(?P<clarity>\w+) *(?:\| *(?P<domains>[\w ]+))?$"
)


def read_families(text: str, source: str) -> tuple[Family, ...]:
    """Read a pattern file: families, each with a header line and one pattern a line."""
    families: list[Family] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        where = f"{source}:{number}"
        if line.startswith("=="):
            families.append(_read_header(line, where))
        elif line.startswith("--"):
            families.append(_read_held_out(line, families, where))
        elif not families:
            raise PatternError(f"{where}: a pattern before the first '== family | act | clarity' line")
        else:
            last = families[-1]
            families[-1] = replace(last, patterns=(*last.patterns, line))
    return tuple(family for family in families if family.patterns)


def _read_header(line: str, where: str) -> Family:
    match = _HEADER.match(line)
    if match is None:
        raise PatternError(f"{where}: write a family as '== name | act | clarity | domains'")
    acts = tuple(match["acts"].split("+"))
    for act in acts:
        if act not in ACTS:
            raise PatternError(f"{where}: unknown act {act!r}; one of {', '.join(ACTS)}")
    if match["clarity"] not in CLARITIES:
        raise PatternError(f"{where}: unknown clarity {match['clarity']!r}; one of {', '.join(CLARITIES)}")
    return Family(match["name"], acts, match["clarity"], tuple((match["domains"] or "").split()), ())


def _read_held_out(line: str, families: list[Family], where: str) -> Family:
    words = line.split()
    parent = next((f for f in reversed(families) if f.part == "train"), None)
    if parent is None or len(words) != 3 or words[2] not in PARTS:
        raise PatternError(
            f"{where}: write a held-out family as '-- name test' or '-- name validation', under its parent"
        )
    return replace(parent, name=f"{parent.name}-{words[1]}", patterns=(), part=words[2])


def split_line_codes(pattern: str, family: Family) -> tuple[str, tuple[str, ...], str]:
    """Return the pattern without its ` -> codes`, and the acts and clarity that hold for it."""
    body, arrow, codes = pattern.partition(" -> ")
    if not arrow:
        return pattern, family.acts, family.clarity
    acts, clarity = family.acts, family.clarity
    for code in codes.split():
        if code in CLARITIES:
            clarity = code
        elif all(act in ACTS for act in code.split("+")):
            acts = tuple(code.split("+"))
        else:
            raise PatternError(f"{family.name}: {code!r} after '->' is neither an act nor a clarity")
    return body.strip(), acts, clarity
