"""`/v1/users/{user_id}/intent`: what a user wants, and changing it with a click instead of words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from ranking.service.answers import Accepted, ErrorAnswer, IntentAnswer, intent_answer
from ranking.service.commands import ERRORS
from ranking.service.inputs import Identifier, IntentEditBody
from ranking.service.runtime import Runtime, runtime_of
from streaming.events import IntentEdit, UserCommand

router = APIRouter(prefix="/v1/users/{user_id}", tags=["intent"])
UserId = Annotated[Identifier, Path(description="Whose intent.", examples=["42"])]
Running = Annotated[Runtime, Depends(runtime_of)]


@router.get(
    "/intent", responses={503: {"model": ErrorAnswer, "description": "The online store cannot be read."}}
)
async def get_intent(user_id: UserId, runtime: Running) -> IntentAnswer:
    """Return what the user currently wants; of somebody who has said nothing, the empty intent."""
    state = await runtime.call(lambda: runtime.read(user_id))
    return intent_answer(state.intent, runtime.parts.catalog, datetime.now(UTC))


@router.patch("/intent", status_code=202, responses=ERRORS)
async def patch_intent(user_id: UserId, body: IntentEditBody, runtime: Running) -> Accepted:
    """Forget single preferences, or take the last command back.

    The edit goes the way of every command (the stream is the only writer): ask for the feed `after` its id.
    """
    edit = (
        IntentEdit(action="undo")
        if body.undo
        else IntentEdit(action="forget", preference_ids=tuple(dict.fromkeys(body.forget)))
    )
    return await _publish(user_id, edit, body.command_id or "", runtime)


@router.delete("/intent", status_code=202, responses=ERRORS)
async def delete_intent(user_id: UserId, runtime: Running) -> Accepted:
    """Start over: drop every preference. What the user did (behaviours) stays."""
    return await _publish(user_id, IntentEdit(action="reset"), "", runtime)


async def _publish(user_id: str, edit: IntentEdit, command_id: str, runtime: Runtime) -> Accepted:
    command = UserCommand(user_id=user_id, command_id=command_id, edit=edit, occurred_at=datetime.now(UTC))
    (published,) = await runtime.publish([command])
    runtime.metrics.commands.labels(edit.action).inc()
    return Accepted(command_id=published)
