"""The parts of the local stack, as data: what each runs, where it listens, when it is ready."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from agents.teaching.settings import teacher_settings
from infra import broker, ports
from infra.process import printed_ready
from infra.settings import home, stack_settings
from ranking.service.settings import api_settings

PART_NAMES = ("broker", "intent-job", "behavior-job", "sink", "teacher", "api")


@dataclass(frozen=True)
class Port:
    """A port that a part listens on, and the setting that moves it."""

    number: int
    setting: str


@dataclass(frozen=True)
class Part:
    """One part of the stack, an ordinary process.

    `prepare` runs before the start and raises what is missing; `ready` is asked until it says yes, and again
    by `heed status`; `after` names the parts that must be ready first.
    """

    name: str
    what: str
    address: str
    listens: tuple[Port, ...]
    after: tuple[str, ...]
    prepare: Callable[[], None]
    command: Callable[[], Sequence[str]]
    ready: Callable[[], bool]


def bootstrap_servers() -> str:
    """Return the Kafka that the parts use: `HEED_BOOTSTRAP_SERVERS`, else the local broker."""
    return os.environ.get("HEED_BOOTSTRAP_SERVERS") or broker.address()


def api_address() -> str:
    """Return the API's base URL."""
    settings = api_settings()
    # An API that listens everywhere is asked where it surely is.
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "") else settings.host  # noqa: S104 - compared
    return f"http://{host}:{settings.port}"


def uses_local_broker() -> bool:
    """Say whether the parts use the local broker, or one that somebody else runs."""
    return bootstrap_servers() == broker.address()


def all_parts() -> tuple[Part, ...]:
    """Return the parts of this stack in the order of the data.

    No broker where an outside one is set, no teacher where none is.
    """
    local = (_broker(),) if uses_local_broker() else ()
    taught = (_teacher(),) if teacher_settings().configured else ()
    return (
        *local,
        _job("intent-job", "streaming.intent_job", "commands -> active intents (PyFlink)"),
        _job("behavior-job", "streaming.behavior_job", "behaviours -> passive features (PyFlink)"),
        _job("sink", "streaming.feast_sink", "intents and features -> Feast's online store"),
        *taught,
        _api(),
    )


def environment() -> dict[str, str]:
    """Return what every part's process gets beside its own environment."""
    return {
        "HEED_HOME": str(home()),
        "HEED_BOOTSTRAP_SERVERS": bootstrap_servers(),
        # Serving multiplies small matrices: with a second BLAS thread a feed took ten times as long.
        "OPENBLAS_NUM_THREADS": "1",
    }


def _broker() -> Part:
    settings = stack_settings()
    return Part(
        name="broker",
        what="Apache Kafka, one KRaft node",
        address=broker.address(),
        listens=(
            Port(settings.broker_port, "HEED_BROKER_PORT"),
            Port(settings.controller_port, "HEED_CONTROLLER_PORT"),
        ),
        after=(),
        prepare=broker.prepare,
        command=broker.command,
        ready=lambda: ports.accepts(settings.broker_port) and broker.answers(),
    )


def _job(name: str, module: str, what: str) -> Part:
    return Part(
        name=name,
        what=what,
        address="",
        listens=(),
        after=_after_broker(),
        prepare=_prepare_topics,
        command=lambda: [sys.executable, "-m", module],
        ready=lambda: printed_ready(home(), name),
    )


def _teacher() -> Part:
    settings = teacher_settings()
    what = f"doubtful commands -> {settings.model} -> a second reading"
    return replace(_job("teacher", "streaming.teacher_part", what), address=settings.url)


def _api() -> Part:
    return Part(
        name="api",
        what="the feed over HTTP, and its page",
        address=api_address(),
        listens=(Port(api_settings().port, "HEED_API_PORT"),),
        after=_after_broker(),
        prepare=lambda: None,
        command=lambda: [sys.executable, "-m", "ranking.service"],
        ready=_healthy,
    )


def _after_broker() -> tuple[str, ...]:
    return ("broker",) if uses_local_broker() else ()


def _prepare_topics() -> None:
    from streaming.topics import ensure_topics

    ensure_topics(bootstrap_servers())


def _healthy() -> bool:
    try:
        with urllib.request.urlopen(f"{api_address()}/healthz", timeout=2) as answer:  # noqa: S310 - our own http address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
