"""What the API is made of: the protocols that its parts keep, so that any of them can be exchanged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from catalog.items import Catalog
from ranking.slate import FeedRequest, Slate
from streaming.events import FeedImpression, UserBehavior, UserCommand

if TYPE_CHECKING:
    from ranking.store import UserState


class SlateSource(Protocol):
    """Makes slates; `ranking.feed.Feed` is the real one. Called from one thread at a time."""

    def serve(self, request: FeedRequest) -> Slate:
        """Return the slate for one request."""
        ...


class StateReader(Protocol):
    """Reads users; `ranking.store.UserStore` is the real one. Called from several threads."""

    def read(self, user_id: str) -> UserState:
        """Return what is known of the user; of an unknown user the empty state."""
        ...


class EventPublisher(Protocol):
    """Sends events; `streaming.producer.Publisher` is the real one. Called from several threads."""

    def deliver(self, events: Sequence[UserCommand | UserBehavior]) -> list[str]:
        """Send events and return their ids once the broker has every one of them."""
        ...

    def impression(self, impression: FeedImpression) -> object:
        """Send a served slate."""
        ...

    def close(self) -> object:
        """Flush and disconnect."""
        ...


class ProbeFailedError(Exception):
    """A dependency is not usable; the text says in what way."""


@dataclass(frozen=True)
class Probe:
    """One dependency at `/healthz`. `look` returns a detail in words or raises `ProbeFailedError`.

    Without a `needed` dependency the service cannot serve a feed and answers 503.
    """

    name: str
    look: Callable[[], str]
    needed: bool = True


@dataclass(frozen=True)
class SampleUser:
    """A user worth trying in the page's user switcher: how much is known, and the values they like most."""

    user_id: str
    events: int
    likes: tuple[str, ...]


@dataclass(frozen=True)
class Parts:
    """Everything that `create_app` needs. `refresh` runs now and then in the background (popularity)."""

    catalog: Catalog
    feed: SlateSource
    store: StateReader
    publisher: EventPublisher
    probes: Sequence[Probe] = ()
    sample_users: Sequence[SampleUser] = ()
    refresh: Callable[[], object] | None = field(default=None)
    # The errors with which the publisher and the store say that they are out of reach.
    publish_errors: tuple[type[Exception], ...] = (OSError, TimeoutError)
    store_errors: tuple[type[Exception], ...] = (OSError, TimeoutError)
