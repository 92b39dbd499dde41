"""How much an item is what a preference speaks of, from 0 (not at all, or not known) to 1.

One meaning for wanted and unwanted alike: the matcher raises by it, the attenuator lowers by it.
An unknown value is no evidence and counts 0.
"""

from __future__ import annotations

import numpy as np

from agents.types import Preference
from catalog.columns import DateColumn, OrderedColumn
from catalog.errors import CatalogError
from catalog.predicate import period, satisfies
from ranking.context import CatalogState, FeedContext, Scale
from ranking.interactions import Floats, Ints
from ranking.lexical import words

# Of what "like Heat" means, by what it can be told: what its friends also liked, what its text says,
# what kind of thing it is. Where nobody's friends are known the other two share.
_LIKE_TASTE, _LIKE_TEXT, _LIKE_KIND = 0.45, 0.25, 0.30
# What the terms of an item count beside its text, where a wish names terms.
_TERMS = 0.75
# What the nearest item by meaning has of a wish where no item has its words: it may be a guess.
_GUESSED = 0.7
# How much of its likeness counts for an item of which nothing but the title is known.
_BARE = 0.5
# "Something like Heat" is no request for Heat: the example itself stands behind what resembles it.
# "The second one looks good" is about that very one.
_EXAMPLE = 0.5


def degree(preference: Preference, context: FeedContext, items: Ints) -> Floats:
    """Return how much each of `items` (int32[k]) is what the preference speaks of: float32[k], 0 to 1."""
    meaning = ("degree", preference.field, preference.op, repr(preference.value), preference.text)
    return context.once(meaning, lambda: _degrees(preference, context.state))[items]


def _degrees(preference: Preference, state: CatalogState) -> Floats:
    """Return the degrees of the whole catalogue: float32[n]. The functions below do so, too."""
    if preference.field == "item":
        return _like_item(state, preference)
    if preference.op == "like" or preference.field not in state.catalog.columns:
        return _like_words(state, preference)
    scale = state.scales.get(preference.field)
    if scale is None:
        return _has_value(state, preference)
    if preference.op in ("low", "high"):
        return _end_of_scale(scale, preference.op)
    return _near_bound(state, preference, scale)


def _end_of_scale(scale: Scale, end: str) -> Floats:
    """The part of the catalogue that an item is beyond, towards the end of the scale that is meant."""
    far: Floats = np.nan_to_num(1 - scale.share if end == "low" else scale.share, nan=0.0)
    return far


def _has_value(state: CatalogState, preference: Preference) -> Floats:
    try:
        holds = satisfies(state.catalog, preference.field, "eq", preference.value)  # type: ignore[arg-type]
    except CatalogError:
        # A value that the field cannot have is a matter of words: the text may still speak of it.
        return _like_words(state, preference)
    return holds.astype(np.float32)


def _near_bound(state: CatalogState, preference: Preference, scale: Scale) -> Floats:
    """1 inside the bounds, and less the further outside: e^-1 at one width of the field."""
    bounds = _bounds(state, preference)
    if bounds is None:
        return np.zeros(len(scale.values), dtype=np.float32)
    low, high = bounds
    outside = np.maximum(np.maximum(low - scale.values, scale.values - high), 0.0)
    near: Floats = np.nan_to_num(np.exp(-outside / scale.width), nan=0.0).astype(np.float32)
    return near


def _bounds(state: CatalogState, preference: Preference) -> tuple[float, float] | None:
    op, value = preference.op, preference.value
    given = list(value) if isinstance(value, list) else [value]
    places = [_place(state, preference.field, one) for one in given]
    if not places or any(one is None for one in places):
        return None
    low, high = min(one[0] for one in places if one), max(one[1] for one in places if one)
    if op in ("lt", "le"):
        return -np.inf, high if op == "le" else low
    if op in ("gt", "ge"):
        return (low if op == "ge" else high), np.inf
    return low, high


def _place(state: CatalogState, field: str, value: str | float | None) -> tuple[float, float] | None:
    """Where a value lies on the field's axis; a year is a whole stretch of a date's."""
    column = state.catalog.columns[field]
    if isinstance(column, OrderedColumn) and isinstance(value, str):
        level = column.level(value)
        return None if level is None else (float(level), float(level))
    if isinstance(column, DateColumn):
        try:
            start, end = period(value)
        except CatalogError:
            return None
        days = [float(one.astype("datetime64[D]").astype(np.int64)) for one in (start, end)]
        return days[0], max(days[0], days[1] - 1)
    return (float(value), float(value)) if isinstance(value, int | float) else None


def _like_words(state: CatalogState, preference: Preference) -> Floats:
    """Mostly by the terms that the words name, where they name any; else by meaning and the very words."""
    text = str(preference.value) if preference.field == "about" else preference.text or str(preference.value)
    by_words = _by_words(state, text)
    by_terms = state.catalog.terms.degrees(text) if state.catalog.terms is not None else None
    if by_terms is None:
        return by_words
    # As said, "creepy" is hardly in any text; what is unsettling is known all the same.
    mixed: Floats = np.float32(_TERMS) * by_terms + np.float32(1 - _TERMS) * by_words
    return mixed


def _by_words(state: CatalogState, text: str) -> Floats:
    """Half by meaning, half by the very words; by meaning alone where no item has one of the words."""
    meaning = _relative(state.semantic.similarity(state.semantic.text(text)))
    # A bare title means little: what resembles it by chance must not stand above what is described.
    meaning = np.where(state.is_described, meaning, np.float32(_BARE) * meaning)
    spoken = state.semantic.words.scores(text)
    return (meaning + spoken) / 2 if spoken.any() else np.float32(_GUESSED) * meaning


def _relative(similarity: Floats) -> Floats:
    """Measure similarity against the catalogue: 0 for the average item, 1 for the nearest.

    Cosines of short texts lie close together, so their absolute height says little.
    """
    mean, best = float(similarity.mean()), float(similarity.max())
    if best - mean < 1e-6:
        return np.zeros(len(similarity), dtype=np.float32)
    relative: Floats = np.clip((similarity - np.float32(mean)) / np.float32(best - mean), 0, 1)
    return relative


def _like_item(state: CatalogState, preference: Preference) -> Floats:
    example = state.catalog.index_of(str(preference.value))
    if example is None:
        return np.zeros(len(state.catalog), dtype=np.float32)
    similarity = state.semantic.similarity(state.semantic.items[example])
    similarity[example] = similarity.min()
    text, kind = _relative(similarity), _same_kind(state, example)
    taste = _liked_together(state, example)
    if taste is None:
        likeness = (_LIKE_TEXT * text + _LIKE_KIND * kind) / (_LIKE_TEXT + _LIKE_KIND)
    else:
        likeness = _LIKE_TASTE * taste + _LIKE_TEXT * text + _LIKE_KIND * kind
    likeness[example] = 1.0 if _is_pointed_at(state, preference, example) else _EXAMPLE
    return likeness.astype(np.float32)


def _is_pointed_at(state: CatalogState, preference: Preference, example: int) -> bool:
    """Say whether the person pointed at the item ("the second one") instead of naming it as an example."""
    said, title = words(preference.text), words(state.catalog.titles[example])
    own = title - state.semantic.words.idle
    # A part of a name is a name ("Godfather"), but of "The Others" all of it must be said.
    named = bool(said & own) if own else title <= said
    return bool(preference.text) and not named


def _same_kind(state: CatalogState, example: int) -> Floats:
    """The categories in common, as a part of all that either has (Jaccard)."""
    kinds = state.features.categories
    counts = np.diff(kinds.indptr)
    common = kinds @ np.asarray(kinds[example].todense(), dtype=np.float32).ravel()
    share: Floats = (common / np.maximum(counts + counts[example] - common, 1)).astype(np.float32)
    return share


def _liked_together(state: CatalogState, example: int) -> Floats | None:
    """How strongly liking the example speaks for each item, 1 for the strongest; None where nothing is known.

    The square root, because the weights fall off steeply: without it only two or three would count.
    """
    if state.collaborative is None:
        return None
    weights = state.collaborative.scores(np.array([example], dtype=np.int32), np.ones(1, dtype=np.float32))
    best = float(weights.max(initial=0.0))
    if best <= 0:
        return None
    shares: Floats = np.sqrt(np.clip(weights / np.float32(best), 0, 1))
    return shares
