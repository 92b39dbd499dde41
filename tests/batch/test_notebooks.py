"""The notebooks run as they stand, on an empty lake and on a filled one."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from plants import interactions, plants, put_in_lake

from batch.backfill import backfill_tables
from batch.behaviors import BEHAVIORS
from batch.database import connect

NOTEBOOKS = sorted((Path(__file__).parents[2] / "batch" / "notebooks").glob("*.py"))
SAID = {"command_id": "1", "user_id": "u", "text": "nothing red"}
INTENT = {
    "user_id": "u",
    "version": 1,
    "command_id": "1",
    "act": "refine",
    "clarity": "clear",
    "preferences": [{"field": "colour", "polarity": "negative", "strength": "hard", "text": "red"}],
}


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("said", [[], [(SAID, 0.0)]], ids=["empty", "filled"])
def test_a_notebook_runs_and_shows_what_was_said(
    tmp_path: Path, notebook: Path, said: list[tuple[object, float]]
) -> None:
    with closing(connect()) as database:
        deeds = interactions([("u", "a", "rate", 5.0, 0.0)])
        backfill_tables(database, plants(), deeds, BEHAVIORS.empty_table(), tmp_path)
    if said:
        put_in_lake(tmp_path, "user-commands", said)
        put_in_lake(tmp_path, "active-intents", [(INTENT, 0.25)])
    environment = {**os.environ, "HEED_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, str(notebook)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    if said:
        assert "nothing red" in done.stdout
        assert "250.0" in done.stdout
