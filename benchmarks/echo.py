"""How long a message takes from one topic to another, as its sender sees it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager

import msgspec
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from streaming.settings import streaming_settings

# What is still missing when nothing has come for so long is lost.
PATIENCE_SECONDS = 20.0
PEOPLE = 500


@contextmanager
def following(topic: str, take: Callable[[bytes, float], None]) -> Iterator[None]:
    """Give every new message of a topic to `take`, with the moment at which it came, from another thread."""
    stopping, following_it = threading.Event(), threading.Event()
    thread = threading.Thread(target=_follow, args=(topic, take, following_it, stopping), daemon=True)
    thread.start()
    if not following_it.wait(timeout=30):
        raise RuntimeError(f"the topic {topic} could not be read within 30 s")
    try:
        yield
    finally:
        stopping.set()
        thread.join(timeout=10)


def _follow(
    topic: str, take: Callable[[bytes, float], None], following_it: threading.Event, stopping: threading.Event
) -> None:
    consumer = KafkaConsumer(
        bootstrap_servers=streaming_settings().bootstrap_servers, group_id=None, max_poll_records=5_000
    )
    with closing(consumer):
        places = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
        consumer.assign(places)
        consumer.seek_to_end()
        for place in places:
            # Asking for the position is what makes the consumer seek: else it would do so when first polled.
            consumer.position(place)
        following_it.set()
        while not stopping.is_set():
            for records in consumer.poll(timeout_ms=100).values():
                now = time.perf_counter()
                for record in records:
                    take(record.value, now)


def wait_until(done: Callable[[], bool], progress: Callable[[], int]) -> bool:
    """Wait until `done`; False where `progress` has stood still for `PATIENCE_SECONDS`."""
    reached, deadline = progress(), time.perf_counter() + PATIENCE_SECONDS
    while not done():
        if progress() > reached:
            reached, deadline = progress(), time.perf_counter() + PATIENCE_SECONDS
        if time.perf_counter() > deadline:
            return False
        time.sleep(0.02)
    return True


def paced(count: int, per_second: float) -> Iterator[int]:
    """Yield 0, 1, ... at a steady pace; one that is late does not delay those after it."""
    started = time.perf_counter()
    for number in range(count):
        due = started + number / per_second
        time.sleep(max(0.0, due - time.perf_counter()))
        yield number


def echo_latencies(into: str, out: str, count: int, per_second: float, size: int) -> list[float]:
    """Send messages of `size` bytes into one topic and return the milliseconds until each is on the other.

    Raises
    ------
    RuntimeError
        If some never arrive.
    """
    sent: list[float] = []
    arrived: dict[int, float] = {}
    with following(out, _numbers_into(arrived)), closing(producer()) as sender:
        for number in paced(count, per_second):
            sent.append(time.perf_counter())
            sender.send(into, _message(number, size), key=_key(number))
        _require_all(arrived, count)
    return [(arrived[number] - sent[number]) * 1_000 for number in range(count)]


def echo_rate(into: str, out: str, count: int, size: int) -> float:
    """Send messages as fast as they go and return how many a second arrive on the other topic."""
    arrived: dict[int, float] = {}
    messages = [(_key(number), _message(number, size)) for number in range(count)]
    with following(out, _numbers_into(arrived)):
        started = time.perf_counter()
        send_all(into, messages)
        _require_all(arrived, count)
    return count / (max(arrived.values()) - started)


def send_all(topic: str, messages: Sequence[tuple[bytes, bytes]]) -> None:
    """Send keys and values as fast as the broker takes them; return when it has acknowledged all.

    Through librdkafka: kafka-python would take half of a core from the job that is measured.
    """
    from confluent_kafka import Producer

    sender = Producer(
        {
            "bootstrap.servers": streaming_settings().bootstrap_servers,
            "linger.ms": 5,
            "queue.buffering.max.messages": len(messages) + 1,
        }
    )
    for key, value in messages:
        sender.produce(topic, value, key=key)
    if left := sender.flush(60):
        raise RuntimeError(
            f"the broker did not acknowledge {left:,} of {len(messages):,} messages within 60 s"
        )


class _Numbered(msgspec.Struct):
    number: int
    user_id: str
    padding: str = ""


_NUMBERED = msgspec.json.Decoder(_Numbered)


def _key(number: int) -> bytes:
    return f"benchmark-{number % PEOPLE}".encode()


def _message(number: int, size: int) -> bytes:
    """Return an event of about `size` bytes, with the person whom the jobs look for in every event."""
    message = msgspec.json.encode(_Numbered(number, _key(number).decode()))
    return msgspec.json.encode(_Numbered(number, _key(number).decode(), "x" * max(0, size - len(message))))


def _numbers_into(arrived: dict[int, float]) -> Callable[[bytes, float], None]:
    def take(value: bytes, now: float) -> None:
        arrived[_NUMBERED.decode(value).number] = now

    return take


def _require_all(arrived: dict[int, float], count: int) -> None:
    if not wait_until(lambda: len(arrived) >= count, lambda: len(arrived)):
        raise RuntimeError(f"only {len(arrived):,} of {count:,} messages came through")


def producer() -> KafkaProducer:
    """Return a producer that sends each message at once."""
    return KafkaProducer(bootstrap_servers=streaming_settings().bootstrap_servers, acks="all", linger_ms=0)
