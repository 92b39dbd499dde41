"""One short question where two readings lead to different feeds, one reason where nothing can satisfy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import numpy as np

from agents.linking.people import PeopleLinker
from agents.student.decode import Marked
from agents.types import Question
from catalog.columns import CategoryColumn
from catalog.domain import Domain
from catalog.items import Catalog
from catalog.people import Person
from catalog.titles import TitleMatch

LEAST_ANSWERS = 2
MOST_ANSWERS = 4
# A name is no longer than so many letters.
_LONGEST = 40

End = Literal["low", "high"]


def which_title(said: str, matches: Sequence[TitleMatch], catalog: Catalog) -> Question:
    """Ask which of several items of one title is meant."""
    answers = []
    for match in matches[:MOST_ANSWERS]:
        year = _year(catalog, match.item)
        title = catalog.titles[match.item]
        answers.append(f"something like {title}" + (f" ({year})" if year and str(year) not in title else ""))
    return Question(text=f"Which {said} do you mean?", answers=tuple(dict.fromkeys(answers)))


def which_person(
    mention: Marked, rivals: Sequence[tuple[Person, str]], people: PeopleLinker, domain: Domain
) -> Question:
    """Ask which of several people of one name is meant."""
    wish = {
        ("positive", "hard"): f"{domain.items}",
        ("positive", "soft"): f"more {domain.items}",
        ("negative", "hard"): f"no {domain.items}",
        ("negative", "soft"): f"fewer {domain.items}",
    }[mention.polarity, mention.strength]
    answers = (
        f"{wish} {'by' if field == people.fields[0] else 'with'} {person.name}" for person, field in rivals
    )
    return Question(text=f"Which {mention.text} do you mean?", answers=tuple(answers)[:MOST_ANSWERS])


def _year(catalog: Catalog, item: int) -> int | None:
    year = catalog.display(item).get("year")
    return int(year) if isinstance(year, (int, float)) else None


def which_item(shown: int, polarity: str) -> Question:
    """Ask which of the shown items is meant; of something declined, which one is."""
    if shown == 0:
        return Question(
            text="Which one do you mean? Nothing is shown at the moment.",
            answers=("start over", "undo"),
        )
    # "The last one" is open itself: of the feed, or the one before this (intent contract, "Clarity").
    names = ("the first one", "the second one", "the third one", "the bottom one")[:shown]
    answers = (*names, "undo") if shown == 1 else names
    return Question(text="Which one do you mean?", answers=_with_sign(answers, polarity))


def beyond_shown(shown: int, polarity: str) -> Question:
    """Say that a position lies beyond the feed."""
    answers = _with_sign(("the first one", "the bottom one"), polarity)
    return Question(text=f"Only {shown} are shown; which one do you mean?", answers=answers)


def _with_sign(answers: tuple[str, ...], polarity: str) -> tuple[str, ...]:
    """Return answers that decline where the command did: "not this one" is answered "not the first one"."""
    if polarity == "positive":
        return answers
    return tuple(f"not {answer}" if answer.startswith("the ") else answer for answer in answers)


# Open words, what they may mean of something that is felt, and the end of a scale that they point to.
_MEANINGS: tuple[tuple[str, tuple[str, ...], End], ...] = (
    (r"light|easi", ("something funny", "something short", "less dark", "something easy to follow"), "low"),
    (r"heav|hard|deep", ("something serious", "something long", "something dark", "less funny"), "high"),
    (r"small", ("something short", "something obscure"), "low"),
    (r"big|strong", ("something longer", "something more intense", "something more popular"), "high"),
    (r"better|nicer|good", ("only highly rated ones", "something more popular", "something newer"), "high"),
)
_OTHER = re.compile(r"different|else|other")
_LESS = re.compile(r"\b(?:less|fewer|not (?:so|as|that) (?:much|many))\b")


def what_is_meant(text: str, domain: Domain, common: Sequence[str]) -> Question:
    """Ask what an open comparison ("something lighter", "like last time") is about."""
    lowered = text.casefold()
    felt = any(field.described for field in domain.fields)
    for pattern, answers, end in _MEANINGS:
        if re.search(pattern, lowered):
            fitting = answers if felt else _at_end(domain, end)
            if len(fitting) >= LEAST_ANSWERS:
                return Question(text="In which way?", answers=fitting[:MOST_ANSWERS])
    values = tuple(value.casefold() for value in common[:2])
    if _OTHER.search(lowered):
        return Question(
            text="In which way?", answers=("undo", "start over", *(f"more {value}" for value in values))
        )
    degree = "less" if _LESS.search(lowered) else "more"
    wishes = tuple(f"{degree} {value}" for value in values)
    answers = wishes if degree == "less" and wishes else (*wishes, *_at_end(domain, "high"))
    return Question(
        text=f"What would you like {degree} of?",
        answers=answers[:MOST_ANSWERS] if len(answers) >= LEAST_ANSWERS else (*answers, "start over", "undo"),
    )


def _at_end(domain: Domain, end: End) -> tuple[str, ...]:
    """Return a wish for one end of each scale; for what is badly rated nobody wishes."""
    fields = [field for field in domain.fields if field.type == "number"]
    if end == "high":
        return tuple(f"something {field.high[0]}" for field in fields if field.high)
    return tuple(
        f"something {field.low[0]}"
        for field in fields
        if field.low and not field.unit.startswith(("points", "stars"))
    )


def cannot_do(domain: Domain, common: Sequence[str]) -> Question:
    """Say that a wish is not one for a recommender."""
    answers = tuple(f"more {value.casefold()}" for value in common)
    return Question(
        text=f"I can only choose which {domain.items} to show you.", answers=_enough(answers, domain)
    )


def only_english(text: str, domain: Domain, common: Sequence[str]) -> Question:
    """Say that a command was not read; what looks like another language may be a name as well."""
    said = " ".join(text.split())
    like = (f"something like {said}",) if len(said) <= _LONGEST else ()
    answers = (*like, *(f"more {value.casefold()}" for value in common[:2]))
    return Question(text="I read nothing but English.", answers=_enough(answers, domain))


def _enough(answers: tuple[str, ...], domain: Domain) -> tuple[str, ...]:
    """Return answers that say nothing of what was asked, at least two."""
    return answers if len(answers) >= LEAST_ANSWERS else (*answers, f"show me {domain.items}", "start over")


def no_such_field(said: str, domain: Domain) -> Question:
    """Say that nothing is known about what a bound is on."""
    known = [f.name.replace("_", " ") for f in domain.fields if f.type in ("number", "date", "ordered")][:3]
    answers = tuple(f"any {name} is ok" for name in known)
    return Question(
        text=f"Nothing here knows about '{said}'.",
        answers=answers if len(answers) >= LEAST_ANSWERS else (*answers, "start over", "undo"),
    )


def common_values(catalog: Catalog, count: int = 3) -> tuple[str, ...]:
    """Return the most frequent values of the field along which tastes are kept."""
    name = catalog.domain.affinity_field
    column = catalog.columns.get(name) if name else None
    if not isinstance(column, CategoryColumn):
        return ()
    order = np.argsort(-np.asarray(column.counts))[:count]
    return tuple(column.values[int(i)] for i in order)
