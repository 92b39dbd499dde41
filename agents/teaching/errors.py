"""What can go wrong with a teacher, each with a sentence that says what to do."""

from __future__ import annotations

from agents.errors import AgentsError


class TeachingError(AgentsError):
    """The root of this room's errors."""


class EndpointDownError(TeachingError):
    """The endpoint does not answer, or answers with its own trouble, also after several tries."""

    def __init__(self, url: str, cause: str) -> None:
        super().__init__(
            f"The teacher at {url} gives no answer ({cause}). Try again later: what was answered is kept."
        )


class EndpointRefusedError(TeachingError):
    """The endpoint refuses every request alike: a wrong key, model or path."""

    def __init__(self, url: str, model: str, cause: str) -> None:
        super().__init__(
            f"The teacher at {url} refuses requests for the model '{model}' ({cause}). "
            "Check HEED_TEACHER_KEY, the model's name, and that the URL ends before `/chat/completions`."
        )


class LimitReachedError(TeachingError):
    """The next request would pass a limit that was set."""


class ViolationError(TeachingError):
    """An answer that breaks the intent contract; the sentence goes back to the teacher."""


class InputFileError(TeachingError):
    """A line of the input that is no text."""


class LabelFileError(TeachingError):
    """A file of labels that `heed train label` did not write."""
