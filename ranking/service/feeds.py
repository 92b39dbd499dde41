"""`GET /v1/feed`: a slate, after the caller's own writes where they ask for that."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from ranking.service.answers import ErrorAnswer, FeedAnswer, Served, feed_answer
from ranking.service.inputs import FeedQuery
from ranking.service.runtime import Runtime, runtime_of
from ranking.slate import FeedRequest

router = APIRouter(prefix="/v1", tags=["feed"])


@router.get(
    "/feed",
    response_model=FeedAnswer,
    responses={
        422: {"model": ErrorAnswer, "description": "A parameter is missing or wrong; the sentence names it."},
        503: {"model": ErrorAnswer, "description": "The online store cannot be read."},
    },
)
async def get_feed(
    query: Annotated[FeedQuery, Query()], runtime: Annotated[Runtime, Depends(runtime_of)]
) -> Response:
    """Recommend items to a user, best first, each with its reasons.

    With `after` the answer waits until that command has taken effect, at most `timeout_ms`; where the time
    runs out (the stream is slow, or refused the command) the feed comes as it is, marked `stale`.
    """
    started, arrived = time.perf_counter(), True
    if query.after is not None:
        arrived = await runtime.wait_for(query.user_id, query.after, query.timeout_ms / 1000)
    waited_ms = (time.perf_counter() - started) * 1000 if query.after else 0.0
    # All of it in one step of one thread: each change of threads costs more than writing the answer.
    body = await runtime.call(lambda: _serve(query, runtime, stale=not arrived, waited_ms=waited_ms))
    return Response(body, media_type="application/json")


def _serve(query: FeedQuery, runtime: Runtime, *, stale: bool, waited_ms: float) -> str:
    state, now = runtime.read(query.user_id), datetime.now(UTC)
    request = FeedRequest(
        user_id=query.user_id,
        limit=query.limit,
        intent=state.intent,
        behavior=state.behavior,
        now=now,
        explain=query.explain,
    )
    slate = runtime.rank(request)
    if query.impression:
        runtime.log_impression(query.user_id, slate)
    served = Served(slate, state, now, explain=query.explain, stale=stale, waited_ms=waited_ms)
    return feed_answer(served, runtime.parts.catalog).model_dump_json()
