"""The intent contract as a check: an answer becomes a parsed command, or a sentence says what is wrong."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import msgspec
import numpy as np

from agents.linking.expiry import expiry
from agents.memory.steps import EVERYTHING
from agents.teaching.answer import Answer, Asked, Stated, TakenBack, field_names
from agents.teaching.errors import ViolationError
from agents.types import Act, ParsedCommand, Preference, Question, Retraction, Value
from catalog.columns import CategoryColumn, NumberColumn
from catalog.domain import Field
from catalog.items import Catalog
from catalog.titles import TitleIndex

BOUNDS = ("lt", "le", "gt", "ge")
_SCALE = ("eq", *BOUNDS, "between", "low", "high")
_OPS: dict[str, tuple[str, ...]] = {
    "category": ("eq",),
    "person": ("eq",),
    "ordered": _SCALE,
    "number": _SCALE,
    "date": _SCALE,
}
SURE_TITLE = 0.9
# More than anyone says at once; beyond it an answer has run away.
MOST = 24
# What is shown to the person is short and plain: a teacher that was talked into advertising has no room to.
LONGEST_QUESTION = 140
LONGEST_ANSWER = 60
# A value this many times below or above what the catalogue holds is in another unit ("2" for two hours).
FAR_OFF = 4.0
_SILENT: set[Act] = {"question", "none"}
_MARKUP = re.compile(r"https?:|www\.|[<>{}\[\]\\`]|[\x00-\x1f\x7f]")
_WORD = re.compile(r"\w+")
_ANSWER = msgspec.json.Decoder(Answer)


@dataclass(frozen=True)
class Spoken:
    """A command as it was said: over which feed, and when."""

    text: str
    shown_item_ids: tuple[str, ...] = ()
    now: datetime | None = None


class Contract:
    """The contract over one catalogue. Threads may share it."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._titles = TitleIndex.of(catalog)
        self._names = field_names(catalog.domain)
        self._spellings = {field.name: self._spelled(field) for field in catalog.domain.fields}
        self._reach = {
            name: _reach(column)
            for name, column in catalog.columns.items()
            if isinstance(column, NumberColumn)
        }

    def read(self, reply: str, spoken: Spoken) -> ParsedCommand:
        """Return the parsed command that a reply states.

        Raises
        ------
        ViolationError
            It is not JSON of the form, or breaks the contract: the first thing that is wrong.
        """
        try:
            answer = _ANSWER.decode(_bare(reply).encode(errors="replace"))
        except msgspec.DecodeError as error:
            raise ViolationError(f"It is not JSON of the form that was asked for: {error}.") from None
        if len(answer.preferences) > MOST or len(answer.retractions) > MOST:
            raise ViolationError(f"There are over {MOST} preferences or retractions.")
        _check_acts(answer)
        ends = expiry(spoken.text, spoken.now or datetime.now(UTC))
        preferences = tuple(self._preference(one, answer, spoken, ends) for one in answer.preferences)
        return ParsedCommand(
            command_id="",
            user_id="",
            text=spoken.text,
            clarity=answer.clarity,
            question=_question(answer.question, clear=answer.clarity == "clear"),
            act=answer.act,
            acts=(answer.act, *dict.fromkeys(act for act in answer.acts if act != answer.act)),
            preferences=preferences,
            retractions=tuple(self._retraction(one, spoken) for one in answer.retractions),
        )

    def spans_of_retractions(self, reply: str, text: str) -> tuple[tuple[int, int], ...]:
        """Return where each retraction of a reply that was read is said, in its order."""
        answer = _ANSWER.decode(_bare(reply).encode(errors="replace"))
        return tuple(located(one.text, one.occurrence, text) for one in answer.retractions)

    def _preference(self, one: Stated, answer: Answer, spoken: Spoken, ends: datetime | None) -> Preference:
        start, end = located(one.text, one.occurrence, spoken.text)
        if one.field not in self._names:
            raise ViolationError(f"There is no field '{one.field}'; the fields are {', '.join(self._names)}.")
        if one.op in BOUNDS and one.polarity == "negative":
            raise ViolationError(
                f"A one-sided bound is the region that is accepted, so positive: turn '{one.op}' around."
            )
        value = self._value(one, spoken, checked=answer.clarity != "infeasible")
        return Preference(
            field=one.field,
            op=one.op,
            value=value,
            polarity=one.polarity,
            strength=one.strength,
            span=(start, end),
            text=spoken.text[start:end],
            horizon=one.horizon,
            expires_at=ends,
            group=one.group,
        )

    def _value(self, one: Stated, spoken: Spoken, *, checked: bool) -> Value:
        if one.field in ("about", "item"):
            if one.op != "like" or not isinstance(one.value, str):
                raise ViolationError(f"The only op of '{one.field}' is 'like', and its value is a text.")
            return self._item(one.value, spoken) if one.field == "item" else _said(one.value, spoken.text)
        declared = self.catalog.domain.field(one.field)
        if one.op not in _OPS[declared.type]:
            raise ViolationError(
                f"'{one.field}' takes the ops {', '.join(_OPS[declared.type])}, not '{one.op}'."
            )
        if one.op in ("low", "high"):
            if one.value is not None:
                raise ViolationError(f"'{one.op}' is a direction without a number: its value is null.")
            return None
        fit: Callable[[object], str | float] = lambda value: self._fitting(declared, value, checked=checked)  # noqa: E731
        if one.op != "between":
            return fit(one.value)
        if not isinstance(one.value, list) or len(one.value) != 2:
            raise ViolationError("The value of 'between' is a pair, [low, high].")
        low, high = fit(one.value[0]), fit(one.value[1])
        if [low, high] != sorted((low, high), key=lambda value: _rank(declared, value)):
            raise ViolationError(f"The pair [{low}, {high}] is the wrong way round.")
        return [low, high]

    def _fitting(self, field: Field, value: object, *, checked: bool) -> str | float:
        """Return a value in the catalogue's own spelling and unit."""
        if field.type == "number":
            return self._number(field, value, checked=checked)
        if not isinstance(value, str) or not value.strip():
            raise ViolationError(f"A value of '{field.name}' is one text, not {value!r}.")
        if field.type == "date":
            return _day(field, value)
        spelled = self._spellings[field.name].get(value.strip().casefold())
        if spelled is None:
            listed = ", ".join(field.values) or "its names in the catalogue"
            raise ViolationError(
                f"'{field.name}' has no value '{value}'; it has {listed}. What is none of them is 'about'."
            )
        return spelled

    def _number(self, field: Field, value: object, *, checked: bool) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ViolationError(f"A value of '{field.name}' is a number, not {value!r}.")
        low, high = self._reach.get(field.name, (-math.inf, math.inf))
        if checked and not low / FAR_OFF <= value <= high * FAR_OFF:
            unit = field.unit or "its own unit"
            raise ViolationError(
                f"{value:g} is far from any '{field.name}' here ({low:g} to {high:g}): give it in {unit}."
            )
        return value

    def _item(self, value: str, spoken: Spoken) -> str:
        """Return the id of the item that is meant: one that is shown, or a title that was said."""
        if value in spoken.shown_item_ids:
            if self.catalog.index_of(value) is None:
                raise ViolationError(f"The shown item '{value}' is not in the catalogue.")
            return value
        found = [match for match in self._titles.find(_said(value, spoken.text)) if match.score >= SURE_TITLE]
        if not found:
            raise ViolationError(
                f"No {self.catalog.domain.item} here is called '{value}'; "
                "a shown one goes by its id, and what is no title is 'about'."
            )
        return self.catalog.item_ids[found[0].item]

    def _retraction(self, one: TakenBack, spoken: Spoken) -> Retraction:
        located(one.text, one.occurrence, spoken.text)
        if one.field == EVERYTHING:
            return Retraction(field=EVERYTHING)
        if one.field not in self._names:
            raise ViolationError(f"There is no field '{one.field}'; the fields are {', '.join(self._names)}.")
        if one.value is None:
            return Retraction(field=one.field)
        if one.field in ("about", "item"):
            value = str(one.value)
            return Retraction(
                field=one.field,
                value=self._item(value, spoken) if one.field == "item" else _said(value, spoken.text),
            )
        return Retraction(
            field=one.field,
            value=self._fitting(self.catalog.domain.field(one.field), one.value, checked=False),
        )

    def _spelled(self, field: Field) -> dict[str, str]:
        """Return the values that a field may have, each under its spelling without case."""
        column = self.catalog.columns.get(field.name)
        open_values = column.values if isinstance(column, CategoryColumn) and not field.closed else ()
        return {value.casefold(): value for value in (*open_values, *field.values)}


def located(quote: str, occurrence: int, text: str) -> tuple[int, int]:
    """Return the span of a quote, `[start, end)` in code points.

    Raises
    ------
    ViolationError
        The words do not stand there, or not so often.
    """
    if not quote.strip():
        raise ViolationError("A `text` is empty: quote the words of the command.")
    starts = [match.start() for match in re.finditer(f"(?={re.escape(quote)})", text)]
    if not starts:
        raise ViolationError(
            f"The command does not hold the words '{quote[:80]}': quote it letter for letter."
        )
    if not 1 <= occurrence <= len(starts):
        raise ViolationError(
            f"'{quote[:80]}' stands {len(starts)} times in the command, not {occurrence} times."
        )
    start = starts[occurrence - 1]
    return start, start + len(quote)


def _rank(field: Field, value: str | float) -> tuple[float, str]:
    """Return what orders the values of a field: a level, a number, or a date's text."""
    if isinstance(value, str):
        return (list(field.values).index(value), "") if field.type == "ordered" else (0, value)
    return value, ""


def _bare(reply: str) -> str:
    """Return a reply without the fence that models without structured output put around JSON."""
    text = reply.strip()
    if text.startswith("```"):
        text = text.removeprefix("```json").removeprefix("```").removesuffix("```").strip()
    return text


def _check_acts(answer: Answer) -> None:
    if answer.act not in answer.acts:
        raise ViolationError(f"`acts` lists all acts, so also '{answer.act}'.")
    if set(answer.acts) <= _SILENT and (answer.preferences or answer.retractions):
        raise ViolationError("A command that only asks or chats has no preferences and no retractions.")
    if answer.retractions and not {"retract", "reset"} & set(answer.acts):
        raise ViolationError("Retractions belong to the acts 'retract' and 'reset'.")
    if "retract" in answer.acts and not answer.retractions:
        raise ViolationError("The act 'retract' names what is taken back in `retractions`.")


def _question(asked: Asked | None, *, clear: bool) -> Question | None:
    if clear:
        if asked is not None:
            raise ViolationError("A clear command needs no question: `question` is null.")
        return None
    if asked is None or not 2 <= len(asked.answers) <= 4:
        raise ViolationError("What is not clear needs one question with two to four answers.")
    for words, longest in ((asked.text, LONGEST_QUESTION), *((one, LONGEST_ANSWER) for one in asked.answers)):
        if not words.strip() or len(words) > longest or _MARKUP.search(words):
            raise ViolationError(
                f"Questions have up to {LONGEST_QUESTION} and answers up to {LONGEST_ANSWER} "
                "plain characters, without links or markup."
            )
    return Question(text=asked.text.strip(), answers=tuple(one.strip() for one in asked.answers))


def _said(value: str, text: str) -> str:
    """Return a value in the user's words, each of which must stand in the command."""
    there = set(_WORD.findall(text.casefold()))
    missing = [word for word in _WORD.findall(value.casefold()) if word not in there]
    if missing or not value.strip():
        raise ViolationError(f"'{value[:80]}' is not in the user's own words: the command does not say that.")
    return value.strip()


def _day(field: Field, value: str) -> str:
    for form in (value, f"{value}-01", f"{value}-01-01"):
        try:
            date.fromisoformat(form)
        except ValueError:
            continue
        return value
    raise ViolationError(f"A value of '{field.name}' is a date such as 2010, 2010-05 or 2010-05-17.")


def _reach(column: NumberColumn) -> tuple[float, float]:
    """Return between which numbers nearly all items lie; without end where nothing is known."""
    known = column.values[~np.isnan(column.values)]
    if not len(known) or known.min() < 0:
        return -math.inf, math.inf
    low, high = np.percentile(known, (1, 99))
    return float(low), float(high)
