"""What the long-running parts print: log events on standard error, the ready line on standard output."""

from __future__ import annotations

import json
import sys
from typing import Any

import structlog


def log_to_stderr() -> None:
    """Send log events as JSON to standard error: standard output carries the ready line alone."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def ready_line(part: str, **facts: Any) -> str:
    """Return the line by which a part says that it consumes."""
    return json.dumps({"event": "ready", "part": part, **facts})
