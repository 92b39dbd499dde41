"""Why an item is in the feed: short sentences, each from evidence that is at hand.

A reason that cannot be shown from the item, the person's history or the demand is not given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec
import numpy as np

from agents.linking.operators import spoken_operator
from agents.memory.words import describe
from agents.types import Preference
from catalog.domain import Field
from catalog.items import Catalog
from ranking.context import FeedContext
from ranking.features.intent import ATTENUATION, INTENT_TASTE, MATCH
from ranking.parts.check import ItemValue, is_that, value_of
from ranking.parts.intent import recent_weights
from ranking.parts.run import Run
from ranking.parts.selection import FINAL, SIMILAR, TRIED
from ranking.slate import SlateEntry
from ranking.tools.aggregator import BASE, RANKER, SCORE
from ranking.tools.degree import degree

MOST = 3
# What an item must have of a wish before the wish is given as a reason.
_SHOWN = 0.5
# "Because you liked" is said where the taste is at least this part of the best in the catalogue.
_TASTE = 0.1
# "Popular now" is said of the hundredth part of the catalogue that is wanted most.
_POPULAR = 0.01

_MATCHES = "matches: "

_SIDES = {"lt": "below", "le": "below", "gt": "above", "ge": "above"}

_PARTS = (RANKER, BASE, MATCH, INTENT_TASTE, ATTENUATION, SCORE, SIMILAR, TRIED)


@dataclass(frozen=True)
class Reasons:
    """Turn the slate into entries: score, reasons and breakdown."""

    name: str = "reasons"

    def enabled(self, run: Run) -> bool:
        """Wherever there is a slate."""
        return run.chosen > 0

    def apply(self, run: Run) -> Run:
        """Write the entries."""
        items = run.candidates.items[: run.chosen]
        degrees = [(one, degree(one, run.context, items)) for one in run.context.wanted]
        scores = {name: run.candidates.score(name) for name in (*_PARTS, FINAL)}
        entries = []
        for row, item in enumerate(items.tolist()):
            breakdown = {name: float(scores[name][row]) for name in _PARTS if name in run.candidates.scores}
            if run.request.explain:
                breakdown |= {f"wish: {describe(one)}": float(found[row]) for one, found in degrees}
            wishes = [(one, float(found[row])) for one, found in degrees]
            entries.append(
                SlateEntry(
                    item_id=run.context.catalog.item_ids[item],
                    score=float(scores[FINAL][row]),
                    reasons=_reasons(run, item, wishes, tried=bool(scores[TRIED][row])),
                    breakdown=breakdown,
                )
            )
        return replace(run, entries=tuple(entries))


def _reasons(run: Run, item: int, wishes: list[tuple[Preference, float]], *, tried: bool) -> tuple[str, ...]:
    context = run.context
    best_first = sorted(wishes, key=lambda pair: -pair[1])
    found = _joined([_wish(context.catalog, item, one, grade) for one, grade in best_first])[: MOST - 1]
    found.append(_liked(run, item))
    if tried:
        found.append("few people know it yet")
    elif context.state.demand_rank[item] < _POPULAR * len(context.catalog) and _has_demand(context, item):
        found.append("popular now")
    given = tuple(reason for reason in found if reason)[:MOST]
    return given or (_fallback(context, item),)


def _joined(reasons: list[str]) -> list[str]:
    """Say each reason once, and all matches in one."""
    matches = [
        reason.removeprefix(_MATCHES) for reason in dict.fromkeys(reasons) if reason.startswith(_MATCHES)
    ]
    others = [reason for reason in dict.fromkeys(reasons) if reason and not reason.startswith(_MATCHES)]
    return [*others[:1], *([_MATCHES + ", ".join(matches)] if matches else []), *others[1:]]


def _wish(catalog: Catalog, item: int, one: Preference, grade: float) -> str:
    if one.field == "item":
        example = catalog.index_of(str(one.value))
        return f"like {catalog.titles[example]}" if example not in (None, item) and grade >= _SHOWN else ""
    if one.field == "about" and grade >= _SHOWN and catalog.terms is not None:
        own = catalog.terms.own(str(one.value), item)
        if own:
            return f"{_MATCHES}{', '.join(own)}"
    if one.op in ("low", "high", "like") or not catalog.has(one.field):
        return _with_value(catalog, item, one, one.text or _words(catalog, one)) if grade >= _SHOWN else ""
    if is_that(catalog, item, one) is not True:
        return ""
    field = catalog.domain.field(one.field)
    if field.type in ("number", "date"):
        return _with_value(catalog, item, one, _bound_in_words(one))
    return _category(catalog, item, one)


def _bound_in_words(one: Preference) -> str:
    """Return a bound as it was said where its words say the wanted side, else as a rule.

    The words of a bound may name the side that is rejected, or none: "over two hours" after "nothing".
    """
    side = _SIDES.get(one.op)
    if one.text and (side is None or _SIDES.get(spoken_operator(one.text.casefold())) == side):
        return one.text
    # As a rule: a reason states what holds, not how much it was wanted.
    return describe(msgspec.structs.replace(one, strength="hard"))


def _words(catalog: Catalog, one: Preference) -> str:
    """The domain's own word for an end of a scale ("new"), or what was looked for."""
    if one.op not in ("low", "high") or not catalog.domain.declares(one.field):
        return str(one.value)
    field = catalog.domain.field(one.field)
    ends = field.low if one.op == "low" else field.high
    return ends[0] if ends else f"{one.op} {one.field}"


def _category(catalog: Catalog, item: int, one: Preference) -> str:
    value = value_of(catalog, one.field, item)
    meant = one.value if isinstance(one.value, list) else [one.value]
    wanted = {str(each).casefold() for each in meant}
    if isinstance(value, tuple):
        return f"{_MATCHES}{', '.join(each for each in value if each.casefold() in wanted)}"
    return f"{one.field} {value}"


def _with_value(catalog: Catalog, item: int, one: Preference, words: str) -> str:
    """Add what the item's value is ("under two hours (95 minutes)")."""
    if not catalog.domain.declares(one.field):
        return f"{_MATCHES}{words}"
    shown = _shown(catalog.domain.field(one.field), value_of(catalog, one.field, item))
    return f"{words} ({shown})" if shown else words


def _shown(field: Field, value: ItemValue) -> str:
    match value:
        case None:
            return ""
        case float():
            number = f"{value:.{field.decimals}f}"
            return f"{number} {field.unit}".strip()
        case tuple():
            return ", ".join(value)
        case np.datetime64():
            return str(value.astype("datetime64[D]"))
        case _:
            return str(value)


def _liked(run: Run, item: int) -> str:
    """ "Because you liked ...", where the item's score comes from something in the history."""
    context = run.context
    taste, collaborative = context.taste, context.state.collaborative
    best = float(taste.scores.max(initial=0.0))
    if collaborative is None or best <= 0 or taste.scores[item] < _TASTE * best:
        return ""
    why = collaborative.because(item, taste.history, recent_weights(run))
    return f"because you liked {context.catalog.titles[int(why[0])]}" if len(why) else ""


def _has_demand(context: FeedContext, item: int) -> bool:
    popularity = context.state.popularity
    return bool(popularity.demand_share[item] > 0)


def _fallback(context: FeedContext, item: int) -> str:
    """What is true of an item that neither a wish nor the history speaks for."""
    popularity = context.state.popularity
    if popularity.rating_mean[item] >= 4 and popularity.event_count[item] >= 20:
        return f"well liked by {int(popularity.event_count[item])} people"
    if popularity.positive_count[item] > 0:
        return f"liked by {int(popularity.positive_count[item])} people"
    return "something new"
