"""The files of the lake: `<topic>/date=YYYY-MM-DD/part-<partition>-<first offset>-<last offset>.parquet`.

A file holds every message of the offsets that its name gives, and its footer says the same. So the names
alone decide where a sync resumes: the offsets live with the data and cannot disagree with it. Compaction
and transactions leave offsets without a message; the range covers those too, so a hole between the ranges
is always a file that is missing.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from batch.errors import LakeError, TableFileError
from batch.tables import MOMENT

# What Kafka held, byte for byte: a message that is no event stays readable, as it does in `dead-letters`.
MESSAGES = pa.schema(
    [
        ("partition", pa.int32()),
        ("kafka_offset", pa.int64()),
        ("appended_at", MOMENT),
        ("key", pa.binary()),
        ("value", pa.binary()),
    ]
)

_NAME = re.compile(r"part-(\d+)-(\d+)-(\d+)\.parquet")
_CLUSTER = b"heed.cluster"
_RANGE = b"heed.range"


@dataclass(frozen=True, order=True)
class Span:
    """The offsets `[first, last]`, both inclusive, of one partition."""

    partition: int
    first: int
    last: int


@dataclass(frozen=True, order=True)
class LakeFile:
    """One file and the offsets that it covers."""

    span: Span
    path: Path


def topic_folder(home: Path, topic: str) -> Path:
    """Return the folder of a topic."""
    return home / "lake" / topic


def file_path(folder: Path, day: date, span: Span) -> Path:
    """Return where the file for these offsets lies in the folder of its topic."""
    return folder / f"date={day:%Y-%m-%d}" / f"part-{span.partition}-{span.first}-{span.last}.parquet"


def lake_files(home: Path, topic: str) -> tuple[LakeFile, ...]:
    """Return the files of a topic by partition and offset, each looked at.

    Raises
    ------
    TableFileError
        If one is half-written, damaged, or not what its name says.
    LakeError
        If two cover the same offsets, which would count messages twice.
    """
    found = sorted(_parsed(path) for path in topic_folder(home, topic).glob("date=*/*.parquet"))
    for file in found:
        problem = damage(file, topic)
        if problem:
            raise TableFileError(
                file.path, problem, "run `heed lake sync`, which sets it aside and reads its offsets again"
            )
    for before, after in pairwise(found):
        if before.span.partition == after.span.partition and after.span.first <= before.span.last:
            raise LakeError(
                f"{before.path} and {after.path} cover the same offsets of {topic}; remove one of the two."
            )
    return tuple(found)


def set_aside_damaged(home: Path, topic: str) -> tuple[LakeFile, ...]:
    """Rename every damaged file of a topic to `*.damaged`, which nothing reads; return them so."""
    aside = []
    for path in sorted(topic_folder(home, topic).glob("date=*/*.parquet")):
        file = _parsed(path)
        if damage(file, topic):
            away = path.with_name(path.name + ".damaged")
            path.replace(away)
            aside.append(LakeFile(file.span, away))
    return tuple(aside)


def damage(file: LakeFile, topic: str) -> str:
    """Return what is wrong with a file, in words that follow its name, or nothing.

    Looks at the footer only: a file that was cut short has none. `verify` reads every page.
    """
    try:
        metadata = pq.read_metadata(file.path)
    except (pa.ArrowInvalid, OSError) as error:
        return f"is half-written or damaged ({_reason(error)})"
    schema = metadata.schema.to_arrow_schema()
    missing = [name for name in MESSAGES.names if name not in schema.names]
    if missing:
        return f"has no column {', '.join(missing)}"
    if (metadata.metadata or {}).get(_RANGE) != _range(topic, file.span):
        return "holds other offsets than its name says"
    return ""


def verify(file: LakeFile, topic: str) -> str:
    """Return what is wrong with a file after reading all of it against its checksums, or nothing."""
    problem = damage(file, topic)
    if problem:
        return problem
    try:
        table = pq.ParquetFile(file.path, page_checksum_verification=True).read()
    except (pa.ArrowInvalid, OSError) as error:
        return f"is damaged ({_reason(error)})"
    offsets = table.column("kafka_offset").to_numpy()
    outside = len(offsets) and (offsets[0] < file.span.first or offsets[-1] > file.span.last)
    if outside or (offsets[1:] <= offsets[:-1]).any():
        return "holds offsets that are out of order or outside the range of its name"
    return ""


def write(path: Path, topic: str, cluster: str, messages: pa.Table) -> None:
    """Write one file; its range is that of its name. It appears under its name only when it is whole."""
    file = _parsed(path)
    metadata = {_CLUSTER: cluster.encode(), _RANGE: _range(topic, file.span)}
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with unfinished.open("wb") as sink:
            pq.write_table(
                messages.replace_schema_metadata(metadata), sink, compression="zstd", write_page_checksum=True
            )
            sink.flush()
            # Without it a power cut after the rename may leave the name and not the bytes.
            os.fsync(sink.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def cluster_of(file: LakeFile) -> str:
    """Return the id of the Kafka cluster that a file was read from."""
    metadata = pq.read_metadata(file.path).metadata or {}
    return str(metadata.get(_CLUSTER, b"").decode())


def _parsed(path: Path) -> LakeFile:
    match = _NAME.fullmatch(path.name)
    if not match:
        raise TableFileError(path, "has no name that Heed gives", "move it out of the lake")
    partition, first, last = (int(number) for number in match.groups())
    return LakeFile(Span(partition, first, last), path)


def _range(topic: str, span: Span) -> bytes:
    return f"{topic}/{span.partition}/{span.first}/{span.last}".encode()


def _reason(error: Exception) -> str:
    return str(error).split(".", maxsplit=1)[0].split("\n", maxsplit=1)[0]
