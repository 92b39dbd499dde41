"""The laws of the memory, for any commands in any order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.memory import apply_edit, consolidate, decode, empty_memory, encode
from agents.memory.conflict import contradicts
from agents.memory.state import LOG_LENGTH, MAX_COMMAND_IDS, MAX_PREFERENCES, UNDO_DEPTH, Memory
from agents.types import ParsedCommand, Preference, Retraction
from catalog.domain import Domain, Field

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
# On a machine with other work to do a slow example says nothing about the memory.
LAW = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
GONE = {"replaced", "retracted", "expired", "ended", "reset"}
ACTS = ["refine", "replace", "retract", "reset", "undo", "question"]
CAME = {"added", "restored", "kept"}

FILMS = Domain(
    name="films",
    item="film",
    items="films",
    fields=(
        Field(name="title", type="text"),
        Field(name="genre", type="category", multi=True, values={"Comedy": (), "Horror": ()}),
        Field(name="language", type="category", values={"English": (), "French": ()}),
        Field(name="certificate", type="ordered", values={"G": (), "PG": (), "R": ()}),
        Field(name="year", type="number"),
    ),
)

YEARS = st.integers(1970, 2016).map(float)
SUBJECTS = st.one_of(
    st.tuples(st.just("genre"), st.just("eq"), st.sampled_from(["Comedy", "Horror"])),
    st.tuples(st.just("language"), st.just("eq"), st.sampled_from(["English", "French"])),
    st.tuples(st.just("certificate"), st.sampled_from(["le", "ge", "eq"]), st.sampled_from(["G", "PG", "R"])),
    st.tuples(st.just("year"), st.sampled_from(["eq", "lt", "le", "gt", "ge"]), YEARS),
    st.tuples(st.just("year"), st.just("between"), st.tuples(YEARS, YEARS).map(sorted)),
    st.tuples(st.just("year"), st.sampled_from(["low", "high"]), st.none()),
    st.tuples(st.sampled_from(["item", "about"]), st.just("like"), st.sampled_from(["1", "2"])),
)


@st.composite
def preferences(draw) -> Preference:
    field, op, value = draw(SUBJECTS)
    minutes = draw(st.one_of(st.none(), st.integers(0, 60)))
    return Preference(
        field=field,
        op=op,
        value=value,
        polarity=draw(st.sampled_from(["positive", "negative"])),
        strength=draw(st.sampled_from(["hard", "soft"])),
        horizon=draw(st.sampled_from(["feed", "session", "lasting"])),
        expires_at=None if minutes is None else START + timedelta(minutes=minutes),
        group=draw(st.integers(0, 2)),
    )


@st.composite
def commands(draw, number: int) -> ParsedCommand:
    acts = draw(
        st.lists(st.sampled_from(["refine", "replace", "retract", "reset", "undo", "question"]), min_size=1)
    )
    fields = st.sampled_from(["genre", "year", "item", "everything"])
    retractions = draw(st.lists(fields, max_size=1)) if {"retract", "reset"} & set(acts) else []
    return ParsedCommand(
        command_id=f"c{number}",
        user_id="u",
        text="",
        clarity=draw(st.sampled_from(["clear", "ambiguous", "infeasible"])),
        question=None,
        act=acts[0],
        acts=tuple(acts),
        retractions=tuple(Retraction(field=one) for one in retractions),
        preferences=tuple(draw(st.lists(preferences(), max_size=3))),
    )


@st.composite
def talks(draw, most: int = 8) -> list[tuple[ParsedCommand, datetime, str]]:
    """Commands with the time and the session of each, in the order in which they were said."""
    count = draw(st.integers(1, most))
    breaks = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    session, talk = 0, []
    for number in range(count):
        session += breaks[number] and number % 4 == 3
        talk.append((draw(commands(number)), START + timedelta(minutes=5 * number), f"s{session}"))
    return talk


def heard(talk, memory: Memory | None = None) -> Memory:
    memory = memory or empty_memory("u")
    for parsed, said_at, session_id in talk:
        memory = consolidate(memory, parsed, said_at=said_at, session_id=session_id, domain=FILMS)
    return memory


def each(talk):
    """Every step of a talk: the memory before, the command, the memory after."""
    memory = empty_memory("u")
    for one in talk:
        after = heard([one], memory)
        yield memory, one[0], after
        memory = after


def ids(memory: Memory) -> set[str]:
    return {one.id for one in memory.intent.preferences}


@LAW
@given(talks(), st.randoms(use_true_random=False))
def test_nothing_comes_or_goes_without_a_change_entry(talk, random):
    random.shuffle(talk)
    for before, _, after in each(talk):
        entries = [
            (one.preference.id, one.kind) for one in after.intent.changes if one.preference is not None
        ]
        for lost in ids(before) - ids(after):
            assert any(one == lost and kind in GONE for one, kind in entries)
        for new in ids(after) - ids(before):
            assert any(one == new and kind in CAME for one, kind in entries)


@LAW
@given(talks())
def test_every_preference_of_a_command_is_answered_for(talk):
    for _, parsed, after in each(talk):
        named = {one.preference.id for one in after.intent.changes if one.preference is not None}
        kept = sum(one.kind == "kept" for one in after.intent.changes)
        own = {f"{parsed.command_id}:{index}" for index in range(len(parsed.preferences))}
        assert len(own - named) <= kept


@LAW
@given(talks(), st.randoms(use_true_random=False))
def test_no_two_that_contradict_each_other_remain(talk, random):
    random.shuffle(talk)
    for _, _, after in each(talk):
        for a, b in combinations(after.intent.preferences, 2):
            assert not contradicts(a, b, FILMS)


@LAW
@given(talks(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(talk, random):
    arrived = random.sample(talk, len(talk))
    assert heard(arrived).state == heard(talk).state


@settings(LAW, max_examples=15)
@given(talks(most=LOG_LENGTH + 8))
def test_version_and_time_rise_and_sizes_stay_bounded(talk):
    for before, parsed, after in each(talk):
        assert after.intent.version == before.intent.version + 1
        assert after.intent.command_id == parsed.command_id == after.recent_command_ids[-1]
        assert before.intent.updated_at is None or after.intent.updated_at > before.intent.updated_at
        assert len(after.intent.preferences) <= MAX_PREFERENCES
        assert len(after.undo) <= UNDO_DEPTH
        assert len(after.log) <= LOG_LENGTH
        assert len(after.recent_command_ids) <= MAX_COMMAND_IDS


@LAW
@given(talks(), st.integers(0, LOG_LENGTH))
def test_the_same_command_again_changes_nothing(talk, index):
    memory = heard(talk)
    assert heard([talk[index % len(talk)]], memory) is memory


@LAW
@given(talks())
def test_replay_and_storage_give_the_same(talk):
    stored = empty_memory("u")
    for one in talk:
        stored = decode(encode(heard([one], stored)))
    assert stored == heard(talk)


@LAW
@given(talks(), st.lists(preferences(), min_size=1, max_size=4))
def test_undo_restores_what_was_there(talk, wishes):
    lasting = [preference for preference in wishes if preference.expires_at is None]
    session = talk[-1][2]
    late = START + timedelta(days=1)
    before = heard(talk)
    before = apply_edit(before, "forget", ("none",), command_id="clean", at=late, session_id=session)
    parsed = ParsedCommand(
        command_id="last",
        user_id="u",
        text="",
        clarity="clear",
        question=None,
        act="refine",
        acts=("refine",),
        preferences=tuple(lasting),
    )
    said = consolidate(before, parsed, said_at=late + timedelta(minutes=1), session_id=session, domain=FILMS)
    undone = apply_edit(said, "undo", command_id="u1", at=late + timedelta(minutes=2), session_id=session)
    if said.intent.preferences != before.intent.preferences:
        assert undone.intent.preferences == before.intent.preferences


@LAW
@given(talks())
def test_nothing_expired_survives_a_command(talk):
    for _, parsed, after in each(talk):
        now = START + timedelta(minutes=5 * int(parsed.command_id[1:]))
        assert all(one.expires_at is None or one.expires_at > now for one in after.intent.preferences)
