"""What can be read at all: text and not symbols, a sentence and not a wall, soup or mash of words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

# Where the Latin letters end: the vocabulary holds no others.
LATIN_ENDS = "\u0250"
# Of so many word pieces a sentence has at least so many different ones (a share): fewer are a wall. Of 700
# long commands that people wrote none has less than .6; one that is said twice by mistake has half.
WALLS = ((20, 0.25), (36, 0.3))
# Words that are drawn at random come again, but never in the same order as when something is said twice: so
# few of so many pieces are different ones, and of the pairs so many times more.
SOUP_LENGTH, SOUP_VARIETY, SOUP_PAIRS = 36, 0.55, 1.5
# Words fall into more than two pieces each where keys were struck at random; of so many pieces nobody's do.
MASH_LENGTH, MASH_PIECES = 30, 2
# Control characters and signs that stand in no sentence; of program text and bytes they are a third.
_JUNK = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f<>{}\[\]\\|^~`=_*@\xa1-\xa2\xa4-\xbf\xd7\xf7]")
MOST_JUNK = 0.2
_TAG = re.compile(r"<[^<>]{0,80}>")


def legible(text: str) -> bool:
    """Whether a text can be read.

    Most of its letters must be ones that the model knows, it must hold words beside markup and symbols, and
    it must be no wall of a few words.
    """
    plain = _TAG.sub(" ", text) if "<" in text else text
    if plain.isascii():
        known = any(map(str.isalnum, plain))
    else:
        letters = [c for c in plain if c.isalnum()]
        known = 0 < sum(c < LATIN_ENDS for c in letters) >= len(letters) / 2
    junk = len(_JUNK.findall(plain))
    return known and junk <= MOST_JUNK * len(plain) and not _is_wall(text.split())


def is_sentence(pieces: Sequence[int], words: Sequence[int | None]) -> bool:
    """Whether word pieces make a sentence; `words` says of each piece that is read which word it is of."""
    return not (_is_wall(pieces) or _is_soup(pieces) or _is_mash(words))


def _is_wall(words: Sequence[object]) -> bool:
    """Whether a text says the same few words again and again."""
    variety = len(set(words))
    return any(len(words) >= length and variety < share * len(words) for length, share in WALLS)


def _is_mash(words: Sequence[int | None]) -> bool:
    """Whether hardly anything in a text is a word."""
    return len(words) >= MASH_LENGTH and len(words) > MASH_PIECES * len(set(words))


def _is_soup(ids: Sequence[int]) -> bool:
    """Whether a long text is words in no order."""
    if len(ids) < SOUP_LENGTH:
        return False
    pieces, pairs = len(set(ids)), len(set(pairwise(ids)))
    return pieces < SOUP_VARIETY * len(ids) and pairs > SOUP_PAIRS * pieces
