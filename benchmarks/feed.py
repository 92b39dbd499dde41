"""The time of one feed over the loaded catalogue (`python -m benchmarks.feed`; needs no stack).

Single-threaded, in the process: real people with their history, each with the wishes of a few commands.
Compared with the same people's feed without a wish (no tools), and with a plain NumPy sort by popularity.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from agents.encoder import load_encoder
from agents.memory import consolidate, empty_memory
from agents.parser import load_parser
from agents.types import Intent, empty_intent
from batch.tables import ITEM_POPULARITY, USER_BEHAVIOR, table_path
from benchmarks.result import Result, latency_figure, print_result
from benchmarks.sentences import COMMANDS
from catalog.items import Catalog
from catalog.settings import home_settings
from catalog.store import load_catalog
from ranking.behavior import BehaviorFeatures
from ranking.feed import load_feed
from ranking.popularity import PopularityTable
from ranking.slate import FeedRequest

PEOPLE = 100
REQUESTS = 400
WARM_UP = 40
LIMIT = 20
P99_GOAL = 30.0


def measure() -> Result:
    """Return the latency of feeds with wishes, beside that without, and that of a popularity sort."""
    catalog = load_catalog()
    popularity = PopularityTable(catalog).load(table_path(home_settings().home, ITEM_POPULARITY.name))
    feed = load_feed(catalog, load_encoder(), popularity)
    people = _people()
    intents = _intents(catalog)
    now = datetime.now(UTC)

    def request(number: int, intent: Intent) -> FeedRequest:
        user_id, behavior = people[number % len(people)]
        return FeedRequest(user_id=user_id, limit=LIMIT, intent=intent, behavior=behavior, now=now)

    wished, computing = _times(lambda number: feed.serve(request(number, intents[number % len(intents)])))
    plain, _ = _times(lambda number: feed.serve(request(number, empty_intent("benchmark"))))
    demand = popularity.demand_share
    sort, _ = _times(lambda _: [catalog.item_ids[i] for i in np.argsort(-demand)[:LIMIT]])
    return Result(
        benchmark="feed",
        what=f"a feed of {LIMIT} from {len(catalog):,} items, one thread, {REQUESTS} requests of real people",
        figures=(
            latency_figure("feed with wishes, p50", wished, 50, "feed without", plain),
            latency_figure("feed with wishes, p99", wished, 99, "feed without", plain, P99_GOAL),
            # Where the machine has other work too, this is what the feed itself costs.
            latency_figure("feed with wishes, p99", wished, 99, "its own CPU time", computing),
            latency_figure("feed without wishes, p50", plain, 50, "NumPy sort by popularity", sort),
        ),
    )


def _people() -> list[tuple[str, BehaviorFeatures]]:
    """Return people of every length of history, evenly spread."""
    table = pq.read_table(table_path(home_settings().home, USER_BEHAVIOR.name))
    # The newest row of a person is the one that holds the lists.
    newest = table.filter(pc.is_valid(table["seen_item_ids"])).sort_by([("event_count", "ascending")])
    places = np.linspace(0, len(newest) - 1, min(PEOPLE, len(newest))).astype(np.int64)
    rows = newest.take(pa.array(places)).drop_columns(["event_timestamp"]).to_pylist()
    np.random.default_rng(3).shuffle(rows)
    return [(row.pop("user_id"), msgspec.convert(row, BehaviorFeatures)) for row in rows]


def _intents(catalog: Catalog) -> list[Intent]:
    """Return what is wanted after one command, after two, and so on."""
    parser = load_parser(catalog)
    memory = empty_memory("benchmark")
    intents = []
    now = datetime.now(UTC)
    for number, text in enumerate(COMMANDS[:-1]):
        parsed = parser.parse(text, command_id=str(number), user_id="benchmark", now=now)
        memory = consolidate(memory, parsed, said_at=now, domain=catalog.domain)
        intents.append(memory.intent)
    return intents


def _times(work: Callable[[int], object]) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each call after the warm-up, as the clock and as the CPU count them."""
    passed, computed = [], []
    for number in range(WARM_UP + REQUESTS):
        started, began = time.perf_counter(), time.thread_time()
        work(number)
        passed.append((time.perf_counter() - started) * 1_000)
        computed.append((time.thread_time() - began) * 1_000)
    return passed[WARM_UP:], computed[WARM_UP:]


if __name__ == "__main__":
    print_result(measure)
