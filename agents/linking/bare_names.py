"""A name of the catalogue in which the model saw nothing: "Heat", "whodunit", "anything by Scorcese".

People type into a feed as into a search box. A name of one word, without a wish around it, may look to the
model like nothing at all, and so may a name that it never met; the catalogue knows better.
"""

from __future__ import annotations

import re

from agents.linking.acts import DOUBTFUL
from agents.linking.values import SURE_NAME, WRITTEN_OUT, ValueLinker
from agents.student.decode import Marked, Reading
from catalog.idle_words import IDLE_WORDS
from catalog.item_terms import ItemTerms
from catalog.names import plain

# "Closer" surely leaves open what is wanted, and is a film; of "Heat" the model is less sure.
_SURELY_OPEN = 0.95
# "Go" and "Up" are films, and said alone something else; none that people type is longer, in letters.
_SHORTEST, _LONGEST = 4, 60
# Who made something stands behind "by", at the end.
_MADE_BY = re.compile(r"\bby\s++((?:[^\W\d_][\w.'\u2019-]*+\s*+){1,4}+)[.!?]*+$", re.IGNORECASE)
_POINTING = re.compile(r"(?:the )?(?:\w+ )?(?:ones?|others?)")


def bare_name(reading: Reading, values: ValueLinker, terms: ItemTerms | None) -> Marked | None:
    """Return the one mention of a command that is a name and no more, where the model was not sure of it.

    A title counts where it is well known ("Next" is more often a word); of several words in capitals also
    where the model saw a part ("Spy *Kids*"). A term counts where it is a subject: "boring" alone complains.
    """
    words = reading.text.strip(" \t\n.!?\"'")
    # "Thanks" wishes nothing, and "closer" leaves open what.
    silent = reading.act == "none" and reading.act_probability >= DOUBTFUL
    unclear = reading.clarity == "ambiguous" and reading.clarity_probability >= _SURELY_OPEN
    if silent or unclear or reading.act not in ("none", "refine"):
        return None
    seen = any(mention.text != words or mention.probability >= SURE_NAME for mention in reading.mentions)
    if not _SHORTEST <= len(words) <= _LONGEST or (seen and not _in_capitals(words)):
        return None
    if plain(words) in IDLE_WORDS or _POINTING.fullmatch(words):
        return None
    kind = _kind(words, values, terms, seen=seen, clear=reading.clarity == "clear")
    if not kind:
        return None
    start = reading.text.index(words)
    end = start + len(words)
    return Marked(start, end, words, kind, "positive", "soft", SURE_NAME)


def maker(reading: Reading, values: ValueLinker) -> Marked | None:
    """Return the person by whom something is wanted, where the model saw no mention at all."""
    if reading.mentions or reading.act != "refine" or reading.clarity != "clear":
        return None
    said = _MADE_BY.search(reading.text.rstrip())
    if said is None or len(said[1]) > _LONGEST:
        return None
    start, words = said.start(1), said[1].rstrip(" \t\n.")
    meant = values.people.who(words, reading.text[:start], "", "A")
    if meant is None or meant.rivals:
        return None
    return Marked(start, start + len(words), words, "P", "positive", "hard", SURE_NAME)


def _in_capitals(words: str) -> bool:
    return sum(map(str.istitle, words.split())) > 1


def _kind(words: str, values: ValueLinker, terms: ItemTerms | None, *, seen: bool, clear: bool) -> str:
    """Return the kind of mention that words alone are; "" for none."""
    title = values.titles.spelt(words, known=True) and values.title(words, least=WRITTEN_OUT)
    if title and not values.phrases.is_name(words):
        return "T"
    subject = clear and not seen and terms is not None and terms.is_subject(words)
    # "Loner" looks like "longer" to the linker.
    return "A" if subject and values.direction(words) is None else ""
