"""The catalogue's names of several words ("coming of age", "hidden gems"), and where a text holds one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from catalog.domain import Domain
from catalog.names import plain
from catalog.vocabulary import Vocabulary, word_forms

_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_PARTED = re.compile(r"[,.;:!?/]")
# How many words a name has at most.
_LONGEST = 5


class Phrases:
    """Names of several words: of values, of ends of scales, and of terms that describe items."""

    def __init__(self, domain: Domain, vocabulary: Vocabulary) -> None:
        self._names = frozenset(name for name in _names(domain, vocabulary) if " " in name)
        self._openers = frozenset(name.partition(" ")[0] for name in self._names)

    def is_name(self, words: str) -> bool:
        """Whether `words` as they stand are one name of several words."""
        return plain(words) in self._names

    def around(self, text: str, parts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return `[start, end)` of the names in a text that touch one of `parts`, the longest first."""
        words = [(word.start(), word.end()) for word in _WORD.finditer(text)]
        found = []
        for at, (start, _) in enumerate(words):
            if text[start : words[at][1]].casefold() not in self._openers:
                continue
            for _, end in words[at + 1 : at + _LONGEST]:
                touches = any(start < stop and end > first for first, stop in parts)
                if touches and not _PARTED.search(text[start:end]) and self.is_name(text[start:end]):
                    found.append((start, end))
        return sorted(found, key=lambda span: span[0] - span[1])


def _names(domain: Domain, vocabulary: Vocabulary) -> Iterator[str]:
    """Give every name in every form in which people write it."""
    yield from vocabulary.names()
    described = [field for field in domain.fields if field.described]
    for field in described:
        for value, others in field.values.items():
            for name in (value, *others):
                yield from (form for form, _ in word_forms(name))
    if any(field.terms for field in described):
        from catalog.knowledge.terms import load_vocabulary

        for term in load_vocabulary().terms.values():
            for name in (term.name, *term.synonyms):
                yield from (form for form, _ in word_forms(name))
