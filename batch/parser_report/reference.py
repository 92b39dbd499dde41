"""What a command should be read as: the reference that parsed commands are compared with."""

from __future__ import annotations

from dataclasses import dataclass

from agents.types import Value


@dataclass(frozen=True)
class Wish:
    """One preference of a reference.

    More than one of `fields` where the words leave the field open ("Eastwood": he directs and he plays), more
    than one of `values` where several are right (films of one title). `op` is written `le` for `lt` and `ge`
    for `gt`, as the contract scores them. An `optional` one may be missing where the command is asked about
    or refused: a name of several items, and hard wishes that no item meets ("change nothing that breaks the
    feed", says the contract).
    """

    fields: tuple[str, ...]
    op: str
    values: tuple[Value, ...]
    polarity: str
    strength: str
    optional: bool = False

    @property
    def field(self) -> str:
        """The field under which the wish is counted."""
        return self.fields[0]


@dataclass(frozen=True)
class Reference:
    """One command, with what it means.

    `clarities` are the right ones: two where a name fits several items. A retraction is a field, with the
    value taken back or "" for the whole field.
    """

    text: str
    domain: str
    family: str
    act: str
    clarities: tuple[str, ...]
    wishes: tuple[Wish, ...]
    retractions: frozenset[tuple[str, str]]


def one_op(op: str) -> str:
    """Return the operator as it is scored: strict and inclusive bounds are one."""
    return {"lt": "le", "gt": "ge"}.get(op, op)
