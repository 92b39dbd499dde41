"""Titles beside which stands what somebody thought of them: "Up *was lame*", "already *seen* The Firm".

The words right beside a title decide over what the model read of it, and are so telling that a title is found
which the model left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from agents.linking.phrases import WORD
from agents.linking.title_words import BLAME, FAVOURITE, FILLED, PRAISE, SEEN
from agents.linking.values import SURE_NAME, ValueLinker
from agents.student.decode import Marked
from catalog.known_words import Span, touches
from catalog.names import LEADING_ARTICLES

_VERDICT = re.compile(
    rf"\s+(?:is|was|were|are)\s+{FILLED}(?:(?P<good>{PRAISE})|(?P<bad>{BLAME}))\b", re.IGNORECASE
)
_FAVOURITE = re.compile(
    rf"\b{FAVOURITE}(?:\s+\w+){{0,3}}\s+(?:is|are|was|has to be|would be)\s+$", re.IGNORECASE
)
# A suggestion that is declined sinks, and is not hidden for good (intent contract, "Acts").
_OPENING = r"^\W*(?:(?:no+|nah|naw|nope|god|ugh|oh|ok|well|please|hm+)\b\W+)*"
_DECLINING = re.compile(rf"{_OPENING}(?:not|i(?:['\u2019]ll| will) pass on)\s+", re.IGNORECASE)
_OPENED = re.compile(_OPENING + "$", re.IGNORECASE)
_DECLINED_BEHIND = re.compile(r"\W+(?:no+|nah|naw|nope)\b", re.IGNORECASE)
_SEEN = re.compile(rf"(?P<no>\b(?:not|never|haven't|havent|hasn't)\s+)?\b(?:{SEEN})\s+", re.IGNORECASE)
_ENDED = re.compile(
    r"\s*(?:$|[,.;!?/)&\n]|\b(?:and|or|n|but|already|before|twice|too|that|it)\b)", re.IGNORECASE
)
_PARTED = re.compile(r"[.,;!?\n]")
_PRAISE = re.compile(rf"(?:an?\s+|the\s+)?(?:{PRAISE}|grand|marvell?ous)", re.IGNORECASE)
# So many words a title has at most; of one word alone it is an ordinary word as well, and is not looked for.
_MOST = 7


def judged_titles(mentions: Sequence[Marked], text: str, values: ValueLinker) -> tuple[Marked, ...]:
    """Return the mentions, titles among them liked, disliked or seen as the words right beside them say."""
    out = [_as_judged(m, text) if m.kind == "T" else m for m in _without_saw(mentions, text)]
    words = [word.span() for word in WORD.finditer(text)]
    for title in (*_found_before(text, words, values), *_found_behind(text, words, values)):
        # Of what is a part of it the model saw a piece: "not *world* war z".
        others = [m for m in out if not (title.start <= m.start and m.end <= title.end and m.kind in "AV")]
        if not touches((title.start, title.end), [(m.start, m.end) for m in others]):
            out = [*others, title]
    return tuple(sorted(out, key=lambda m: m.start))


def is_praise(words: str) -> bool:
    """Whether words only praise what is named beside them: "Casablanca, a *marvellous* film"."""
    return _PRAISE.fullmatch(words.strip()) is not None


def _as_judged(title: Marked, text: str) -> Marked:
    verdict = _VERDICT.match(text, title.end)
    if _FAVOURITE.search(text[: title.start]) or (verdict is not None and verdict["good"]):
        return replace(title, polarity="positive", strength="soft")
    if verdict is not None and title.polarity == "positive":
        return replace(title, polarity="negative", strength="soft")
    if title.polarity == "negative" and _is_declined(title, text):
        return replace(title, strength="soft")
    return title


def _is_declined(title: Marked, text: str) -> bool:
    """Whether a command does no more than decline a title: "nah, not Titanic", "Titanic? No thanks"."""
    before = text[: title.start]
    if _DECLINING.fullmatch(before):
        return _SEEN.search(text) is None
    return _OPENED.search(before) is not None and _DECLINED_BEHIND.match(text, title.end) is not None


def _without_saw(mentions: Sequence[Marked], text: str) -> Iterator[Marked]:
    """Give the mentions but a verb that is a title as well: "*Saw* Fury"."""
    for at, mention in enumerate(mentions):
        behind = mentions[at + 1] if at + 1 < len(mentions) else None
        is_verb = mention.kind == "T" and mention.text.casefold() == "saw"
        if not (is_verb and behind is not None and text[mention.end : behind.start] == " "):
            yield mention


def _found_before(text: str, words: Sequence[Span], values: ValueLinker) -> Iterator[Marked]:
    """Give the titles right before a verdict."""
    for verdict in _VERDICT.finditer(text):
        starts = [start for start, end in words if end <= verdict.start()][-_MOST:-1]
        for start in starts:
            said = text[start : verdict.start()]
            if not _PARTED.search(said) and _is_title(said, values):
                yield _title(said, start, "positive" if verdict["good"] else "negative", "soft")
                break


def _found_behind(text: str, words: Sequence[Span], values: ValueLinker) -> Iterator[Marked]:
    """Give the titles right behind "seen", never to be shown again, and behind a "not" that declines."""
    told = [(seen.end(), "hard") for seen in _SEEN.finditer(text) if not seen["no"]]
    declining = _DECLINING.match(text)
    if declining is not None:
        told.append((declining.end(), "hard" if _SEEN.search(text) else "soft"))
    for begin, strength in told:
        ends = [end for start, end in words if start >= begin][1:_MOST]
        for end in reversed(ends):
            said = text[begin:end]
            if _ENDED.match(text, end) and _is_title(said, values):
                yield _title(said, begin, "negative", strength)
                break


def _is_title(words: str, values: ValueLinker) -> bool:
    """Whether words are a title that is well known or written as one."""
    telling = [word for word in words.split() if word.casefold() not in LEADING_ARTICLES]
    written = all(word[:1].isupper() for word in telling)
    return values.titles.spelt(words, known=not written)


def _title(words: str, start: int, polarity: str, strength: str) -> Marked:
    return Marked(start, start + len(words), words, "T", polarity, strength, SURE_NAME)
