"""Commands a second through parser, memory and Feast (`python -m benchmarks.commands`; needs a stack).

First 150 a second are offered for a while: what matters is how many take effect, and how late the last.
Then all at once: what the stream can do at most. A command has taken effect when the person's intent with it
is on `active-intents`; at the end every person's newest intent is asked of the API, which reads Feast.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import httpx
import msgspec

from benchmarks.echo import following, paced, wait_until
from benchmarks.result import Figure, Result, print_result
from benchmarks.sentences import COMMANDS
from ranking.service.settings import api_settings
from streaming.events import UserCommand
from streaming.producer import Publisher
from streaming.topics import ACTIVE_INTENTS

OFFERED = 150.0
SECONDS = 20
BURST = 3_000
PEOPLE = 300


class _Intent(msgspec.Struct):
    command_id: str


def measure() -> Result:
    """Return the commands done a second, at an offered rate and at most."""
    offered = int(OFFERED * SECONDS)
    steady, behind = _run(offered, paced(offered, OFFERED))
    burst, _ = _run(BURST, range(BURST))
    return Result(
        benchmark="commands",
        what=f"commands by {PEOPLE} people through parser, memory and Feast",
        figures=(
            Figure(
                name="commands done",
                value=steady,
                unit="1/s",
                compared_with="offered",
                reference=OFFERED,
                # The last command's own latency is in it, so not quite all can be done in the time offered.
                goal=OFFERED * 0.98,
                better="higher",
            ),
            Figure(name="the last one done after it was offered", value=behind, unit="ms"),
            Figure(
                name="commands done, all offered at once",
                value=burst,
                unit="1/s",
                compared_with="steady",
                reference=steady,
                goal=OFFERED,
                better="higher",
            ),
        ),
    )


def _run(count: int, numbers: Iterable[int]) -> tuple[float, float]:
    """Publish commands; return how many a second took effect, and how late the last was in ms."""
    done: dict[str, float] = {}
    decoder = msgspec.json.Decoder(_Intent)

    def take(value: bytes, now: float) -> None:
        done[decoder.decode(value).command_id] = now

    with following(ACTIVE_INTENTS.name, take), Publisher() as publisher:
        published: dict[str, float] = {}
        newest: dict[str, str] = {}
        for number in numbers:
            person = f"benchmark-{number % PEOPLE}"
            text = COMMANDS[(number // PEOPLE + number) % len(COMMANDS)]
            command_id = publisher.command(UserCommand(user_id=person, text=text))
            published[command_id], newest[person] = time.perf_counter(), command_id
        publisher.flush()
        if not wait_until(lambda: len(done) >= count, lambda: len(done)):
            raise RuntimeError(f"only {len(done):,} of {count:,} commands took effect")
        _assert_in_feast(newest)
    first, last, end = min(published.values()), max(published.values()), max(done.values())
    # `count` commands at a steady pace span one interval less than `count`.
    interval = (last - first) / max(1, count - 1)
    return count / (end - first + interval), (end - last) * 1_000


def _assert_in_feast(newest: dict[str, str]) -> None:
    settings = api_settings()
    with httpx.Client(base_url=f"http://{settings.host}:{settings.port}", timeout=30.0) as client:
        for person, command_id in newest.items():
            answer = client.get(
                "/v1/feed", params={"user_id": person, "after": command_id, "timeout_ms": 10_000, "limit": 1}
            )
            answer.raise_for_status()
            if answer.json()["stale"]:
                raise RuntimeError(f"the newest intent of {person} did not reach Feast")


if __name__ == "__main__":
    print_result(measure)
