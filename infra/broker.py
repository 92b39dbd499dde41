"""The local broker: Apache Kafka as one KRaft node, its data under `HEED_HOME/kafka`."""

from __future__ import annotations

import base64
import subprocess
import uuid
from pathlib import Path

from infra.errors import JavaError, MissingPieceError, PartFailedError
from infra.java import java_problem, java_program
from infra.settings import home, stack_settings

LOG4J = Path(__file__).resolve().parent / "kafka" / "log4j2.properties"

# What a single node on a laptop needs to differ in from Kafka's defaults for a cluster, and why:
# replication 1: there is one broker; few internal partitions: each costs files and start-up time;
# no rebalance delay: a lone consumer would wait three seconds for others; no automatic topics: a typo in
# a topic's name must fail, not create a second topic; a small cleaner buffer: the default takes a third of
# the heap; a short session: after a crash the new broker waits until the dead one's has run out (9 s else).
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{broker_port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{broker_port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs={log_dir}
auto.create.topics.enable=false
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=16777216
controller.quorum.election.timeout.ms=300
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""


def address() -> str:
    """Return the local broker's bootstrap address."""
    return f"127.0.0.1:{stack_settings().broker_port}"


def data_folder() -> Path:
    """Return the folder of the broker's log."""
    return home() / "kafka"


def prepare() -> None:
    """Write the configuration and format the data folder where that has not been done.

    Raises
    ------
    JavaError
        Java is missing or too old.
    MissingPieceError
        The jars have not been fetched.
    PartFailedError
        Kafka's storage tool failed; the message holds its last lines.
    """
    problem = java_problem()
    if problem:
        raise JavaError(problem)
    if not any(_jars().glob("kafka_*.jar")):
        raise MissingPieceError(f"The broker's jars are not in {_jars()}; run `make up`, which fetches them.")
    folder = data_folder()
    (folder / "log").mkdir(parents=True, exist_ok=True)
    settings = stack_settings()
    _properties().write_text(
        PROPERTIES.format(
            broker_port=settings.broker_port, controller_port=settings.controller_port, log_dir=folder / "log"
        )
    )
    if not (folder / "log" / "meta.properties").exists():
        _format()


def command() -> list[str]:
    """Return the broker's command line."""
    heap = stack_settings().broker_heap
    # A quarter of a gigabyte of heap does not repay G1's threads and bookkeeping.
    options = [f"-Xmx{heap}", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"]
    return [*_java(*options), "kafka.Kafka", str(_properties())]


def answers() -> bool:
    """Say whether the broker answers a metadata request now."""
    from kafka import KafkaAdminClient
    from kafka.errors import KafkaError

    try:
        admin = KafkaAdminClient(
            bootstrap_servers=address(),
            request_timeout_ms=2000,
            bootstrap_timeout_ms=2000,
            client_id="heed-stack",
        )
    except (KafkaError, OSError):
        return False
    try:
        admin.list_topics()
    except (KafkaError, OSError):
        return False
    finally:
        admin.close()
    return True


def _jars() -> Path:
    return home() / "jars" / "kafka"


def _properties() -> Path:
    return data_folder() / "server.properties"


def _java(*options: str) -> list[str]:
    program = java_program()
    assert program is not None, "prepare() has refused to go on without Java"  # noqa: S101 - for the type checker
    log = f"-Dlog4j2.configurationFile={LOG4J}"
    return [str(program), *options, log, "-cp", f"{_jars()}/*"]


def _new_cluster_id() -> str:
    """Return a new id: 16 bytes in URL-safe base64. The lake tells by it that a broker was made anew."""
    # Kafka refuses one that begins with a dash: its own command line would read it as an option.
    return "h" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode()[1:22]


def _format() -> None:
    tool = [*_java("-Xmx128m", "-XX:TieredStopAtLevel=1"), "kafka.tools.StorageTool", "format"]
    answer = subprocess.run(
        [*tool, "--cluster-id", _new_cluster_id(), "--config", str(_properties()), "--ignore-formatted"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if answer.returncode != 0:
        lines = (answer.stdout + answer.stderr).strip().splitlines()[-5:]
        raise PartFailedError(f"Kafka could not format {data_folder()}: " + "\n".join(lines))
