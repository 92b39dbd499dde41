"""From publishing a command to the changed feed (`python -m benchmarks.freshness`, against a running stack).

At 20 commands a second people speak, and each asks for their feed `after` their command: the time runs from
before the publishing to the last byte of the answer, so it holds the stream, Feast, the ranking and HTTP.
Compared, in the same run and at the same pace, with raw Kafka and with a Flink job that does nothing.
"""

from __future__ import annotations

import asyncio
import time

import httpx

from benchmarks.echo import echo_latencies
from benchmarks.passthrough import INTO, OUT, RAW, running_passthrough
from benchmarks.result import Result, latency_figure, print_result
from benchmarks.sentences import COMMANDS
from ranking.service.settings import api_settings
from streaming.events import UserCommand
from streaming.producer import Publisher

PER_SECOND = 20.0
COUNT = 600
WARM_UP = 60
PEOPLE = 40
TIMEOUT_MS = 5_000
P50_GOAL, P99_GOAL = 40.0, 120.0


def measure() -> Result:
    """Return publish-to-feed latencies, beside those of raw Kafka and of the pass-through job."""
    with running_passthrough():
        size = len(COMMANDS[1]) + 200
        raw = echo_latencies(RAW.name, RAW.name, COUNT // 2, PER_SECOND, size)
        passed = echo_latencies(INTO.name, OUT.name, COUNT // 2, PER_SECOND, size)
        feed = asyncio.run(_speak())
    raw, passed, feed = raw[WARM_UP:], passed[WARM_UP:], feed[WARM_UP:]
    return Result(
        benchmark="freshness",
        what=f"{PER_SECOND:g} commands/s by {PEOPLE} people, from publishing to the changed feed over HTTP",
        figures=(
            latency_figure(
                "publish to changed feed, p50", feed, 50, "pass-through Flink job", passed, P50_GOAL
            ),
            latency_figure(
                "publish to changed feed, p99", feed, 99, "pass-through Flink job", passed, P99_GOAL
            ),
            latency_figure("pass-through Flink job, p50", passed, 50, "raw Kafka", raw),
            latency_figure("pass-through Flink job, p99", passed, 99, "raw Kafka", raw),
        ),
    )


async def _speak() -> list[float]:
    """Return the milliseconds of each command, in the order of publishing."""
    settings = api_settings()
    base = f"http://{settings.host}:{settings.port}"
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    with Publisher() as publisher:
        async with httpx.AsyncClient(base_url=base, limits=limits, timeout=30.0) as client:
            started = time.perf_counter()
            tasks = []
            for number in range(COUNT):
                await asyncio.sleep(max(0.0, started + number / PER_SECOND - time.perf_counter()))
                tasks.append(asyncio.create_task(_ask(client, publisher, number)))
            return list(await asyncio.gather(*tasks))


async def _ask(client: httpx.AsyncClient, publisher: Publisher, number: int) -> float:
    """Publish one command, fetch the feed after it, and return the milliseconds."""
    person = f"benchmark-{number % PEOPLE}"
    # Everybody says everything in turn, so that memories grow and are reset.
    text = COMMANDS[(number // PEOPLE + number) % len(COMMANDS)]
    started = time.perf_counter()
    command_id = publisher.command(UserCommand(user_id=person, text=text))
    answer = await client.get(
        "/v1/feed", params={"user_id": person, "after": command_id, "timeout_ms": TIMEOUT_MS}
    )
    elapsed = (time.perf_counter() - started) * 1_000
    answer.raise_for_status()
    if answer.json()["stale"]:
        raise RuntimeError(f"the effect of a command did not arrive within {TIMEOUT_MS} ms")
    return elapsed


if __name__ == "__main__":
    print_result(measure)
