"""A client of the HTTP API, small enough for a command that should answer at once (standard library only)."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any

import msgspec

from infra.errors import ApiError
from infra.parts import api_address


def get(path: str, **query: object) -> dict[str, Any]:
    """Return the answer to a GET. Parameters that are None are left out.

    Raises
    ------
    ApiError
        The API does not answer, or refuses; the message is its own sentence.
    """
    words = {name: _word(value) for name, value in query.items() if value is not None}
    return _call("GET", f"{path}?{urllib.parse.urlencode(words)}" if words else path, None)


def send(method: str, path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
    """Return the answer to a POST, PATCH or DELETE. Raises as `get` does."""
    return _call(method, path, None if body is None else msgspec.json.encode(body))


def user_path(user_id: str, rest: str) -> str:
    """Return `/v1/users/{user_id}/{rest}` for any user id."""
    return f"/v1/users/{urllib.parse.quote(user_id, safe='')}/{rest}"


def is_up() -> bool:
    """Say whether the API answers."""
    try:
        _call("GET", "/healthz", None)
    except ApiError:
        return False
    return True


def _call(method: str, path: str, body: bytes | None) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - the address is our own setting
        api_address() + path, data=body, method=method, headers={"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            return msgspec.json.decode(answer.read() or b"{}", type=dict[str, Any])
    except urllib.error.HTTPError as error:
        raise ApiError(_refusal(error)) from error
    except (urllib.error.URLError, OSError) as error:
        raise ApiError(
            f"The API does not answer at {api_address()}; start it with `heed up` "
            "(`heed status` shows its state)."
        ) from error
    except msgspec.MsgspecError as error:
        raise ApiError(f"What answers at {api_address()} is not Heed's API; set HEED_API_PORT.") from error


def _refusal(error: urllib.error.HTTPError) -> str:
    try:
        return str(msgspec.json.decode(error.read())["error"]["message"])
    except (msgspec.MsgspecError, KeyError, TypeError):
        return f"The API answered {error.code} to {error.url}."


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
