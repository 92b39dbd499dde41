"""What the model marked of a command, mended by what the catalogue and the words beside it say."""

from __future__ import annotations

from collections.abc import Sequence

from agents.linking.dated_titles import dated_titles
from agents.linking.joining import closed, joined, widened
from agents.linking.judged_titles import judged_titles
from agents.linking.left_out import with_left_out
from agents.linking.rejected import rejected_together
from agents.linking.title_words import tells_of_titles
from agents.linking.told_titles import HARDLY, told_titles
from agents.linking.values import ValueLinker
from agents.student.decode import Marked
from catalog.known_words import Span


def mended(
    mentions: Sequence[Marked], text: str, known: Sequence[Span], values: ValueLinker
) -> tuple[Marked, ...]:
    """Return the mentions as wide as the names that they stand for, with those that were left out.

    Titles come first: what is a part of one is nothing else. `known` is where the text has words for
    categories (`ValueLinker.known`).
    """
    if any(m.kind == "T" or m.probability < HARDLY for m in mentions) or tells_of_titles(text):
        mentions = closed(dated_titles(mentions, text, values), text)
        mentions = judged_titles(mentions, text, values)
        mentions = told_titles(mentions, text, values)
    mentions = joined(widened(mentions, text, values), text, values)
    return rejected_together(with_left_out(mentions, text, known, values), text)
