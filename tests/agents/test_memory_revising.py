"""A second reading takes the place of the first, as if the command had been read so at once."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from test_memory import FILMS, at, command, reject, told, want
from test_memory_laws import CAME, GONE, LAW, commands, heard, talks

from agents.memory import (
    Memory,
    apply_edit,
    consolidate,
    decode,
    empty_memory,
    encode,
    is_news,
    revise,
    standing,
)
from agents.memory.state import LOG_LENGTH, MAX_WAITING
from agents.types import Intent, ParsedCommand, Question


def values(memory: Memory) -> list[object]:
    return [one.value for one in memory.intent.preferences]


def revised(memory: Memory, parsed: ParsedCommand) -> Memory:
    return revise(memory, parsed, said_at=at(int(parsed.command_id[1:])), domain=FILMS)


def test_the_better_reading_replaces_the_effect_as_a_new_version():
    memory = told(command(1, want("genre", "Comedy")))
    after = revised(memory, command(1, reject("genre", "Horror")))
    assert [(one.value, one.polarity) for one in after.intent.preferences] == [("Horror", "negative")]
    assert (memory.version, after.version, after.intent.command_id) == (1, 2, "c1")
    assert after.intent.updated_at > memory.intent.updated_at
    assert [(one.kind, one.reason) for one in after.intent.changes] == [
        ("replaced", "Comedy: a closer reading of your words took its place."),
        ("added", "no Horror: a closer reading of your words."),
    ]


def test_what_was_said_since_stands():
    memory = told(command(1, want("genre", "Comedy")), command(2, want("year", 2000.0, "ge")))
    after = revised(memory, command(1, want("genre", "Thriller")))
    assert values(after) == ["Thriller", 2000.0]


def test_a_later_contradiction_still_wins():
    memory = told(command(1), command(2, reject("genre", "Horror")))
    after = revised(memory, command(1, want("genre", "Horror")))
    assert [(one.value, one.polarity) for one in after.intent.preferences] == [("Horror", "negative")]


def test_undo_takes_back_the_better_reading_too():
    memory = told(command(1, want("year", 2000.0, "ge")), command(2, want("genre", "Comedy")))
    after = told(command(3, act="undo"), memory=revised(memory, command(2, want("genre", "Horror"))))
    assert values(after) == [2000.0]


def test_what_both_readings_hold_keeps_its_chip():
    memory = told(command(1, want("genre", "Comedy"), want("genre", "Horror")))
    chip = memory.intent.preferences[1].id
    after = revised(memory, command(1, reject("genre", "Thriller"), want("genre", "Horror")))
    (kept,) = [one for one in after.intent.preferences if one.value == "Horror"]
    assert kept.id == chip
    assert len({one.id for one in after.intent.preferences}) == 2


def test_a_chip_that_was_removed_does_not_remove_another_preference():
    memory = told(command(1, want("genre", "Comedy")))
    memory = apply_edit(
        memory, "forget", [memory.intent.preferences[0].id], command_id="e", at=at(2), domain=FILMS
    )
    assert values(revised(memory, command(1, want("genre", "Horror")))) == ["Horror"]
    assert values(revised(memory, command(1, want("genre", "Comedy")))) == []


def test_the_question_of_the_newest_command_is_replaced_and_of_an_older_one_not():
    asked = Question(text="In which way?", answers=("a", "b"))
    memory = told(command(1, clarity="ambiguous", question=asked))
    assert revised(memory, command(1, want("genre", "Comedy"))).intent.question is None
    memory = told(command(2, clarity="ambiguous", question=asked), memory=memory)
    assert revised(memory, command(1, want("genre", "Comedy"))).intent.question == asked


def but_for_version(memory: Memory) -> Intent:
    return msgspec.structs.replace(memory.intent, version=0)


def test_the_same_reading_again_is_counted_and_no_news():
    memory = told(command(1, want("genre", "Comedy")))
    after = revised(memory, command(1, want("genre", "Comedy")))
    assert (but_for_version(after), after.version) == (but_for_version(memory), memory.version + 1)
    assert not is_news(memory, after)
    assert standing(after, "c1", at(1)) == "revised"


def test_a_reading_counts_once():
    memory = revised(told(command(1)), command(1, want("genre", "Comedy")))
    assert revised(memory, command(1, want("genre", "Horror"))) is memory


def test_a_reading_that_comes_too_late_is_counted_and_changes_nothing():
    memory = told(*(command(n, want("genre", "Comedy")) for n in range(1, LOG_LENGTH + 2)))
    assert standing(memory, "c1", at(1)) == "late"
    after = revised(memory, command(1, want("genre", "Horror")))
    assert (but_for_version(after), after.version) == (but_for_version(memory), memory.version + 1)
    assert not is_news(memory, after)


def test_a_reading_of_a_command_that_never_was_changes_nothing_once_time_has_passed():
    memory = told(command(5, want("genre", "Comedy")))
    assert not is_news(memory, revised(memory, command(3, want("genre", "Horror"))))


def test_a_reading_that_comes_before_its_command_waits_for_it():
    early = revised(empty_memory("u"), command(1, want("genre", "Horror")))
    assert (early.version, standing(early, "c1", at(1))) == (0, "waiting")
    after = consolidate(
        decode(encode(early)), command(1, want("genre", "Comedy")), said_at=at(1), domain=FILMS
    )
    assert (values(after), after.version, after.waiting) == (["Horror"], 2, ())
    assert [one.kind for one in after.intent.changes] == ["added", "replaced", "added"]


def test_what_waits_is_bounded():
    memory = empty_memory("u")
    for n in range(1, MAX_WAITING + 10):
        memory = revised(memory, command(n, want("genre", "Horror")))
    assert len(memory.waiting) == MAX_WAITING
    assert memory.waiting[-1].command_id == f"c{MAX_WAITING + 9}"


def content(memory: Memory) -> list[tuple[object, ...]]:
    return [
        (p.field, p.op, p.value, p.polarity, p.strength, p.horizon, p.said_at, p.command_id)
        for p in memory.intent.preferences
    ]


@st.composite
def second_readings(draw):
    talk = draw(talks(most=LOG_LENGTH))
    number = draw(st.integers(0, len(talk) - 1))
    return talk, number, draw(commands(number))


@LAW
@given(second_readings())
def test_it_is_as_if_the_command_had_been_read_so_at_once(case):
    talk, number, better = case
    _, said_at, session_id = talk[number]
    after = revise(heard(talk), better, said_at=said_at, domain=FILMS)
    at_once = heard([*talk[:number], (better, said_at, session_id), *talk[number + 1 :]])
    assert content(after) == content(at_once)
    assert len(after.undo) == len(at_once.undo)


@LAW
@given(second_readings())
def test_nothing_comes_or_goes_by_a_second_reading_without_a_change_entry(case):
    talk, number, better = case
    before = heard(talk)
    after = revise(before, better, said_at=talk[number][1], domain=FILMS)
    old, new = ({one.id for one in memory.intent.preferences} for memory in (before, after))
    told_of = {
        kinds: {one.preference.id for one in after.intent.changes if one.kind in kinds and one.preference}
        for kinds in (frozenset(GONE), frozenset(CAME))
    }
    assert after.version == before.version + 1
    if is_news(before, after):
        assert old - new <= told_of[frozenset(GONE)]
        assert new - old <= told_of[frozenset(CAME)]
    else:
        assert but_for_version(after) == but_for_version(before)


@LAW
@given(second_readings())
def test_waiting_or_revising_gives_the_same(case):
    talk, number, better = case
    said_at = talk[number][1]
    waited = revise(heard(talk[:number]), better, said_at=said_at, domain=FILMS)
    waited = heard(talk[number:], decode(encode(waited)))
    revised_after = heard(
        talk[number + 1 :], revise(heard(talk[: number + 1]), better, said_at=said_at, domain=FILMS)
    )
    assert msgspec.structs.replace(waited, intent=None) == msgspec.structs.replace(revised_after, intent=None)
    assert waited.intent.preferences == revised_after.intent.preferences
    assert waited.version == revised_after.version


@LAW
@given(second_readings(), st.integers(0, LOG_LENGTH))
def test_read_anew_in_another_order_the_log_ends_at_no_lower_version(case, place):
    talk, number, better = case
    said_at = talk[number][1]
    once = heard(talk[number + 1 :], revise(heard(talk[: number + 1]), better, said_at=said_at, domain=FILMS))
    place = min(place, len(talk))
    again = heard(talk[place:], revise(heard(talk[:place]), better, said_at=said_at, domain=FILMS))
    assert again.version >= once.version
