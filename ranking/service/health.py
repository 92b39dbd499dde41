"""`/healthz` and `/metrics`: whether each part is there, and what it does."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from ranking.service.answers import DependencyAnswer, HealthAnswer
from ranking.service.parts import Probe, ProbeFailedError
from ranking.service.runtime import Runtime, runtime_of

router = APIRouter(tags=["operation"])
# A probe that takes longer has failed: an orchestrator asks every few seconds.
_PROBE_SECONDS = 2.0


@router.get("/healthz", responses={503: {"model": HealthAnswer, "description": "Feeds cannot be served."}})
async def healthz(response: Response, runtime: Annotated[Runtime, Depends(runtime_of)]) -> HealthAnswer:
    """Say whether feeds can be served, and the state of each dependency."""
    probes = runtime.parts.probes
    found = await asyncio.gather(*(_state(probe) for probe in probes))
    states = dict(zip((probe.name for probe in probes), found, strict=True))
    failed = [state for state in states.values() if state.state != "ok"]
    status = "failed" if any(state.needed for state in failed) else "degraded" if failed else "ok"
    response.status_code = 503 if status == "failed" else 200
    return HealthAnswer(status=status, dependencies=states)


async def _state(probe: Probe) -> DependencyAnswer:
    try:
        detail = await asyncio.wait_for(asyncio.to_thread(probe.look), _PROBE_SECONDS)
    except ProbeFailedError as error:
        return DependencyAnswer(state="failed", needed=probe.needed, detail=str(error))
    except TimeoutError:
        detail = f"no answer within {_PROBE_SECONDS:.0f} seconds"
        return DependencyAnswer(state="failed", needed=probe.needed, detail=detail)
    return DependencyAnswer(state="ok", needed=probe.needed, detail=detail)


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}, "description": "Prometheus text format."}},
)
def metrics(runtime: Annotated[Runtime, Depends(runtime_of)]) -> Response:
    """Return counters and timings for Prometheus."""
    return Response(generate_latest(runtime.metrics.registry), media_type=CONTENT_TYPE_LATEST)
