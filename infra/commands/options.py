"""Options that several commands share, so that they mean and say the same everywhere."""

from __future__ import annotations

from typing import Annotated

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
UserOption = Annotated[str, typer.Option("--user", "-u", envvar="HEED_USER", help="The user's id.")]
LimitOption = Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="How many items.")]

DEFAULT_USER = "1"
# Of `heed feed` and `heed say` alike: "the last one" is the last of what either of them showed.
FEED_ITEMS = 10
