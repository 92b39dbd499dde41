"""Hard or soft, where the words around a wish say more than the model could know."""

from __future__ import annotations

import re

from agents.linking.claims import Said
from agents.student.decode import Marked
from agents.types import Strength

# Words of taste, mood and degree before a wish, and behind it (intent contract, "Hard or soft").
_SOFTENING = re.compile(
    r"\b(?:likes?|liked|loves?|loved|enjoys?|prefer|rather|into|mood|feel|fan|more|less|fewer|bit|something"
    r"|anything|about|might|could|would|wouldn'?t|partial|keen|fancy|mostly|touch|hint|dash|lots|full|set in"
    r"|with|for)\b",
    re.IGNORECASE,
)
_SOFTENED = re.compile(r"[^,]*\b(?:would be|sounds?)\b", re.IGNORECASE)
# What softens any wish, however it is put.
_HEDGE = re.compile(
    r"\b(?:ideally|maybe|perhaps|possibly|preferably|if possible|if you can)\b", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.;!?]")
# Moods are soft. Where so much speaks for a demand all the same, the model would have said "hard" if it knew
# that the catalogue has it (of a shop that it never met, twelve in thirteen were demands).
_DEMANDED = 0.03


def asked_for(mention: Marked, said: Said) -> bool:
    """Whether a category that the model took for a mood is a demand: by its doubt, or as what is requested.

    Of goods that it never met the model does not know that they are a catalogue's categories.
    """
    if mention.kind != "A" or mention.polarity != "positive" or mention.retracted:
        return False
    before = _SENTENCE_END.split(said.before(mention))[-1]
    after = _SENTENCE_END.split(said.after(mention), maxsplit=1)[0]
    if _HEDGE.search(before) or _HEDGE.search(after):
        return False
    softened = _SOFTENING.search(before) or _SOFTENED.match(after)
    return mention.demand >= _DEMANDED or softened is None


def by_degree(mention: Marked, said: Said) -> Strength | None:
    """Return the strength that the contract fixes for wishes of degree: soft, but for words of demand."""
    return "soft" if mention.polarity == "positive" and not said.demand else None
