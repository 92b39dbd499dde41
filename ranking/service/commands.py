"""`POST /v1/commands` and `POST /v1/behaviors`: what a user says and does, on its way to Kafka."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends

from ranking.service.answers import Accepted, BehaviorsAccepted, ErrorAnswer
from ranking.service.errors import UnknownItemError
from ranking.service.inputs import BehaviorBody, BehaviorsBody, CommandBody
from ranking.service.runtime import Runtime, runtime_of
from streaming.events import UserBehavior, UserCommand

ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorAnswer, "description": "The body is not JSON."},
    422: {"model": ErrorAnswer, "description": "A value is missing or wrong; the sentence names it."},
    503: {"model": ErrorAnswer, "description": "The broker does not answer; nothing was recorded."},
}
router = APIRouter(prefix="/v1", tags=["say and do"])


@router.post("/commands", status_code=202, responses=ERRORS)
async def post_command(body: CommandBody, runtime: Annotated[Runtime, Depends(runtime_of)]) -> Accepted:
    """Say something in your own words.

    The answer comes when Kafka has the command. `GET /v1/feed?after=<command_id>` then waits for its effect.
    """
    command = UserCommand(
        user_id=body.user_id,
        text=body.text,
        command_id=body.command_id or "",
        session_id=body.session_id,
        shown_item_ids=body.shown_item_ids,
        occurred_at=datetime.now(UTC),
    )
    (command_id,) = await runtime.publish([command])
    runtime.metrics.commands.labels("text").inc()
    return Accepted(command_id=command_id)


@router.post(
    "/behaviors",
    status_code=202,
    responses={**ERRORS, 404: {"model": ErrorAnswer, "description": "An item is not in the catalogue."}},
)
async def post_behaviors(
    body: Annotated[BehaviorsBody, Body()], runtime: Annotated[Runtime, Depends(runtime_of)]
) -> BehaviorsAccepted:
    """Report what a user did: one behaviour, or a list of up to 1,000.

    All are checked before any is sent: where one is wrong, none is recorded.
    """
    bodies = body if isinstance(body, list) else [body]
    for number, behavior in enumerate(bodies):
        if runtime.parts.catalog.index_of(behavior.item_id) is None:
            raise UnknownItemError(
                behavior.item_id, field=f"[{number}].item_id" if isinstance(body, list) else "item_id"
            )
    behaviors = [_event(behavior) for behavior in bodies]
    event_ids = await runtime.publish(behaviors)
    for sent in behaviors:
        runtime.metrics.behaviors.labels(sent.kind).inc()
    return BehaviorsAccepted(event_ids=event_ids)


def _event(body: BehaviorBody) -> UserBehavior:
    return UserBehavior(
        user_id=body.user_id,
        item_id=body.item_id,
        kind=body.kind,
        event_id=body.event_id or "",
        session_id=body.session_id,
        value=body.value,
        slate_id=body.slate_id,
        position=body.position,
        occurred_at=body.occurred_at or datetime.now(UTC),
    )
