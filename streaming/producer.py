"""Publishing events: keyed by the user, idempotent, with the gaps filled in."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from streaming.errors import BrokerUnreachableError, EventTooLargeError, NotDeliveredError
from streaming.ids import new_id
from streaming.settings import streaming_settings
from streaming.topics import FEED_IMPRESSIONS, USER_BEHAVIORS, USER_COMMANDS, Topic

if TYPE_CHECKING:
    from types import TracebackType

    from kafka.producer.future import FutureRecordMetadata

    from streaming.events import FeedImpression, UserBehavior, UserCommand

MAX_EVENT_BYTES = 1_000_000


class Publisher:
    """A producer of Heed's events.

    Events of one user keep their order: they share a partition, and the broker drops a retry that it
    already has (`enable_idempotence`, acks=all). `delay_ms` lets events wait for company, which is what
    carries thousands a second; commands want 0. One publisher serves many threads.

    Parameters
    ----------
    bootstrap_servers
        host:port; the setting where None.
    session_id
        Fills the session of events that name none; a new id where empty.
    delay_ms
        How long an event may wait for others to travel with, in milliseconds.

    Raises
    ------
    BrokerUnreachableError
        If no broker answers.
    """

    def __init__(
        self, bootstrap_servers: str | None = None, *, session_id: str = "", delay_ms: int = 0
    ) -> None:
        from kafka import KafkaProducer
        from kafka.errors import KafkaError

        self.bootstrap_servers = bootstrap_servers or streaming_settings().bootstrap_servers
        self.session_id = session_id or new_id()
        self._unacknowledged: list[FutureRecordMetadata] = []
        try:
            self._producer = KafkaProducer(
                bootstrap_servers=self.bootstrap_servers.split(","),
                acks="all",
                enable_idempotence=True,
                linger_ms=delay_ms,
                batch_size=64 * 1024,
                # A topic that somebody forgot to create is an error, not a topic with one partition.
                allow_auto_create_topics=False,
                max_block_ms=10_000,
                bootstrap_timeout_ms=5_000,
            )
        except KafkaError as error:
            raise BrokerUnreachableError(self.bootstrap_servers) from error

    def command(self, command: UserCommand) -> str:
        """Publish a command and return its id, by which its effect can be waited for."""
        filled = msgspec.structs.replace(
            command,
            command_id=command.command_id or new_id(),
            session_id=command.session_id or self.session_id,
            occurred_at=command.occurred_at or datetime.now(UTC),
        )
        self._send(USER_COMMANDS, filled.user_id, filled)
        return filled.command_id

    def behavior(self, behavior: UserBehavior) -> str:
        """Publish what a person did and return the event's id."""
        filled = msgspec.structs.replace(
            behavior,
            event_id=behavior.event_id or new_id(),
            session_id=behavior.session_id or self.session_id,
            occurred_at=behavior.occurred_at or datetime.now(UTC),
        )
        self._send(USER_BEHAVIORS, filled.user_id, filled)
        return filled.event_id

    def impression(self, impression: FeedImpression) -> str:
        """Publish a slate as it was served and return the slate's id."""
        self._send(FEED_IMPRESSIONS, impression.user_id, impression)
        return impression.slate_id

    def flush(self, timeout_seconds: float = 30.0) -> None:
        """Wait until the broker has acknowledged everything.

        Raises
        ------
        NotDeliveredError
            If it did not, or refused an event.
        """
        from kafka.errors import KafkaTimeoutError

        # What is still open after that is counted below, with what the broker refused.
        with contextlib.suppress(KafkaTimeoutError):
            self._producer.flush(timeout=timeout_seconds)
        futures, self._unacknowledged = self._unacknowledged, []
        lost = sum(1 for future in futures if not future.succeeded())
        if lost:
            raise NotDeliveredError(lost, timeout_seconds)

    def close(self) -> None:
        """Send what is waiting, and let the connection go."""
        self._producer.close(timeout=10)

    def __enter__(self) -> Publisher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _send(self, topic: Topic, key: str, event: msgspec.Struct) -> None:
        value = msgspec.json.encode(event)
        if len(value) > MAX_EVENT_BYTES:
            raise EventTooLargeError(topic.name, len(value), MAX_EVENT_BYTES)
        future = self._producer.send(topic.name, value=value, key=key.encode())
        self._unacknowledged.append(future)
        if len(self._unacknowledged) > 10_000:
            # A publisher that never flushes must not keep every future for ever.
            self._unacknowledged = [waiting for waiting in self._unacknowledged if not waiting.succeeded()]
