"""What the model marked of a command, mended by what the catalogue and the words beside it say."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.linking.dated_titles import dated_titles
from agents.linking.joining import closed, joined, widened
from agents.linking.judged_titles import judged_titles
from agents.linking.left_out import with_left_out
from agents.linking.rejected import rejected_together
from agents.linking.told_titles import HARDLY, told_titles
from agents.linking.values import ValueLinker
from agents.student.decode import Marked
from catalog.known_words import Span

# Without one of these a command tells of no title, but for one that the model marked or capitals show.
_TALK = re.compile(
    r"\(| (?:is|are|was|were|remains?) |seen|watch|saw\b|not |pass on|lik|lov|enjoy|ador|hat|fan of|avor"
    r"|avour|fav|similar|such as|e\.g\."
)
_CAPITALS = re.compile(r"[^\W\d_a-z].*?\s[^\W\d_a-z]", re.DOTALL)


def mended(
    mentions: Sequence[Marked], text: str, known: Sequence[Span], values: ValueLinker
) -> tuple[Marked, ...]:
    """Return the mentions as wide as the names that they stand for, with those that were left out.

    Titles come first: what is a part of one is nothing else. `known` is where the text has words for
    categories (`ValueLinker.known`).
    """
    if _may_tell_of_titles(mentions, text):
        mentions = closed(dated_titles(mentions, text, values), text)
        mentions = judged_titles(mentions, text, values)
        mentions = told_titles(mentions, text, values)
    mentions = joined(widened(mentions, text, values), text, values)
    return rejected_together(with_left_out(mentions, text, known, values), text)


def _may_tell_of_titles(mentions: Sequence[Marked], text: str) -> bool:
    """Whether looking for titles is worth the time: most commands name none."""
    for mention in mentions:
        if mention.kind == "T" or mention.probability < HARDLY:
            return True
    return _TALK.search(text.lower()) is not None or _CAPITALS.search(text) is not None
