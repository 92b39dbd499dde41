"""`heed simulate`: one dialogue a line, the same for one seed, and a sentence where the use is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from agents.types import ParsedCommand


def heed(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HEED_HOME": str(home)}
    command = [sys.executable, "-m", "infra.cli", "simulate", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_a_line_is_a_dialogue_and_a_file_holds_the_same(tmp_path):
    import msgspec

    printed = heed(tmp_path, "--users", "4", "--seed", "3")
    assert printed.returncode == 0, printed.stderr
    dialogues = [json.loads(line) for line in printed.stdout.splitlines()]
    assert len(dialogues) == 4
    for dialogue in dialogues:
        assert len(dialogue["target_item_ids"]) == 2
        for turn in dialogue["turns"]:
            gold = msgspec.convert(turn["gold"], ParsedCommand)
            assert gold.text == turn["text"]
            assert turn["shown_item_ids"]
    written = heed(tmp_path, "--users", "4", "--seed", "3", "--out", str(tmp_path / "lines.jsonl"))
    assert written.returncode == 0, written.stderr
    assert written.stdout == ""
    assert (tmp_path / "lines.jsonl").read_text(encoding="utf-8") == printed.stdout


def test_another_half_is_wrong_use(tmp_path):
    answer = heed(tmp_path, "--half", "tests")
    assert answer.returncode == 2
    assert "`train` and `evaluate`" in answer.stderr.replace("\n", " ")


def test_a_file_in_no_folder_is_refused_in_a_sentence(tmp_path):
    answer = heed(tmp_path, "--users", "1", "--out", str(tmp_path / "nowhere" / "lines.jsonl"))
    assert answer.returncode == 2
    assert "There is no folder" in answer.stderr
