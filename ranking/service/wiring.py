"""The real parts: catalogue, models, Feast and Kafka, loaded side by side and warm before they serve."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from agents.types import empty_intent
from catalog.items import Catalog
from catalog.settings import home_settings
from catalog.store import load_catalog, load_interactions
from ranking.errors import StoredIntentError
from ranking.feed import Feed, load_feed
from ranking.popularity import PopularityTable
from ranking.service.parts import Parts, Probe, ProbeFailedError
from ranking.service.samples import sample_users
from ranking.service.settings import ApiSettings
from ranking.slate import FeedRequest
from ranking.store import UserState, UserStore
from streaming.errors import StreamingError
from streaming.producer import Publisher
from streaming.settings import load_factory, streaming_settings

# Nobody: whom the first, slow requests serve, and whose row the health check reads.
_NOBODY = "heed-health-check"


class TakingTurns:
    """A store for several threads: Feast keeps one connection, which one thread at a time may use."""

    def __init__(self, store: UserStore) -> None:
        self._store = store
        self._turn = threading.Lock()

    def read(self, user_id: str) -> UserState:
        """Return what is known of the user."""
        with self._turn:
            return self._store.read(user_id)


def load_parts(settings: ApiSettings) -> Parts:
    """Load everything that serves.

    Feast takes seconds to import, so it opens beside the catalogue and the models.

    Raises
    ------
    AgentsError, CatalogError, RankingError, StreamingError
        Where a part is missing or damaged; the message says what to do.
    """
    with ThreadPoolExecutor(2, "loading") as side:
        connected = side.submit(lambda: Publisher(give_up_seconds=settings.publish_timeout_seconds))
        opened = side.submit(_open_stores)
        catalog = load_catalog()
        # The setting of the sink: wishes in Feast and items here must lie in one space.
        encoder = load_factory("HEED_ENCODER", streaming_settings().encoder)()
        feed = load_feed(catalog, encoder)
        samples = sample_users(catalog, load_interactions())
        store, popularity_store, unreachable = opened.result()
        publisher = connected.result()
    table = PopularityTable(catalog, popularity_store)
    feed.refresh(table.load(home_settings().home / "features" / "item_popularity.parquet"))
    _warm(feed, store)
    return Parts(
        catalog=catalog,
        feed=feed,
        store=store,
        publisher=publisher,
        probes=_probes(catalog, feed, store, publisher.bootstrap_servers, unreachable),
        sample_users=samples,
        refresh=lambda: feed.refresh(table.refresh()),
        publish_errors=(StreamingError, OSError),
        store_errors=unreachable,
    )


def _open_stores() -> tuple[TakingTurns, object, tuple[type[Exception], ...]]:
    """Return the users' store, a second one for the background, and the errors of a store out of reach."""
    import sqlite3

    from redis.exceptions import RedisError

    from feature_repo.store import open_store

    return TakingTurns(UserStore()), open_store(), (sqlite3.Error, RedisError, StoredIntentError, OSError)


def _warm(feed: Feed, store: TakingTurns) -> None:
    """Serve somebody unknown a few times: the first feed fills caches and takes ten times as long."""
    for _ in range(3):
        store.read(_NOBODY)
        feed.serve(FeedRequest(user_id=_NOBODY, intent=empty_intent(_NOBODY), now=datetime.now(UTC)))


def _probes(
    catalog: Catalog,
    feed: Feed,
    store: TakingTurns,
    bootstrap_servers: str,
    unreachable: tuple[type[Exception], ...],
) -> tuple[Probe, ...]:
    def look_at_store() -> str:
        try:
            store.read(_NOBODY)
        except unreachable as error:
            raise ProbeFailedError(f"cannot be read: {error}") from error
        return "a user's row can be read"

    def look_at_model() -> str:
        parts = {"ranking model": feed.state.ranker, "collaborative weights": feed.state.collaborative}
        missing = [name for name, part in parts.items() if part is None]
        return f"no {' and no '.join(missing)} yet: `heed train ranker` makes them" if missing else "loaded"

    return (
        Probe("broker", _broker(bootstrap_servers), needed=False),
        Probe("online_store", look_at_store),
        Probe("model", look_at_model),
        Probe("catalogue", lambda: f"{len(catalog)} {catalog.domain.items}"),
    )


def _broker(bootstrap_servers: str) -> Callable[[], str]:
    def look() -> str:
        for server in bootstrap_servers.split(","):
            host, _, port = server.strip().rpartition(":")
            try:
                socket.create_connection((host, int(port)), timeout=1).close()
            except OSError:
                continue
            return f"{server.strip()} answers"
        raise ProbeFailedError(f"nothing answers at {bootstrap_servers}; commands cannot be taken")

    return look
