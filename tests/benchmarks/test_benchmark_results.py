"""A benchmark's figures say whether a goal is met, and survive JSON."""

from __future__ import annotations

import msgspec
import pytest

from benchmarks.result import Figure, Result, percentile
from benchmarks.run import main


def test_a_latency_meets_its_goal_from_below_and_a_rate_from_above() -> None:
    assert Figure(name="p50", value=39.0, unit="ms", goal=40.0).met is True
    assert Figure(name="p50", value=41.0, unit="ms", goal=40.0).met is False
    assert Figure(name="rate", value=149.0, unit="1/s", goal=150.0, better="higher").met is False
    assert Figure(name="rate", value=151.0, unit="1/s", goal=150.0, better="higher").met is True
    assert Figure(name="rate", value=151.0, unit="1/s").met is None


def test_the_ratio_is_the_value_over_its_reference() -> None:
    assert Figure(name="p50", value=40.0, unit="ms", compared_with="raw Kafka", reference=16.0).ratio == 2.5
    assert Figure(name="p50", value=40.0, unit="ms").ratio is None


def test_a_percentile_lies_between_its_neighbours() -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], 50) == 2.5


def test_a_result_comes_back_from_json() -> None:
    figure = Figure(name="p50", value=1.5, unit="ms", compared_with="fp32", reference=3.0, goal=2.0)
    result = Result(benchmark="parser", what="one command", figures=(figure,), remarks=("none",))
    assert msgspec.json.decode(msgspec.json.encode(result), type=Result) == result


def test_an_unknown_benchmark_is_answered_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["speed"]) == 2
    assert "freshness" in capsys.readouterr().err
