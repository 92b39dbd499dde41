"""A bound in words as field, operator and value: "under two hours" is `runtime lt 120`."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace
from rapidfuzz import process
from rapidfuzz.distance import OSA

from agents.linking.measured import field_of, in_unit
from agents.linking.operators import LESS, MORE, spoken_operator
from agents.linking.quantities import Quantity, in_digits, quantities
from agents.linking.rejected import NOTHING
from agents.linking.values import ValueLinker
from agents.student.decode import Marked
from agents.types import Op, Value
from catalog.vocabulary import Match


class Bound(msgspec.Struct, frozen=True):
    """What a bound says; `field` is empty where the catalogue has no field that it can mean.

    `others` are further values that are as right ("PG or PG-13"). `end` is where in the text the bound ends:
    what the model marks before that is part of it.
    """

    field: str
    op: Op
    value: Value
    around: bool = False
    others: tuple[Value, ...] = ()
    end: int = 0


# "around 90 minutes" accepts a tenth to either side (intent contract); of a year that would be two centuries.
AROUND = 0.1
AROUND_YEARS = 2
# A bound has two ends at most: "1 2 3 4 5" is none.
MOST_PLAIN = 2
# From here on the model is believed that "over" is said of what is rejected, whatever words reject it.
SURE_OP = 0.9
# A level is short ("R", "PG"): nothing but its exact name will do.
EXACT_LEVEL = 0.95
_CLAUSE = re.compile(r"[,;.!?]\s")
_AROUND_BEFORE = re.compile(r"(?:around|about|roughly|~)\W*$")
# What a rejection of one side accepts: "nothing over 2 hours" is at most 2 hours.
_REJECTED = {"lt": "ge", "gt": "le", "le": "gt", "ge": "lt"}
_TURNED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}
_OLD_OR_NEW = re.compile(r"\b(?:older|newer|later|earlier)\b")
# Levels with one of these between them are the ends of a region; else they are said side by side.
_STRETCH = re.compile(r"\b(?:between|to|through|till|until|thru)\b|\s[-\u2013]\s", re.IGNORECASE)
_AGO = re.compile(r"\s*(?:years?|yrs?)?\s*\b(?:old|ago)\b", re.IGNORECASE)
# Words of comparison and of amounts, in which a typing error would lose the bound.
_MEASURES = (
    "under over below above before after between within around least most maximum minimum less more than"
    " longer shorter newer older later earlier higher lower better onwards since until hours hour minutes"
    " minute mins stars rating rated dollars euros pounds bucks points twenties thirties forties fifties"
    " sixties seventies eighties nineties noughties thousand hundred early late point half quarter three four"
    " five seven eight nine eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
    " twenty thirty forty fifty sixty seventy eighty ninety"
)
_MEASURING = tuple(_MEASURES.split(" "))
# Words of which an amount in words consists; "and", "a" and "an" only between them or in front.
_AMOUNT = re.compile(
    r"\d+(?:[.,]\d+)?|half|quarter|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundred|thousand|hours?|hrs?|minutes?|mins?|and|an?",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"([\w.,]+)[\s-]+$")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_AT_MOST = r"at (?:the )?(?:very )?(?:most|least)"
# What belongs to a bound though the model left it out: "90 min *or less*".
_BEHIND = re.compile(
    rf"\s*,?\s*(?:(?:or|and|&) (?:{MORE}|{LESS})\b|or so\b|max(?:imum)?\b|min(?:imum)?\b|tops\b"
    rf"|{_AT_MOST}\b)"
    # In "80s, max 110 min" the next bound begins.
    r"(?!\s+(?:\d|an?\b|one\b|two\b|three\b|half\b|the\b|[$€£]))",
    re.IGNORECASE,
)
# What is counted stands behind the number.
COUNTED = r"[^\W\d_]{3,}s"
_COUNT = re.compile(r"\d or (?:more|less|fewer)$", re.IGNORECASE)
_COUNTED = re.compile(rf"\s+({COUNTED})\b", re.IGNORECASE)
# "1971 and" is marked where "1971 and older" is meant.
_OPEN_END = re.compile(r"[\s,]+(?:and|or|&)\s*$", re.IGNORECASE)
_NOTHING = re.compile(
    # "No, wait, under an hour" takes back what was said before, and turns nothing.
    rf"\b(?:{NOTHING}|no(?!\s*,|\s+(?:wait|sorry|actually|hang|hold|thanks|i)\b)|not|don'?t|never|without|none"
    r"|can'?t|cannot|shouldn'?t|mustn'?t|isn'?t|aren'?t|doesn'?t|won'?t|neither|nor|avoid|exclude|remove|hide|skip|stop|anything|everything)\b"
)
_HOUR = re.compile(r"\d{1,2}(?:[:.]\d\d)?(?:\s?[ap]\.?m\.?)?", re.IGNORECASE)
# What happens at an hour: "I've got to be up at 6".
_AT_AN_HOUR = re.compile(
    r"\b(?:up|back|home|bed|work|school|dinner|out|off|start\w*|wake\w*|leav\w*|finish\w*)\s+(?:\w+\s+)?at\s+$"
)
# What the model left out before a level: "*at least* XL".
_LIMIT_BEFORE = re.compile(rf"\b(?:{_AT_MOST}|up to|min(?:imum)?|max(?:imum)?)\s+$")
# Words that reject a side whatever the model says: "none of which may be longer".
_NEITHER = re.compile(r"\b(?:neither|none) of (?:which|them|those|these)\s+(?:[a-z]+\s+){0,3}$")


def without_open_end(mention: Marked) -> Marked:
    """Return a bound without the "and" or "or" that stands behind it: "rated g or" is the first of two."""
    if not mention.text.rstrip().lower().endswith(("and", "or", "&")):
        return mention
    said = _OPEN_END.sub("", mention.text)
    return replace(mention, end=mention.start + len(said), text=said)


def is_hour(text: str, mention: Marked) -> bool:
    """Whether a number is the hour of something that somebody does."""
    return (
        _HOUR.fullmatch(mention.text) is not None
        and _AT_AN_HOUR.search(text[: mention.start].casefold()) is not None
    )


def link_bound(text: str, mention: Marked, values: ValueLinker, year_now: int) -> Bound | None:
    """Return what a bound says, or None where its words hold neither number nor level."""
    mention = _with_counted(text, _whole(text, mention), values)
    bound = _read(text, mention, values, year_now)
    return None if bound is None else replace(bound, end=mention.end)


def _whole(text: str, mention: Marked) -> Marked:
    """Return a bound with what belongs to it though the model left it out, on both sides."""
    ago = _AGO.match(text, mention.end)
    if ago is not None:
        mention = replace(mention, end=ago.end(), text=text[mention.start : ago.end()])
    mention = _whole_amount(text, mention)
    mention = without_open_end(mention)
    behind = _BEHIND.match(text, mention.end)
    if behind is not None and not spoken_operator(mention.text.casefold()):
        mention = replace(mention, end=behind.end(), text=text[mention.start : behind.end()])
    return mention


def _with_counted(text: str, mention: Marked, values: ValueLinker) -> Marked:
    """Return a bound with what it counts, if the catalogue has no such thing: "3 or more *seasons*"."""
    counted = _COUNTED.match(text, mention.end)
    if counted is None or not _COUNT.search(mention.text):
        return mention
    if values.is_item_word(counted[1]) or values.vocabulary.spelt(counted[1]):
        return mention
    return replace(mention, end=counted.end(), text=text[mention.start : counted.end()])


def _read(text: str, mention: Marked, values: ValueLinker, year_now: int) -> Bound | None:
    before = text[max(0, mention.start - 40) : mention.start].casefold()
    spelt = _spelt(mention.text, values)
    if spelt != mention.text:
        mention = replace(mention, text=spelt)
    amounts = quantities(mention.text, year_now)
    # "PG-13" and "size 38" are levels, though they hold a number.
    if all(amount.unit == "plain" for amount in amounts):
        level = _link_level(mention, before, values)
        if level is not None or not amounts:
            return level
    op = _operator(mention, before, amounts)
    # Another part of the sentence is about something else: "not too long, 7 or higher".
    near = _CLAUSE.split(before)[-1] + " " + text[mention.end : mention.end + 25].casefold()
    field = field_of(mention.text, near, amounts[0], values)
    if field is None or sum(amount.unit == "plain" for amount in amounts) > MOST_PLAIN:
        # Where nothing has a year, a decade is a style: "something seventies".
        return None if amounts[0].word == "decade" else Bound("", "eq", None)
    ends = sorted(v for q in amounts[:2] for v in (in_unit(q.low, q, field), in_unit(q.high, q, field)))
    low, high = ends[0], ends[-1]
    if op == "around" and not amounts[0].region:
        slack = AROUND_YEARS if amounts[0].unit == "year" else low * AROUND
        return Bound(field.name, "between", [_tidy(low - slack), _tidy(high + slack)], around=True)
    if op in ("between", "eq", "around"):
        if high > low:
            return Bound(field.name, "between", [_tidy(low), _tidy(high)], around=op == "around")
        return Bound(field.name, "eq", _tidy(low))
    return Bound(field.name, _as_op(op), _tidy(high if op in ("gt", "le") else low))


def _whole_amount(text: str, mention: Marked) -> Marked:
    """Return a bound that begins within an amount from the amount's beginning: "an hour and a *half*"."""
    if mention.text[:1].isdigit() or _AMOUNT.match(mention.text) is None:
        return mention
    start = mention.start
    while (before := _BEFORE.search(text[:start])) is not None and _AMOUNT.fullmatch(before[1]):
        start = before.start()
    opening = text[start : mention.start].casefold().split()
    if not opening or opening[0] == "and" or all(word in ("a", "an") for word in opening):
        return mention
    return replace(mention, start=start, text=text[start : mention.end])


def _spelt(words: str, values: ValueLinker) -> str:
    """Return the words with each that is none and one typing error from one of measure spelt as that."""

    def nearest(match: re.Match[str]) -> str:
        word = match[0].casefold()
        if not values.mistyped(word):
            return match[0]
        near = process.extractOne(word, (*_MEASURING, *values.units), scorer=OSA.distance, score_cutoff=1)
        return near[0] if near else match[0]

    return _LONG_WORD.sub(nearest, words)


def _as_op(name: str) -> Op:
    ops: dict[str, Op] = {"lt": "lt", "le": "le", "gt": "gt", "ge": "ge", "between": "between"}
    return ops.get(name, "eq")


def _operator(mention: Marked, before: str, amounts: Sequence[Quantity]) -> str:
    """Decide by the words where they are plain, else by the model ("I have an hour")."""
    spoken = spoken_operator(in_digits(mention.text))
    points = len([q for q in amounts if not q.region])
    if spoken in ("", "between", "around"):
        if amounts[0].word == "since":
            # "Nothing from the last ten years" is the one rejected stretch without a far end.
            return "lt" if mention.op == "lt" or mention.polarity == "negative" else "ge"
        if points >= 2:
            return "between"
    if spoken:
        # "Less than five years old" is later than five years ago.
        turned = amounts[0].word == "aged" and not _OLD_OR_NEW.search(mention.text.casefold())
        return _TURNED.get(spoken, spoken) if turned else _as_accepted(spoken, mention, before)
    if _AROUND_BEFORE.search(before):
        return "around"
    region = amounts[0].region
    if mention.op_probability > 0.5 and (mention.op != "between" or region):
        return mention.op
    # Nobody has exactly an hour to spend, or exactly fifty dollars.
    unsure = "le" if amounts[0].unit in ("minutes", "money") else "eq"
    return "between" if region else unsure


def _as_accepted(spoken: str, mention: Marked, before: str) -> str:
    """Return the region that is accepted: "nothing over two hours" accepts two hours and less."""
    turned = _REJECTED.get(spoken, "")
    plain = _NEITHER.search(before) is not None
    if not turned or (turned != mention.op and not plain):
        return spoken
    return turned if plain or mention.op_probability > SURE_OP or _NOTHING.search(before) else spoken


def _link_level(mention: Marked, before: str, values: ValueLinker) -> Bound | None:
    """Read a bound on an ordered vocabulary: "PG at most", "G or PG"."""
    levels = levels_in(mention.text, values)
    if not levels:
        return None
    field = levels[0].field
    order = list(values.catalog.domain.field(field).values)
    found = sorted({m.value for m in levels if m.field == field}, key=order.index)
    spoken = spoken_operator(mention.text.casefold())
    beside = _LIMIT_BEFORE.search(before)
    op = _as_accepted(spoken or (spoken_operator(beside[0]) if beside else ""), mention, before)
    if not op and mention.op in _REJECTED and mention.op_probability > 0.5:
        op = mention.op
    if op not in _REJECTED and len(found) > 1:
        if _STRETCH.search(mention.text):
            return Bound(field, "between", [found[0], found[-1]])
        return Bound(field, "eq", found[0], others=tuple(found[1:]))
    # "Around PG" names one level, and a region has two ends.
    one = _as_op(op) if op in _REJECTED else "eq"
    return Bound(field, one, found[-1] if op in ("le", "lt") else found[0])


def levels_in(words: str, values: ValueLinker) -> list[Match]:
    """Return the values of ordered vocabularies that words name: certificates, sizes, "pg thirteen"."""
    return _levels(in_digits(words), values) or _levels(words, values)


def _levels(words: str, values: ValueLinker) -> list[Match]:
    pieces = words.replace("(", " ").replace(")", " ").replace(",", " ").split()
    for size in (3, 2, 1):
        found = [
            match
            for at in range(len(pieces) - size + 1)
            for match in values.vocabulary.spelt(" ".join(pieces[at : at + size]))
            if match.score >= EXACT_LEVEL and values.catalog.domain.field(match.field).type == "ordered"
        ]
        if found:
            return found
    return []


def _tidy(value: float) -> float:
    rounded = round(value, 2)
    return int(rounded) if rounded == int(rounded) else rounded
