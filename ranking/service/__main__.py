"""`python -m ranking.service`: load everything, say that it is ready, serve until told to end."""

from __future__ import annotations

import signal
import socket
import sys
from types import FrameType
from typing import NoReturn

import structlog

from ranking.service.errors import PortTakenError
from ranking.service.settings import ApiSettings, api_settings

log = structlog.get_logger(__name__)
# Connections that may wait while the loop is busy with others.
_BACKLOG = 2048
# How long a request that is being served may take to end when the service is told to stop.
_GRACE_SECONDS = 5


def listen(settings: ApiSettings) -> socket.socket:
    """Take the port, before anything is loaded: a port that is taken is said at once, not after ten seconds.

    Raises
    ------
    PortTakenError
        If something else has it.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((settings.host, settings.port))
    except OSError as error:
        taken.close()
        raise PortTakenError(settings.host, settings.port, error.strerror or "it cannot be bound") from error
    return taken


def serve(settings: ApiSettings, taken: socket.socket) -> None:
    """Load the parts and serve on a socket that is bound."""
    import uvicorn

    from ranking.service.app import create_app
    from ranking.service.wiring import load_parts
    from streaming.log import ready_line

    app = create_app(load_parts(settings), settings)
    try:
        taken.listen(_BACKLOG)
    except OSError as error:
        raise PortTakenError(settings.host, settings.port, error.strerror or "it cannot listen") from error
    host, port = taken.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    class Server(uvicorn.Server):
        """Says that it is ready once it minds signals: told to end before, it would end in a trace."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            sys.stdout.write(ready_line("api", address=address) + "\n")
            sys.stdout.flush()

    config = uvicorn.Config(
        app, log_config=None, access_log=False, timeout_graceful_shutdown=_GRACE_SECONDS, lifespan="on"
    )
    Server(config).run(sockets=[taken])


def _end(number: int, frame: FrameType | None) -> NoReturn:
    """End with 0 when told to: uvicorn raises the signal anew after its shutdown, as if it had crashed."""
    raise SystemExit(0)


def main() -> int:
    """Run the service; return 0 when it was told to end, 1 when it could not start."""
    from agents.errors import AgentsError
    from catalog.errors import CatalogError
    from ranking.errors import RankingError
    from streaming.errors import StreamingError
    from streaming.log import log_to_stderr

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    log_to_stderr()
    settings = api_settings()
    try:
        with listen(settings) as taken:
            serve(settings, taken)
    except (AgentsError, CatalogError, RankingError, StreamingError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
