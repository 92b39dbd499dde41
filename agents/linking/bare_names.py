"""A command that is nothing but a name of the catalogue: "Heat", "whodunit".

People type into a feed as into a search box. A name of one word, without a wish around it, may look to the
model like nothing at all; the catalogue knows better.
"""

from __future__ import annotations

import numpy as np

from agents.linking.values import SURE_NAME, ValueLinker
from agents.student.decode import Marked, Reading
from agents.student.labels import EMBEDDING_WIDTH
from catalog.idle_words import IDLE_WORDS
from catalog.item_terms import ItemTerms
from catalog.names import plain

# "Go" and "Up" are films, and said alone something else; none that people type is longer, in letters.
_SHORTEST, _LONGEST = 4, 60
# Above this a "none" is sure: "thanks", "hello".
_SURE_NONE = 0.6


def bare_name(reading: Reading, values: ValueLinker, terms: ItemTerms | None) -> Marked | None:
    """Return the one mention of a command in which the model saw none; None where it is no such name.

    A title counts where it is well known ("Next" is more often a word), a term where it says all of it.
    """
    words = reading.text.strip(" \t\n.!?\"'")
    silent = reading.act == "none" and reading.act_probability >= _SURE_NONE
    if reading.mentions or silent or reading.act not in ("none", "refine"):
        return None
    if not _SHORTEST <= len(words) <= _LONGEST or plain(words) in IDLE_WORDS:
        return None
    if values.titles.spelt(words, known=True):
        kind = "T"
    elif reading.clarity == "clear" and terms is not None and terms.is_covered(words):
        kind = "A"
    else:
        return None
    start = reading.text.index(words)
    return Marked(
        start=start,
        end=start + len(words),
        text=words,
        kind=kind,
        polarity="positive",
        strength="soft",
        op="eq",
        op_probability=1.0,
        horizon="session",
        retracted=False,
        joined=False,
        probability=SURE_NAME,
        # Neither kind is looked up by its vector.
        vector=np.zeros(EMBEDDING_WIDTH, np.float32),
    )
