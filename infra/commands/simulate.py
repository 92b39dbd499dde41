"""`heed simulate`: people of the past who speak over a feed, as lines of JSON."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from agents.simulator import Dialogue, Half


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(simulate)


def simulate(
    users: Annotated[int, typer.Option(min=1, help="How many people, each at a moment of the past.")] = 20,
    rounds: Annotated[int, typer.Option(min=1, help="At most so many commands each.")] = 5,
    half: Annotated[
        str, typer.Option(help="Whose wording: `train`, or `evaluate`, which no parser may be taught.")
    ] = "train",
    seed: Annotated[int, typer.Option(help="One seed gives the same dialogues.")] = 1,
    drift: Annotated[bool, typer.Option(help="Let the interest turn to another kind midway.")] = True,
    feed: Annotated[
        bool, typer.Option("--feed", help="Speak over the real feed, not over films drawn by popularity.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Where the lines go.", show_default="standard output")
    ] = None,
) -> None:
    """Simulate users who say what a feed lacks.

    Each is a person of the loaded interactions at a moment, with a film in mind that they liked after it, and
    a persona. A line is one dialogue: the shown films, what was said, and what it means. With --feed the real
    parser, memory and feed answer (`heed train ranker` first); without, thousands of commands take seconds.

    \b
    Example: heed simulate --users 5 --half train
    Example: heed simulate --users 2000 --out dialogues.jsonl
    """
    import msgspec

    from infra.console import print_json, progress

    if half not in ("train", "evaluate"):
        raise typer.BadParameter("There are the halves `train` and `evaluate`.")
    if out is not None and not out.parent.is_dir():
        raise typer.BadParameter(f"There is no folder {out.parent}: make it, or name another file.")
    chosen: Half = "train" if half == "train" else "evaluate"
    dialogues = (_served if feed else _imagined)(users, rounds, chosen, seed, drift)
    count = 0
    with nullcontext() if out is None else out.open("wb") as file:
        for dialogue in dialogues:
            count += len(dialogue.turns)
            if file is None:
                print_json(dialogue)
            else:
                file.write(msgspec.json.encode(dialogue) + b"\n")
    if out is not None:
        progress(f"{count} commands in {out}")


def _imagined(users: int, rounds: int, half: Half, seed: int, drift: bool) -> Iterator[Dialogue]:
    from agents.simulator import history_of, imagined_dialogues, open_scene
    from catalog.store import load_catalog, load_interactions

    catalog = load_catalog()
    history = history_of(load_interactions(), catalog)
    scene = open_scene(catalog, half)
    return imagined_dialogues(scene, history, users, seed=seed, rounds=rounds, drift=drift)


def _served(users: int, rounds: int, half: Half, seed: int, drift: bool) -> Iterator[Dialogue]:
    from batch.simulate import PARSER, sessions

    held = sessions(users=users, rounds=rounds, seed=seed, half=half, drift=drift, ways=(PARSER,))
    return (session.dialogue for session in held)
