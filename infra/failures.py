"""How an error ends at the command line: one sentence; the traceback of an unexpected one goes to a log."""

from __future__ import annotations

import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType

from infra.settings_file import home_folder

ROOM_ERRORS = tuple(
    f"{room}." for room in ("catalog", "agents", "feature_repo", "streaming", "ranking", "batch")
)


def explain_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print what an error that reached the top means. Python then exits with 1.

    An error of a room (`infra.errors`, `catalog.errors`, ...) is written for the reader: it is printed as is.
    """
    if issubclass(kind, KeyboardInterrupt):
        _print("Stopped.")
    elif _is_for_the_reader(kind):
        _print(str(error))
    elif (sentence := _about_a_setting(error)) is not None:
        _print(sentence)
    else:
        log = _log(kind, error, trace)
        _print(f"{_first_line(kind, error)} This was not foreseen; the traceback is in {log}.")


def _is_for_the_reader(kind: type[BaseException]) -> bool:
    modules = {ancestor.__module__ for ancestor in kind.__mro__}
    return any(
        module == "infra.errors" or (module.endswith(".errors") and module.startswith(ROOM_ERRORS))
        for module in modules
    )


def _about_a_setting(error: BaseException) -> str | None:
    if "pydantic" not in sys.modules:
        return None
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return None
    from infra.all_settings import is_settings_error, refused_value

    return refused_value(error) if is_settings_error(error) else None


def _first_line(kind: type[BaseException], error: BaseException) -> str:
    words = str(error).strip().splitlines()
    return f"{kind.__name__}: {words[0][:200]}." if words else f"{kind.__name__}."


def _log(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    lines = "".join(traceback.format_exception(kind, error, trace))
    path = home_folder() / "logs" / "heed.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now(UTC).isoformat()} heed {' '.join(sys.argv[1:2])}\n{lines}\n")
    except OSError:
        sys.stderr.write(lines)
        return "the lines above"
    return str(path)


def _print(sentence: str) -> None:
    sys.stderr.write(f"heed: {sentence}\n")
