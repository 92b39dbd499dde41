"""Numbers as people say them, with the value that they mean: durations, years, decades, prices, ratings."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

_DURATIONS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (20, ("20 minutes", "twenty minutes", "20 min")),
    (30, ("half an hour", "30 minutes", "30 mins", "thirty minutes")),
    (45, ("45 minutes", "forty five minutes", "45 mins")),
    (60, ("an hour", "one hour", "1 hour", "60 minutes", "1h", "1 hr")),
    (75, ("75 minutes", "an hour and a quarter", "75 mins", "1h15", "an hour 15")),
    (80, ("80 minutes", "eighty minutes", "80 min", "1h20")),
    (85, ("85 minutes", "85 mins", "eighty five minutes")),
    (
        90,
        (
            "90 minutes",
            "an hour and a half",
            "1.5 hours",
            "ninety minutes",
            "90 mins",
            "90 min",
            "1h30",
            "one and a half hours",
            "one hour thirty",
            "90m",
            "1 1/2 hours",
        ),
    ),
    (95, ("95 minutes", "95 mins", "ninety five minutes")),
    (100, ("100 minutes", "a hundred minutes", "100 mins", "one hundred minutes", "1h40")),
    (105, ("105 minutes", "1h45", "an hour and 45 minutes", "one hour 45")),
    (110, ("110 minutes", "110 mins", "1h50", "a hundred and ten minutes")),
    (
        120,
        (
            "two hours",
            "2 hours",
            "2h",
            "120 minutes",
            "2 hrs",
            "two hrs",
            "120 mins",
            "a couple of hours",
            "2 hour",
        ),
    ),
    (135, ("135 minutes", "two and a quarter hours", "2h15", "2 hours 15")),
    (140, ("140 minutes", "140 mins", "2h20", "two hours twenty")),
    (150, ("two and a half hours", "2.5 hours", "150 minutes", "2h30", "2 and a half hours", "2 1/2 hours")),
    (180, ("three hours", "3 hours", "180 minutes", "3h", "3 hrs")),
    (240, ("four hours", "4 hours", "240 minutes")),
)
_DECADE_WORDS = {
    1920: "twenties",
    1930: "thirties",
    1940: "forties",
    1950: "fifties",
    1960: "sixties",
    1970: "seventies",
    1980: "eighties",
    1990: "nineties",
}
_TENS = {
    10: "ten",
    20: "twenty",
    30: "thirty",
    40: "forty",
    50: "fifty",
    60: "sixty",
    70: "seventy",
    80: "eighty",
    90: "ninety",
}
_TEENS = (
    "",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)


@dataclass(frozen=True)
class Number:
    """A number in words: `values` has one entry, or the two ends of a region."""

    surface: str
    field: str
    values: tuple[float, ...]


def small_words(n: int) -> str:
    """Return 1..99 in words: `small_words(42)` is `forty two`."""
    if n < 20:
        return _TEENS[n]
    return f"{_TENS[n - n % 10]} {_TEENS[n % 10]}".strip()


def _duration(rng: Random) -> Number:
    minutes, surfaces = rng.choice(_DURATIONS)
    return Number(rng.choice(surfaces), "runtime", (minutes,))


def _year_words(year: int) -> str:
    if 2000 <= year < 2010:
        return "two thousand" + (f" and {_TEENS[year - 2000]}" if year > 2000 else "")
    rest = year % 100
    return f"{small_words(year // 100)} {'hundred' if rest == 0 else ('oh ' if rest < 10 else '') + small_words(rest)}"


def _year(rng: Random) -> Number:
    year = rng.choice(
        (
            rng.randint(1930, 2018),
            rng.randint(1960, 2018),
            rng.choice((1950, 1960, 1970, 1980, 1990, 2000, 2005, 2010, 2015)),
        )
    )
    return Number(_year_words(year) if rng.random() < 0.12 else str(year), "year", (year,))


def _decade(rng: Random) -> Number:
    start = rng.choice((1920, 1930, 1940, 1950, 1960, 1970, 1980, 1980, 1990, 1990, 2000, 2000, 2010))
    two = f"{start % 100:02d}s"
    if start < 2000:
        names = [
            f"the {two}",
            f"the {start}s",
            f"the {_DECADE_WORDS[start]}",
            f"{start}s",
            two,
            f"the '{two}",
            _DECADE_WORDS[start],
        ]
    else:
        names = [f"the {start}s", f"{start}s"] + (
            ["the noughties", "the two thousands", "the 00s"]
            if start == 2000
            else ["the tens", "the twenty tens"]
        )
    name = rng.choice(names)
    if rng.random() < 0.22 and start < 2010:
        part, low, high = rng.choice((("early", 0, 3), ("mid", 4, 6), ("late", 6, 9)))
        joiner = rng.choice((" ", "-")) if part == "mid" else " "
        name = f"the {part}{joiner}{name[4:]}" if name.startswith("the ") else f"{part}{joiner}{name}"
        return Number(name, "year", (start + low, start + high))
    return Number(name, "year", (start, start + 9))


def _price(rng: Random) -> Number:
    n = rng.choice((5, 10, 15, 20, 25, 30, 40, 50, 60, 75, 80, 100, 120, 150, 200, 250, 300, 500, 1000))
    words = small_words(n) if n < 100 else ("a hundred" if n == 100 else str(n))
    return Number(
        rng.choice(
            (
                f"${n}",
                f"{n} dollars",
                f"{n} bucks",
                f"{words} dollars",
                f"{n} euros",
                f"€{n}",
                f"£{n}",
                f"{words} bucks",
                f"{n} quid",
                f"{n}$",
            )
        ),
        "price",
        (n,),
    )


def _rating(rng: Random) -> Number:
    n = rng.choice((3.0, 3.5, 4.0, 4.5, 5.0, 6.0, 6.5, 7.0, 7.5, 8.0, 8.5))
    plain = f"{n:g}"
    names = [plain, f"{n:.1f}"]
    if n <= 5:
        names += [f"{plain} stars", f"{plain} star"] + (
            [f"{_TEENS[int(n)]} stars"] if n == int(n) else [f"{_TEENS[int(n)]} point five"]
        )
    else:
        names += [f"{plain}/10", f"{plain} out of 10"] + (
            [_TEENS[int(n)]] if n == int(n) else [f"{_TEENS[int(n)]} point five"]
        )
    return Number(rng.choice(names), "rating", (n,))


def _count(rng: Random) -> Number:
    n = rng.choice((2, 3, 5, 6, 8, 10, 12, 15, 20, 30, 50, 100, 150, 200, 250, 300, 400, 500, 1000))
    return Number(str(n) if n > 19 or rng.random() < 0.6 else _TEENS[n], "", (n,))


NUMBERS = {
    "dur": _duration,
    "year": _year,
    "decade": _decade,
    "price": _price,
    "rating": _rating,
    "count": _count,
}
