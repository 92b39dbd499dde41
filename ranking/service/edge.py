"""The outermost layer: the size of a body, the headers of an answer, the count and time of a request."""

from __future__ import annotations

import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ranking.service.metrics import Metrics
from ranking.service.problems import http_problem

# A thousand behaviours are 300 kB; more is not a request but an upload.
MAX_BODY = 1_000_000
_HEADERS = {
    # The page brings all it needs itself: no script, style or picture from elsewhere can run in it.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Edge:
    """Wraps the app. Plain ASGI, because Starlette's own middleware class costs a task for every request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault(
                    "Cache-Control", "no-store" if scope["path"].startswith("/v1/") else "no-cache"
                )
            await send(message)

        try:
            if _declared(scope) > MAX_BODY:
                await http_problem(scope["path"], scope["method"], HTTPException(413))(scope, receive, answer)
            else:
                await self.app(scope, _limited(receive), answer)
        finally:
            # A path that no route has is one label: a scanner must not grow the registry.
            route = getattr(scope.get("route"), "path", "unknown")
            self.metrics.requests.labels(route, scope["method"], status).inc()
            self.metrics.request_seconds.labels(route).observe(time.perf_counter() - started)


def _declared(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isdecimal() else 0


def _limited(receive: Receive) -> Receive:
    """Count what comes in pieces without saying beforehand how much it will be."""
    taken = 0

    async def next_piece() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MAX_BODY:
            raise HTTPException(413)
        return message

    return next_piece
