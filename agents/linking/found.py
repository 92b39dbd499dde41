"""What has been linked so far of one command: wishes, what is taken back, one question."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from agents.linking.claims import Claim, Said
from agents.memory.conflict import same_content
from agents.student.decode import Marked
from agents.types import Preference, Question, Retraction

# Before a wish of the past.
_REPORTED = re.compile(r"\bI (?:just |did )?(?:said|say|told you|asked for|wanted)\b", re.IGNORECASE)


@dataclass
class Found:
    """What has been linked so far of one command."""

    preferences: list[Preference] = field(default_factory=list)
    retractions: list[Retraction] = field(default_factory=list)
    question: Question | None = None
    impossible: Question | None = None
    points: bool = False
    # Where the last bound ends: "1971 and *older*" is read by then.
    read_to: int = 0

    def ask(self, question: Question) -> None:
        """Keep the first question: one at a time."""
        self.question = self.question or question

    def take(self, mention: Marked, claim: Claim, said: Said) -> None:
        """Add a claim as a preference, once however often it is said, or as a retraction.

        What is told first and then asked for is asked for: "I grew up on westerns. Show me westerns."
        """
        if not mention.retracted:
            preference = said.preference(mention, claim)
            same = next((one for one in self.preferences if _says_the_same(preference, one)), None)
            if same is not None and not (same.strength == "soft" and preference.strength == "hard"):
                return
            # In the order of the text, which tells what stands beside what.
            if same is not None:
                self.preferences = [one for one in self.preferences if one is not same]
            self.preferences.append(preference)
        elif claim.op in ("eq", "like") and isinstance(claim.value, str):
            self.take_back(Retraction(field=claim.field, value=claim.value), said)
        else:
            self.take_back(Retraction(field=claim.field), said)

    def take_back(self, retraction: Retraction, said: Said) -> None:
        """Add a retraction; what it takes back is no wish: "I said no stripes, but stripes are fine"."""
        self.retractions.append(retraction)
        self.preferences = [p for p in self.preferences if not _taken_back(p, retraction, said)]


def _says_the_same(a: Preference, b: Preference) -> bool:
    """Whether two wishes of a command are one: "comedies, I said comedies"."""
    return same_content(a, b) and a.polarity == b.polarity


def _taken_back(wish: Preference, retraction: Retraction, said: Said) -> bool:
    """Whether a wish of the command is what it takes back: the same value, or a field of which it tells."""
    if wish.field != retraction.field:
        return False
    if retraction.value is not None:
        return wish.value == retraction.value
    return _REPORTED.search(said.reading.text[: wish.span[0]]) is not None
