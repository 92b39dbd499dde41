"""A Flink job that does nothing (`python -m benchmarks.passthrough`): the floor under every job's latency.

One keyed Python operator between two topics, built and set as Heed's own jobs are: what is above it is
Heed's work, what is below it is Kafka's and Flink's.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from benchmarks.stack import ROOT
from streaming.settings import streaming_settings
from streaming.topics import Topic

if TYPE_CHECKING:
    from pyflink.datastream import DataStream, StreamExecutionEnvironment

NAME = "benchmark-passthrough"
INTO = Topic("benchmark-in", "user_id", {})
OUT = Topic("benchmark-out", "user_id", {})
RAW = Topic("benchmark-raw", "user_id", {})


def build(environment: StreamExecutionEnvironment, bootstrap_servers: str) -> tuple[DataStream, ...]:
    """Add the job's operators to the environment."""
    from benchmarks.passthrough_operators import PassOn
    from streaming.flink.topology import keyed, keyed_bytes, read_topic, write_topic

    messages = keyed(read_topic(environment, bootstrap_servers, INTO, NAME))
    passed = messages.process(PassOn(), output_type=keyed_bytes()).uid("pass")
    write_topic(passed, bootstrap_servers, OUT)
    return (passed,)


def make_topics(bootstrap_servers: str) -> None:
    """Create the benchmarks' own topics, with as many partitions as Heed's."""
    from kafka.admin import KafkaAdminClient
    from kafka.errors import TopicAlreadyExistsError

    options = {"num_partitions": streaming_settings().topic_partitions, "replication_factor": 1}
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap_servers)) as admin:
        for topic in (INTO, OUT, RAW):
            try:
                admin.create_topics({topic.name: options}, wait_for_metadata=True)
            except TopicAlreadyExistsError:
                continue


@contextmanager
def running_passthrough() -> Iterator[None]:
    """Run the job beside the stack for as long as the block lasts."""
    make_topics(streaming_settings().bootstrap_servers)
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.passthrough"],
        cwd=ROOT,
        env=dict(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        if not any('"ready"' in line for line in process.stdout):
            raise RuntimeError(f"the pass-through job did not start; see the log of {NAME} in HEED_HOME/logs")
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def main() -> Any:
    """Run the job until it is told to end."""
    from streaming.flink.run import Job, leave, run

    leave(run(Job(NAME, build)))


if __name__ == "__main__":
    main()
