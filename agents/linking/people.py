"""Whom a name means, and as what: "a Hitchcock film" is one that he made, "with Eastwood" one he plays in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np

from catalog.columns import CategoryColumn
from catalog.items import Catalog
from catalog.names import plain
from catalog.people import FIRST, FULL, Person
from catalog.titles import TitleIndex
from catalog.vocabulary import Vocabulary

# Of several people of one name, the best known is meant if so many times better known than the next.
DOMINATES = 8.0
# "An X film" is one that X made, unless X is so much better known for playing.
BETTER_KNOWN = 3.0
MOST_RIVALS = 4
# A surname that stands in so many titles is a word as well: "black comedies" are not Shane Black's.
ORDINARY = 3

_PLAYS = re.compile(
    r"\b(?:with|without|stars?|starring|featuring|feat|casts?|acts?|acted|acting|plays?|played)\b"
)
_MAKES = re.compile(r"\b(?:by|directed|directs|director|filmmaker|made|written|writes|wrote|author)\b")
_PLAYS_AFTER = re.compile(
    r"\s*(?:is |are )?(?:in it|in them|in the lead|acts|acting|plays|playing|stars)\b"
    r"|\s*(?:is|was|are) (?:\w+ ){0,4}act(?:or|ress)\b"
)
# What announces a name right before it.
_BY = re.compile(r"\b(?:by|starring|featuring|directed by)\s+(?:the\s+)?$", re.IGNORECASE)
_WITH = re.compile(r"\b(?:with|and|or)\s+$", re.IGNORECASE)
# So far in front of a name they begin at most.
_NEAR = 30
_SENTENCE_BREAK = re.compile(r"[;:!?]|\bbut\b|\bnot\b")
# How many words a role word reaches: "with De Niro and Pacino".
_REACH = 7

Role = Literal["", "makes", "plays"]


class Meant(msgspec.Struct, frozen=True):
    """The people whom a mention means: all of `people` (a family), or one of `rivals`; each with a field."""

    people: tuple[tuple[Person, str], ...]
    rivals: tuple[tuple[Person, str], ...] = ()


class PeopleLinker:
    """Links names to the person fields of a catalogue; built once per catalogue.

    Of the declared person fields the first names who makes an item (director, author, artist), and the next,
    where there is one, who plays in it.
    """

    def __init__(self, catalog: Catalog, vocabulary: Vocabulary, titles: TitleIndex) -> None:
        self._catalog = catalog
        self._vocabulary = vocabulary
        self._titles = titles
        self.fields = tuple(f.name for f in catalog.domain.fields if f.type == "person")

    def who(self, words: str, before: str, after: str, kind: str) -> Meant | None:
        """Return whom `words` mean, or None where they name nobody.

        Parameters
        ----------
        before, after
            The text on both sides: role words there decide the field, and choose between people.
        kind
            What the model took the mention for. Only of a person (`P`) or title (`T`) a typing error or a
            first name is believed; anything else must be a full name, or a maker's surname.
        """
        if not len(self._vocabulary.people):
            return None
        # What the model took for a title and is none may be a mistyped name, but a surname alone is too short
        # to tell: "Paddington" is no Waddington.
        told = kind == "P" or (kind == "T" and " " in words.strip())
        sure = told or self._is_introduced(words, before)
        found = self._vocabulary.people.find(words) if sure else self._vocabulary.people.spelt(words)
        if not sure and kind != "T":
            plainly = kind == "V" and self._titles.holders(plain(words)) < ORDINARY
            found = tuple(p for p in found if p.score == FULL or (plainly and self._makes(p)))
        if not found:
            return None
        explicit, role = self._role(before.casefold(), after.casefold())
        if found[0].kin:
            family = self._family(found)
            if len(family) > 1:
                return Meant(tuple((one, self._field(one, explicit, role)) for one in family))
        return self._chosen(found, explicit, role)

    def _is_introduced(self, words: str, before: str) -> bool:
        """Whether a name is announced ("anything by Scorcese", "with Smith"), whatever it looks like.

        After "with" come things as well, so there only a capital letter tells.
        """
        before = before[-_NEAR:]
        if _BY.search(before) is not None:
            return words[:1].isupper() or self._titles.holders(plain(words)) < ORDINARY
        return words[:1].isupper() and _WITH.search(before) is not None

    def _makes(self, person: Person) -> bool:
        return person.score > FIRST and person.known_for[0] == self.fields[0]

    def _chosen(self, found: Sequence[Person], explicit: str, role: Role) -> Meant | None:
        field = explicit or self._field_of_role(role)
        if field and any(person.fame_in(field) for person in found):
            found = sorted((p for p in found if p.fame_in(field)), key=lambda person: -person.fame_in(field))
            weights = [person.fame_in(field) for person in found]
        else:
            weights = [person.known_for[1] for person in found]
        rivals = [p for p, weight in zip(found, weights, strict=True) if weight * DOMINATES > weights[0]]
        if len(rivals) == 1:
            return Meant(((rivals[0], self._field(rivals[0], explicit, role)),))
        # A first name that many bear names nobody.
        if found[0].score == FIRST:
            return None
        return Meant((), tuple((p, self._field(p, explicit, role)) for p in rivals[:MOST_RIVALS]))

    def _field(self, person: Person, explicit: str, role: Role) -> str:
        """Return the field in which a person is meant; words that name a field stand over what is known."""
        if explicit:
            return explicit
        best, fame = person.known_for
        wanted = self._field_of_role(role)
        if wanted and person.fame_in(wanted):
            return wanted
        makes = self.fields[0]
        return makes if not role and person.fame_in(makes) * BETTER_KNOWN >= fame else best

    def _field_of_role(self, role: Role) -> str:
        if not role:
            return ""
        return self.fields[0] if role == "makes" else (self.fields[1] if len(self.fields) > 1 else "")

    def _role(self, before: str, after: str) -> tuple[str, Role]:
        """Return the field that the words name ("directed by"), or else the role that they tell ("with")."""
        if _PLAYS_AFTER.match(after):
            return "", "plays"
        words = _SENTENCE_BREAK.split(before)[-1].split()[-_REACH:]
        for size in (1, 2):
            for match in self._vocabulary.fields_spelt(" ".join(words[-size:])):
                if match.field in self.fields:
                    return match.field, ""
        near = " ".join(words)
        plays = max((m.end() for m in _PLAYS.finditer(near)), default=-1)
        makes = max((m.end() for m in _MAKES.finditer(near)), default=-1)
        if plays == makes:
            return "", ""
        return "", "plays" if plays > makes else "makes"

    def _family(self, found: Sequence[Person]) -> list[Person]:
        """Return the best known of a family and those who made or played something together with them."""
        field = found[0].known_for[0]
        first = self._items(field, found[0].name)
        return [p for p in found if p is found[0] or np.isin(first, self._items(field, p.name)).any()]

    def _items(self, field: str, name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
        column = self._catalog.columns.get(field)
        code = column.code(name) if isinstance(column, CategoryColumn) else None
        if code is None or not isinstance(column, CategoryColumn):
            return np.empty(0, np.int32)
        return column.items_of(code)

    def together(self, field: str, one: str, other: str) -> bool:
        """Whether some item has both people in a field."""
        return bool(np.isin(self._items(field, one), self._items(field, other)).any())
