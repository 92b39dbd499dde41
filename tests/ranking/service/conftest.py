"""The service over small in-memory parts: catalogue and memory are the real ones, the stream is a timer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np
import pytest
from fastapi.testclient import TestClient

from agents.memory import Memory, apply_edit, consolidate, empty_memory
from agents.types import Intent, ParsedCommand, Preference, empty_intent
from catalog.embedded import load_embedded
from catalog.items import Catalog
from ranking.behavior import BehaviorFeatures
from ranking.feed import Feed, load_feed
from ranking.service.app import create_app
from ranking.service.parts import Parts, Probe, SampleUser
from ranking.service.settings import ApiSettings
from ranking.slate import FeedRequest, PartReport, Slate, SlateEntry
from streaming.events import FeedImpression, UserBehavior, UserCommand


@dataclass(frozen=True)
class KnownUser:
    """What a store knows of a user."""

    intent: Intent
    behavior: BehaviorFeatures = field(default_factory=BehaviorFeatures)


class TimedStream:
    """Publisher and store in one: what is delivered reaches the row `delay` seconds later.

    The memory is the real one. `says` maps a text to what it means; any other text wants nothing.
    """

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay
        self.says: dict[str, tuple[Preference, ...]] = {}
        self.delivered: list[UserCommand | UserBehavior] = []
        self.impressions: list[FeedImpression] = []
        self.failure: Exception | None = None
        self.reads = 0
        self.closed = False
        self._memories: dict[str, Memory] = {}

    def deliver(self, events: Sequence[UserCommand | UserBehavior]) -> list[str]:
        if self.failure is not None:
            raise self.failure
        ids = []
        for event in events:
            self.delivered.append(event)
            if isinstance(event, UserBehavior):
                ids.append(event.event_id or f"e{len(self.delivered)}")
                continue
            command = msgspec.structs.replace(event, command_id=event.command_id or f"c{len(self.delivered)}")
            ids.append(command.command_id)
            if self.delay:
                threading.Timer(self.delay, self._take_in, [command]).start()
            else:
                self._take_in(command)
        return ids

    def _take_in(self, command: UserCommand) -> None:
        memory = self._memories.get(command.user_id) or empty_memory(command.user_id)
        now = datetime.now(UTC)
        if command.edit is not None:
            after = apply_edit(
                memory,
                command.edit.action,
                command.edit.preference_ids,
                command_id=command.command_id,
                at=now,
            )
        else:
            parsed = ParsedCommand(
                command_id=command.command_id,
                user_id=command.user_id,
                text=command.text,
                clarity="clear",
                question=None,
                act="refine",
                acts=("refine",),
                preferences=self.says.get(command.text, ()),
            )
            after = consolidate(memory, parsed, said_at=now)
        self._memories[command.user_id] = after

    def read(self, user_id: str) -> KnownUser:
        self.reads += 1
        if self.failure is not None:
            raise self.failure
        memory = self._memories.get(user_id)
        return KnownUser(empty_intent(user_id) if memory is None else memory.intent)

    def impression(self, impression: FeedImpression) -> None:
        self.impressions.append(impression)

    def close(self) -> None:
        self.closed = True


class FirstItems:
    """A feed of the catalogue's first items: what HTTP does with a slate does not depend on which it is."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.failure: Exception | None = None

    def serve(self, request: FeedRequest) -> Slate:
        if self.failure is not None:
            raise self.failure
        entries = tuple(
            SlateEntry(
                item_id=item_id, score=1.0 - i / 100, reasons=("It is there.",), breakdown={"place": -i / 100}
            )
            for i, item_id in enumerate(self.catalog.item_ids[: request.limit])
        )
        part = PartReport(name="first", count_in=len(self.catalog), count_out=len(entries), milliseconds=0.5)
        return Slate(
            slate_id="s1",
            entries=entries,
            notes=("A note.",),
            parts=(part,),
            intent_version=request.intent.version,
        )


@dataclass(frozen=True)
class Service:
    """A running app and the parts behind it."""

    http: TestClient
    stream: TimedStream
    feed: Any
    catalog: Catalog
    probes: dict[str, Callable[[], str]]

    def error(self, method: str, path: str, **sent: Any) -> tuple[int, dict[str, Any]]:
        """Send a request that must fail; return its status and its error, the shape checked."""
        answer = self.http.request(method, path, **sent)
        body = answer.json()
        assert list(body) == ["error"], body
        assert list(body["error"]) == ["code", "message", "field"]
        assert "Traceback" not in answer.text
        return answer.status_code, body["error"]


class TrigramEncoder:
    """Texts that share letters are near each other: enough for a feed, and there in a second."""

    def encode(self, texts: list[str]) -> np.ndarray:
        rows = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            letters = np.frombuffer(text.lower().encode(), dtype=np.uint8).astype(np.int64)
            np.add.at(row, (letters[:-2] * 961 + letters[1:-1] * 31 + letters[2:]) % 64, 1)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


@pytest.fixture(scope="session")
def films() -> Catalog:
    return load_embedded()[0]


@pytest.fixture(scope="session")
def real_feed(films: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Feed:
    return load_feed(films, TrigramEncoder(), folder=tmp_path_factory.mktemp("models"))


@contextmanager
def running(films: Catalog, feed: Any) -> Iterator[Service]:
    stream = TimedStream()
    probes: dict[str, Callable[[], str]] = {"store": lambda: "fine", "broker": lambda: "fine"}
    parts = Parts(
        catalog=films,
        feed=feed,
        store=stream,
        publisher=stream,
        probes=(
            Probe("store", lambda: str(probes["store"]())),
            Probe("broker", lambda: str(probes["broker"]()), needed=False),
        ),
        sample_users=(SampleUser("42", 100, ("Drama",)),),
        publish_errors=(ConnectionError,),
        store_errors=(ConnectionError,),
    )
    with TestClient(create_app(parts, ApiSettings()), raise_server_exceptions=False) as http:
        yield Service(http, stream, feed, films, probes)


@pytest.fixture
def start(films: Catalog) -> Callable[[], AbstractContextManager[Service]]:
    """The app, to be started and ended by the test."""
    return lambda: running(films, FirstItems(films))


@pytest.fixture
def service(films: Catalog) -> Iterator[Service]:
    """The app over slates that do not matter."""
    with running(films, FirstItems(films)) as started:
        yield started


@pytest.fixture
def films_service(films: Catalog, real_feed: Feed) -> Iterator[Service]:
    """The app over the real feed of the embedded films."""
    with running(films, real_feed) as started:
        yield started


@pytest.fixture
def no_horror() -> Preference:
    return Preference(
        field="genre", op="eq", value="Horror", polarity="negative", strength="hard", text="no more horror"
    )
