"""The wording of the simulated users: families of templates, split into two halves that share no family.

`wording/train` may teach the parser; `wording/evaluate` is never seen by it (a test holds them
apart, and both apart from the corpus). A file holds families:

    soft-genre:
      act: refine            # several with +, the governing one first
      clarity: clear         # the default
      by: plain terse        # which voices say it (see personas.py)
      say:
        - "my gut whispers {genre +~}"

A slot is `{name codes}`. The codes are those of the corpus (`agents/corpus/notation.py`): `+!` `+~` `-!` `-~`
for the quadrant, `retract`, `or`. The wording, not the wish, makes a preference hard or soft.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from agents.corpus.notation import ACTS, CLARITIES, PatternError, make_mention, read_codes
from agents.simulator.errors import WordingError

Half = Literal["train", "evaluate"]
HALVES: tuple[Half, ...] = get_args(Half)
FOLDER = Path(__file__).parent / "wording"

# What each slot speaks of, the form of the words, and the kind of its mention (agents/corpus/notation.py).
SLOTS: dict[str, tuple[str, str, str]] = {
    "genre": ("genre", "bare", "V"),
    "genres": ("genre", "many", "V"),
    "agenre": ("genre", "one", "V"),
    "year": ("year", "bound", "B"),
    "runtime": ("runtime", "bound", "B"),
    "around": ("around", "bound", "B"),
    "dir": ("direction", "positive", "D"),
    "comp": ("direction", "comparative", "D"),
    "cast": ("cast", "name", "P"),
    "director": ("director", "name", "P"),
    "mood": ("mood", "name", "A"),
    "theme": ("theme", "name", "A"),
    "title": ("title", "name", "T"),
    "ref": ("ref", "one", "R"),
    "field": ("field", "name", "F"),
}
VOICES = ("plain", "terse", "nonnative", "grumbling", "fickle")
_SLOT = re.compile(r"\{(\w+)([^{}]*)\}")


@dataclass(frozen=True)
class SlotUse:
    """A gap of a template: what fills it and what is said of that.

    `aspect` and `form` are of `SLOTS`; `quadrant` is `+!`, `+~`, `-!` or `-~`.
    """

    aspect: str
    form: str
    kind: str
    quadrant: str
    retracted: bool = False
    joined: bool = False

    @property
    def positive(self) -> bool:
        """Whether it is wanted."""
        return self.quadrant[0] == "+"

    @property
    def hard(self) -> bool:
        """Whether it must hold."""
        return self.quadrant[1] == "!"


@dataclass(frozen=True)
class Template:
    """One wording: `pieces` are words and gaps in their order."""

    family: str
    text: str
    acts: tuple[str, ...]
    clarity: str
    voices: frozenset[str]
    pieces: tuple[str | SlotUse, ...]

    @property
    def slots(self) -> tuple[SlotUse, ...]:
        """The gaps, in order."""
        return tuple(piece for piece in self.pieces if isinstance(piece, SlotUse))


@dataclass(frozen=True)
class Wording:
    """All templates of one half; `before` and `after` are talk around a wish that says nothing of it."""

    half: Half
    templates: tuple[Template, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


@cache
def load_wording(half: Half) -> Wording:
    """Read every file of a half.

    Raises
    ------
    WordingError
        Names file and family of what cannot be read.
    """
    templates: list[Template] = []
    talk: dict[str, tuple[str, ...]] = {}
    for path in sorted((FOLDER / half).glob("*.yaml")):
        for name, entry in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            if name in ("before", "after"):
                talk[name] = tuple(entry)
            else:
                templates.extend(_family(name, entry, f"{half}/{path.name}, family '{name}'"))
    doubled = sorted({t.text for t in templates if [u.text for u in templates].count(t.text) > 1})
    if doubled:
        raise WordingError(f"{half}: each wording stands once; twice: {'; '.join(doubled[:5])}.")
    return Wording(half, tuple(templates), talk["before"], talk["after"])


def _family(name: str, entry: dict[str, Any], where: str) -> list[Template]:
    acts = tuple(str(entry["act"]).split("+"))
    clarity = str(entry.get("clarity", "clear"))
    voices = frozenset(str(entry.get("by", "plain")).split())
    if not set(acts) <= set(ACTS) or clarity not in CLARITIES or not voices <= set(VOICES):
        raise WordingError(f"{where}: act, clarity or voice is none of the known ones.")
    return [
        Template(name, text, acts, clarity, voices, _pieces(text, f"{where}: {text!r}"))
        for text in entry["say"]
    ]


def _pieces(text: str, where: str) -> tuple[str | SlotUse, ...]:
    pieces: list[str | SlotUse] = []
    at = 0
    for match in _SLOT.finditer(text):
        if match.start() > at:
            pieces.append(text[at : match.start()])
        pieces.append(_slot(match[1], match[2], where))
        at = match.end()
    if at < len(text):
        pieces.append(text[at:])
    return tuple(pieces)


def _slot(name: str, codes: str, where: str) -> SlotUse:
    if name not in SLOTS:
        raise WordingError(f"{where}: there is no slot '{name}'; one of {', '.join(SLOTS)}.")
    aspect, form, kind = SLOTS[name]
    try:
        mention = make_mention(0, 0, {"kind": kind, **read_codes(codes, where)}, where)
    except PatternError as error:
        raise WordingError(str(error)) from None
    quadrant = "+~" if aspect == "around" and not codes.strip() else mention.quadrant
    return SlotUse(aspect, form, kind, quadrant, mention.retracted, mention.joined)
