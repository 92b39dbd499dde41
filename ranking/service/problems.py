"""Every error as one shape, `{"error": {"code", "message", "field"}}`, with one clear sentence."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from ranking.service.errors import ServiceError, shortened

log = structlog.get_logger(__name__)

# Where FastAPI says a value stood, and the tags of a union: not part of the field's name.
_PLACES = ("body", "query", "path", "header", "one", "many")

# pydantic's error types in words for a caller; `{...}` comes from the error's context.
_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not known here; /docs lists what this call takes",
    "string_type": "must be a string",
    "string_unicode": "must be valid Unicode text",
    "string_too_long": "is longer than {max_length:,} characters; send at most that many",
    "string_too_short": "is empty",
    "too_long": "holds more than {max_length:,} entries; send at most that many",
    "too_short": "holds nothing; send at least one",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "must be a smaller number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le:,} or less",
    "literal_error": "must be one of {expected}",
    "datetime_parsing": "must be a time such as 2026-11-23T12:00:00Z",
    "datetime_from_date_parsing": "must be a time such as 2026-11-23T12:00:00Z",
    "datetime_type": "must be a time such as 2026-11-23T12:00:00Z",
    "timezone_aware": "needs a time zone, such as the Z in 2026-11-23T12:00:00Z",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
}
_NOT_AN_OBJECT = ("model_attributes_type", "model_type", "dict_type", "union_tag_invalid")


def answer(
    status: int, code: str, message: str, field: str | None = None, headers: Any = None
) -> JSONResponse:
    """Return the one error shape."""
    body = {"error": {"code": code, "message": message, "field": field}}
    return JSONResponse(body, status_code=status, headers=headers)


def field_name(location: Sequence[str | int]) -> str | None:
    """Return the path of a wrong value, such as `items[2].item_id`, or None for the whole body."""
    path = ""
    for number, step in enumerate(location):
        if number < 2 and step in _PLACES:
            continue
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else str(step)
    return path or None


def sentence(error: dict[str, Any]) -> tuple[str, str | None]:
    """Return what one pydantic error says as a sentence, and the field it is about."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "json_invalid":
        return f"The body is not valid JSON: {context.get('error', 'it cannot be read')}.", None
    field = field_name(error["loc"])
    shown = shortened(field)[1:-1] if field else None
    if kind in _NOT_AN_OBJECT:
        what = f"`{shown}`" if shown else "The body"
        return f"{what} must be a JSON object, sent with the content type application/json.", field
    if kind in ("one_edit", "stars"):
        return str(error["msg"]), field
    words = _SENTENCES[kind].format(**context) if kind in _SENTENCES else str(error["msg"]).rstrip(".")
    if shown is None:
        words = "is missing; send a JSON object" if kind == "missing" else words
        return f"The body {words}.", None
    return f"`{shown}` {words}.", field


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type only
    first = error.errors()[0]
    message, field = sentence(first)
    status, code = (400, "bad_json") if first["type"] == "json_invalid" else (422, "invalid")
    return answer(status, code, message, field)


async def _service_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ServiceError)  # noqa: S101 - registered for this type only
    headers = {"Retry-After": "2"} if error.status == 503 else None
    return answer(error.status, error.code, error.message, error.field, headers)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type only
    return http_problem(request.url.path, request.method, error)


def http_problem(path: str, method: str, error: HTTPException) -> JSONResponse:
    """Return the answer to a request that no route takes as it is."""
    shown = shortened(path)
    by_status = {
        400: ("bad_request", "The request cannot be read; send JSON in UTF-8."),
        404: ("not_found", f"There is nothing at {shown}; /docs lists what there is."),
        405: ("method_not_allowed", f"{shown} does not take {method}; see the Allow header or /docs."),
        413: ("too_large", "The body is too large; send at most 1 MB, and at most 1,000 behaviours at once."),
    }
    code, message = by_status.get(error.status_code, ("http_error", str(error.detail)))
    return answer(error.status_code, code, message, headers=error.headers)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    incident = secrets.token_hex(4)
    log.error("unexpected_error", incident=incident, path=request.url.path, error=type(error).__name__)
    return answer(500, "internal", f"The service failed; its log tells why under incident {incident}.")


def install(app: FastAPI) -> None:
    """Make `app` answer every error in the one shape."""
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ServiceError, _service_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)
