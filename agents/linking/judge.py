"""What a command asks as a whole, once its mentions are linked: act, clarity, and one question at most."""

from __future__ import annotations

import re

import msgspec

from agents.linking import clarify
from agents.linking.acts import beyond, settle
from agents.linking.claims import Said, agreeing, alike, grouped, hedged, narrowed
from agents.linking.empty_words import EMPTY_WORDS
from agents.linking.feasible import Feasibility
from agents.linking.foreign import is_foreign
from agents.linking.found import Found
from agents.linking.values import ValueLinker
from agents.student.decode import Reading
from agents.types import Act, Clarity, Preference, Question, Retraction
from catalog.items import Catalog

WISHING = ("refine", "replace", "feedback")
# What leaves open in which way it is meant.
_OPEN = re.compile(
    r"^(?:something )?(?:lighter|light|heavier|heavy|different|else|better|nicer|other|harder|easier|stronger"
    r"|smaller|bigger|deeper)\b",
    re.IGNORECASE,
)
# Alone these compare with nothing: "easier than this lot".
_BARE = re.compile(r"lighter|heavier|harder|easier|better|nicer|different", re.IGNORECASE)


class Linked(msgspec.Struct, frozen=True):
    """What a command asks of the memory; `foreign` says that it is in another language, and asks nothing."""

    act: Act
    acts: tuple[Act, ...]
    clarity: Clarity
    question: Question | None
    preferences: tuple[Preference, ...]
    retractions: tuple[Retraction, ...]
    foreign: bool = False


class Judge:
    """Judges commands over one catalogue."""

    def __init__(self, catalog: Catalog, values: ValueLinker) -> None:
        self._catalog = catalog
        self._values = values
        self._feasible = Feasibility(catalog)
        self._common = clarify.common_values(catalog)

    def judged(self, said: Said, found: Found) -> Linked:
        """Return what was found as one command, its act and clarity settled."""
        reading = said.reading
        preferences = alike(agreeing(narrowed(found.preferences, reading.text)), reading.text)
        preferences = hedged(grouped(preferences, reading.text, self._at_once), reading.text)
        if is_foreign(reading.text, preferences, self._values.mistyped):
            reason = clarify.only_english(reading.text, self._catalog.domain, self._common)
            return Linked("none", ("none",), "infeasible", reason, (), (), foreign=True)
        act, acts = settle(
            reading, wishes=bool(preferences), takes_back=bool(found.retractions), points=found.points
        )
        clarity: Clarity = "clear"
        question: Question | None = None
        if found.impossible is not None:
            clarity, question = "infeasible", found.impossible
        elif beyond(reading, preferences) and act in ("none", *WISHING):
            clarity, question = "infeasible", clarify.cannot_do(self._catalog.domain, self._common)
            preferences = preferences if act != "none" else ()
        elif found.question is not None:
            clarity, question = "ambiguous", found.question
        elif act in WISHING and self._open(reading, found, preferences):
            clarity, question = "ambiguous", self.what_is_meant(said)
            # "Something lighter" says nothing sure; what else the command holds is acted upon.
            preferences = tuple(p for p in preferences if p.field != "about" or not _OPEN.search(p.text))
        else:
            question = self._feasible.why_not(preferences)
            if question is not None:
                # Taken in, what no item satisfies would leave an empty feed (intent contract, "Clarity").
                clarity = "infeasible"
                preferences = tuple(
                    p for p in preferences if p.strength != "hard" or p.polarity == "negative"
                )
        return Linked(act, acts, clarity, question, preferences, tuple(dict.fromkeys(found.retractions)))

    def _at_once(self, one: Preference, other: Preference) -> bool:
        """Whether two people said side by side are wanted at once: "De Niro and Pacino" did play together."""
        if (
            self._catalog.domain.declares(one.field)
            and self._catalog.domain.field(one.field).type != "person"
        ):
            return False
        return self._values.people.together(one.field, str(one.value), str(other.value))

    def _open(self, reading: Reading, found: Found, preferences: tuple[Preference, ...]) -> bool:
        """Whether a command leaves open what is wanted."""
        if preferences and all(p.field == "about" and _BARE.fullmatch(p.text.strip()) for p in preferences):
            return True
        if reading.clarity == "ambiguous":
            return not (preferences and (found.points or _all_said(reading.text, preferences)))
        return not preferences and not found.retractions and _OPEN.search(reading.text.strip()) is not None

    def what_is_meant(self, said: Said) -> Question:
        """Return the question what a command means that leaves it open."""
        return clarify.what_is_meant(said.reading.text, self._catalog.domain, self._common)


def _all_said(text: str, preferences: tuple[Preference, ...]) -> bool:
    """Whether a command is nothing but wishes that the catalogue knows ("something new"): it is clear."""
    if any(p.field in ("about", "item") or p.polarity == "negative" for p in preferences):
        return False
    covered = [range(*p.span) for p in preferences]
    words = re.finditer(r"[^\W_]+", text.casefold())
    return all(word[0] in EMPTY_WORDS or any(word.start() in span for span in covered) for word in words)
