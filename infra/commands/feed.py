"""`heed say` and `heed feed`: say something in your own words, and see what it did."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from infra.commands.options import DEFAULT_USER, FEED_ITEMS, JsonOption, LimitOption, UserOption


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(say)
    app.command()(feed)


def say(
    text: Annotated[str, typer.Argument(help="What you want, in your own words.")],
    user: UserOption = DEFAULT_USER,
    session: Annotated[
        str, typer.Option(help="The visit, where a new one begins: it ends what was wanted for the last.")
    ] = "",
    shown: Annotated[
        str | None,
        typer.Option(
            help="Ids of the items on screen, with commas: what `the second one` means. "
            "Left out, they are the first of the user's feed, as many as --limit.",
        ),
    ] = None,
    limit: LimitOption = FEED_ITEMS,
    json: JsonOption = False,
) -> None:
    """Say something, and see the feed obey.

    Publishes the command to Kafka, waits for its effect, and shows what changed and the feed.

    \b
    Example: heed say "no more horror, something like Heat but under two hours" --user 42
    """
    from infra import api
    from infra.console import print_json, print_line
    from streaming.decode import MAX_TEXT
    from streaming.events import UserCommand
    from streaming.producer import Publisher

    if not text.strip():
        raise typer.BadParameter('Say in words what you want, such as "no more horror".')
    if len(text) > MAX_TEXT:
        raise typer.BadParameter(
            f"The text has {len(text):,} characters; a command has at most {MAX_TEXT:,}."
        )
    if shown is None:
        shown_ids = _on_screen(user, limit)
    else:
        shown_ids = tuple(word.strip() for word in shown.split(",") if word.strip())
    command = UserCommand(user_id=user, text=text, session_id=session, shown_item_ids=shown_ids)
    with Publisher() as publisher:
        command_id = publisher.command(command)
        publisher.flush()
    served = (
        api.get("/v1/feed", user_id=user, after=command_id, limit=limit, timeout_ms=5000)
        if api.is_up()
        else None
    )
    if json:
        print_json({"command_id": command_id, "feed": served})
    elif served is None:
        print_line(f"Published as {command_id}. The API is not up, so its effect is not shown here.")
    else:
        _print_changes(served)
        _print_feed(served)


def feed(
    user: UserOption = DEFAULT_USER,
    limit: LimitOption = FEED_ITEMS,
    after: Annotated[str | None, typer.Option(help="Wait until this command has taken effect.")] = None,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Add each item's score breakdown and each part's count and time."),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Show a user's feed and its reasons.

    \b
    Example: heed feed --user 42 --explain
    """
    from infra import api
    from infra.console import print_json

    served = api.get("/v1/feed", user_id=user, limit=limit, after=after, explain=explain)
    if json:
        print_json(served)
        return
    _print_feed(served)
    if explain:
        _print_explanation(served)


def _on_screen(user: str, limit: int) -> tuple[str, ...]:
    """Return the items that the user sees now; none where the API cannot say, for the command counts more."""
    from infra import api
    from infra.errors import ApiError

    try:
        served = api.get("/v1/feed", user_id=user, limit=limit, impression="false")
    except ApiError:
        return ()
    return tuple(item["item_id"] for item in served["items"])


def _print_changes(served: dict[str, Any]) -> None:
    from infra.console import print_line

    for change in served["intent"]["changes"]:
        if change["kind"] != "kept":
            print_line(f"  {change['kind']}: {change['reason']}")
    if served["intent"]["reply"] and not served["stale"]:
        print_line(f"  {served['intent']['reply']}")
    if served["stale"]:
        print_line("  (The command has not taken effect yet; `heed status` shows whether the jobs run.)")


def _print_feed(served: dict[str, Any]) -> None:
    from infra.console import print_line, print_table

    columns = _shown_columns(served["items"])
    rows = [
        [number, *(_cell(item.get(name)) for name in columns), "; ".join(item["reasons"])]
        for number, item in enumerate(served["items"], start=1)
    ]
    if rows:
        print_table(f"The feed of user {served['user_id']}", ("", *columns, "why"), rows)
    else:
        print_line(f"The feed of user {served['user_id']} is empty.")
    for note in served["notes"]:
        print_line(f"Note: {note}")
    if served["question"]:
        answers = " / ".join(served["question"]["answers"])
        print_line(f"{served['question']['text']}  {answers}")


def _print_explanation(served: dict[str, Any]) -> None:
    from infra.console import print_table

    parts = served["parts"] or []
    rows = [(p["name"], p["count_in"], p["count_out"], f"{p['milliseconds']:.2f}", p["note"]) for p in parts]
    print_table("How it was made", ("part", "in", "out", "ms", "note"), rows)
    scores = [
        (
            item["title"],
            f"{item['score']:.3f}",
            ", ".join(f"{k} {v:+.3f}" for k, v in item["breakdown"].items()),
        )
        for item in served["items"]
        if item["breakdown"]
    ]
    print_table("What made up each score", ("item", "score", "breakdown"), scores)


# The columns that fit a terminal beside the reasons; the rest is in --json.
_WIDE = ("title", "year", "genre", "runtime", "certificate", "category", "brand", "colour", "price")


def _shown_columns(items: list[dict[str, Any]]) -> list[str]:
    known = {name for item in items for name, value in item.items() if value not in (None, [], "")}
    return [name for name in _WIDE if name in known]


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
