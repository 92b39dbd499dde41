"""`heed parse`: what a command means, without any part of the stack."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.commands.options import JsonOption

if TYPE_CHECKING:
    from agents.types import ParsedCommand
    from catalog.items import Catalog


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(parse)


def parse(
    text: Annotated[
        str, typer.Argument(help="A command in words; `-` reads one a line from standard input.")
    ],
    domain: Annotated[
        str | None,
        typer.Option(help="The loaded domain to parse for.", show_default="the domain that is served"),
    ] = None,
    shown: Annotated[
        str, typer.Option(help="Ids of the items on screen, with commas: what `the second one` means.")
    ] = "",
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the words that were read, in colour, over their meaning.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Show what a command means.

    Its preferences, what it does to the memory, and whether it is clear; no part of the stack is needed.

    With `-`, each line is a command, or a JSON object with `text` and, where wanted, `shown_item_ids`,
    `command_id` and `user_id`; one line of JSON comes back for each, in order and at once (with --explain, an
    explanation).

    \b
    Example: heed parse "no more horror, something like Heat but under two hours"
    Example: heed parse --explain "nothing too scary, ideally from the 90s"
    Example: echo '{"text": "the second one looks good", "shown_item_ids": ["1", "6"]}' | heed parse -
    """
    from agents.parser import load_parser
    from catalog.store import data_folder, load_catalog
    from infra.console import print_json

    if explain and json:
        raise typer.BadParameter("Choose --explain for people or --json for programs.")
    catalog = load_catalog(data_folder(domain) if domain else None)
    parser = load_parser(catalog)

    def explained(parsed: ParsedCommand) -> None:
        _explain(parsed, catalog)

    if text == "-":
        show = explained if explain else print_json
        for request in _requests():
            show(parser.parse(request.pop("text"), **request))
        return
    parsed = parser.parse(text, shown_item_ids=_shown(shown))
    if json:
        print_json(parsed)
    else:
        (explained if explain else _print)(parsed)


# What opens a JSON object with a name in it: a command may begin with a brace, too.
_OBJECT = re.compile(r'\s*\{\s*"')


def _requests() -> Iterator[dict[str, Any]]:
    import msgspec

    from infra.console import progress

    for number, raw in enumerate(sys.stdin.buffer, 1):
        line = raw.decode(errors="replace").rstrip("\r\n")
        request: dict[str, Any] = {"text": line}
        if line.lstrip().startswith("{"):
            try:
                document = msgspec.json.decode(line, type=dict[str, Any])
                wrong = "" if isinstance(document.get("text"), str) else "has no `text` in words"
            except msgspec.MsgspecError as error:
                wrong = f"is no JSON object ({error})"
            if not wrong:
                request = {
                    "text": document["text"],
                    "shown_item_ids": _shown(document.get("shown_item_ids")),
                    "command_id": str(document.get("command_id") or ""),
                    "user_id": str(document.get("user_id") or ""),
                }
            elif _OBJECT.match(line):
                progress(f"Line {number} {wrong}: it was read as plain words.")
        yield request


def _shown(ids: object) -> tuple[str, ...]:
    """Return the ids of a document: a list, or as for --shown words with commas; anything else is none."""
    if isinstance(ids, str):
        return tuple(word.strip() for word in ids.split(",") if word.strip())
    return tuple(str(one) for one in ids) if isinstance(ids, list) else ()


def _explain(parsed: ParsedCommand, catalog: Catalog) -> None:
    from infra.console import print_lines, result_width
    from infra.explained import explained

    def title_of(item_id: str) -> str:
        row = catalog.index_of(item_id)
        return f"item {item_id}" if row is None else catalog.titles[row]

    print_lines(explained(parsed, result_width(), title_of))


def _print(parsed: ParsedCommand) -> None:
    from infra.console import print_line, print_table

    print_line(f"act: {', '.join(parsed.acts)}   clarity: {parsed.clarity}")
    rows = [
        (p.field, p.op, p.value, p.polarity, p.strength, p.horizon, f"{p.confidence:.2f}", p.text)
        for p in parsed.preferences
    ]
    if rows:
        head = ("field", "op", "value", "polarity", "strength", "lasts", "sure", "said as")
        print_table("", head, rows)
    for retraction in parsed.retractions:
        what = retraction.field if retraction.value is None else f"{retraction.field} {retraction.value}"
        print_line(f"takes back: {what}")
    if parsed.question:
        print_line(f"asks: {parsed.question.text}  {' / '.join(parsed.question.answers)}")
