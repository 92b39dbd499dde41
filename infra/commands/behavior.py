"""`heed behave`: say what a user did with an item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from infra.commands.options import DEFAULT_USER, JsonOption, UserOption

if TYPE_CHECKING:
    from streaming.events import BehaviorKind


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(behave)


def behave(
    kind: Annotated[
        str, typer.Argument(help="impression, click, watch, rate, skip, hide, cart or purchase.")
    ],
    item: Annotated[str, typer.Argument(help="The item's id.")],
    user: UserOption = DEFAULT_USER,
    value: Annotated[float | None, typer.Option(help="The stars of a `rate`, 0.5 to 5.")] = None,
    json: JsonOption = False,
) -> None:
    """Say what a user did with an item.

    Publishes the behaviour to Kafka; the user's features follow within moments.

    \b
    Example: heed behave rate 6 --value 4.5 --user 42
    """
    from typing import get_args

    from catalog.store import load_catalog
    from infra.console import print_json, print_line
    from streaming.events import BehaviorKind, UserBehavior
    from streaming.producer import Publisher

    kinds = get_args(BehaviorKind)
    if kind not in kinds:
        raise typer.BadParameter(f"There is no behaviour {kind!r}; the kinds are {', '.join(kinds)}.")
    if kind == "rate" and (value is None or not 0.5 <= value <= 5):
        raise typer.BadParameter("`rate` needs --value with the stars, from 0.5 to 5.")
    if load_catalog().index_of(item) is None:
        raise typer.BadParameter(
            f"The catalogue has no item with the id {item!r}; `heed feed --json` shows ids."
        )
    behavior = UserBehavior(user_id=user, item_id=item, kind=cast("BehaviorKind", kind), value=value)
    with Publisher() as publisher:
        event_id = publisher.behavior(behavior)
        publisher.flush()
    if json:
        print_json({"event_id": event_id})
    else:
        print_line(f"Published as {event_id}.")
