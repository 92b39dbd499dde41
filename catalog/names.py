"""How names are compared: one normal form for what a person types and what a catalogue spells."""

from __future__ import annotations

import re
import unicodedata

_ARTICLES = (
    "the a an le la les l un une il lo i gli el los las der die das ein eine den det de het een o os as"
)
LEADING_ARTICLES = frozenset(_ARTICLES.split(" "))

# "I" and single letters are left alone except after a word such as "part", where they can only be numbers.
_ROMAN = {
    "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10",
    "xi": "11", "xii": "12", "xiii": "13",
}  # fmt: skip
_WORDS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13",
}  # fmt: skip
_COUNTED = frozenset(("part", "episode", "chapter", "volume", "vol", "book", "season"))

# Apostrophes, lone accents, full stops and middle dots vanish; all else that is no letter parts words.
_DROPPED = re.compile("['\u2019\u2018`\u00b4.\u00b7]")
_BREAKS = re.compile(r"[\W_]+")
_PLAIN = re.compile(r"[a-z0-9 ]*")


def plain(text: str) -> str:
    """Return `text` without case, accents and punctuation: words separated by one space.

    Examples
    --------
    >>> plain("Amélie & the  Spider-Man's E.T.")
    'amelie and the spider mans et'
    """
    lowered = text.casefold()
    if _PLAIN.fullmatch(lowered):
        return " ".join(lowered.split())
    if not lowered.isascii():
        # Twice, as Unicode's compatibility caseless matching has it: the sign \u2120 decomposes to capitals.
        decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", lowered).casefold())
        lowered = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
        lowered = lowered.replace("ø", "o").replace("æ", "ae").replace("œ", "oe").replace("ł", "l")
    lowered = _DROPPED.sub("", lowered.replace("&", " and "))
    return _BREAKS.sub(" ", lowered).strip()


def title_key(text: str) -> str:
    """Return the form under which a title is found: plain, numbers in digits, no article in front.

    Examples
    --------
    >>> title_key("The Godfather: Part II"), title_key("Rocky IV"), title_key("Malcolm X")
    ('godfather part 2', 'rocky 4', 'malcolm 10')
    """
    words = plain(text).split()
    for position, word in enumerate(words):
        if word in _WORDS:
            words[position] = _WORDS[word]
        elif position and word in _ROMAN:
            words[position] = _ROMAN[word]
        elif word == "i" and position and words[position - 1] in _COUNTED:
            words[position] = "1"
    if len(words) > 1 and words[0] in LEADING_ARTICLES:
        del words[0]
    return " ".join(words)
