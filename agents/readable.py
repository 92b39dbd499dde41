"""What is read of a command as it was sent: its start, without markup, with single spaces.

"<p>something like   <i>Heat</i></p>" asks for Heat as it does on a page, and a screen full of spaces is no
longer to read than one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agents.student.session import MAX_CHARACTERS
from catalog.known_words import Span

# So much of what was sent is looked at: with its markup and spaces a text is longer than what is read of it.
_SENT = 4 * MAX_CHARACTERS
_BLOCKS = r"blockquote|body|br|div|form|h[1-6]|head|hr|html|li|ol|p|pre|table|t[dhr]|ul"
_INLINE = r"a|b|code|em|font|i|iframe|img|input|link|meta|script|small|span|strong|style|sub|sup|svg|u"
# Only tags that there are: "<horror>" and "<two hours and rating>7" are somebody's words.
_BLOCK = rf"</?(?:{_BLOCKS})\b[^<>]*>"
# Of a key held down one sign is read.
_SIGN = r"[!?.,\-_=~/#]"
# No number has so many digits, and no word so many letters.
_ENDLESS = r"[0-9]{20}[0-9]*+|[A-Za-z0-9_]{40}[A-Za-z0-9_]*+"
_GAP = re.compile(
    rf"(?:\s|{_ENDLESS}|{_BLOCK}|<!--[^<>]*>|</?(?:{_INLINE})\b[^<>]*>|&(?:lt|gt|quot|nbsp|#\d{{1,5}});)++"
    rf"|(?P<and>&amp;)|(?P<sign>{_SIGN})(?P=sign){{3,}}",
    re.IGNORECASE,
)
_BREAK = re.compile(rf"\n|{_BLOCK}", re.IGNORECASE)
# Most commands are read as they are.
_UNEVEN = re.compile(rf"[<&]|\s\s|({_SIGN})\1{{3}}|{_ENDLESS}")


@dataclass(frozen=True)
class Readable:
    """The words that are read; `places` says of each character where it stands in what was sent.

    Without `places` they are its beginning.
    """

    text: str
    places: Sequence[int] = ()

    def sent(self, start: int, end: int) -> Span:
        """Return where `[start, end)` stands in what was sent."""
        return (self.places[start], self.places[end - 1] + 1) if self.places else (start, end)


def readable(sent: str) -> Readable:
    """Return what is read of a text: at most `MAX_CHARACTERS`, a line break where a block begins or ends."""
    sent = sent[:_SENT]
    if not _UNEVEN.search(sent):
        return Readable(sent[:MAX_CHARACTERS])
    parts: list[str] = []
    places: list[int] = []
    at = 0
    for gap in _GAP.finditer(sent):
        parts += (sent[at : gap.start()], _shown(gap))
        places += (*range(at, gap.start()), gap.start())
        at = gap.end()
    places.extend(range(at, len(sent)))
    return Readable("".join((*parts, sent[at:]))[:MAX_CHARACTERS], places)


def _shown(gap: re.Match[str]) -> str:
    """Return the one character that stands for markup, spaces, and a sign again and again."""
    if gap["and"] or gap["sign"]:
        return gap[0][0]
    return "\n" if _BREAK.search(gap[0]) else " "
