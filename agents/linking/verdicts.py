"""What is said of a title that is shown: a verdict on it, or a wish for something like it."""

from __future__ import annotations

import re

from agents.student.decode import Marked

# What stands before something that is compared to: "in the *vein of* Heat".
COMPARING = r"like|similar to|style of|remind\w* me of|vein of|lines of"
# "*Like* Heat" compares, "I *like* Heat" judges.
_COMPARED = re.compile(rf"\b(?:{COMPARING}|as)\s+(?:the\s+)?$", re.IGNORECASE)
_LIKED = re.compile(r"\b(?:i|we|they|really|do|also|both)\s+like\s+(?:the\s+)?$", re.IGNORECASE)
_JUDGED = re.compile(
    r"\b(?:lik(?:e|ed|es)|lov(?:e|ed|es|ing)|enjoy\w*|ador\w+|hat(?:e|ed|es)|saw|seen|watched|finished"
    r"|looks?|sounds?|seems?|is|was|were|not|never)\b|['\u2019](?:s|d)\b",
    re.IGNORECASE,
)
# Whose words hide a film for good; another that is declined only sinks (intent contract, "Acts").
_FINAL = re.compile(r"\b(?:saw|seen|watch(?:ed|ing)?|never|again|already)\b", re.IGNORECASE)


def is_verdict(title: Marked, text: str) -> bool:
    """Whether a text judges a title ("I hated Heat", "Heat looks fine"); "Heat but darker" asks for more."""
    before = text[: title.start]
    if title.retracted or (_COMPARED.search(before) and not _LIKED.search(before)):
        return False
    return title.polarity == "negative" or _JUDGED.search(text) is not None


def is_final(title: Marked, text: str) -> bool:
    """Whether a rejected title is not to be shown again: it was seen, or the words say so."""
    return title.polarity == "negative" and _FINAL.search(text) is not None
