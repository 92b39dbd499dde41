"""What the catalogue of a domain would know of a command: the fillers of the domain's value slots.

A corpus domain has words and no catalogue. At serving the student is told which words of a command the
catalogue has as values; here the same is told of an example.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from agents.corpus.build import MAIN_DOMAIN, load_corpus, marked_words
from catalog.domain import load_domain
from catalog.fuzzy import FuzzyNames
from catalog.known_words import KnownWords, Span
from catalog.names import plain
from catalog.vocabulary import LIKENESS_NO_WORD, SHORTEST_TYPO, Vocabulary, no_word, word_forms


@cache
def known_words(domain: str) -> KnownWords:
    """Return the words for values that a catalogue of a corpus domain has; of another domain none are known."""
    names = {
        form
        for slot in load_corpus().slots.get(domain, {}).values()
        if slot.kind == "V"
        for entry in slot.entries
        for form, _ in word_forms(marked_words(entry.text)[1])
    }
    if domain == MAIN_DOMAIN:
        names |= set(Vocabulary(load_domain(MAIN_DOMAIN)).category_names())
    return KnownWords(names)


def known_spans(text: str, domain: str, is_word: Callable[[str], bool]) -> tuple[Span, ...]:
    """Return where a text has words for values, those with a typing error among them.

    As in serving (`agents.linking.values.ValueLinker.known`) a word that `is_word` says to be none, and that is
    like a value, is taken for it.
    """
    return known_words(domain).spans_mistyped(
        text, lambda word: no_word(word, is_word), lambda word: _misspelt(plain(word), domain)
    )


@cache
def _misspelt(word: str, domain: str) -> bool:
    return bool(_names(domain).find(word, cutoff=LIKENESS_NO_WORD, limit=1))


@cache
def _names(domain: str) -> FuzzyNames:
    return FuzzyNames(sorted(name for name in known_words(domain).names if len(name) >= SHORTEST_TYPO))
