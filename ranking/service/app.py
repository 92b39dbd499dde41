"""The app: routes, errors, headers, the page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from ranking.service import commands, feeds, health, intents, items, problems
from ranking.service.edge import Edge
from ranking.service.parts import Parts
from ranking.service.runtime import Runtime
from ranking.service.settings import ApiSettings, api_settings

PAGE = Path(__file__).parent / "page"
_DESCRIPTION = """
A feed that does what people tell it. Say something with `POST /v1/commands`, take the `command_id` of the
answer, and ask for `GET /v1/feed?user_id=…&after=<command_id>`: the slate obeys what was said, and each item
says why it is there.

Every error is `{"error": {"code", "message", "field"}}` with one sentence in `message`.
"""


def create_app(parts: Parts, settings: ApiSettings | None = None) -> FastAPI:
    """Return the app over the given parts.

    The parts are loaded and warm; the app closes the publisher when it shuts down.
    """
    runtime = Runtime(parts, settings or api_settings())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with runtime.running():
            yield

    app = FastAPI(
        title="Heed",
        version="1",
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,  # FastAPI's own page loads its script from another host; ours needs no network.
        redoc_url=None,
    )
    app.state.runtime = runtime
    problems.install(app)
    app.add_middleware(Edge, metrics=runtime.metrics)
    for room in (commands, feeds, intents, items, health):
        app.include_router(room.router)
    app.get("/", include_in_schema=False)(_page("index.html"))
    app.get("/docs", include_in_schema=False)(_page("docs.html"))
    app.mount("/page", StaticFiles(directory=PAGE), name="page")
    return app


def _page(name: str) -> Callable[[], Awaitable[FileResponse]]:
    async def serve() -> FileResponse:
        return FileResponse(PAGE / name, headers={"Cache-Control": "no-cache"})

    return serve
