"""The files of the lake: names and contents agree, and what is damaged is named, never used."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from plants import moment, put_in_lake

from batch.database import connect
from batch.errors import LakeError, TableFileError
from batch.lake import LakeFile, Span, lake_files, messages, read
from batch.lake.files import MESSAGES, damage, file_path, topic_folder, verify, write
from batch.lake.views import VIEWS
from streaming.topics import TOPICS

TOPIC = "user-commands"
SAID = [({"user_id": "7", "text": "no horror"}, 0.0), ({"user_id": "7", "text": "something like Heat"}, 1.0)]


def test_a_file_is_found_by_its_name(tmp_path: Path) -> None:
    path = put_in_lake(tmp_path, TOPIC, SAID)
    assert path == tmp_path / "lake" / TOPIC / "date=2020-01-01" / "part-0-0-1.parquet"
    assert lake_files(tmp_path, TOPIC) == (LakeFile(Span(0, 0, 1), path),)


@pytest.mark.parametrize("kept", [0, 10, 200, -1])
def test_a_half_written_file_is_named_and_never_used(tmp_path: Path, kept: int) -> None:
    path = put_in_lake(tmp_path, TOPIC, SAID)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(TableFileError, match="half-written or damaged") as caught:
        messages(TOPIC, tmp_path)
    assert str(path) in str(caught.value)
    assert "heed lake sync" in str(caught.value)


def test_one_flipped_byte_is_found_by_reading_every_page(tmp_path: Path) -> None:
    path = put_in_lake(tmp_path, TOPIC, SAID * 50)
    content = bytearray(path.read_bytes())
    content[len(content) // 8] ^= 0xFF
    path.write_bytes(content)
    (file,) = lake_files(tmp_path, TOPIC)
    assert damage(file, TOPIC) == ""
    assert "damaged" in verify(file, TOPIC)


def test_a_whole_file_verifies(tmp_path: Path) -> None:
    put_in_lake(tmp_path, TOPIC, SAID)
    (file,) = lake_files(tmp_path, TOPIC)
    assert verify(file, TOPIC) == ""


def test_a_file_under_another_name_is_refused(tmp_path: Path) -> None:
    path = put_in_lake(tmp_path, TOPIC, SAID)
    path.rename(path.with_name("part-0-5-6.parquet"))
    with pytest.raises(TableFileError, match="other offsets than its name says"):
        lake_files(tmp_path, TOPIC)


def test_a_file_that_is_none_of_ours_is_named(tmp_path: Path) -> None:
    path = put_in_lake(tmp_path, TOPIC, SAID)
    path.rename(path.with_name("copy.parquet"))
    with pytest.raises(TableFileError, match="no name that Heed gives"):
        lake_files(tmp_path, TOPIC)


def test_two_files_over_the_same_offsets_are_refused(tmp_path: Path) -> None:
    put_in_lake(tmp_path, TOPIC, SAID)
    path = file_path(topic_folder(tmp_path, TOPIC), date(2020, 1, 2), Span(0, 1, 4))
    write(path, TOPIC, "a-cluster", MESSAGES.empty_table())
    with pytest.raises(LakeError, match="cover the same offsets"):
        lake_files(tmp_path, TOPIC)


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    path = file_path(topic_folder(tmp_path, TOPIC), date(2020, 1, 1), Span(0, 0, 1))
    with pytest.raises(AttributeError):
        write(path, TOPIC, "a-cluster", "no table")
    assert list(path.parent.iterdir()) == []


def test_there_is_a_view_of_every_topic(tmp_path: Path) -> None:
    assert sorted(VIEWS) == sorted(topic.name for topic in TOPICS)
    with closing(connect()) as database:
        for topic in VIEWS:
            assert read(database, topic, tmp_path).columns[:3] == ["partition", "kafka_offset", "appended_at"]
            assert read(database, topic, tmp_path).fetchall() == []


def test_a_view_gives_fields_and_the_time_of_arrival_where_an_event_has_none(tmp_path: Path) -> None:
    put_in_lake(tmp_path, TOPIC, [*SAID, (b"\xff", 2.0)])
    with closing(connect()) as database:
        rows = read(database, TOPIC, tmp_path).project("user_id, text, occurred_at").fetchall()
    assert [(user, text) for user, text, _ in rows] == [
        ("7", "no horror"),
        ("7", "something like Heat"),
        (None, None),
    ]
    assert rows[1][2] == moment(1.0)


def test_an_unknown_topic_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with closing(connect()) as database, pytest.raises(LakeError, match="user-behaviors"):
        read(database, "clicks", tmp_path)
