"""The `heed` command. Each group of commands is one module of `infra/commands/`.

Nothing heavy is imported before a command runs: `heed --help` answers in under 0.3 s.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import typer

from infra.commands import (
    behavior,
    data,
    doctor,
    evaluate,
    feed,
    intent,
    parse,
    simulate,
    stack,
    tables,
    train,
)
from infra.console import results_only
from infra.environment import prepare_environment
from infra.failures import explain_uncaught

app = typer.Typer(
    name="heed",
    help="A recommendation feed that does what people tell it. Start with `heed up`, then `heed say --help`.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help needs no rich, whose import alone would double the time of --help
    context_settings={"help_option_names": ["-h", "--help"]},
)

stack.register(app)
feed.register(app)
behavior.register(app)
intent.register(app)
parse.register(app)
simulate.register(app)
data.register(app)
train.register(app)
tables.register(app)
evaluate.register(app)
doctor.register(app)


@app.callback()
def _before_any_command() -> None:
    prepare_environment()


def command_tree() -> Any:
    """Return the commands as typer built them: what `main` runs and `docs/cli.md` is written from."""
    tree = typer.main.get_command(app)
    for _, command in leaves(tree):
        command.callback = results_only(command.callback)
    return tree


def leaves(node: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield every command below `node` with its words (`intent show`)."""
    if not hasattr(node, "commands"):
        yield " ".join(words), node
    else:
        for name, child in node.commands.items():
            yield from leaves(child, (*words, name))


def main() -> None:
    """Run `heed`. Errors end as one sentence on standard error and exit code 1, wrong use as 2."""
    sys.excepthook = explain_uncaught
    command_tree()(prog_name="heed")


if __name__ == "__main__":
    main()
