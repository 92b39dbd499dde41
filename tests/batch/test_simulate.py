"""Simulated users before a real feed, end to end, on listeners whose taste can be learned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from camps import Hashed, home_of

from agents.simulator import PERSONAS
from agents.types import Preference
from batch.simulate import DEAF, GOLD, PARSER, WAYS, Session, _obeyed, sessions
from batch.simulate_report import Simulation, as_text, summary
from catalog.settings import home_settings
from catalog.store import load_catalog

ROUNDS = 3


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return home_of(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def held(home: Path) -> list[Session]:
    return _held(home)


def _held(home: Path) -> list[Session]:
    settings = home_settings()
    served, settings.domain = settings.domain, "records"
    try:
        return list(sessions(home, users=24, rounds=ROUNDS, seed=3, drift=False, encoder=Hashed()))
    finally:
        settings.domain = served


@pytest.fixture(scope="module")
def result(held: list[Session]) -> Simulation:
    return summary(held, ROUNDS, "evaluate")


def test_every_person_is_heard_in_every_way(held: list[Session]) -> None:
    assert [s.way for s in held] == list(WAYS) * 24
    for at in range(0, len(held), len(WAYS)):
        same = held[at : at + len(WAYS)]
        assert len({(s.user, s.persona, s.dialogue.time, s.dialogue.target_item_ids) for s in same}) == 1
        # Nobody has said anything yet.
        assert len({s.recalls[0] for s in same}) == 1


def test_the_same_run_twice_gives_the_same(home: Path, held: list[Session]) -> None:
    def told(run: list[Session]) -> list[object]:
        return [(s.way, s.recalls, s.passed, s.dialogue.turns) for s in run]

    assert told(_held(home)) == told(held)


def test_the_deaf_feed_shows_the_same_all_along(held: list[Session]) -> None:
    for session in held:
        if session.way == DEAF:
            assert len({turn.shown_item_ids for turn in session.dialogue.turns}) <= 1
            assert session.readings == ()


def test_what_is_understood_is_obeyed(result: Simulation) -> None:
    by_way = {row.way: row for row in result.outcomes if row.persona == "all"}
    assert by_way[GOLD].obeyed is not None
    assert by_way[GOLD].obeyed.value == 1.0
    assert by_way[DEAF].obeyed is not None
    assert by_way[DEAF].obeyed.value < 0.8


def test_words_bring_what_is_in_mind(result: Simulation) -> None:
    by_way = {row.way: row for row in result.outcomes if row.persona == "all"}
    assert by_way[GOLD].pass_rate.value > by_way[DEAF].pass_rate.value
    assert by_way[DEAF].gain.value == 0.0


def test_intervals_hold_their_figures(result: Simulation) -> None:
    for row in result.outcomes:
        for one in (row.recall, row.gain, row.pass_rate):
            assert one.low - 1e-9 <= one.value <= one.high + 1e-9
        assert len(row.recall_by_round) == ROUNDS + 1
        assert row.recall_by_round[-1] == pytest.approx(row.recall.value)


def test_there_is_a_row_for_each_persona_and_for_the_parser(result: Simulation) -> None:
    names = {"all", *(persona.name for persona in PERSONAS)}
    assert {(row.way, row.persona) for row in result.outcomes} == {(w, n) for w in WAYS for n in names}
    assert {row.persona for row in result.understanding} == names
    whole = result.understanding[0]
    assert whole.commands == sum(row.commands for row in result.understanding[1:]) > 0
    assert 0 < whole.f1.value <= whole.f1_without_strength.value <= 1
    text = as_text(result)
    assert all(name in text for name in names)


def test_every_command_that_was_parsed_is_scored(held: list[Session]) -> None:
    for session in held:
        if session.way == PARSER:
            assert len(session.readings) == session.commands == len(session.dialogue.turns)


def test_obeyed_counts_what_keeps_all_demands(home: Path) -> None:
    catalog = load_catalog(home / "data" / "records")
    jazz = Preference(field="genre", op="eq", value="jazz", polarity="positive", strength="hard")
    late = Preference(field="year", op="ge", value=1970, polarity="positive", strength="hard", group=1)
    soft = Preference(field="genre", op="eq", value="metal", polarity="positive", strength="soft")
    assert _obeyed(catalog, (jazz, late, soft), [0, 10, 11, 12]) == [0.5]
    assert _obeyed(catalog, (soft,), [0, 1]) == []
    assert np.isclose(_obeyed(catalog, (jazz,), [0, 1, 2])[0], 2 / 3)
