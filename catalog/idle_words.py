"""Words that say nothing of what an item is like, wherever they stand in a wish or in a text."""

from __future__ import annotations

IDLE_WORDS = frozenset(
    """
    a about all an and any anything are as at be bit but by enough for from good great in into is it less like
    lot lots me more most much my of on one or other quite rather really show so some something somewhat
    stories story stuff than that the their them there thing things this to too truly very want which with
    within would you
    """.split()  # noqa: SIM905 - words are read in lines
)
