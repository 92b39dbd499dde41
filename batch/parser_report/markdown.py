"""The report as a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from batch.parser_report.evaluate import Report, SystemReport
from batch.parser_report.outside import Recall
from batch.parser_report.scores import Score, Scores

# Fewer preferences say little of a field.
FEWEST = 10
# Single commands of a family say little; how many of its worst families a student should be judged by.
WORST = 15

_READERS = {
    "student": "the shipped model set with linker, calibration and questions, as the product runs it.",
    "teacher ensemble": "the offline teachers' logits averaged, then as the student.",
    "nearest neighbour": "the training command most alike by TF-IDF lends acts, clarity and spans; untuned.",
    "rules only": "the catalogue's vocabulary and hand-written patterns (`batch/parser_report/rules.py`).",
}

_PAGE = """# How well the parser reads

Made by `{command}`; do not edit.
Model `{version}`, {size} MB, on a machine with {cores} cores and {memory} GiB. SHA-256 of its `model.onnx`:
`{sha}`.

{commands:,} commands of {families} wording families that training never saw (the corpus' {part} families,
each pattern filled up to {per_pattern} times by seed {seed}, with noise). Films are the embedded catalogue;
each other domain has a small made one with the words of the corpus' slots
(`batch/parser_report/domains.yaml`).

A preference counts when field, operator, canonical value, polarity and strength agree with the reference, as
the [intent contract](../intent-contract.md#how-quality-is-scored) says. "Command accuracy" wants act, clarity
and every preference and retraction right. Brackets: 95 % of 1,000 draws of wording families.

{systems}

{readers}

All go through the same linker, so the difference is understanding, not vocabulary.

## Where the reference comes from

A slot knows its canonical value before noise is added, so typing errors and word forms are the linker's to
resolve. Where the slot knows words only, the reference is what the domain file lists under exactly those
words, and `about` where it lists none. Three things are not known otherwise and are taken from the catalogue:
a title is any item of exactly that title (else those that begin so); a person is the one of that full name or
the best known of that surname, in any field that has them; and a command whose hard wishes no item meets is
`infeasible`, by the same test of the catalogue that the parser uses; its hard wishes may then be given or
left out, for the contract says only that nothing may break the feed.

{splits}
{outside}"""

_OUTSIDE = """
## Commands that others wrote

Public sets of other people's commands, labelled for other ends, with their labels mapped to fields. They
know no polarity or strength, so only recall can be given. "Found": a wish stands on at least half of the
constraint's words; "as wanted": a positive one; "in its field": one in the field that the label names, which
needs a catalogue that holds the name (most bands, songs and restaurants are in none, and end as `about`).

{table}

Many SNIPS requests ask to play or to book, which is no recommender's work: the parser answers such with
`infeasible` and no wish, and counts as having found nothing.
"""


def as_markdown(report: Report, command: str) -> str:
    """Return the report as Markdown; `command` is what makes it again."""
    return _PAGE.format(
        command=command,
        version=report.model_version,
        sha=report.model_sha256,
        size=report.model_megabytes,
        cores=report.machine.cores,
        memory=report.machine.memory_gib,
        commands=report.commands,
        families=report.families,
        part=report.part,
        per_pattern=report.per_pattern,
        seed=report.seed,
        systems=_table(
            ("reader", *_HEAD), ((s.name, *_numbers(s.scores, with_interval=True)) for s in report.systems)
        ),
        readers="\n".join(f"- **{system.name}**: {_READERS[system.name]}" for system in report.systems),
        splits="\n".join(_splits(report)),
        outside=_OUTSIDE.format(table=_recalls(report.outside)) if report.outside else "",
    )


_HEAD = (
    "preference F1",
    "without strength",
    "command accuracy",
    "act",
    "clarity",
    "ECE",
)


def system_rows(report: Report) -> Iterable[tuple[str, ...]]:
    """Give a row for each reader, with intervals."""
    for system in report.systems:
        yield system.name, *_numbers(system.scores, with_interval=True)


def split_rows(system: SystemReport, kind: str) -> Iterable[tuple[str, ...]]:
    """Give a row for each act, domain, field or family of one reader."""
    for key, scores in _shown(system.by[kind], kind):
        yield key, str(scores.commands), str(scores.preferences), *_numbers(scores, with_interval=False)


def columns(first: str) -> tuple[str, ...]:
    """Return the head of `system_rows`."""
    return (first, *_HEAD)


def split_columns(first: str) -> tuple[str, ...]:
    """Return the head of `split_rows`."""
    return (first, "commands", "preferences", *_HEAD)


def recall_rows(recalls: Sequence[Recall]) -> Iterable[tuple[str, ...]]:
    """Give a row for each label of each set, and one for each set."""
    for source in dict.fromkeys(r.source for r in recalls):
        held = [r for r in recalls if r.source == source]
        whole = Recall(
            source=source,
            label="all",
            constraints=sum(r.constraints for r in held),
            found=sum(r.found for r in held),
            wanted=sum(r.wanted for r in held),
            in_field=sum(r.in_field for r in held),
        )
        for r in (whole, *(held if len(held) > 1 else ())):
            shares = (f"{part / r.constraints:.3f}" for part in (r.found, r.wanted, r.in_field))
            yield r.source, r.label, str(r.constraints), *shares


RECALL_COLUMNS = ("set", "constraint", "how many", "found", "as wanted", "in its field")


def _shown(by: Mapping[str, Scores], kind: str) -> list[tuple[str, Scores]]:
    rows = list(by.items())
    if kind == "field":
        return [(key, s) for key, s in rows if s.preferences >= FEWEST]
    if kind == "family":
        return sorted(rows, key=lambda row: row[1].command_accuracy.value)
    return rows


def _splits(report: Report) -> Iterable[str]:
    student = report.systems[0]
    titles = {"act": "act", "domain": "domain", "field": "field", "family": "wording family"}
    for kind, name in titles.items():
        yield f"## The student by {name}\n"
        if kind == "field":
            yield f"Fields with {FEWEST} preferences or more; accuracies are of the commands with one.\n"
        rows = list(split_rows(student, kind))
        if kind == "family":
            yield f"The {WORST} with the lowest command accuracy; `--json` has all.\n"
            rows = rows[:WORST]
        yield _table(split_columns(name), rows) + "\n"
        if kind in ("act", "domain") and len(report.systems) > 1:
            yield "Preference F1 / command accuracy of all readers:\n"
            yield _side_by_side(report, kind, name) + "\n"


def _side_by_side(report: Report, kind: str, name: str) -> str:
    def cell(system: SystemReport, key: str) -> str:
        scores = system.by[kind][key]
        f1 = f"{scores.preference_f1.value:.3f}" if scores.preferences else "-"
        return f"{f1} / {scores.command_accuracy.value:.3f}"

    keys = report.systems[0].by[kind]
    rows = ((key, *(cell(system, key) for system in report.systems)) for key in keys)
    return _table((name, *(system.name for system in report.systems)), rows)


def _numbers(scores: Scores, *, with_interval: bool) -> Iterable[str]:
    of_preferences = (scores.preference_f1, scores.preference_f1_without_strength)
    of_commands = (scores.command_accuracy, scores.act_accuracy, scores.clarity_accuracy)
    for one in of_preferences:
        yield _number(one, with_interval=with_interval) if scores.preferences else "-"
    for one in of_commands:
        yield _number(one, with_interval=with_interval)
    yield _number(scores.calibration_error, with_interval=with_interval) if scores.preferences else "-"


def _number(one: Score, *, with_interval: bool) -> str:
    return f"{one.value:.3f}" + (f" [{one.low:.3f}, {one.high:.3f}]" if with_interval else "")


def _recalls(recalls: Sequence[Recall]) -> str:
    return _table(RECALL_COLUMNS, recall_rows(recalls))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)
