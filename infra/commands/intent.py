"""`heed intent`: what a user currently wants, and taking parts of it back."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from infra.commands.options import DEFAULT_USER, JsonOption, UserOption


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    group = typer.Typer(
        help="What a user currently wants, and taking it back.", no_args_is_help=True, rich_markup_mode=None
    )
    for command in (show, undo, forget, reset):
        group.command()(command)
    app.add_typer(group, name="intent")


def show(user: UserOption = DEFAULT_USER, json: JsonOption = False) -> None:
    """Show every preference that is in force, with the words that said it and the id that `forget` takes.

    \b
    Example: heed intent show --user 42
    """
    from infra import api

    _print(api.get(api.user_path(user, "intent")), json)


def undo(user: UserOption = DEFAULT_USER, json: JsonOption = False) -> None:
    """Take the last command back.

    \b
    Example: heed intent undo --user 42
    """
    _edit("PATCH", user, {"undo": True}, json)


def forget(
    preference: Annotated[
        list[str], typer.Argument(help="Ids of preferences, as `heed intent show` lists them.")
    ],
    user: UserOption = DEFAULT_USER,
    json: JsonOption = False,
) -> None:
    """Drop single preferences.

    \b
    Example: heed intent forget p3 --user 42
    """
    _edit("PATCH", user, {"forget": preference}, json)


def reset(user: UserOption = DEFAULT_USER, json: JsonOption = False) -> None:
    """Drop every preference. What the user did stays.

    \b
    Example: heed intent reset --user 42
    """
    _edit("DELETE", user, None, json)


def _edit(method: str, user: str, body: dict[str, object] | None, json: bool) -> None:
    """Send an edit and show the intent once it has taken effect (the stream is the only writer)."""
    from infra import api
    from infra.errors import ApiError

    accepted = api.send(method, api.user_path(user, "intent"), body)
    served = api.get("/v1/feed", user_id=user, after=accepted["command_id"], limit=1, timeout_ms=5000)
    if served["stale"]:
        raise ApiError("The edit is published but has not taken effect after 5 s; see `heed status`.")
    _print(served["intent"], json)


def _print(intent: dict[str, Any], json: bool) -> None:
    from infra.console import print_json, print_line, print_table

    if json:
        print_json(intent)
        return
    rows = [(p["id"], p["label"], p["strength"], p["horizon"], p["text"]) for p in intent["preferences"]]
    if rows:
        title = f"What user {intent['user_id']} wants (version {intent['version']})"
        print_table(title, ("id", "preference", "strength", "lasts", "said as"), rows)
    else:
        print_line(f"User {intent['user_id']} has no preference in force (version {intent['version']}).")
    for change in intent["changes"]:
        if change["kind"] != "kept":
            print_line(f"  {change['kind']}: {change['reason']}")
