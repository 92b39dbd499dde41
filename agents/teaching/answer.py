"""The form of a teacher's answer: as JSON Schema for the endpoint, and as structs to read it.

A teacher counts badly, so it quotes the words (and says which occurrence, where they stand several times)
and the program finds the span.
"""

from __future__ import annotations

from typing import Any, get_args

import msgspec

from agents.memory.steps import EVERYTHING
from agents.types import Act, Clarity, Horizon, Op, Polarity, Strength, Value
from catalog.domain import Domain


class Stated(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One preference as the teacher states it: `text` is a quote, `occurrence` counts from 1."""

    field: str
    op: Op
    value: Value
    polarity: Polarity
    strength: Strength
    text: str
    occurrence: int
    horizon: Horizon
    group: int


class TakenBack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One retraction as the teacher states it."""

    field: str
    value: str | float | None
    text: str
    occurrence: int


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The question of an unclear command."""

    text: str
    answers: list[str]


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A teacher's whole answer."""

    clarity: Clarity
    question: Asked | None
    act: Act
    acts: list[Act]
    preferences: list[Stated]
    retractions: list[TakenBack]


def field_names(domain: Domain) -> tuple[str, ...]:
    """Return the fields that a preference may name: a title is an `item`, and other texts are `about`."""
    return (*(field.name for field in domain.fields if field.type != "text"), "about", "item")


def answer_schema(domain: Domain) -> dict[str, Any]:
    """Return the JSON Schema of `Answer` over a domain, in the strict form that endpoints enforce."""
    names = list(field_names(domain))
    quote = {"text": {"type": "string"}, "occurrence": {"type": "integer"}}
    one = {"anyOf": [{"type": "string"}, {"type": "number"}]}
    value = {
        "anyOf": [*one["anyOf"], {"type": "array", "items": one}, {"type": "null"}],
    }
    stated = {
        "field": _one_of(names),
        "op": _one_of(get_args(Op)),
        "value": value,
        "polarity": _one_of(get_args(Polarity)),
        "strength": _one_of(get_args(Strength)),
        **quote,
        "horizon": _one_of(get_args(Horizon)),
        "group": {"type": "integer"},
    }
    taken_back = {
        "field": _one_of([*names, EVERYTHING]),
        "value": {"anyOf": [*one["anyOf"], {"type": "null"}]},
        **quote,
    }
    asked = {"text": {"type": "string"}, "answers": {"type": "array", "items": {"type": "string"}}}
    return _object(
        {
            "clarity": _one_of(get_args(Clarity)),
            "question": {"anyOf": [_object(asked), {"type": "null"}]},
            "act": _one_of(get_args(Act)),
            "acts": {"type": "array", "items": _one_of(get_args(Act))},
            "preferences": {"type": "array", "items": _object(stated)},
            "retractions": {"type": "array", "items": _object(taken_back)},
        }
    )


def _one_of(values: Any) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
