"""Numbers, durations, decades, prices and ratings in the words of a mention."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

import msgspec
from text_to_num import alpha2digit

Unit = Literal["minutes", "year", "money", "points", "plain"]


class Quantity(msgspec.Struct, frozen=True):
    """An amount: one number, or both ends of a region (a decade); `word` is the unit as it was said."""

    low: float
    high: float
    unit: Unit
    word: str = ""

    @property
    def region(self) -> bool:
        """Whether this is a stretch and not a point."""
        return self.high > self.low


_TENS = {
    "twenty": "20",
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "sixty": "60",
    "seventy": "70",
    "eighty": "80",
    "ninety": "90",
    "nineteen": "19",
    "eighteen": "18",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
    "thirteen": "13",
    "fourteen": "14",
    "fifteen": "15",
    "sixteen": "16",
    "seventeen": "17",
}
_ONES = {
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
}
_DECADE_NAMES = {
    # As they are misspelt: no list of names lets a typing error be found here.
    "ninties": 1990,
    "ninetys": 1990,
    "eightys": 1980,
    "eightees": 1980,
    "seventys": 1970,
    "sixtys": 1960,
    "fiftys": 1950,
    "tens": 2010,
    "twenties": 1920,
    "thirties": 1930,
    "forties": 1940,
    "fourties": 1940,
    "fifties": 1950,
    "sixties": 1960,
    "seventies": 1970,
    "eighties": 1980,
    "nineties": 1990,
    "noughties": 2000,
    "naughties": 2000,
    "aughts": 2000,
    "twothousands": 2000,
    "two thousands": 2000,
    "two-thousands": 2000,
    "twenty tens": 2010,
    "twenty-tens": 2010,
}
_PARTS = {"early": (0, 3), "mid": (4, 6), "middle": (4, 6), "late": (6, 9)}

_DECADE = re.compile(
    r"(?:(?P<part>early|mid|middle|late)[\s-]*(?:of\s+)?(?:the\s+)?)?"
    r"(?:['\u2019]?(?P<digits>(?:1[89]|20)?\d0)\s?['\u2019]?(?:s|ies|ties)\b|(?P<name>"
    + "|".join(sorted(_DECADE_NAMES, key=len, reverse=True))
    + r")\b)"
)
# As it is said in other languages: "from the years eighty".
_YEARS = re.compile(r"(?<!\d )\byears? ([2-9]0)(?![\w.,])")
_CENTURY = re.compile(r"\b(?:this|the (?:21st|twenty[- ]first|current)|21st) century\b")
_TURN = re.compile(r"\bturn of the (?:century|millennium|millenium)\b")
_LAST_YEARS = re.compile(
    r"\b(?:last|past|recent)\s+(?:(?P<n>\d+|few|couple of|couple)\s+)?(?P<unit>years?|decades?)\b"
)
# "Ten years old", "5 years ago", "not older than 10 years": years back from now.
_AGED = re.compile(
    r"(?<![\w.])(?P<n>\d{1,3})[\s-]?(?:years?|yrs?)[\s-]+(?:old|ago)\b"
    r"|\b(?:older|newer) than (?P<than>\d{1,3}) (?:years?|yrs?)\b"
)
_YEAR_WORDS = re.compile(
    r"\b(?P<century>eighteen|nineteen|twenty)[\s-]+(?:hundred\b|(?P<oh>oh|o)[\s-]+(?P<one>\w+)|(?P<tens>ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[\s-]+(?P<ones>one|two|three|four|five|six|seven|eight|nine))?)\b"
)
_HOURS = r"(?:hours?|hrs?|h)"
_MINUTES = r"(?:minutes?|minuets?|mins?|m|')"
_N = r"\d+(?:[.,]\d+)?(?: and a half)?"
_PART = r"(?:(?:an?|1)\s+)?(?:half|quarter)|(?:3|three)[\s-]+quarters?"
_DURATION = re.compile(
    rf"(?P<half_h>{_N})\s?{_HOURS}\s+and\s+(?P<half_part>{_PART})\b"
    rf"|(?P<and_half>\d+)\s+and\s+(?P<and_part>{_PART})\s*{_HOURS}\b"
    rf"|(?P<hm_h>\d+)\s?{_HOURS}\s?(?:and\s+)?(?P<hm_m>[0-5]?\d)(?:\s?{_MINUTES})?(?![\d.])"
    rf"|(?P<slash>\d+)\s+1/2\s*{_HOURS}"
    rf"|(?P<hours>{_N})\s?{_HOURS}\b"
    rf"|(?P<minutes>{_N})[\s-]?{_MINUTES}(?!\w)"
)
_MONEY = re.compile(
    rf"(?:[$€£]|usd|eur)\s?(?P<before>{_N})|(?P<after>{_N})\s?(?:[$€£]|dollars?|bucks?|euros?|eur|usd|pounds?|quid)(?!\w)"
)
_POINTS = re.compile(
    rf"(?P<n>{_N})\s?(?:(?P<stars>stars?\b|\*)|/\s?(?P<of>\d+)|out of (?P<outof>\d+)|(?P<points>points?\b))"
)
_YEAR = re.compile(r"(?<![\d.])(?P<year>1[89]\d\d|20\d\d)(?![\d])")
_PLAIN = re.compile(rf"(?<![\w.])(?P<n>{_N})(?![\d])\s?-?(?P<word>[a-z%]+)?")


# Amounts that have a name of their own, in the order in which they are written out.
_NAMED = tuple(
    (re.compile(rf"\b(?:{said})\b"), meant)
    for said, meant in (
        (r"\bpre-(?=\w)", "pre "),
        (r"half an hour|half hour|a half hour", "30 minutes"),
        (r"three[\s-]quarters? of an hour", "45 minutes"),
        (r"a quarter of an hour|quarter of an hour", "15 minutes"),
        (r"half a dozen", "6"),
        (r"a dozen", "12"),
        (r"(?:a )?couple (?:of )?(?=hours|grand)", "2 "),
        (r"an? (?=hour\b)", "1 "),
        (r"(?:an?|one) (kilo|kg|litre|liter|mile|inch) and a half", r"1.5 \1"),
        (r"half an? (?=(?:kilo|kg|litre|liter|mile|inch)\b)", "0.5 "),
        (r"an? (?=(?:kilo|kg|litre|liter|mile|inch)\b)", "1 "),
        (r"(?:a )?tenner", "10 pounds"),
        (r"(?:a )?fiver", "5 pounds"),
        (r"half a grand", "500 dollars"),
        (r"a grand", "1000 dollars"),
        (r"(?<=\w)[\s-]odd(?=\s)", ""),
        (r"(?:two|2)[\s-]thousands", "2000s"),
        (r"(?<=\bthe )tens", "2010s"),
        # "The nineteen nineties" are the nineties.
        (r"nineteen[\s-]+(?=(?:twent|thirt|fort|fift|sixt|sevent|eight|ninet)ies\b)", ""),
    )
)
_THOUSANDS = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)(k|\s?grand)\b")
# "'30" is this century's, "'31" was the last one's.
_NEWEST_SHORT_YEAR = 30
_SHORT_YEAR = re.compile(r"(?<![\w'])'(\d\d)(?!\s?'?s|\d)\b")


_BETWEEN, _AND = re.compile(r"\bbetween\b"), re.compile(r"\s+and\s+")
_ONE_NUMBER = re.compile(r"\D*\d+(?:\.\d+)?\D*")


# How many texts are remembered with what was read of them.
REMEMBERED = 1024


# A bound asks thrice for its own words.
@lru_cache(maxsize=REMEMBERED)
def in_digits(words: str) -> str:
    """Return the words in lower case with their numbers in digits: 'nineteen ninety five' is '1995'."""
    text = words.casefold().replace("\u2019", "'").replace("\u2011", "-")
    text = _YEAR_WORDS.sub(_year_in_digits, text)
    for said, meant in _NAMED:
        text = said.sub(meant, text)
    text = _SHORT_YEAR.sub(lambda m: ("19" if int(m[1]) > _NEWEST_SHORT_YEAR else "20") + m[1], text)
    text = (
        re.sub(r"\b(one|two|three|four|five|six|seven|eight|nine)\b", lambda m: _ONES[m[1]], text)
        if " " not in text.strip()
        else text
    )
    converted = alpha2digit(_two_ends(text), "en")
    # The converter leaves small numbers that stand alone in a sentence ("two hours") as words.
    converted = re.sub(r"\b(" + "|".join(_ONES) + r")\b(?!-)", lambda m: _ONES[m[1]], converted)
    converted = re.sub(r"\b(" + "|".join(_TENS) + r")\b(?!-)", lambda m: _TENS[m[1]], converted)
    converted = _YEARS.sub(r"\1s", re.sub(r"\ba 100\b", "100", converted))
    return _THOUSANDS.sub(
        lambda m: f"{float(m[1]) * 1000:.0f}" + (" dollars" if m[2] != "k" else ""), converted
    )


def _two_ends(text: str) -> str:
    """Return the text with "to" between the ends of a region, where "and" would make one number of both.

    "Between ninety and one hundred ten" is from 90 to 110. An end may hold an "and" itself.
    """
    between = _BETWEEN.search(text)
    if between is None:
        return text
    for link in _AND.finditer(text, between.end()):
        ends = (text[between.end() : link.start()], text[link.end() :])
        if all(_ONE_NUMBER.fullmatch(alpha2digit(end, "en")) for end in ends):
            return f"{text[: link.start()]} to {text[link.end() :]}"
    return text


def _year_in_digits(match: re.Match[str]) -> str:
    century = _TENS[match["century"]]
    if match["oh"]:
        return century + "0" + _ONES.get(match["one"], "0")
    if match["tens"] is None:
        return century + "00"
    tens = _TENS[match["tens"]]
    if (
        match["century"] == "twenty"
        and match["ones"] is None
        and tens not in {"10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20"}
    ):
        return match[0]
    return century + (tens[0] + _ONES[match["ones"]] if match["ones"] else tens)


def _number(text: str) -> float:
    whole, half, _ = text.partition(" and a half")
    return float(whole.replace(",", ".")) + (0.5 if half else 0.0)


# People's bounds are few: "under two hours" is said every minute.
@lru_cache(maxsize=REMEMBERED)
def quantities(words: str, year_now: int) -> tuple[Quantity, ...]:
    """Return the quantities in `words`, in their order.

    Examples
    --------
    >>> quantities("under an hour and a half", 2026)
    (Quantity(low=90.0, high=90.0, unit='minutes', word=''),)
    >>> quantities("the early nineties", 2026)
    (Quantity(low=1990, high=1993, unit='year', word='decade'),)
    """
    text = in_digits(words)
    found: list[tuple[int, Quantity]] = []
    for pattern, reading in _GRAMMAR:
        for match in pattern.finditer(text):
            quantity = reading(match, year_now)
            if quantity is not None:
                found.append((match.start(), quantity))
            # What is read is no other quantity as well.
            text = text[: match.start()] + "\0" * len(match[0]) + text[match.end() :]
    return tuple(quantity for _, quantity in sorted(found, key=lambda pair: pair[0]))


def _decade(match: re.Match[str], _now: int) -> Quantity:
    if match["name"]:
        start = _DECADE_NAMES[match["name"]]
    else:
        digits = match["digits"]
        short = int(digits)
        start = short if len(digits) == 4 else (2000 if short < 20 else 1900) + short
    low, high = _PARTS.get(match["part"] or "", (0, 9))
    return Quantity(start + low, start + high, "year", "decade")


def _last_years(match: re.Match[str], now: int) -> Quantity:
    count = {"few": 5, "couple of": 2, "couple": 2, None: 1}.get(match["n"]) or int(match["n"])
    years = count * (10 if match["unit"].startswith("decade") else 1)
    return Quantity(now - years, now - years, "year", "since")


def _aged(match: re.Match[str], now: int) -> Quantity:
    year = now - int(match["n"] or match["than"])
    return Quantity(year, year, "year", "aged")


def _duration(match: re.Match[str], _now: int) -> Quantity:
    if match["half_h"]:
        minutes = (_number(match["half_h"]) + _part(match["half_part"])) * 60
    elif match["and_half"]:
        minutes = (int(match["and_half"]) + _part(match["and_part"])) * 60
    elif match["hm_h"]:
        minutes = int(match["hm_h"]) * 60.0 + int(match["hm_m"])
    elif match["slash"]:
        minutes = (int(match["slash"]) + 0.5) * 60
    elif match["hours"]:
        minutes = _number(match["hours"]) * 60
    else:
        minutes = _number(match["minutes"])
    return Quantity(minutes, minutes, "minutes")


def _part(words: str) -> float:
    """Return the part of an hour that words name."""
    if "half" in words:
        return 0.5
    return 0.75 if words[0] in "3t" else 0.25


def _money(match: re.Match[str], _now: int) -> Quantity:
    value = _number(match["before"] or match["after"])
    return Quantity(value, value, "money")


def _points(match: re.Match[str], _now: int) -> Quantity:
    value = _number(match["n"])
    scale = match["of"] or match["outof"] or ("5" if match["stars"] and value <= 5 else "")
    return Quantity(value, value, "points", scale if scale.strip("0") else "")


def _year(match: re.Match[str], _now: int) -> Quantity:
    value = float(match["year"])
    return Quantity(value, value, "year")


def _plain(match: re.Match[str], _now: int) -> Quantity:
    value = _number(match["n"])
    return Quantity(value, value, "plain", match["word"] or "")


_GRAMMAR = (
    (_TURN, lambda _m, _now: Quantity(1999, 2001, "year", "decade")),
    (_CENTURY, lambda _m, _now: Quantity(2000, 2000, "year", "since")),
    (_LAST_YEARS, _last_years),
    (_AGED, _aged),
    (_DECADE, _decade),
    (_DURATION, _duration),
    (_MONEY, _money),
    (_POINTS, _points),
    (_YEAR, _year),
    (_PLAIN, _plain),
)
