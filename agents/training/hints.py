"""Examples beside what a catalogue would know of them: right, incomplete, wrong, and of strange values.

The student is told which words are values of the catalogue, a gazetteer as in named entity recognition. It
has to believe that where it never met the words, and must not rely on it alone: a network overuses or
underuses a gazetteer as the training has it (Meng et al., 2021, "GEMNET", section 1), and a catalogue lacks
words that people say and holds some that mean something else here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from agents.corpus import Example, load_corpus
from agents.corpus.build import marked_words
from agents.corpus.known import known_spans
from catalog.idle_words import IDLE_WORDS
from catalog.known_words import WORD, Span, touches

# Of so many values the words are exchanged for strange ones, two words together in some of them.
STRANGE, TWO = 0.15, 0.3
# Of so many commands the catalogue knows nothing; of the others so many words are unknown to it. Higher
# shares gained nothing (docs/training.md has the scores).
UNKNOWN, OVERLOOKED = 0.2, 0.1
# In so many commands the catalogue knows a word that is no value here.
MISLED = 0.1
SHORTEST = 3


def strange_values(words: Sequence[str], leave_out: str = "") -> tuple[str, ...]:
    """Return words to stand for values that nobody foresaw: of every domain but one, and `words`."""
    values = {
        marked_words(entry.text)[1]
        for domain, slots in load_corpus().slots.items()
        if domain != leave_out
        for slot in slots.values()
        if slot.kind == "V"
        for entry in slot.entries
    }
    return tuple(sorted(values | {word for word in words if word not in IDLE_WORDS}))


def hinted(
    example: Example, rng: Random, strange: Sequence[str], is_word: Callable[[str], bool]
) -> tuple[Example, tuple[Span, ...]]:
    """Return the example, some of its values exchanged, and where a catalogue would know its words."""
    chosen = [n for n, m in enumerate(example.mentions) if m.kind == "V" and rng.random() < STRANGE]
    for n in chosen:
        words = " ".join(rng.choice(strange) for _ in range(2 if rng.random() < TWO else 1))
        example = _exchanged(example, n, words)
    if rng.random() < UNKNOWN:
        return example, ()
    exchanged = [(example.mentions[n].start, example.mentions[n].end) for n in chosen]
    # What a catalogue knows by chance of an exchanged value stands inside it.
    found = known_spans(example.text, example.domain, is_word)
    known = [*exchanged, *(span for span in found if not touches(span, exchanged))]
    spans = [span for span in known if rng.random() >= OVERLOOKED]
    if rng.random() < MISLED:
        values = [(m.start, m.end) for m in example.mentions if m.kind == "V"]
        places = [word.span() for word in WORD.finditer(example.text) if len(word[0]) >= SHORTEST]
        others = [span for span in places if not touches(span, [*values, *spans])]
        spans += [rng.choice(others)] if others else []
    return example, tuple(sorted(spans))


def _exchanged(example: Example, at: int, words: str) -> Example:
    """Put other words in the place of mention `at`; those behind it move."""
    old = example.mentions[at]
    by = len(words) - (old.end - old.start)
    moved = [replace(m, start=m.start + by, end=m.end + by) for m in example.mentions[at + 1 :]]
    return replace(
        example,
        text=example.text[: old.start] + words + example.text[old.end :],
        mentions=(*example.mentions[:at], replace(old, end=old.end + by), *moved),
    )
