"""The rules-only baseline: the catalogue's vocabulary and hand-written patterns, no model.

An honest effort of the usual kind: values, people and titles are found by the same vocabulary that the linker
has, numbers by the same reading of quantities; cue words before a find decide over wanted or not, and hard or
soft; whole-command patterns decide the act. What the vocabulary does not hold (`about`) it finds only after
"about", "set in" and "something".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from agents.linking.quantities import quantities
from agents.student.decode import Marked, Reading
from catalog.items import Catalog
from catalog.titles import TitleIndex
from catalog.vocabulary import Vocabulary

LONGEST_NAME = 4
EXACT = 0.97
SURE = 0.9
_WORD = re.compile(r"[^\s,.;:!?()\"]+")
_CLAUSE = re.compile(r"[,.;!?]|\b(?:but|and then|however|though)\b", re.IGNORECASE)

# Cues, looked for in the clause before a find; the last one that stands there decides.
_CUES: tuple[tuple[str, str, str], ...] = (
    (r"\b(?:no|not|never|without|stop|remove|hide|exclude|skip|ban|avoid|drop|ditch|anything but|except"
     r"|enough|don'?t (?:show|want|recommend|play|give|need)|nothing|get rid of|no more|block|lose"
     r"|leave out|minus|spare me|filter out)\b", "negative", "hard"),
    (r"\b(?:less|fewer|not (?:a|really|much|so|too|that|very)|don'?t (?:like|love|enjoy|care)|tired of"
     r"|sick of|hate|dislike|bored|fed up|can'?t stand|too much|too many|over|rather not|not into|bores?)\b",
     "negative", "soft"),
    (r"\b(?:more|prefer|rather|into|mood for|feel like|fancy|maybe|ideally|if possible|would be nice|a bit"
     r"|love|like|enjoy|something|preferably|could go for|wouldn'?t mind|around|about|roughly|perhaps)\b",
     "positive", "soft"),
    (r"\b(?:only|just|must|has to|have to|nothing but|show|find|give|want|need|get|any|recommend|search"
     r"|looking for|please|i'?d like|let'?s|nothing else)\b", "positive", "hard"),
)  # fmt: skip
_COMPILED = tuple((re.compile(p, re.IGNORECASE), polarity, strength) for p, polarity, strength in _CUES)

_ACTS: tuple[tuple[str, str], ...] = (
    ("undo", r"^\W*(?:undo|never ?mind|go back|revert|take (?:that|it) back|that'?s not what i meant)\b"),
    ("reset", r"\b(?:start over|reset|clear (?:all|my|everything)|forget everything|start again|from scratch"
              r"|wipe)\b"),
    ("retract", r"\b(?:forget (?:the|about)|(?:is|are) (?:fine|ok|okay|allowed) again|any \w+ (?:is|will)"
                r"|don'?t (?:care|mind)|doesn'?t matter|drop the \w+ (?:limit|filter)|no longer|lift the)\b"),
    ("question", r"^\W*(?:why|what do you know|how (?:do|does|did|many|come)|who|when|which filters"
                 r"|what is|what'?s)\b"),
    ("feedback", r"\b(?:the (?:first|second|third|fourth|fifth|last|top|bottom)(?: one| two| three)?"
                 r"|number \w+|#\d|that one|this one)\b"),
    ("replace", r"\b(?:actually|instead|make it|change (?:it|that) to|rather than|i meant"
                r"|on second thoughts?)\b"),
    ("none", r"^\W*(?:hi|hello|hey|thanks?|thank you|cheers|good (?:morning|evening|night)|lol|ok|okay"
             r"|cool)\W*$"),
)  # fmt: skip
_ACTED = tuple((act, re.compile(p, re.IGNORECASE)) for act, p in _ACTS)
_DEVICE = re.compile(
    r"\b(?:play it on|turn (?:on|off|up|down)|volume|weather|alarm|timer|tickets?|showtimes?|remind me|call"
    r"|order (?:a|me)|set a)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"^\W*(?:something |anything )?(?:better|else|different|lighter|similar|more of the same"
    r"|other(?: ones)?)\W*$",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"(?:the )?(?:very )?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|final|top"
    r"|bottom|\d(?:st|nd|rd|th))(?: (?:one|two|three|result|suggestion|pick))?\b"
    r"|(?:number|item|no\.|nr|#)\s?\w+",
    re.IGNORECASE,
)
_LIKE = re.compile(
    r"\b(?:like|similar to|reminds? me of|in the vein of|loved|seen|watched)\s+([\w' :&!-]+)", re.IGNORECASE
)
_ABOUT = re.compile(
    r"\b(?:about|set in|something|based on|with an?|involving|featuring)\s+((?:[\w'-]+ ?){1,3})",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"\b(?:under|over|below|above|less than|more than|at (?:most|least)|up to|no (?:longer|more|older|less)"
    r" than|before|after|since|between|around|about|from|max|within|shorter than|longer than|newer than|in"
    r"|older than)\s+(?:the )?[\w$€£.' -]{1,24}?"
    r"(?=$|[,.;!?]|\b(?:but|with|and (?!\w+ ?(?:hours?|minutes?))|please)\b)"
    r"|\b\S*\d\S*(?: (?:minutes|mins|hours|stars|pages))?(?: (?:or (?:less|more|newer|older)|max|tops))?",
    re.IGNORECASE,
)


class Rules:
    """The rules; a catalogue's vocabulary is built once and kept."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Vocabulary, TitleIndex]] = {}

    def readings(self, texts: Sequence[str], catalog: Catalog) -> list[Reading]:
        """Return a reading for each text."""
        if id(catalog) not in self._known:
            self._known[id(catalog)] = (Vocabulary.of(catalog), TitleIndex.of(catalog))
        vocabulary, titles = self._known[id(catalog)]
        return [_reading(text, vocabulary, titles) for text in texts]


def _reading(text: str, vocabulary: Vocabulary, titles: TitleIndex) -> Reading:
    act = next((name for name, pattern in _ACTED if pattern.search(text)), "refine")
    clarity = "infeasible" if _DEVICE.search(text) else "ambiguous" if _OPEN.search(text) else "clear"
    mentions = _mentions(text, act, vocabulary, titles)
    if act == "refine" and not mentions and clarity == "clear" and len(text.split()) < 4:
        act = "none"
    if clarity == "infeasible" and not mentions:
        act = "none"
    return Reading(text, tuple(mentions), act, SURE, (act,), clarity, SURE, "refine")


def _mentions(text: str, act: str, vocabulary: Vocabulary, titles: TitleIndex) -> list[Marked]:
    """Collect finds, the surest kind first; what overlaps an earlier find is left out."""
    taken: list[Marked] = []
    finds: list[Iterator[tuple[int, int, str]]] = [
        _bounds(text),
        _titles(text, titles),
        _names(text, vocabulary),
    ]
    if act == "feedback":
        finds.insert(0, ((m.start(), m.end(), "R") for m in _POINTER.finditer(text)))
    if act == "retract":
        finds.insert(0, _fields(text, vocabulary))
    for found in (*finds, _abouts(text)):
        for start, end, kind in found:
            if start < end and not any(m.start < end and start < m.end for m in taken):
                taken.append(_marked(text, start, end, kind, act))
    return sorted(taken, key=lambda m: m.start)


def _windows(text: str) -> Iterator[tuple[int, int]]:
    words = list(_WORD.finditer(text))
    for size in range(LONGEST_NAME, 0, -1):
        for at in range(len(words) - size + 1):
            yield words[at].start(), words[at + size - 1].end()


def _names(text: str, vocabulary: Vocabulary) -> Iterator[tuple[int, int, str]]:
    for start, end in _windows(text):
        words = text[start:end]
        if any(m.score >= EXACT for m in vocabulary.spelt(words)):
            yield start, end, "V"
        elif any(m.score >= EXACT for m in vocabulary.directions_spelt(words)):
            yield start, end, "D"
        elif " " in words and any(p.score >= EXACT for p in vocabulary.people.spelt(words)):
            yield start, end, "P"


def _fields(text: str, vocabulary: Vocabulary) -> Iterator[tuple[int, int, str]]:
    for start, end in _windows(text):
        if any(m.score >= EXACT for m in vocabulary.fields_spelt(text[start:end])):
            yield start, end, "F"


def _titles(text: str, titles: TitleIndex) -> Iterator[tuple[int, int, str]]:
    for match in _LIKE.finditer(text):
        words = list(_WORD.finditer(text, match.start(1), match.end(1)))
        for count in range(min(len(words), 6), 0, -1):
            start, end = words[0].start(), words[count - 1].end()
            if any(m.score >= EXACT for m in titles.find(text[start:end])):
                yield start, end, "T"
                break


def _bounds(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _BOUND.finditer(text):
        if quantities(match[0], 2026):
            yield match.start(), match.start() + len(match[0].rstrip()), "B"


def _abouts(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _ABOUT.finditer(text):
        yield match.start(1), match.start(1) + len(match[1].rstrip()), "A"


def _marked(text: str, start: int, end: int, kind: str, act: str) -> Marked:
    clause = _CLAUSE.split(text[:start])[-1]
    polarity, strength, at = "positive", "soft" if kind in "ADRT" else "hard", -1
    for pattern, sign, weight in _COMPILED:
        for match in pattern.finditer(clause):
            if match.start() > at:
                polarity, strength, at = sign, weight, match.start()
    if kind in "AD" and polarity == "positive":
        strength = "soft"
    made = Marked(
        start=start,
        end=end,
        text=text[start:end],
        kind=kind,
        polarity=polarity,
        strength=strength,
        probability=SURE,
        op_probability=0.0,
        retracted=act == "retract",
    )
    # A number said as a bound is one, whatever stands before it.
    return replace(made, strength="hard") if kind == "B" and strength == "soft" and at < 0 else made
