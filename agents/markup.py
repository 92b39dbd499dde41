"""Pasted markup as a page would show it: "<p>something like <i>Heat</i></p>" asks for Heat."""

from __future__ import annotations

import re

from agents.student.session import MAX_CHARACTERS

# A tag that begins within what is read ends soon behind it.
_READ = MAX_CHARACTERS + 100
_BLOCKS = r"blockquote|body|br|div|form|h[1-6]|head|hr|html|li|ol|p|pre|table|t[dhr]|ul"
_INLINE = r"a|b|code|em|font|i|iframe|img|input|link|meta|script|small|span|strong|style|sub|sup|svg|u"
# Only tags that there are: "<horror>" and "<two hours and rating>7" are somebody's words.
_MARKUP = re.compile(
    rf"(?P<block></?(?:{_BLOCKS})\b[^<>]*>)|<!--[^<>]*>|</?(?:{_INLINE})\b[^<>]*>|&(?:lt|gt|quot|nbsp|#\d{{1,5}});"
    r"|(?P<amp>&amp;)",
    re.IGNORECASE,
)


def unmarked(text: str) -> str:
    """Return a text with spaces in place of its markup, a line break where a block begins or ends.

    It is as long as the text, so that spans in it are spans of the text. Behind what the parser reads it is
    the text itself.
    """
    if "<" not in text and "&" not in text:
        return text
    return _MARKUP.sub(_blank, text[:_READ]) + text[_READ:]


def _blank(markup: re.Match[str]) -> str:
    first = "\n" if markup["block"] else "&" if markup["amp"] else " "
    return first.ljust(len(markup[0]))
