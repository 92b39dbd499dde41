"""Sources and sinks: a topic as a stream of rows, a stream of rows to a topic.

The source is Flink's Kafka table connector, because from Python it alone gives the key, the partition and the
offset of a message beside its bytes as they are. What cannot be read is then known down to its place.
"""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from streaming.decode import Message, Rejected, dead_letter
from streaming.events import TeacherAnswer, UserBehavior, UserCommand

if TYPE_CHECKING:
    from pyflink.common import Row
    from pyflink.datastream import DataStream, KeyedStream, OutputTag, StreamExecutionEnvironment

    from streaming.topics import Topic

E = TypeVar("E", UserCommand, UserBehavior, TeacherAnswer)

_TABLE = """
CREATE TEMPORARY TABLE `{topic}` (
    message_key BYTES,
    payload BYTES,
    topic_partition INT METADATA FROM 'partition' VIRTUAL,
    topic_offset BIGINT METADATA FROM 'offset' VIRTUAL,
    appended_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL
) WITH ({options})
"""
# What is no JSON, or names no user, has the key "": whoever reads it there says so.
_ROWS = """
SELECT
    user_id,
    ROW(
        message_key, payload, topic_partition, topic_offset,
        EXTRACT(EPOCH FROM appended_at) * 1000 + EXTRACT(MILLISECOND FROM appended_at),
        user_id{origin}
    ) AS message
FROM (SELECT *, COALESCE(JSON_VALUE(CAST(payload AS STRING), '$.user_id'), '') AS user_id FROM `{topic}`)
"""


@cache
def keyed_bytes() -> Any:
    """Return the type of rows (key, value), both bytes: what goes to a topic."""
    from pyflink.common import Types

    octets = Types.PRIMITIVE_ARRAY(Types.BYTE())
    return Types.ROW([octets, octets])


@cache
def dead_letters_tag() -> OutputTag:
    """Return the side output of every operator that may reject a message."""
    from pyflink.datastream import OutputTag

    return OutputTag("dead-letters", keyed_bytes())


def read_topic(
    environment: StreamExecutionEnvironment,
    bootstrap_servers: str,
    topic: Topic,
    job: str,
    *,
    origin: int | None = None,
) -> DataStream:
    """Return a topic from its beginning as rows (user_id, message), for `keyed`; `message_of` reads them.

    The JVM finds the user, so that one Python operator does all: each costs 66 microseconds a record before
    it does anything. A checkpoint overrides the beginning. Without one there is no state, and only the
    whole log gives it back.

    Where one operator reads several topics, each has an `origin`: it is then the last field of the message
    (`origin_of`). The first has 0.
    """
    from pyflink.common import Types
    from pyflink.table import StreamTableEnvironment

    options = {
        "connector": "kafka",
        "topic": topic.name,
        "properties.bootstrap.servers": bootstrap_servers,
        "properties.group.id": f"heed-{job}",
        "key.format": "raw",
        "key.fields": "message_key",
        "value.format": "raw",
        "value.fields-include": "EXCEPT_KEY",
        "scan.startup.mode": "earliest-offset",
    }
    tables = StreamTableEnvironment.create(environment)
    if origin:
        # Names of their own: a job that gets another source still finds the offsets of the first.
        tables.get_config().set("table.exec.uid.format", f"<id>_<transformation>_{topic.name}")
    listed = ", ".join(f"'{name}' = '{value}'" for name, value in options.items())
    tables.execute_sql(_TABLE.format(topic=topic.name, options=listed))
    field = "" if origin is None else f", {origin}"
    rows = tables.to_data_stream(tables.sql_query(_ROWS.format(topic=topic.name, origin=field)))
    # They are plain rows, but typed as the table API's own, which Python operators do not take nested.
    octets = Types.PRIMITIVE_ARRAY(Types.BYTE())
    message = [octets, octets, Types.INT(), Types.LONG(), Types.LONG(), Types.STRING()]
    message += [] if origin is None else [Types.INT()]
    plain = Types.ROW([Types.STRING(), Types.ROW(message)]).get_java_type_info()
    rows._j_data_stream.getTransformation().setOutputType(plain)
    return rows


def message_of(row: Any, topic: str) -> Message:
    """Return what an operator after `keyed(read_topic(...))` gets as a message."""
    key, value, partition, offset, appended_ms = row[0], row[1], row[2], row[3], row[4]
    appended_at = datetime.fromtimestamp(appended_ms / 1000, UTC)
    return Message(topic, partition, offset, key, value, appended_at)


def origin_of(row: Any) -> int:
    """Return which topic a message came from, where its operator reads several."""
    return int(row[6])


def checked_key(event: E | Rejected, row: Any) -> E | Rejected:
    """Return the event, or its rejection where the JVM read another user in it than we do.

    Then it lies under the wrong person's key. It takes a number beyond all bounds or the like to get there.
    """
    if isinstance(event, Rejected) or row[5] == event.user_id:
        return event
    return Rejected("`user_id` can be read in two ways; send it as a plain string.")


def dead_row(message: Message, rejected: Rejected) -> Row:
    """Return the row that `dead-letters` takes, under the message's own key."""
    from pyflink.common import Row

    return Row(message.key or b"", msgspec.json.encode(dead_letter(message, rejected)))


@cache
def teacher_requests_tag() -> OutputTag:
    """Return the side output of commands that a teacher shall read again."""
    from pyflink.datastream import OutputTag

    return OutputTag("teacher-requests", keyed_bytes())


def keyed(stream: DataStream) -> KeyedStream:
    """Return rows (key as text, value) by their key; the operator that follows gets the value alone.

    What PyFlink's own `key_by` returns, without the Python operator that it puts in between to find the
    key. That one would cost a third of the throughput; and two interpreters in one Java thread stand still
    when the second imports a module that asks for "the" thread state of its thread (pyarrow does).
    """
    from pyflink.common import Types
    from pyflink.datastream import KeyedStream
    from pyflink.java_gateway import get_gateway

    key_type = Types.ROW([Types.STRING()]).get_java_type_info()
    selector = get_gateway().jvm.KeyByKeySelector()
    j_keyed = stream._j_data_stream.keyBy(selector, key_type)
    # The type is only asked for by operators that `key_by` again, which none of ours does.
    return KeyedStream(j_keyed, Types.PICKLED_BYTE_ARRAY(), stream)


def side_output(stream: DataStream, tag: OutputTag) -> DataStream:
    """Return a side output as it is; PyFlink's `get_side_output` adds a Python operator that does nothing."""
    from pyflink.datastream import DataStream

    return DataStream(stream._j_data_stream.getSideOutput(tag.get_java_output_tag()))


def write_topic(stream: DataStream, bootstrap_servers: str, topic: Topic, *, delay_ms: int = 0) -> None:
    """Send rows (key, value) to a topic, at least once; a receiver tells repeats by their version."""
    from pyflink.common.serialization import RowFieldExtractorSchema
    from pyflink.datastream.connectors.base import DeliveryGuarantee
    from pyflink.datastream.connectors.kafka import KafkaRecordSerializationSchema, KafkaSink

    serializer = (
        KafkaRecordSerializationSchema.builder()
        .set_topic(topic.name)
        .set_key_serialization_schema(RowFieldExtractorSchema(0))
        .set_value_serialization_schema(RowFieldExtractorSchema(1))
        .build()
    )
    sink = (
        KafkaSink.builder()
        .set_bootstrap_servers(bootstrap_servers)
        .set_record_serializer(serializer)
        .set_delivery_guarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        # Kafka 4's producer waits 5 ms for company, which is half of what a command may take.
        .set_property("linger.ms", str(delay_ms))
        .build()
    )
    stream.sink_to(sink).name(f"to {topic.name}").uid(f"to-{topic.name}")


def python_mode(wanted: str) -> str:
    """Return how Flink shall run Python: `thread` where pemja, the bridge into the JVM, is installed."""
    if wanted != "auto":
        return wanted
    return "thread" if importlib.util.find_spec("pemja") else "process"


def mode_in_effect(streams: tuple[DataStream, ...]) -> str:
    """Return the mode that Flink took: what `thread` cannot do falls back to `process` without a word."""
    for stream in streams:
        factory = stream._j_data_stream.getTransformation().getOperatorFactory()
        if not factory.getOperator().getClass().getSimpleName().startswith("Embedded"):
            return "process"
    return "thread"
