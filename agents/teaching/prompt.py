"""What the teacher is told: the contract in short, the domain's words, and the command as quoted data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from catalog.domain import Domain, Field

# Values listed of one field; a longer vocabulary would be most of the price of a request.
LISTED_VALUES = 80

_SYSTEM = Path(__file__).with_name("prompt.txt")


def system_prompt(domain: Domain) -> str:
    """Return the instructions for a domain."""
    lines = [_described(field) for field in domain.fields if field.type != "text"]
    template = _SYSTEM.read_text(encoding="utf-8")
    return template.format(items=domain.items, fields="\n".join(lines))


def command_message(text: str, shown: Sequence[tuple[str, str]]) -> str:
    """Return a command as JSON; `shown` are id and title of the items on the screen.

    JSON's quotes and escapes keep the words apart from everything else, whatever they hold.
    """
    items = [{"position": n, "id": item, "title": title} for n, (item, title) in enumerate(shown, 1)]
    return msgspec.json.encode({"command": text, "shown": items}).decode()


def repair_message(sentence: str) -> str:
    """Return what is said once to a teacher whose answer breaks the contract."""
    return f"Your answer breaks a rule: {sentence} Give the whole corrected JSON object and nothing else."


def _described(field: Field) -> str:
    unit = f" in {field.unit}" if field.unit else ""
    line = f"- {field.name} ({field.type}{unit})"
    if field.values:
        listed = list(field.values)[:LISTED_VALUES]
        order = ", lowest first" if field.type == "ordered" else ""
        line += f", one of{order}: {', '.join(listed)}"
    ends = [
        f"{end} = {', '.join(words[:3])}"
        for end, words in (("low", field.low), ("high", field.high))
        if words
    ]
    return line + (f"; {'; '.join(ends)}" if ends else "")
