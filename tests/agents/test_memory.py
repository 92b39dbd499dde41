"""The memory, rule by rule (intent contract, "Acts")."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from agents.memory import Memory, active, apply_edit, consolidate, decode, empty_memory, encode
from agents.memory.state import LOG_LENGTH, MAX_COMMAND_IDS, MAX_PREFERENCES
from agents.types import ParsedCommand, Preference, Retraction
from catalog.domain import Domain, Field

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

FILMS = Domain(
    name="films",
    item="film",
    items="films",
    fields=(
        Field(name="title", type="text"),
        Field(name="genre", type="category", multi=True, values={"Comedy": (), "Horror": (), "Thriller": ()}),
        Field(name="language", type="category", values={"English": (), "French": ()}),
        Field(name="certificate", type="ordered", values={"G": (), "PG": (), "PG-13": (), "R": ()}),
        Field(name="runtime", type="number", unit="minute"),
        Field(name="year", type="number"),
    ),
)


def want(field: str, value=None, op: str = "eq", **more) -> Preference:
    return Preference(
        **{"field": field, "op": op, "value": value, "polarity": "positive", "strength": "hard", **more}
    )


def reject(field: str, value=None, op: str = "eq", **more) -> Preference:
    return want(field, value, op, **{"polarity": "negative", **more})


def command(number: int, *preferences: Preference, **more) -> ParsedCommand:
    act = more.pop("act", "refine")
    more = {"acts": (act,), "clarity": "clear", "question": None, **more}
    return ParsedCommand(
        command_id=f"c{number}", user_id="u", text="", act=act, preferences=preferences, **more
    )


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def told(*commands: ParsedCommand, session_id: str = "s1", memory: Memory | None = None) -> Memory:
    """Say the commands one minute apart, beginning with the minute of the first one's number."""
    memory = memory or empty_memory("u")
    for one in commands:
        said_at = at(int(one.command_id[1:]))
        memory = consolidate(memory, one, said_at=said_at, session_id=session_id, domain=FILMS)
    return memory


def held(memory: Memory) -> list[tuple]:
    return [(one.field, one.op, one.value, one.polarity[0]) for one in memory.intent.preferences]


def kinds(memory: Memory) -> list[str]:
    return [one.kind for one in memory.intent.changes]


def test_refine_adds_and_compatible_preferences_stay():
    memory = told(command(1, want("genre", "Comedy")), command(2, want("runtime", 120.0, "lt")))
    assert held(memory) == [("genre", "eq", "Comedy", "p"), ("runtime", "lt", 120.0, "p")]
    assert memory.intent.version == 2
    assert kinds(memory) == ["added"]


def test_ids_follow_the_command_and_the_position_in_it():
    memory = told(command(7, want("genre", "Comedy"), want("year", 2000.0, "ge")))
    assert [one.id for one in memory.intent.preferences] == ["c7:0", "c7:1"]
    assert all(one.said_at == at(7) for one in memory.intent.preferences)


def test_two_values_of_a_multi_valued_field_both_stay():
    memory = told(command(1, want("genre", "Comedy")), command(2, want("genre", "Horror")))
    assert len(held(memory)) == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (want("genre", "Horror"), reject("genre", "Horror")),
        (reject("genre", "Horror"), want("genre", "Horror", strength="soft")),
        (want("language", "English"), want("language", "French")),
        (want("year", [1990.0, 1999.0], "between"), want("year", 2005.0, "ge")),
        (reject("year", [1980.0, 1989.0], "between"), want("year", 1985.0)),
        (want("year", [1980.0, 1989.0], "between"), want("year", 1994.0)),
        (want("certificate", "PG", "le"), want("certificate", "R")),
        (want("runtime", None, "low", strength="soft"), want("runtime", None, "high", strength="soft")),
        (want("item", "6", "like", strength="soft"), reject("item", "6", "like")),
    ],
    ids=lambda one: f"{one.polarity}-{one.field}-{one.op}-{one.value}",
)
def test_of_two_that_contradict_the_one_said_later_wins_and_the_change_says_so(old, new):
    memory = told(command(1, old), command(2, new))
    assert [one.id for one in memory.intent.preferences] == ["c2:0"]
    replaced = memory.intent.changes[0]
    assert (replaced.kind, replaced.preference.id, replaced.replaced_by) == ("replaced", "c1:0", "c2:0")
    assert kinds(memory) == ["replaced", "added"]


def test_an_exact_repeat_is_kept_and_refreshed():
    memory = told(command(1, want("genre", "Comedy")), command(2, want("genre", "comedy", horizon="lasting")))
    (only,) = memory.intent.preferences
    assert (only.id, only.said_at, only.horizon) == ("c1:0", at(2), "lasting")
    assert kinds(memory) == ["kept"]


@pytest.mark.parametrize(("first", "second"), [(120.0, 90.0), (90.0, 120.0)], ids=["tighter", "looser"])
def test_a_bound_of_the_same_direction_takes_the_place_of_the_older(first, second):
    memory = told(command(1, want("runtime", first, "lt")), command(2, want("runtime", second, "le")))
    assert held(memory) == [("runtime", "le", second, "p")]
    assert kinds(memory) == ["replaced", "added"]


def test_a_soft_wish_inside_a_hard_limit_stays_beside_it():
    memory = told(
        command(1, want("runtime", 120.0, "lt")), command(2, want("runtime", 90.0, "lt", strength="soft"))
    )
    assert len(held(memory)) == 2


def test_bounds_of_opposite_directions_stay_together():
    memory = told(command(1, want("runtime", 90.0, "gt")), command(2, want("runtime", 120.0, "lt")))
    assert len(held(memory)) == 2


def test_a_command_that_says_twice_what_is_held_keeps_it_once():
    memory = told(
        command(1, want("genre", "Comedy")), command(2, want("genre", "Comedy"), want("genre", "Comedy"))
    )
    assert [(one.value, one.said_at) for one in memory.intent.preferences] == [("Comedy", at(2))]


def test_said_again_more_weakly_a_rule_stays_a_rule():
    memory = told(
        command(1, reject("genre", "Horror")), command(2, reject("genre", "Horror", strength="soft"))
    )
    assert [(one.id, one.strength) for one in memory.intent.preferences] == [("c1:0", "hard")]
    assert kinds(memory) == ["kept"]


def test_said_again_more_strongly_a_taste_becomes_a_rule():
    memory = told(
        command(1, reject("genre", "Horror", strength="soft")), command(2, reject("genre", "Horror"))
    )
    assert [(one.id, one.strength) for one in memory.intent.preferences] == [("c2:0", "hard")]


def test_alternatives_of_one_group_stay_together_even_where_no_item_has_both():
    either = (
        want("year", [1980.0, 1989.0], "between", group=1),
        want("year", [1990.0, 1999.0], "between", group=1),
    )
    assert len(held(told(command(1, *either)))) == 2


def test_wishes_of_one_command_that_exclude_each_other_become_alternatives():
    both = (want("language", "English", group=0), want("language", "French", group=1))
    memory = told(command(1, *both))
    assert [one.group for one in memory.intent.preferences] == [0, 0]


def test_one_of_the_alternatives_said_again_alone_narrows_to_it():
    either = (want("genre", "Comedy"), want("genre", "Thriller"))
    memory = told(command(1, *either), command(2, want("genre", "Comedy")))
    assert [one.id for one in memory.intent.preferences] == ["c2:0"]


def test_the_same_alternatives_said_again_are_kept():
    either = (want("genre", "Comedy"), want("genre", "Thriller"))
    memory = told(command(1, *either), command(2, *reversed(either)))
    assert [one.id for one in memory.intent.preferences] == ["c1:0", "c1:1"]
    assert kinds(memory) == ["kept", "kept"]


def test_replace_drops_the_wanted_value_of_the_same_field_and_nothing_else():
    memory = told(
        command(1, want("genre", "Horror"), want("runtime", 120.0, "lt")),
        command(2, want("genre", "Comedy"), act="replace"),
    )
    assert held(memory) == [("runtime", "lt", 120.0, "p"), ("genre", "eq", "Comedy", "p")]


def test_replace_leaves_a_lasting_taste():
    memory = told(
        command(1, want("genre", "Thriller", strength="soft", horizon="lasting")),
        command(2, want("genre", "Comedy"), act="replace"),
    )
    assert len(held(memory)) == 2


def test_retract_drops_every_preference_of_the_field():
    memory = told(
        command(1, want("runtime", 120.0, "lt"), want("runtime", 60.0, "gt"), want("genre", "Comedy")),
        command(2, act="retract", retractions=(Retraction(field="runtime"),)),
    )
    assert held(memory) == [("genre", "eq", "Comedy", "p")]
    assert kinds(memory) == ["retracted", "retracted"]


def test_retract_with_a_value_drops_only_that_one():
    memory = told(
        command(1, reject("genre", "Horror"), reject("genre", "Thriller")),
        command(2, act="retract", retractions=(Retraction(field="genre", value="Horror"),)),
    )
    assert held(memory) == [("genre", "eq", "Thriller", "n")]


def test_retracting_what_was_never_said_is_answered():
    memory = told(command(1, act="retract", retractions=(Retraction(field="year"),)))
    assert kinds(memory) == ["ignored"]


def test_retracting_free_text_needs_only_most_of_its_words():
    memory = told(
        command(1, want("about", "slow time travel", "like", strength="soft")),
        command(2, act="retract", retractions=(Retraction(field="about", value="time travel"),)),
    )
    assert held(memory) == []


def test_words_that_no_field_knows_take_back_what_was_said_with_them():
    memory = told(
        command(1, reject("cast", "Kevin Spacey"), reject("cast", "Kevin Bacon"), reject("genre", "Horror")),
        command(2, act="retract", retractions=(Retraction(field="about", value="spacey"),)),
    )
    assert held(memory) == [("cast", "eq", "Kevin Bacon", "n"), ("genre", "eq", "Horror", "n")]
    assert kinds(memory) == ["retracted"]


def test_a_plural_takes_back_what_was_said_in_the_singular():
    memory = told(
        command(1, reject("about", "zombie films", "like")),
        command(2, act="retract", retractions=(Retraction(field="about", value="zombies"),)),
    )
    assert held(memory) == []


@pytest.mark.parametrize("value", ["", " ", "bac", "spacey bacon"])
def test_words_that_were_not_said_take_back_nothing(value):
    memory = told(
        command(1, reject("cast", "Kevin Spacey"), reject("cast", "Kevin Bacon")),
        command(2, act="retract", retractions=(Retraction(field="about", value=value),)),
    )
    assert len(held(memory)) == 2
    assert kinds(memory) == ["ignored"]


def test_reset_leaves_what_is_lasting_and_gives_a_new_version():
    memory = told(command(1, reject("genre", "Horror", horizon="lasting"), want("genre", "Comedy")))
    memory = told(command(2, act="reset"), memory=memory)
    assert held(memory) == [("genre", "eq", "Horror", "n")]
    memory = told(command(3, act="reset", retractions=(Retraction(field="everything"),)), memory=memory)
    assert (held(memory), memory.intent.version, kinds(memory)) == ([], 3, ["reset"])


def test_start_over_with_a_wish_keeps_only_the_wish():
    memory = told(
        command(1, reject("genre", "Horror")),
        command(2, want("genre", "Comedy"), act="reset", acts=("reset", "refine")),
    )
    assert held(memory) == [("genre", "eq", "Comedy", "p")]


def test_undo_goes_back_one_command_each_time():
    memory = told(command(1, want("genre", "Comedy")), command(2, reject("genre", "Comedy")))
    memory = told(command(3, act="undo"), memory=memory)
    assert held(memory) == [("genre", "eq", "Comedy", "p")]
    assert kinds(memory) == ["retracted", "restored"]
    memory = told(command(4, act="undo"), memory=memory)
    assert held(memory) == []
    memory = told(command(5, act="undo"), memory=memory)
    assert (kinds(memory), memory.intent.version) == (["ignored"], 5)


def test_undo_skips_questions_because_they_changed_nothing():
    memory = told(command(1, want("genre", "Comedy")), command(2, act="question"), command(3, act="undo"))
    assert held(memory) == []


def test_undo_does_not_bring_back_what_has_expired():
    tonight = want("genre", "Comedy", expires_at=at(2.5))
    memory = told(command(1, tonight), command(2, reject("genre", "Comedy")), command(3, act="undo"))
    assert held(memory) == []
    assert kinds(memory) == ["retracted", "expired"]


@pytest.mark.parametrize("act", ["question", "none"])
def test_what_asks_changes_nothing_but_counts_as_taken_effect(act):
    memory = told(command(1, want("genre", "Comedy", horizon="feed")), command(2, act=act))
    assert held(memory) == [("genre", "eq", "Comedy", "p")]
    assert (memory.intent.version, memory.intent.recent_command_ids) == (2, ("c1", "c2"))


def test_a_preference_for_one_feed_ends_at_the_next_command():
    memory = told(command(1, want("genre", "Comedy", horizon="feed")), command(2, want("year", 2000.0, "ge")))
    assert held(memory) == [("year", "ge", 2000.0, "p")]
    assert kinds(memory) == ["ended", "added"]


def test_a_new_session_ends_what_was_for_the_session():
    memory = told(command(1, want("genre", "Comedy"), reject("genre", "Horror", horizon="lasting")))
    same = told(command(2, act="question"), session_id="", memory=memory)
    assert len(held(same)) == 2
    later = told(command(2, act="question"), session_id="s2", memory=memory)
    assert held(later) == [("genre", "eq", "Horror", "n")]
    assert kinds(later) == ["ended"]


def test_an_expired_preference_is_dropped_with_a_change_and_is_not_active_before():
    memory = told(command(1, want("genre", "Comedy", expires_at=at(5))))
    assert len(active(memory.intent, at(4))) == 1
    assert active(memory.intent, at(5)) == ()
    memory = told(command(6, act="question"), memory=memory)
    assert (held(memory), kinds(memory)) == ([], ["expired"])


def test_an_infeasible_command_takes_in_nothing_that_would_empty_the_feed():
    parts = (want("year", 2015.0), want("about", "Kubrick", "like", strength="soft"))
    memory = told(command(1, reject("genre", "Horror")), command(2, *parts, clarity="infeasible"))
    assert held(memory) == [("genre", "eq", "Horror", "n"), ("about", "like", "Kubrick", "p")]
    assert kinds(memory) == ["ignored", "added"]


def test_the_same_command_twice_changes_nothing():
    memory = told(command(1, want("genre", "Comedy")))
    assert told(command(1, want("genre", "Comedy")), memory=memory) is memory


def test_a_late_command_is_put_where_it_was_said():
    early, late = command(1, want("genre", "Horror")), command(2, reject("genre", "Horror"))
    memory = told(late, early)
    assert held(memory) == [("genre", "eq", "Horror", "n")]
    assert memory.intent.version == 2
    assert {one.kind for one in memory.intent.changes} == {"added", "replaced"}


def test_a_command_later_than_the_log_reaches_loses_to_what_was_said_after_it():
    questions = [command(number, act="question") for number in range(3, 4 + LOG_LENGTH)]
    memory = told(command(2, reject("genre", "Horror")), *questions)
    memory = told(command(1, want("genre", "Horror"), want("year", 2000.0, "ge")), memory=memory)
    assert held(memory) == [("genre", "eq", "Horror", "n"), ("year", "ge", 2000.0, "p")]
    assert kinds(memory) == ["ignored", "added"]


def test_a_late_command_of_an_older_session_does_not_bring_that_session_back():
    memory = told(command(2, want("genre", "Comedy")), session_id="s2")
    memory = told(command(1, want("genre", "Horror")), session_id="s1", memory=memory)
    assert held(memory) == [("genre", "eq", "Comedy", "p")]
    assert memory.session_id == "s2"


def test_a_chip_is_removed_by_its_id_and_undo_brings_it_back():
    memory = told(command(1, want("genre", "Comedy"), want("year", 2000.0, "ge")))
    without = apply_edit(memory, "forget", ("c1:0",), command_id="e1", at=at(2))
    assert held(without) == [("year", "ge", 2000.0, "p")]
    assert (without.intent.act, kinds(without)) == ("retract", ["retracted"])
    assert held(apply_edit(without, "undo", command_id="e2", at=at(3))) == held(memory)
    assert held(apply_edit(memory, "reset", command_id="e3", at=at(3))) == []


def test_removing_a_chip_that_is_gone_says_so():
    memory = apply_edit(empty_memory("u"), "forget", ("c9:0",), command_id="e1", at=at(0))
    assert (kinds(memory), memory.intent.version) == (["ignored"], 1)


def test_an_unknown_edit_is_refused_with_the_ones_there_are():
    with pytest.raises(ValueError, match="forget, reset, undo"):
        apply_edit(empty_memory("u"), "shuffle", command_id="e1", at=at(0))


def test_the_memory_is_bounded_and_soft_ones_give_way_first():
    memory = told(command(0, want("genre", "Comedy")))
    for number in range(1, 5):
        many = [want("about", f"mood {number} {i}", "like", strength="soft") for i in range(20)]
        memory = told(command(number, *many), memory=memory)
    assert len(held(memory)) == MAX_PREFERENCES
    assert held(memory)[0] == ("genre", "eq", "Comedy", "p")
    assert kinds(memory).count("ended") == 81 - MAX_PREFERENCES


def test_command_ids_are_bounded_and_the_newest_stay():
    memory = empty_memory("u")
    for number in range(MAX_COMMAND_IDS + 5):
        memory = told(command(number, act="none"), memory=memory)
    assert memory.recent_command_ids == tuple(f"c{number}" for number in range(5, MAX_COMMAND_IDS + 5))


def test_the_memory_goes_to_json_and_back():
    memory = told(command(1, want("genre", "Comedy")), command(2, want("year", [1990.0, 1999.0], "between")))
    assert decode(encode(memory)) == memory


@pytest.mark.parametrize(
    ("damage", "words"),
    [((b'"undo":[', b'"undo":[7,'), "undo"), ((b'"said":[[0]', b'"said":[[9]'), "does not hold")],
)
def test_a_memory_that_cannot_be_read_says_what_is_wrong(damage, words):
    stored = encode(told(command(1, want("genre", "Comedy")), command(2, want("year", 2000.0, "ge"))))
    assert damage[0] in stored
    with pytest.raises(msgspec.ValidationError, match=words):
        decode(stored.replace(*damage))


def test_a_day_of_talk_stays_small_enough_for_keyed_state():
    memory = empty_memory("u")
    for number in range(60):
        memory = told(command(number, reject("about", f"mood number {number}", "like")), memory=memory)
    assert len(encode(memory)) < 64 * 1024


def test_updated_at_rises_even_when_a_command_comes_late():
    first = told(command(2, want("genre", "Comedy")))
    second = told(command(1, want("year", 2000.0, "ge")), memory=first)
    assert second.intent.updated_at > first.intent.updated_at
