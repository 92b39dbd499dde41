"""What the catalogue of a domain would know of a command: the fillers of the domain's value slots.

A corpus domain has words and no catalogue. At serving the student is told which words of a command the
catalogue has as values; here the same is told of an example.
"""

from __future__ import annotations

from functools import cache

from agents.corpus.build import MAIN_DOMAIN, load_corpus, marked_words
from catalog.domain import load_domain
from catalog.known_words import KnownWords
from catalog.vocabulary import Vocabulary, word_forms


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
