"""What the parser does not know: the unsure part of a command is asked for, a doubtful one read again.

Two thresholds stand in the model's calibration file:

- `ask_below`, on the confidence of a preference: below it the preference is left out and asked for.
- `teach_below`, on that of the whole command, chosen on the validation families (`choose`): below it the
  command is `doubtful`, and a teacher reads it again where there is one. That is selective prediction at a
  bounded rate (Geifman and El-Yaniv, "Selective Classification for Deep Neural Networks", NeurIPS 2017).
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from agents.student.decode import Reading
from agents.types import ParsedCommand, Preference, Question
from catalog.domain import Domain

# Asking costs the person a step: it is worth it where a preference is likely to be wrong three times in four.
# So few have so little confidence that a share counted on validation would be chance.
ASK_BELOW = 0.25
# Commands at or above `teach_below` shall be right so often ...
RIGHT_UNTAUGHT = 0.9
# ... but at most this share of all commands may be sent to a teacher, which costs money.
MOST_TAUGHT = 0.2
THRESHOLDS = np.round(np.arange(0.05, 0.96, 0.01), 2)

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """Platt's two numbers, which turn the model's probability of a preference into how often it is right.

    And the two thresholds on what comes out.
    """

    scale: float
    shift: float
    ask_below: float = ASK_BELOW
    teach_below: float = 0.5


def sureness(reading: Reading, preferences: tuple[Preference, ...]) -> float:
    """Return how sure a command is as a whole: as its least sure part."""
    return min(
        reading.act_probability, reading.clarity_probability, *[p.confidence for p in preferences], 1.0
    )


def settled(
    parsed: ParsedCommand, reading: Reading, calibration: Calibration, domain: Domain, *, unread: bool = False
) -> ParsedCommand:
    """Return the command with its sureness, and with its unsure part asked for instead of acted upon.

    One question at a time: where something else is asked already, the unsure part is only left out. A command
    that was not read (`unread`) or not to its end is doubtful, however sure the rest of it is.
    """
    sure = sureness(reading, parsed.preferences)
    doubt = sure < calibration.teach_below or unread or not reading.whole
    doubtful = msgspec.structs.replace(parsed, confidence=sure, doubtful=doubt)
    if sure >= calibration.ask_below:
        return doubtful
    unsure = [p for p in parsed.preferences if p.confidence < calibration.ask_below]
    if not unsure:
        return doubtful
    first = min(unsure, key=lambda p: p.confidence)
    return msgspec.structs.replace(
        doubtful,
        preferences=tuple(p for p in parsed.preferences if p.confidence >= calibration.ask_below),
        clarity="ambiguous" if parsed.clarity == "clear" else parsed.clarity,
        question=parsed.question or did_you_mean(first, domain),
    )


def did_you_mean(unsure: Preference, domain: Domain) -> Question:
    """Ask whether something was meant, and how; each answer is an ordinary command."""
    said = unsure.text.strip()
    answers: tuple[str, ...]
    if unsure.field in ("about", "item"):
        answers = (f"something like {said}", f"nothing like {said}")
    elif unsure.op == "eq" and isinstance(unsure.value, str):
        name = unsure.value.casefold()
        answers = (f"more {name}", f"only {name}", f"no {name}")
    else:
        field = unsure.field.replace("_", " ")
        answers = (f"{said} {domain.items}" if unsure.op in ("low", "high") else said, f"any {field} is ok")
    return Question(text=f"What do you mean by “{said}”?", answers=answers)


def choose(confidence: Floats, right: Bools) -> float:
    """Return `teach_below` for commands of the validation families.

    The lowest threshold such that nine tenths of the commands at or above it are right, but none under which
    lies over a fifth of all; 0 where there is none.

    Parameters
    ----------
    confidence : float64[n]
        `sureness` of each command.
    right : bool[n]
        Whether act, clarity and every preference were read right.
    """
    affordable = [t for t in THRESHOLDS if (confidence < t).mean() <= MOST_TAUGHT]
    enough = [
        t for t in affordable if (above := confidence >= t).any() and right[above].mean() >= RIGHT_UNTAUGHT
    ]
    return float(enough[0] if enough else max(affordable, default=0.0))
