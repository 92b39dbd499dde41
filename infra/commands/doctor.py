"""`heed doctor`: what is missing, and how to get it."""

from __future__ import annotations

import typer

from infra.commands.options import JsonOption


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(doctor)


def doctor(json: JsonOption = False) -> None:
    """Say what is missing, and how to get it.

    Looks at everything that Heed needs; exits with 1 where something needed is missing.

    \b
    Example: heed doctor
    """
    from infra.checkup import examine
    from infra.console import print_json, print_table

    findings = examine()
    if json:
        print_json(findings)
    else:
        rows = [(f.name, f.verdict, f.detail, f.remedy) for f in findings]
        print_table("", ("what", "verdict", "found", "what to do"), rows)
    if any(finding.verdict == "missing" for finding in findings):
        raise typer.Exit(1)
