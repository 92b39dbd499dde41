"""Answers on disk, so that no question is paid for twice and a run that was cut short goes on."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from pathlib import Path
from typing import Any

import msgspec

from catalog.settings import home_settings


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What an endpoint said, and how many tokens it counted."""

    content: str
    prompt_tokens: int = 0
    answer_tokens: int = 0


def default_file() -> Path:
    """Return where answers are kept, `HEED_HOME/teacher/answers.sqlite`."""
    return home_settings().home.resolve() / "teacher" / "answers.sqlite"


def content_hash(*parts: Any) -> str:
    """Return the name of a request: whatever would change its answer changes its name."""
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


class KeptAnswers:
    """Replies by the content hash of their request. Threads and processes may share the file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, timeout=30, check_same_thread=False, isolation_level=None)
        # Readers do not wait for a writer; a crash loses at most the last answers, to be asked again.
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS answers (request TEXT PRIMARY KEY, reply BLOB NOT NULL) WITHOUT ROWID"
        )

    def get(self, request: str) -> Reply | None:
        """Return the reply to a request that was made before."""
        with self._lock:
            row = self._database.execute("SELECT reply FROM answers WHERE request = ?", (request,)).fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=Reply)

    def put(self, request: str, reply: Reply) -> None:
        """Keep a reply."""
        with self._lock:
            self._database.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?)", (request, msgspec.json.encode(reply))
            )

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()
