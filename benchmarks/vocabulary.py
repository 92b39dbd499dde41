"""One parse over a million items' words beside one over the films (`python -m benchmarks.vocabulary`).

It needs no stack. There are two catalogues of a million: a fashion shop (few words in many items), and films
whose titles, nearly all different, are each made of two halves of real ones: a large index. Building that one
takes about half a minute and 3 GB.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from agents.parser import Parser, load_parser
from benchmarks.result import Figure, Result, latency_figure, print_result
from benchmarks.sentences import COMMANDS
from catalog.columns import Column, NumberColumn, TextColumn
from catalog.embedded import load_embedded
from catalog.items import Catalog
from catalog.shop import generate_shop

ITEMS = 1_000_000
ROUNDS, WARM_UP = 40, 5
GOAL_MS = 1.5
SHOP_COMMANDS = (
    "no more polyester",
    "something like the linen shirt but under $50",
    "only dresses in navy",
    "actually make it black",
    "less formal, something warm",
    "size M at most",
    "I'm tired of sneakers, show me boots or sandals instead",
    "nothing above 100 dollars",
    "leather is fine again",
    "undo",
    "more wool, and well rated please",
    "start over",
)


def measure() -> Result:
    """Return the time of one parse over a million items, beside that over the embedded films."""
    films, _ = load_embedded()
    spoken: dict[str, tuple[Parser, Sequence[str]]] = {
        "films": (load_parser(films), COMMANDS),
        "a million shop items": (
            load_parser(generate_shop(ITEMS, shoppers=1, events=1).catalog),
            SHOP_COMMANDS,
        ),
        "a million titles": (load_parser(million_titles(films)), COMMANDS),
    }
    times: dict[str, list[float]] = {name: [] for name in spoken}
    # In turn, so that whatever else the machine does meets all alike.
    for number in range(WARM_UP + ROUNDS):
        for name, (parser, commands) in spoken.items():
            took = [_milliseconds(partial(parser.parse, text)) for text in commands]
            times[name] += took if number >= WARM_UP else []
    few = times.pop("films")
    figures: list[Figure] = []
    for name, many in times.items():
        against = f"{len(films):,} films"
        figures.append(latency_figure(f"parse over {name}, p50", many, 50, against, few, goal=GOAL_MS))
        figures.append(latency_figure(f"parse over {name}, p99", many, 99, against, few))
    return Result(
        benchmark="vocabulary",
        what=f"{len(COMMANDS)} commands one at a time, one thread, {ROUNDS} rounds, processor time",
        figures=tuple(figures),
    )


def million_titles(films: Catalog, items: int = ITEMS, seed: int = 7) -> Catalog:
    """Return `items` films, nearly all of different titles, with years and genres of real ones."""
    rng = np.random.default_rng(seed)
    titles = [title.split() for title in films.titles]
    front, back = rng.integers(0, len(films), (2, items))
    made = (
        " ".join([*titles[a][: (len(titles[a]) + 1) // 2], *titles[b][len(titles[b]) // 2 :], str(n % 89)])
        for n, (a, b) in enumerate(zip(front.tolist(), back.tolist(), strict=True))
    )
    columns: dict[str, Column] = {
        "title": TextColumn.of(made),
        "genre": films.category("genre").take(front),
        "year": NumberColumn(films.number("year").values[front]),
        "popularity": NumberColumn(films.number("popularity").values[front]),
    }
    return Catalog(films.domain, [str(n) for n in range(items)], columns)


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.thread_time()
    work()
    return (time.thread_time() - started) * 1_000


if __name__ == "__main__":
    print_result(measure)
