"""What can be wrong with the simulator's own files and with what it is asked."""

from __future__ import annotations


class SimulatorError(Exception):
    """Anything that the simulated users cannot go on with."""


class WordingError(SimulatorError):
    """A wording file that cannot be read; the message names the file, the family and the line."""


class NobodyToSimulateError(SimulatorError):
    """The interactions hold nobody of whom enough is known before and after the moments asked for."""
