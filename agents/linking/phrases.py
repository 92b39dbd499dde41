"""The catalogue's names of several words ("coming of age", "hidden gems"), and where a text holds one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from catalog.item_terms import ItemTerms
from catalog.names import plain
from catalog.vocabulary import Vocabulary

WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_PARTED = re.compile(r"[,.;:!?/]")
_PLAIN_PAIR = re.compile(r"[a-z]+ [a-z]+", re.IGNORECASE | re.ASCII)
# How many words a name has at most.
_LONGEST = 5


class Phrases:
    """Names of several words: of values, of ends of scales, and of terms that describe items."""

    def __init__(self, vocabulary: Vocabulary, terms: ItemTerms | None) -> None:
        known = (*vocabulary.names(), *(terms.names() if terms is not None else ()))
        self._names = frozenset(name for name in known if " " in name)
        self._openers = frozenset(name.partition(" ")[0] for name in self._names)
        self._pairs = frozenset(" ".join(name.split(" ", 2)[:2]) for name in self._names)

    def is_name(self, words: str) -> bool:
        """Whether `words` as they stand are one name of several words."""
        return plain(words) in self._names

    def around(self, text: str, parts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return `[start, end)` of the names in a text that touch one of `parts`, the longest first."""
        words = [(word.start(), word.end()) for word in WORD.finditer(text)]
        found = []
        for at, (start, _) in enumerate(words):
            if text[start : words[at][1]].casefold() not in self._openers or self._parts(text, words, at):
                continue
            for _, end in words[at + 1 : at + _LONGEST]:
                if _PARTED.search(text, start, end):
                    break
                if self.is_name(text[start:end]) and any(start < b and end > a for a, b in parts):
                    found.append((start, end))
        return sorted(found, key=lambda span: span[0] - span[1])

    def _parts(self, text: str, words: Sequence[tuple[int, int]], at: int) -> bool:
        """Whether no name begins with a word and the one behind it; plain words alone are so sure."""
        if at + 1 == len(words):
            return True
        pair = text[words[at][0] : words[at + 1][1]]
        return _PLAIN_PAIR.fullmatch(pair) is not None and pair.lower() not in self._pairs
