"""A bound in words as field, operator and value: "under two hours" is `runtime lt 120`."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from agents.linking.quantities import Quantity, Unit, in_digits, quantities
from agents.types import Op, Value
from catalog.columns import DateColumn, NumberColumn
from catalog.domain import Field
from catalog.items import Catalog
from catalog.vocabulary import Vocabulary


@dataclass(frozen=True)
class Bound:
    """What a bound says; `field` is empty where the catalogue has no field that it can mean."""

    field: str
    op: Op
    value: Value


# "around 90 minutes" accepts a tenth to either side (intent contract); a tenth of a year would be two centuries.
AROUND = 0.1
AROUND_YEARS = 2
# The words decide the operator where they are plain; the model where they are not.
_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ge", re.compile(r"\bat least\b|\bor (?:more|newer|later|higher|better|above|up|longer|larger|over)\b|\band (?:up|above|newer|later|over|onwards?)\b|\bonwards?\b|\bsince\b|\bmin(?:imum)?\b(?! ?\d*$)|\bfrom .* on\b|\bno (?:less|older|earlier|lower|shorter) than\b|\bnot (?:older|earlier|less|lower|shorter) than\b|\d\s?\+|>=|\bnot below\b")),
    ("le", re.compile(r"\bat most\b|\bup to\b|\bor (?:less|under|older|earlier|below|lower|shorter|fewer|cheaper)\b|\band (?:under|below|older|earlier|lower)\b|\bmax(?:imum)?\b|\btops\b|\bno (?:longer|more|newer|later|higher|over) than\b|\bnot (?:longer|more|newer|later|over|above|higher) than\b|<=|\bwithin\b|\bno(?:t)? (?:over|above)\b")),
    ("between", re.compile(r"\bbetween\b|\bfrom \S+ (?:to|until|till|through) ")),
    ("around", re.compile(r"\baround\b|\babout\b|\broughly\b|\bapprox\w*|\bcirca\b|\bclose to\b|\bor so\b|\bish\b|~")),
    ("lt", re.compile(r"\bunder\b|\bbelow\b|\bless than\b|\bbefore\b|\bshorter than\b|\bolder than\b|\bearlier than\b|\bcheaper than\b|\bfewer than\b|\bpre\b|\bprior to\b|\blower than\b|\bsmaller than\b|<")),
    ("gt", re.compile(r"\bover\b|\babove\b|\bmore than\b|\bafter\b|\blonger than\b|\bnewer than\b|\blater than\b|\bpost\b|\bbetter than\b|\bhigher than\b|\bbeyond\b|\bgreater than\b|\bpricier than\b|>")),
)
# What a rejection of one side accepts: "nothing over 2 hours" is at most 2 hours.
_REJECTED = {"lt": "ge", "gt": "le", "le": "gt", "ge": "lt"}
_DEMAND_NOTHING = re.compile(r"\b(?:nothing|no|not|don'?t|dont|never|without|none|can'?t|cannot|shouldn'?t|mustn'?t|isn'?t|aren'?t|avoid|exclude|remove|hide|skip|stop)\b")


def _spoken_operator(words: str) -> str:
    return next((op for op, pattern in _WORDS if pattern.search(words)), "")


def link_bound(text: str, start: int, end: int, guess: str, sure: float, catalog: Catalog, vocabulary: Vocabulary, year_now: int) -> Bound | None:
    """Return what the bound at `[start, end)` says, or None where its words hold neither number nor level.

    Parameters
    ----------
    guess, sure
        The operator that the model read, as the region that is accepted, and how sure it is.
    """
    words = text[start:end]
    before = text[max(0, start - 40) : start].casefold()
    amounts = quantities(words, year_now)
    if not amounts:
        return _link_level(words, before, guess, sure, catalog, vocabulary)
    op = _operator(in_digits(words), before, guess, sure, amounts)
    field = _field_of(words, before + " " + text[end : end + 25].casefold(), amounts[0], catalog, vocabulary)
    if field is None:
        return Bound("", "eq", None)
    ends = sorted(v for q in amounts[:2] for v in (_in_unit(q.low, q, field), _in_unit(q.high, q, field)))
    low, high = ends[0], ends[-1]
    if op == "around":
        slack = AROUND_YEARS if amounts[0].unit == "year" else low * AROUND
        return Bound(field.name, "between", [_tidy(low - slack), _tidy(high + slack)])
    if op == "between" or (op == "eq" and high > low):
        return Bound(field.name, "between", [_tidy(low), _tidy(high)]) if high > low else Bound(field.name, "eq", _tidy(low))
    one = high if op in ("gt", "le") else low
    return Bound(field.name, _as_op(op), _tidy(one))


def _as_op(name: str) -> Op:
    ops: dict[str, Op] = {"lt": "lt", "le": "le", "gt": "gt", "ge": "ge", "between": "between"}
    return ops.get(name, "eq")


def _operator(words: str, before: str, guess: str, sure: float, amounts: list[Quantity]) -> str:
    spoken = _spoken_operator(words)
    points = len([q for q in amounts if not q.region])
    if amounts[0].word == "since" and spoken in ("", "between", "around"):
        return "ge"
    if points >= 2 and spoken in ("", "between", "around"):
        return "between"
    if not spoken:
        tail = before.rstrip()[-12:]
        if re.search(r"(?:around|about|roughly|~)\W*$", tail):
            return "around"
        # The model's operator stands for what only the sentence tells ("I have two hours").
        return guess if sure > 0.5 and (guess != "between" or amounts[0].region or points >= 2) else "between" if amounts[0].region else "eq"
    if spoken in _REJECTED and sure > 0.6 and guess == _REJECTED[spoken] and _DEMAND_NOTHING.search(before):
        return guess
    return spoken


def _link_level(words: str, before: str, guess: str, sure: float, catalog: Catalog, vocabulary: Vocabulary) -> Bound | None:
    """Read a bound on an ordered vocabulary: "PG at most"."""
    pieces = words.replace("(", " ").split()
    for size in (3, 2, 1):
        for at in range(len(pieces) - size + 1):
            for match in vocabulary.lookup(" ".join(pieces[at : at + size])):
                if match.score >= 0.95 and catalog.domain.field(match.field).type == "ordered":
                    spoken = _spoken_operator(words.casefold())
                    op = spoken or (guess if guess in ("lt", "le", "gt", "ge") and sure > 0.5 else "eq")
                    if spoken in _REJECTED and guess == _REJECTED[spoken] and _DEMAND_NOTHING.search(before):
                        op = guess
                    return Bound(match.field, _as_op(op), match.value)
    return None


_UNIT_WORDS: dict[Unit, tuple[str, ...]] = {
    "minutes": ("minute", "minutes", "hour", "hours", "second", "seconds"),
    "money": ("dollar", "dollars", "$", "€", "£", "euro", "euros", "eur", "usd", "pound", "pounds", "gbp", "currency"),
    "points": ("points", "stars", "star"),
    "year": ("year", "years"),
    "plain": (),
}
_UNIT_NAMES: dict[Unit, tuple[str, ...]] = {
    "minutes": ("runtime", "duration", "length", "running_time"),
    "money": ("price", "cost"),
    "points": ("rating", "score", "stars"),
    "year": ("year", "release_year", "published", "released", "date"),
    "plain": (),
}
_STOP = {"the", "a", "of", "than", "in", "with", "at", "or", "and", "for", "from", "to", "is", "no", "not", "out", "on", "more", "less", "over", "under", "up"}


def _field_of(words: str, around: str, amount: Quantity, catalog: Catalog, vocabulary: Vocabulary) -> Field | None:
    """Choose the field by the unit, else by a field's name in or near the mention, else by where the number fits."""
    fields = [f for f in catalog.domain.fields if f.type in ("number", "date")]
    by_unit = [f for f in fields if set(f.unit.casefold().split()) & set(_UNIT_WORDS[amount.unit]) or f.name in _UNIT_NAMES[amount.unit]]
    named = [f for f in _named(words, vocabulary) if f in {x.name for x in fields}]
    if amount.unit == "year" and amount.word == "" and named and named[0] not in {f.name for f in by_unit}:
        return catalog.domain.field(named[0])
    if amount.unit != "plain":
        return by_unit[0] if by_unit else None
    worded = [f for f in fields if amount.word and amount.word.rstrip("s") in f.unit.casefold()]
    if worded:
        return worded[0]
    candidates = named or [n for n in _named(around, vocabulary) if n in {x.name for x in fields}]
    fitting = [f for f in fields if _fits(amount.low, f, catalog)]
    for name in candidates:
        if not fitting or name in {f.name for f in fitting}:
            return catalog.domain.field(name)
    if candidates:
        return catalog.domain.field(candidates[0])
    # A bare number means what it looks like: a score first, for that is what people leave unnamed.
    preferred = [f for f in fitting if f.name in _UNIT_NAMES["points"]] or fitting
    return preferred[0] if preferred and not amount.word else (preferred[0] if len(fields) == 1 else (preferred[0] if preferred else None))


def _named(words: str, vocabulary: Vocabulary) -> list[str]:
    tokens = [w for w in re.findall(r"[a-z]+", words.casefold()) if w not in _STOP]
    found = []
    for token in tokens:
        found += [m.field for m in vocabulary.fields(token) if m.score >= 0.95]
    return list(dict.fromkeys(found))


def _fits(value: float, field: Field, catalog: Catalog) -> bool:
    column = catalog.columns.get(field.name)
    if not isinstance(column, NumberColumn) or isinstance(column, DateColumn) or np.isnan(column.values).all():
        return False
    return bool(np.nanmin(column.values) <= value <= np.nanmax(column.values))


def _in_unit(value: float, amount: Quantity, field: Field) -> float:
    """Return the value in the field's unit: minutes as hours, four stars of five as eight points of ten."""
    unit = field.unit.casefold()
    if amount.unit == "minutes" and "hour" in unit:
        return value / 60
    if amount.unit == "minutes" and "second" in unit:
        return value * 60
    if amount.unit == "points" and amount.word:
        scale = re.search(r"of (\d+)", unit)
        if scale:
            return value / float(amount.word) * float(scale[1])
    return value


def _tidy(value: float) -> float:
    rounded = round(value, 2)
    return int(rounded) if rounded == int(rounded) else rounded
