"""One short question where two readings lead to different feeds, one reason where nothing can satisfy."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from agents.linking.people import PeopleLinker
from agents.student.decode import Marked
from agents.types import Question
from catalog.columns import CategoryColumn
from catalog.domain import Domain
from catalog.items import Catalog
from catalog.people import Person
from catalog.titles import TitleMatch

MOST_ANSWERS = 4


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


def which_item(shown: int) -> Question:
    """Ask which of the shown items is meant."""
    if shown == 0:
        return Question(
            text="Which one do you mean? Nothing is shown at the moment.",
            answers=("recommend something", "show me my filters"),
        )
    names = ("the first one", "the second one", "the third one", "the last one")
    return Question(
        text="Which one do you mean?", answers=names[:shown] if shown > 1 else ("the first one", "undo")
    )


def beyond_shown(shown: int) -> Question:
    """Say that a position lies beyond the feed."""
    return Question(
        text=f"Only {shown} are shown; which one do you mean?", answers=("the first one", "the last one")
    )


_MEANINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"light|heav|easi|hard|deep",
        ("something funny", "something short", "less dark", "something easy to follow"),
    ),
    (r"small|big|strong", ("something shorter", "something longer", "something more intense")),
    (r"better|nicer|good", ("only highly rated ones", "something more popular", "something newer")),
    (r"different|else|other", ("undo", "start over", "surprise me")),
)


def what_is_meant(text: str, domain: Domain, common: Sequence[str]) -> Question:
    """Ask what an open comparison ("something lighter", "like last time") is about."""
    for pattern, answers in _MEANINGS:
        if re.search(pattern, text.casefold()):
            return Question(text="In which way?", answers=answers)
    answers = tuple(f"more {value.casefold()}" for value in common[:2])
    ends = tuple(
        f"something {word}"
        for field in domain.fields
        for word in (*field.high[:1],)
        if field.type == "number"
    )
    return Question(
        text="What would you like more of?",
        answers=(*answers, *ends)[:MOST_ANSWERS] or ("surprise me", "start over"),
    )


def cannot_do(domain: Domain, common: Sequence[str]) -> Question:
    """Say that a wish is not one for a recommender."""
    answers = tuple(f"show me {value.casefold()}" for value in common[:2])
    return Question(
        text=f"I can only choose which {domain.items} to show you.",
        answers=(*answers, f"recommend a {domain.item}"),
    )


def no_such_field(said: str, domain: Domain) -> Question:
    """Say that nothing is known about what a bound is on."""
    known = [f.name.replace("_", " ") for f in domain.fields if f.type in ("number", "date", "ordered")][:3]
    return Question(
        text=f"Nothing here knows about '{said}'.",
        answers=tuple(f"any {name} is ok" for name in known) or ("surprise me", "start over"),
    )


def common_values(catalog: Catalog, count: int = 3) -> tuple[str, ...]:
    """Return the most frequent values of the field along which tastes are kept."""
    name = catalog.domain.affinity_field
    column = catalog.columns.get(name) if name else None
    if not isinstance(column, CategoryColumn):
        return ()
    order = np.argsort(-np.asarray(column.counts))[:count]
    return tuple(column.values[int(i)] for i in order)
