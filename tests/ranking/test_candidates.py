"""Candidates keep items and scores together."""

from __future__ import annotations

import numpy as np
import pytest

from ranking.candidates import Candidates, all_items


def test_scores_stay_with_their_items():
    some = all_items(4).with_score("taste", np.array([1, 2, 3, 4], dtype=np.float32))
    kept = some.keep(np.array([True, False, True, True])).take(np.array([2, 0]))
    assert (kept.items.tolist(), kept.score("taste").tolist()) == ([3, 0], [4, 1])
    assert some.items.tolist() == [0, 1, 2, 3]


def test_a_score_that_nobody_gave_is_zero():
    assert all_items(2).score("taste").tolist() == [0, 0]


def test_a_score_of_another_length_is_refused():
    with pytest.raises(ValueError, match="taste has 1 values for 2"):
        Candidates(np.arange(2, dtype=np.int32)).with_score("taste", np.zeros(1, dtype=np.float32))
