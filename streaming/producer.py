"""Publishing events: keyed by the user, idempotent, with the gaps filled in."""

from __future__ import annotations

import contextlib
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from streaming.errors import BrokerUnreachableError, EventTooLargeError, NotDeliveredError
from streaming.events import UserBehavior, UserCommand
from streaming.ids import new_id
from streaming.settings import streaming_settings
from streaming.topics import FEED_IMPRESSIONS, TEACHER_ANSWERS, USER_BEHAVIORS, USER_COMMANDS, Topic

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from kafka import KafkaProducer
    from kafka.producer.future import FutureRecordMetadata

    from streaming.events import FeedImpression, TeacherAnswer

MAX_EVENT_BYTES = 1_000_000
RETRY_SECONDS = 1.0


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
        Fills the session of events that name none. Empty leaves them without: a session that this process
        made up would end the one that the person is in.
    delay_ms
        How long an event may wait for others to travel with, in milliseconds.
    give_up_seconds
        How long the broker may take to acknowledge an event before it counts as lost and is not tried again.

    Raises
    ------
    BrokerUnreachableError
        If no broker answers.
    """

    def __init__(
        self,
        bootstrap_servers: str | None = None,
        *,
        session_id: str = "",
        delay_ms: int = 0,
        give_up_seconds: float = 120.0,
    ) -> None:
        self.bootstrap_servers = bootstrap_servers or streaming_settings().bootstrap_servers
        self.session_id = session_id
        self.delay_ms = delay_ms
        self.give_up_seconds = give_up_seconds
        self._unacknowledged: list[FutureRecordMetadata] = []
        self._changing = threading.Lock()
        self._refused_at = float("-inf")
        self._producer: KafkaProducer | None = self._connect()

    def _connect(self) -> KafkaProducer:
        from kafka import KafkaProducer
        from kafka.errors import KafkaError

        give_up_ms = round(self.give_up_seconds * 1000)
        try:
            return KafkaProducer(
                bootstrap_servers=self.bootstrap_servers.split(","),
                acks="all",
                enable_idempotence=True,
                linger_ms=self.delay_ms,
                batch_size=64 * 1024,
                # A topic that somebody forgot to create is an error, not a topic with one partition.
                allow_auto_create_topics=False,
                max_block_ms=min(10_000, give_up_ms),
                delivery_timeout_ms=give_up_ms,
                # Kafka wants a delivery to have time for one whole request.
                request_timeout_ms=min(30_000, give_up_ms - self.delay_ms),
                bootstrap_timeout_ms=min(5_000, give_up_ms),
                # The default of 30 s would leave a caller without a broker that has long been back.
                reconnect_backoff_max_ms=1_000,
            )
        except KafkaError as error:
            raise BrokerUnreachableError(self.bootstrap_servers) from error

    def command(self, command: UserCommand) -> str:
        """Publish a command and return its id, by which its effect can be waited for."""
        filled = self._filled_command(command)
        self._remember(self._send(USER_COMMANDS, filled.user_id, filled))
        return filled.command_id

    def behavior(self, behavior: UserBehavior) -> str:
        """Publish what a person did and return the event's id."""
        filled = self._filled_behavior(behavior)
        self._remember(self._send(USER_BEHAVIORS, filled.user_id, filled))
        return filled.event_id

    def deliver(self, events: Sequence[UserCommand | UserBehavior]) -> list[str]:
        """Publish events and return their ids once the broker has every one of them.

        Raises
        ------
        NotDeliveredError
            If it did not acknowledge one within `give_up_seconds`.
        """
        from kafka.errors import KafkaError

        ids, sent = [], []
        for event in events:
            if isinstance(event, UserCommand):
                command = self._filled_command(event)
                sent.append(self._send(USER_COMMANDS, command.user_id, command))
                ids.append(command.command_id)
            else:
                behavior = self._filled_behavior(event)
                sent.append(self._send(USER_BEHAVIORS, behavior.user_id, behavior))
                ids.append(behavior.event_id)
        try:
            for future in sent:
                # The producer gives up by itself; the second beside it only keeps this from waiting for ever.
                future.get(timeout=self.give_up_seconds + 1)
        except KafkaError as error:
            self._give_up_connection()
            lost = sum(1 for future in sent if not future.succeeded())
            raise NotDeliveredError(lost, self.give_up_seconds) from error
        return ids

    def impression(self, impression: FeedImpression) -> str:
        """Publish a slate as it was served and return the slate's id."""
        self._remember(self._send(FEED_IMPRESSIONS, impression.user_id, impression))
        return impression.slate_id

    def answer(self, answer: TeacherAnswer) -> str:
        """Publish a teacher's reading of a command and return the command's id."""
        self._remember(self._send(TEACHER_ANSWERS, answer.user_id, answer))
        return answer.command_id

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
            self._connected().flush(timeout=timeout_seconds)
        futures, self._unacknowledged = self._unacknowledged, []
        lost = sum(1 for future in futures if not future.succeeded())
        if lost:
            raise NotDeliveredError(lost, timeout_seconds)

    def close(self) -> None:
        """Send what is waiting, and let the connection go.

        Raises
        ------
        NotDeliveredError
            If something could not be sent within ten seconds.
        """
        from kafka.errors import KafkaTimeoutError

        with self._changing:
            if self._producer is None:
                return
            try:
                self._producer.close(timeout=10)
            except KafkaTimeoutError as error:
                lost = sum(1 for future in self._unacknowledged if not future.succeeded())
                raise NotDeliveredError(lost, 10) from error

    def __enter__(self) -> Publisher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _connected(self) -> KafkaProducer:
        with self._changing:
            if self._producer is None:
                # Threads that waited here while one tried in vain must not each try for seconds in turn.
                if time.monotonic() - self._refused_at < RETRY_SECONDS:
                    raise BrokerUnreachableError(self.bootstrap_servers)
                try:
                    self._producer = self._connect()
                except BrokerUnreachableError:
                    self._refused_at = time.monotonic()
                    raise
            return self._producer

    def _give_up_connection(self) -> None:
        """Let the next event connect anew: a producer that lost events to an outage can stay stuck."""
        from kafka.errors import KafkaTimeoutError

        with self._changing:
            stuck, self._producer = self._producer, None
        if stuck is not None:
            with contextlib.suppress(KafkaTimeoutError):
                stuck.close(timeout=0)

    def _filled_command(self, command: UserCommand) -> UserCommand:
        return msgspec.structs.replace(
            command,
            command_id=command.command_id or new_id(),
            session_id=command.session_id or self.session_id,
            occurred_at=command.occurred_at or datetime.now(UTC),
        )

    def _filled_behavior(self, behavior: UserBehavior) -> UserBehavior:
        return msgspec.structs.replace(
            behavior,
            event_id=behavior.event_id or new_id(),
            session_id=behavior.session_id or self.session_id,
            occurred_at=behavior.occurred_at or datetime.now(UTC),
        )

    def _send(self, topic: Topic, key: str, event: msgspec.Struct) -> FutureRecordMetadata:
        from kafka.errors import KafkaError

        value = msgspec.json.encode(event)
        if len(value) > MAX_EVENT_BYTES:
            raise EventTooLargeError(topic.name, len(value), MAX_EVENT_BYTES)
        try:
            return self._connected().send(topic.name, value=value, key=key.encode())
        except KafkaError as error:
            self._give_up_connection()
            raise NotDeliveredError(1, self.give_up_seconds) from error

    def _remember(self, future: FutureRecordMetadata) -> None:
        self._unacknowledged.append(future)
        if len(self._unacknowledged) > 10_000:
            # A publisher that never flushes must not keep every future for ever.
            self._unacknowledged = [waiting for waiting in self._unacknowledged if not waiting.succeeded()]
