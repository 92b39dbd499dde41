"""People and titles of a catalogue, found by their exact names and in no cleverer way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from agents.corpus import Mention
from batch.parser_report.reference import Wish
from catalog.columns import CategoryColumn, TextColumn
from catalog.items import Catalog
from catalog.names import plain

# One name for several people.
FAMILIES = {"the coen brothers": ("Joel Coen", "Ethan Coen")}
# How people call what the catalogue has under another name.
CALLED = {"ed norton": "Edward Norton", "jimmy stewart": "James Stewart"}
MOST_TITLES = 12
# Of films of one title the one so many times better known is meant, and nothing is left to ask.
DOMINATES = 2.5


class Names:
    """The names of one catalogue."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._people_fields = [
            f.name for f in catalog.domain.fields if f.type == "person" and catalog.has(f.name)
        ]

    @cached_property
    def _people(self) -> dict[str, Counter[tuple[str, str]]]:
        """For each plain name and surname, its (field, person) pairs with their number of items."""
        out: dict[str, Counter[tuple[str, str]]] = {}
        for field in self._people_fields:
            column = self._catalog.columns[field]
            if not isinstance(column, CategoryColumn):
                continue
            for person, count in zip(column.values, column.counts.tolist(), strict=True):
                name = plain(person)
                for key in {name, name.split()[-1] if name else name}:
                    out.setdefault(key, Counter())[field, person] += count
        return out

    @cached_property
    def _titles(self) -> dict[str, tuple[int, ...]]:
        out: dict[str, list[int]] = {}
        for item, title in enumerate(self._catalog.titles):
            out.setdefault(plain(title), []).append(item)
        alias = self._catalog.columns.get(self._catalog.domain.alias_field)
        if isinstance(alias, TextColumn):
            for item, names in enumerate(alias.values):
                for name in (names or "").split("|"):
                    if name and item not in out.setdefault(plain(name), []):
                        out[plain(name)].append(item)
        return {key: tuple(items) for key, items in out.items()}

    def people(self, said: str, mention: Mention) -> Iterator[Wish]:
        """Give the wish for a person: one of that full name, else the best known of that surname."""
        family = FAMILIES.get(said.casefold())
        for name in family or (CALLED.get(said.casefold(), said),):
            pairs = self._people.get(plain(name), Counter())
            if not pairs:
                yield _wish(mention, ("about",), "like", (said,))
                continue
            total: Counter[str] = Counter()
            for (_, person), count in pairs.items():
                total[person] += count
            best = total.most_common(1)[0][0]
            fields = tuple(field for field in self._people_fields if (field, best) in pairs)
            yield _wish(mention, fields, "eq", (best,))

    def title(self, said: str, mention: Mention) -> Wish:
        """Return the wish for an item of a title; optional where several have it, for one may ask which."""
        key = plain(said)
        found = self._titles.get(key) or tuple(
            item for title, items in self._titles.items() if title.startswith(f"{key} ") for item in items
        )
        if not found:
            return _wish(mention, ("about",), "like", (said,))
        ids = tuple(self._catalog.item_ids[item] for item in found[:MOST_TITLES])
        return _wish(mention, ("item",), "like", ids, optional=self._open(found))

    def _open(self, items: tuple[int, ...]) -> bool:
        name = self._catalog.domain.popularity_field
        if len(items) < 2:
            return False
        known = sorted((float(self._catalog.number(name).values[i]) for i in items), reverse=True)
        return not known[0] >= DOMINATES * max(known[1], 1.0)


def _wish(
    mention: Mention, fields: tuple[str, ...], op: str, values: tuple[str, ...], *, optional: bool = False
) -> Wish:
    polarity = "positive" if mention.quadrant[0] == "+" else "negative"
    strength = "hard" if mention.quadrant[1] == "!" else "soft"
    return Wish(fields, op, values, polarity, strength, optional)
