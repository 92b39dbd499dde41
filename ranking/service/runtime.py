"""The running service: the parts, the threads that call them, and what happens beside an answer."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

import structlog
from fastapi import Request

from ranking.service.errors import BrokerUnavailableError, StoreUnavailableError
from ranking.service.examples import example_commands
from ranking.service.metrics import Metrics
from ranking.service.parts import Parts
from ranking.service.settings import ApiSettings
from ranking.service.titles import TitleIndex
from ranking.slate import FeedRequest, Slate
from streaming.events import FeedImpression, UserBehavior, UserCommand

if TYPE_CHECKING:
    from ranking.store import UserState

log = structlog.get_logger(__name__)
Result = TypeVar("Result")

# So many impressions may wait while the broker lags; beyond it they would fill the memory and are dropped.
_IMPRESSIONS_WAITING = 1_000


class Runtime:
    """Calls the parts off the event loop.

    Serving and looking have one thread each: both are Python and NumPy under one interpreter lock, so more
    threads would only make every answer slower. Publishing has threads of its own, because a broker that is
    down blocks its caller for seconds and must not hold up a feed.
    """

    def __init__(self, parts: Parts, settings: ApiSettings) -> None:
        self.parts = parts
        self.settings = settings
        self.metrics = Metrics()
        self.metrics.items.set(len(parts.catalog))
        self.titles = TitleIndex(parts.catalog.titles)
        self.examples = example_commands(parts.catalog)
        self._serving = ThreadPoolExecutor(1, "serving")
        self._looking = ThreadPoolExecutor(1, "looking")
        self._publishing = ThreadPoolExecutor(8, "publishing")
        self._impressing = ThreadPoolExecutor(1, "impressions")
        self._impressions_waiting = 0

    async def call(self, work: Callable[[], Result]) -> Result:
        """Return what `work` returns; it runs in the serving thread and may use `read` and `rank`."""
        return await self._in(self._serving, work)

    def read(self, user_id: str) -> UserState:
        """Return the user's state from the online store, or raise `StoreUnavailableError`."""
        try:
            with self.metrics.store_seconds.time():
                return self.parts.store.read(user_id)
        except self.parts.store_errors as error:
            log.error("store_unavailable", error=type(error).__name__)
            raise StoreUnavailableError from error

    def rank(self, request: FeedRequest) -> Slate:
        """Return the slate for `request`."""
        with self.metrics.feed_seconds.time():
            slate = self.parts.feed.serve(request)
        for part in slate.parts:
            self.metrics.part_seconds.labels(part.name).observe(part.milliseconds / 1000)
            self.metrics.part_in.labels(part.name).inc(part.count_in)
            self.metrics.part_out.labels(part.name).inc(part.count_out)
        return slate

    async def wait_for(self, user_id: str, command_id: str, timeout: float) -> bool:
        """Wait until the user's row holds `command_id`, at most `timeout` s; return whether it does."""
        started = time.perf_counter()
        while True:
            state = await self._in(self._looking, lambda: self.read(user_id))
            waited = time.perf_counter() - started
            arrived = command_id in state.intent.recent_command_ids
            if arrived or waited >= timeout:
                self.metrics.wait_seconds.observe(waited)
                self.metrics.stale.inc(0 if arrived else 1)
                return arrived
            await asyncio.sleep(min(self.settings.poll_seconds, timeout - waited))

    async def publish(self, events: Sequence[UserCommand | UserBehavior]) -> list[str]:
        """Return the events' ids once the broker has them all, or raise `BrokerUnavailableError`."""
        try:
            with self.metrics.publish_seconds.time():
                return await self._in(self._publishing, lambda: self.parts.publisher.deliver(events))
        except self.parts.publish_errors as error:
            log.error("broker_unavailable", error=type(error).__name__)
            raise BrokerUnavailableError from error

    def log_impression(self, user_id: str, slate: Slate) -> None:
        """Send the served slate to `feed-impressions` beside the answer; drop it where the broker lags."""
        if self._impressions_waiting >= _IMPRESSIONS_WAITING:
            self.metrics.impressions.labels("dropped").inc()
            return
        impression = FeedImpression(
            slate_id=slate.slate_id,
            user_id=user_id,
            item_ids=tuple(entry.item_id for entry in slate.entries),
            scores=tuple(float(entry.score) for entry in slate.entries),
            intent_version=slate.intent_version,
            experiment=self.settings.experiment,
            variant=self.settings.variant,
            served_at=datetime.now(UTC),
        )
        self._impressions_waiting += 1
        self._impressing.submit(self._send_impression, impression)

    def _send_impression(self, impression: FeedImpression) -> None:
        try:
            self.parts.publisher.impression(impression)
            self.metrics.impressions.labels("sent").inc()
        except self.parts.publish_errors as error:
            self.metrics.impressions.labels("dropped").inc()
            log.warning("impression_dropped", error=type(error).__name__)
        finally:
            self._impressions_waiting -= 1

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Refresh in the background for as long as the app lives; then send what is left and let go."""
        refreshing = asyncio.create_task(self._refresh_for_ever())
        try:
            yield
        finally:
            refreshing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await refreshing
            await asyncio.get_running_loop().run_in_executor(None, self._close)

    async def _refresh_for_ever(self) -> None:
        while self.parts.refresh is not None:
            await asyncio.sleep(self.settings.refresh_seconds)
            try:
                await asyncio.to_thread(self.parts.refresh)
                self.metrics.refreshed.set_to_current_time()
            except self.parts.store_errors as error:
                log.warning("refresh_failed", error=type(error).__name__)

    def _close(self) -> None:
        for pool in (self._serving, self._looking, self._impressing):
            pool.shutdown(wait=True, cancel_futures=True)
        self._publishing.shutdown(wait=False, cancel_futures=True)
        try:
            self.parts.publisher.close()
        except self.parts.publish_errors as error:
            log.warning("closed_with_unsent_events", error=type(error).__name__)

    @staticmethod
    async def _in(pool: ThreadPoolExecutor, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(pool, work)


async def runtime_of(request: Request) -> Runtime:
    """Return the runtime of the app that serves `request`.

    A FastAPI dependency; async although it awaits nothing, because FastAPI sends any other to a thread.
    """
    runtime: Runtime = request.app.state.runtime
    return runtime
