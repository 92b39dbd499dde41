"""The parser is scored as the intent contract says: rule by rule, and as the reference scorer counts."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from agents.types import ParsedCommand, Preference, Retraction
from batch.parser_report.compare import compare
from batch.parser_report.reference import Reference, Wish, reference_of
from batch.parser_report.scores import score, split

SCORER = Path(__file__).parents[3] / "shared" / "tools" / "score_parser.py"


def wish(field: str, op: str, *values, polarity: str = "positive", strength: str = "hard", **keys) -> Wish:
    return Wish((field,), op, values, polarity, strength, **keys)


def reference(*wishes: Wish, retractions=(), family: str = "f", **keys) -> Reference:
    usual = {"text": "", "domain": "movies", "act": "refine", "clarities": ("clear",)}
    return Reference(**{**usual, **keys}, wishes=wishes, retractions=frozenset(retractions), family=family)


def found(field: str, op: str, value, polarity="positive", strength="hard", *, confidence=0.9):
    return Preference(
        field=field, op=op, value=value, polarity=polarity, strength=strength, confidence=confidence
    )


def command(*preferences: Preference, retractions=(), act: str = "refine", clarity: str = "clear"):
    return ParsedCommand(
        command_id="",
        user_id="",
        text="",
        clarity=clarity,
        question=None,
        act=act,
        acts=(act,),
        preferences=preferences,
        retractions=tuple(Retraction(field=f, value=v) for f, v in retractions),
    )


COMEDY = wish("genre", "eq", "Comedy")


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        (COMEDY, found("genre", "eq", "comedy")),
        (wish("runtime", "le", 120.0), found("runtime", "lt", 120)),
        (wish("year", "ge", 2010.0), found("year", "gt", 2010)),
        (wish("year", "high", None), found("year", "high", None)),
        (wish("year", "between", [1990.0, 1999.0]), found("year", "between", [1990, 1999])),
        (wish("runtime", "between", [81.0, 99.0]), found("runtime", "between", [80.4, 100])),
        (wish("about", "like", "a twist at the end"), found("about", "like", "twist end")),
        (wish("item", "like", "6", "6000"), found("item", "like", "6000")),
        (wish("certificate", "le", "PG"), found("certificate", "le", "PG")),
        (Wish(("director", "cast"), "eq", ("X",), "positive", "hard"), found("cast", "eq", "X")),
    ],
)
def test_what_counts_as_the_same(wanted, got):
    assert compare(reference(wanted), command(got)).whole


@pytest.mark.parametrize(
    "got",
    [
        found("genre", "eq", "Drama"),
        found("cast", "eq", "Comedy"),
        found("genre", "like", "Comedy"),
        found("genre", "eq", "Comedy", polarity="negative"),
    ],
)
def test_another_value_field_operator_or_polarity_is_no_hit_at_all(got):
    outcomes = compare(reference(COMEDY), command(got)).outcomes
    assert [o.hit for o in outcomes] == [False, False]


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        (wish("year", "between", [1990.0, 1999.0]), found("year", "between", [1990, 2003])),
        (wish("runtime", "between", [81.0, 99.0]), found("runtime", "between", [81, 110])),
        (wish("runtime", "le", 120.0), found("runtime", "le", 121)),
        (wish("about", "like", "time travel paradox"), found("about", "like", "time")),
        (wish("item", "like", "6"), found("item", "like", "60")),
    ],
)
def test_what_is_near_but_not_the_same(wanted, got):
    assert not compare(reference(wanted), command(got)).outcomes[0].hit


def test_another_strength_is_a_hit_only_without_strength():
    compared = compare(reference(COMEDY), command(found("genre", "eq", "Comedy", strength="soft")))
    assert not compared.whole
    scores = score([compared])
    assert scores.preference_f1.value == 0.0
    assert scores.preference_f1_without_strength.value == 1.0


def test_one_preference_answers_one_wish():
    scores = score([compare(reference(COMEDY, COMEDY), command(found("genre", "eq", "Comedy")))])
    assert scores.preference_f1.value == pytest.approx(2 / 3, abs=1e-4)


def test_a_name_of_several_items_may_be_asked_about_but_not_ignored():
    several = reference(wish("item", "like", "6", "7", optional=True), clarities=("clear", "ambiguous"))
    assert compare(several, command(clarity="ambiguous")).whole
    assert compare(several, command(found("item", "like", "7"))).whole
    assert not compare(several, command()).whole


def test_what_no_item_meets_may_be_given_or_left_out_but_must_be_refused():
    impossible = reference(wish("year", "eq", 2015.0, optional=True), clarities=("infeasible",))
    assert compare(impossible, command(clarity="infeasible")).whole
    assert compare(impossible, command(found("year", "eq", 2015), clarity="infeasible")).whole
    assert not compare(impossible, command()).whole


def test_a_command_is_right_only_as_a_whole():
    wanted = reference(COMEDY, retractions={("runtime", ""), ("genre", "war")})
    right = (("runtime", None), ("genre", "War"))
    assert compare(wanted, command(found("genre", "eq", "Comedy"), retractions=right)).whole
    assert not compare(wanted, command(found("genre", "eq", "Comedy"), retractions=right[:1])).whole
    assert not compare(wanted, command(found("genre", "eq", "Comedy"), retractions=right, act="none")).whole
    assert not compare(
        wanted, command(found("genre", "eq", "Comedy"), retractions=right, clarity="ambiguous")
    ).whole


def test_what_was_meant_can_be_a_command_itself():
    def beside(parsed: ParsedCommand, meant: ParsedCommand):
        return compare(reference_of(meant, domain="movies", family="f"), parsed)

    travel, short = found("about", "like", "time travel"), found("runtime", "lt", 120.0)
    same = beside(
        command(found("about", "like", "travel"), found("runtime", "le", 120)), command(short, travel)
    )
    assert [(o.hit, o.strong) for o in same.outcomes] == [(True, True)] * 2
    assert same.whole
    softer = beside(
        command(found("runtime", "lt", 120, strength="soft"), found("genre", "eq", "War")),
        command(short, travel),
    )
    assert [(o.wanted, o.found) for o in softer.outcomes] == [
        ("runtime", "runtime"),
        ("about", ""),
        ("", "genre"),
    ]
    assert [(o.hit, o.strong) for o in softer.outcomes] == [(True, False), (False, False), (False, False)]
    assert not softer.whole
    around = [command(found("runtime", "between", ends)) for ends in ([85.5, 104.5], [86, 104])]
    assert beside(*around).whole
    assert not beside(command(act="undo"), command(act="reset")).whole
    war = command(retractions=(("genre", "War"), ("runtime", None)), act="retract")
    assert beside(command(retractions=(("runtime", None), ("genre", "war")), act="retract"), war).whole
    assert not beside(command(retractions=(("runtime", None),), act="retract"), war).whole


def test_calibration_is_the_gap_between_sureness_and_truth_in_ten_bins():
    # Three of four right at 0.95, one of two at 0.55: (4 * 0.2 + 2 * 0.05) / 6.
    pairs = [
        (0.95, "Comedy"),
        (0.95, "Comedy"),
        (0.95, "Comedy"),
        (0.95, "Drama"),
        (0.55, "Comedy"),
        (0.55, "Drama"),
    ]
    compared = [
        compare(reference(COMEDY), command(found("genre", "eq", value, confidence=c))) for c, value in pairs
    ]
    assert score(compared).calibration_error.value == pytest.approx(0.15, abs=1e-4)


def test_the_interval_is_over_families_so_like_commands_do_not_narrow_it():
    right, wrong = command(found("genre", "eq", "Comedy")), command()

    def spread(copies: int) -> float:
        compared = [
            compare(reference(COMEDY, family=f"f{n}"), right if n % 2 else wrong)
            for n in range(20)
            for _ in range(copies)
        ]
        accuracy = score(compared).command_accuracy
        assert accuracy.low < accuracy.value == 0.5 < accuracy.high
        return accuracy.high - accuracy.low

    assert spread(1) == pytest.approx(spread(30))


def test_a_field_is_scored_by_what_was_wanted_or_found_in_it():
    compared = [
        compare(
            reference(COMEDY, wish("year", "ge", 2000.0)),
            command(found("genre", "eq", "Comedy"), found("runtime", "low", None)),
        )
    ]
    by = split(compared)["field"]
    assert {field: scores.preference_f1.value for field, scores in by.items()} == {
        "genre": 1.0,
        "year": 0.0,
        "runtime": 0.0,
    }


# ---- the reference scorer, on readings that are wrong in every way there is

LINES = [
    "no more horror || refine || clear || -! genre = Horror",
    "a rom-com || refine || clear || +! genre = Romance ; +! genre = Comedy",
    "from the 90s, under two hours || refine || clear || +! year in 1990,1999 ; +! runtime < 120",
    "something short and twisty || refine || clear || +~ runtime lo ; +~ about like twisty endings here",
    "like Heat || refine || clear || +~ item like Heat (1995)",
    "the second one || feedback || clear || +~ item like @2",
    "PG at most || refine || clear || +! certificate <= PG",
    "forget the runtime limit, war is fine || retract || clear ||  || runtime ; genre=War",
    "something lighter || refine || ambiguous ||",
    "start over || reset || clear ||",
]
SHOWN = {"@2": "2571"}


def read_line(line: str, titles: dict[str, str]) -> Reference:
    text, act, clarity, wishes, taken, *_ = [*(part.strip() for part in line.split("||")), "", ""]
    ops = {
        "=": "eq",
        "<": "le",
        "<=": "le",
        ">": "ge",
        ">=": "ge",
        "in": "between",
        "lo": "low",
        "hi": "high",
    }
    out = []
    for said in filter(None, (one.strip() for one in wishes.split(";"))):
        sign, strength, field, op, value = re.fullmatch(r"([+-])([!~]) (\w+) (\S+) ?(.*)", said).groups()
        meant: object = value
        if field == "item":
            meant = SHOWN.get(value) or titles[value]
        elif op == "in":
            meant = [float(end) for end in value.split(",")]
        elif re.fullmatch(r"[\d.]+", value):
            meant = float(value)
        out.append(
            Wish(
                (field,),
                ops.get(op, op),
                (meant,),
                "positive" if sign == "+" else "negative",
                "hard" if strength == "!" else "soft",
            )
        )
    retractions = {
        (one.partition("=")[0].strip(), one.partition("=")[2].strip().casefold())
        for one in taken.split(";")
        if one.strip()
    }
    return reference(*out, text=text, act=act, clarities=(clarity,), retractions=retractions)


def as_read(wanted: Reference, rng: np.random.Generator) -> ParsedCommand:
    """A reading of a reference with something wrong in it now and then."""
    preferences = []
    for one in wanted.wishes:
        if rng.random() < 0.15:
            continue
        value = one.values[0]
        preferences.append(
            found(
                "keyword" if rng.random() < 0.1 else one.field,
                {"le": "lt", "ge": "gt"}.get(one.op, one.op) if rng.random() < 0.5 else one.op,
                "twisty" if one.field == "about" and rng.random() < 0.5 else value,
                "negative" if rng.random() < 0.1 else one.polarity,
                "soft" if rng.random() < 0.2 else one.strength,
            )
        )
    if rng.random() < 0.15:
        preferences.append(found("genre", "eq", "War"))
    kept = [pair for pair in sorted(wanted.retractions) if rng.random() < 0.8]
    return command(
        *preferences,
        retractions=[(field, value or None) for field, value in kept],
        act="none" if rng.random() < 0.1 else wanted.act,
        clarity="infeasible" if rng.random() < 0.1 else wanted.clarities[0],
    )


@pytest.mark.skipif(not SCORER.is_file(), reason="the reference scorer is not beside the checkout")
def test_the_reference_scorer_counts_the_same(tmp_path):
    titles = {"Heat (1995)": "6", "Alien (1979)": "1214", "The Matrix (1999)": "2571"}
    rng = np.random.default_rng(1)
    lines = LINES * 30
    wanted = [read_line(line, titles) for line in lines]
    read = [as_read(one, rng) for one in wanted]
    (tmp_path / "reference.txt").write_text("\n".join(lines) + "\n")
    (tmp_path / "read.jsonl").write_bytes(b"\n".join(msgspec.json.encode(one) for one in read) + b"\n")
    with (tmp_path / "titles.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerows([("movieId", "title"), *((item, title) for title, item in titles.items())])
    files = [tmp_path / name for name in ("reference.txt", "read.jsonl", "titles.csv")]
    answer = subprocess.run([sys.executable, SCORER, *files], capture_output=True, text=True, check=True)
    theirs = json.loads(answer.stdout)
    ours = score([compare(one, other) for one, other in zip(wanted, read, strict=True)])
    assert 0.3 < theirs["command_accuracy"] < 0.8
    for name in (
        "preference_f1",
        "preference_f1_without_strength",
        "command_accuracy",
        "act_accuracy",
        "clarity_accuracy",
    ):
        assert getattr(ours, name).value == pytest.approx(theirs[name], abs=1e-4), name
