"""Commands in another language than English: the student does not read them, and a reason is no guess.

"Vreau o comedie romantica" was read as a rejection of both. CLD2 says which language a text is in, and takes
names for one now and then: with a word that is plainly English, or nothing but names, a text is English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pycld2

from agents.linking.empty_words import EMPTY_WORDS
from agents.student.legible import LATIN_ENDS
from agents.types import Preference
from catalog.idle_words import IDLE_WORDS
from catalog.known_words import Span

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
# Words of commands that only English spells so: "no", "film" and "in" are of many languages.
_ENGLISH = frozenset(
    """
    about ain't and another any anything back ban because been before between but can't cant cheap could
    days did didn't does doesn't don't dont enough erm everything fewer find first for from fun funny get
    gimme give going good got had haha has hate hated have hello hey hi hide hiya hour hours how i i'd
    i'll i'm i've idk im isn't isnt it it's its just keep kids last less let's like liked likes lol long
    look looking lot love loved made make maybe me mins minutes more movie movies music must my nah need
    never new nope not nothing off oh ok okay omg once one ones only or other our out over people play
    please pls plz really recommend remove same scary second seen she short should shouldnt show shows
    skip something sorry starring still stop stuff suggest tell than thanks that that's the their them
    then there these they thing things think third this those thx tonight too ugh um umm under until very
    wanna want was watch watched we what when where which while who why with without won't wont would
    wouldnt xx yeah years yes yo you your
    """.split()  # noqa: SIM905 - words are read in lines
)
# Of fewer words in our alphabet a language cannot be told from a name.
_LEAST_WORDS = 3
# One word that the student does not know has English as well: "a marvellous film".
_LEAST_STRANGE = 2
# Where so many of the words are none of English, a guess of CLD2's is enough.
_STRANGE = 0.6
# What CLD2 answers where it does not know, and for English of the street.
_NOT_FOREIGN = frozenset(("en", "un", "sco"))


def is_foreign(text: str, preferences: Sequence[Preference], is_none: Callable[[str], bool]) -> bool:
    """Whether a text is in another language; not where all that it says are names of the catalogue.

    `is_none` says whether a word is none that the student knows.
    """
    if not _ENGLISH.isdisjoint(text.casefold().split()):
        return False
    words = list(_WORD.finditer(text))
    if not words or not _ENGLISH.isdisjoint(word[0].casefold().replace("\u2019", "'") for word in words):
        return False
    known = [p.span for p in preferences if p.field != "about"]
    if all(_says_nothing(word, known) for word in words):
        return False
    if any(letter >= LATIN_ENDS and letter.isalpha() for letter in text):
        return _is_other_language(text, guess=True)
    strange = sum(is_none(word[0]) for word in words)
    names = all(word[0][0].isupper() for word in words)
    # Mistyped English has no letters of its own.
    accents = any(letter.isalpha() and not letter.isascii() for letter in text)
    if names or len(words) < _LEAST_WORDS or strange < (1 if accents else _LEAST_STRANGE):
        return False
    return _is_other_language(text, guess=accents and strange >= _STRANGE * len(words))


def _says_nothing(word: re.Match[str], known: Sequence[Span]) -> bool:
    """Whether a word says nothing beside what is known."""
    empty = word[0].casefold() in EMPTY_WORDS or word[0].casefold() in IDLE_WORDS
    return empty or any(start <= word.start() < end for start, end in known)


def _is_other_language(text: str, *, guess: bool) -> bool:
    try:
        sure, _, languages = pycld2.detect(text.encode("utf-8", "replace"), bestEffort=guess)
    except pycld2.error:
        return False  # no text at all
    return (sure or guess) and languages[0][1] not in _NOT_FOREIGN
