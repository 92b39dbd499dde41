"""What a command should be read as: the reference that parsed commands are compared with."""

from __future__ import annotations

from dataclasses import dataclass

from agents.types import ParsedCommand, Value


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

    `clarities` are the right ones: two where a name fits several items. Commands of one `family`, by wording
    or by person, stand or fall together: intervals are made over families. A retraction is a field, with the
    value taken back or "" for the whole field.
    """

    text: str
    domain: str
    family: str
    act: str
    clarities: tuple[str, ...]
    wishes: tuple[Wish, ...]
    retractions: frozenset[tuple[str, str]]


def reference_of(meant: ParsedCommand, *, domain: str, family: str) -> Reference:
    """Return the reference that holds a command to exactly what was meant."""
    return Reference(
        text=meant.text,
        domain=domain,
        family=family,
        act=meant.act,
        clarities=(meant.clarity,),
        wishes=tuple(
            Wish((p.field,), one_op(p.op), (p.value,), p.polarity, p.strength) for p in meant.preferences
        ),
        retractions=frozenset(taken_back(meant)),
    )


def taken_back(command: ParsedCommand) -> set[tuple[str, str]]:
    """Return what a command takes back: fields, each with the value or "" for the whole field."""
    return {(r.field, "" if r.value is None else str(r.value).casefold()) for r in command.retractions}


def one_op(op: str) -> str:
    """Return the operator as it is scored: strict and inclusive bounds are one."""
    return {"lt": "le", "gt": "ge"}.get(op, op)
