"""The teacher's part (`python -m streaming.teacher_part`): teacher-requests, an endpoint, teacher-answers.

It runs beside the way of the data, never on it: a command has its effect before anybody here hears of it.
What a poll returns is asked at once; offsets are committed when its answers lie in the topic, so a crash asks
again, and answers that are kept on disk make that free. While the endpoint is down the part waits; a request
that is older than `HEED_TEACHER_PATIENCE_SECONDS` is logged and left: the person has long gone on.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import structlog

from agents.teaching.errors import EndpointDownError, TeachingError
from agents.teaching.settings import teacher_settings
from streaming.consumer import consumer_of
from streaming.errors import NoTeacherError, StreamingError
from streaming.events import TeacherAnswer, TeacherRequest
from streaming.log import log_to_stderr, ready_line
from streaming.producer import Publisher
from streaming.topics import TEACHER_REQUESTS, ensure_topics

if TYPE_CHECKING:
    from agents.teaching.teacher import Teacher

NAME = "teacher"
GROUP = "heed-teacher"
POLL_MILLISECONDS = 500
# Between two looks at an endpoint that is down.
REST_SECONDS = 5.0
_REQUEST = msgspec.json.Decoder(TeacherRequest)
log = structlog.get_logger()


class Desk:
    """Where requests are worked off: asks the teacher, publishes what it answers."""

    def __init__(self, teacher: Teacher, publisher: Publisher, patience: timedelta) -> None:
        self._teacher = teacher
        self._publisher = publisher
        self._patience = patience

    def work(self, request: TeacherRequest) -> bool:
        """Ask for one command; False where the endpoint is down and it should be asked for again."""
        from agents.teaching.contract import Spoken

        if datetime.now(UTC) - (request.requested_at or request.said_at) > self._patience:
            log.warning("too_old", command_id=request.command_id)
            return True
        try:
            taught = self._teacher.answer(Spoken(request.text, request.shown_item_ids, request.said_at))
        except EndpointDownError as error:
            log.warning("endpoint_down", command_id=request.command_id, reason=str(error))
            return False
        if taught.parsed is None:
            log.warning("dropped", command_id=request.command_id, asked=taught.asked)
            return True
        parsed = msgspec.structs.replace(
            taught.parsed, command_id=request.command_id, user_id=request.user_id
        )
        answer = TeacherAnswer(
            command_id=request.command_id,
            user_id=request.user_id,
            said_at=request.said_at,
            parsed=parsed,
            answered_at=datetime.now(UTC),
        )
        self._publisher.answer(answer)
        log.info("answered", command_id=request.command_id, repaired=taught.repaired, asked=taught.asked)
        return True


def read_requests(records: Sequence[Any]) -> list[TeacherRequest]:
    """Return the requests among records; one that cannot be read is logged with its place and left out."""
    requests = []
    for record in records:
        try:
            requests.append(_REQUEST.decode(record.value or b""))
        except (msgspec.DecodeError, UnicodeDecodeError):
            log.error("unreadable", topic=record.topic, partition=record.partition, offset=record.offset)
    return requests


def consume(desk: Desk, publisher: Publisher, stopping: threading.Event, most_at_once: int) -> None:
    """Work off what comes on the topic until told to stop."""
    consumer = consumer_of([TEACHER_REQUESTS], GROUP, most_records=most_at_once)
    sys.stdout.write(ready_line(NAME) + "\n")
    sys.stdout.flush()
    try:
        with ThreadPoolExecutor(most_at_once) as pool:
            while not stopping.is_set():
                polled = consumer.poll(timeout_ms=POLL_MILLISECONDS)
                open_ = read_requests([record for records in polled.values() for record in records])
                while open_ and not stopping.is_set():
                    done = list(pool.map(desk.work, open_))
                    open_ = [request for request, ended in zip(open_, done, strict=True) if not ended]
                    if open_:
                        stopping.wait(REST_SECONDS)
                if polled and not open_:
                    publisher.flush()
                    consumer.commit()
    finally:
        consumer.close()


def make_teacher() -> Teacher:
    """Return the teacher of the settings, over the catalogue that is served.

    Raises
    ------
    NoTeacherError
        None is set.
    """
    from agents.teaching.contract import Contract
    from agents.teaching.endpoint import Address, Endpoint
    from agents.teaching.kept import KeptAnswers, default_file
    from agents.teaching.limits import Budget, Limits
    from agents.teaching.teacher import Teacher
    from catalog.store import load_catalog

    settings = teacher_settings()
    if not settings.configured:
        raise NoTeacherError
    address = Address(settings.url, settings.model, settings.key.get_secret_value(), settings.timeout)
    budget = Budget(Limits(requests_per_minute=settings.requests_per_minute))
    return Teacher(Endpoint(address, budget), Contract(load_catalog()), KeptAnswers(default_file()))


def run() -> int:
    """Work until SIGTERM or SIGINT."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    settings = teacher_settings()
    teacher = make_teacher()
    ensure_topics()
    with Publisher() as publisher:
        desk = Desk(teacher, publisher, timedelta(seconds=settings.patience_seconds))
        consume(desk, publisher, stopping, settings.concurrency)
    return 0


def main() -> int:
    """Run the part; print one sentence and return 1 where it cannot run."""
    log_to_stderr()
    try:
        return run()
    except (StreamingError, TeachingError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
