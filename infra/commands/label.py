"""`heed train label`: commands labelled by a teacher, for the training of the student."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.commands.options import JsonOption

if TYPE_CHECKING:
    from agents.teaching.labelling import Tally


def label(
    source: Annotated[
        Path, typer.Option("--input", help='Commands, one JSON object a line: {"text": "no more horror"}.')
    ],
    out: Annotated[Path, typer.Option(help="Where the labels go, one JSON object a line.")],
    teacher: Annotated[
        str, typer.Option(help="The endpoint's URL, up to `/v1`.", show_default="HEED_TEACHER_URL")
    ] = "",
    model: Annotated[
        str, typer.Option(help="The model, by the endpoint's name for it.", show_default="HEED_TEACHER_MODEL")
    ] = "",
    domain: Annotated[
        str | None,
        typer.Option(help="The loaded domain to label for.", show_default="the domain that is served"),
    ] = None,
    samples: Annotated[
        int, typer.Option(min=1, help="Answers a command; the share that agrees becomes the confidence.")
    ] = 1,
    max_requests: Annotated[int | None, typer.Option(min=1, help="Stop after so many requests.")] = None,
    max_cost: Annotated[
        float | None, typer.Option(min=0, help="Stop before more is spent. Needs both prices.")
    ] = None,
    prompt_price: Annotated[float, typer.Option(min=0, help="Money for a million tokens of prompt.")] = 0.0,
    answer_price: Annotated[float, typer.Option(min=0, help="Money for a million tokens of answer.")] = 0.0,
    per_minute: Annotated[
        float | None,
        typer.Option(min=0.1, help="Requests a minute.", show_default="HEED_TEACHER_REQUESTS_PER_MINUTE"),
    ] = None,
    concurrency: Annotated[
        int | None,
        typer.Option(min=1, help="Requests at once.", show_default="HEED_TEACHER_CONCURRENCY"),
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option(help="Where answers are kept.", show_default="HEED_HOME/teacher/answers.sqlite"),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Have commands labelled by a model at an OpenAI-compatible endpoint.

    Every answer is checked against the intent contract, repaired once, else dropped and counted. Answers are
    kept on disk: an interrupted run goes on where it stopped, and a second one costs nothing. The key comes
    from HEED_TEACHER_KEY.

    \b
    Example: heed train label --teacher http://127.0.0.1:8000/v1 --model NAME --input in.jsonl --out out.jsonl
    """
    from agents.teaching.endpoint import Address
    from agents.teaching.kept import default_file
    from agents.teaching.labelling import label_texts, read_texts
    from agents.teaching.limits import Budget, Limits, Prices
    from agents.teaching.settings import teacher_settings
    from catalog.store import data_folder, load_catalog
    from infra.console import print_json, working

    settings = teacher_settings()
    if max_cost is not None and not (prompt_price and answer_price):
        raise typer.BadParameter("--max-cost needs --prompt-price and --answer-price.")
    if not ((teacher or settings.url) and (model or settings.model)):
        raise typer.BadParameter(
            "Name a teacher: --teacher and --model, or HEED_TEACHER_URL and HEED_TEACHER_MODEL."
        )
    texts = read_texts(source)
    limits = Limits(max_requests, max_cost, per_minute or settings.requests_per_minute)
    address = Address(
        teacher or settings.url, model or settings.model, settings.key.get_secret_value(), settings.timeout
    )
    with working("Asking the teacher") as tell:
        tally = label_texts(
            address,
            load_catalog(data_folder(domain) if domain else None),
            Budget(limits, Prices(prompt_price, answer_price)),
            texts,
            out,
            kept=cache or default_file(),
            samples=samples,
            concurrency=concurrency or settings.concurrency,
            tell=tell,
        )
    if json:
        print_json(tally)
    else:
        _print(tally, out)
    if tally.left:
        raise typer.Exit(1)


def _print(tally: Tally, out: Path) -> None:
    from infra.console import print_line, print_table

    rows = [
        ("texts", tally.texts),
        ("labelled", tally.labelled),
        ("of these after a repair", tally.repaired),
        ("of these without an example (mentions overlap)", tally.unmarkable),
        ("dropped", sum(tally.dropped.values())),
        ("left", tally.left),
        ("answers asked for, and kept from before", f"{tally.asked:,} and {tally.kept:,}"),
        ("requests", tally.requests),
        ("tokens of prompts and answers", f"{tally.prompt_tokens:,} and {tally.answer_tokens:,}"),
        ("cost", f"{tally.cost:.4f}"),
    ]
    print_table("", ("what", "count"), rows)
    for reason, count in list(tally.dropped.items())[:10]:
        print_line(f"dropped {count}: {reason}")
    if tally.stopped:
        print_line(f"Stopped: {tally.stopped} Run it again to go on.")
    if tally.labelled:
        print_line(f"The labels are in {out}.")
