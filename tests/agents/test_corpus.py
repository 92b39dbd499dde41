"""The training language: what is written is what is labelled."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest

import agents.corpus
from agents.corpus import Example, load_corpus, sample_examples
from agents.corpus.build import Recipe, Split, fill, with_talk
from agents.corpus.notation import ACTS, PatternError, read_families
from agents.evaluation import calibration_error, evaluate, platt

FAMILY = "== f | refine | clear | movies\n"


def example(pattern: str, *, noise: bool = False) -> Example:
    (family,) = read_families(FAMILY + pattern, "test")
    return fill(Recipe(family.patterns[0], family, "movies"), load_corpus(), Random(3), noise=noise)


def test_mention_lies_where_the_pattern_marks_it() -> None:
    made = example("no [horror|V -!] but [under {dur}|B lt], please")
    horror, bound = made.mentions
    assert made.text[horror.start : horror.end] == "horror"
    assert (horror.kind, horror.quadrant) == ("V", "-!")
    assert made.text[bound.start : bound.end].startswith("under ")
    assert (bound.kind, bound.op, bound.field) == ("B", "lt", "runtime")


def test_codes_on_a_slot_win_over_those_inside() -> None:
    assert {m.quadrant for m in example("ideally {timelimit +~}").mentions} == {"+~"}


def test_muted_slot_is_only_words() -> None:
    assert example("why {ref mute}?").mentions == ()


@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_noise_never_moves_a_label_off_its_words(part: Split) -> None:
    for made in sample_examples(part, 2, 5):
        ends = [0]
        for mention in made.mentions:
            assert ends[-1] <= mention.start < mention.end <= len(made.text)
            assert made.text[mention.start : mention.end].strip() == made.text[mention.start : mention.end]
            ends.append(mention.end)


def test_small_talk_beside_a_wish_changes_nothing_of_what_it_means() -> None:
    plain = example("no [horror|V -!] but [mystery|V]")
    made = [with_talk(plain, "what a drama at work", Random(seed)) for seed in range(20)]
    assert {m.text.startswith("no horror") for m in made} == {True, False}
    for one in made:
        assert [one.text[m.start : m.end] for m in one.mentions] == ["horror", "mystery"]
        assert [m.quadrant for m in one.mentions] == ["-!", "+!"]
        assert (one.acts, one.clarity) == (plain.acts, plain.clarity)


def test_one_seed_gives_one_corpus() -> None:
    assert sample_examples("test", 3, 9) == sample_examples("test", 3, 9)
    assert sample_examples("test", 3, 9) != sample_examples("test", 3, 10)


def test_no_family_and_no_pattern_is_in_two_parts() -> None:
    corpus = load_corpus()
    seen: dict[str, str] = {}
    for family in corpus.families:
        for pattern in family.patterns:
            assert seen.setdefault(pattern, family.part) == family.part, pattern


def test_every_act_is_trained_and_tested() -> None:
    for part in ("train", "test"):
        assert {f.acts[0] for f in load_corpus().split(part)} == set(ACTS)


def test_domain_left_out_is_left_out() -> None:
    assert "shop" not in {e.domain for e in sample_examples("train", 1, 1, leave_out="shop")}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("no {cat}", "before the first"),
        ("== f | refine\nx", "write a family"),
        ("== f | order | clear\nx", "unknown act"),
        ("== f | refine | sure\nx", "unknown clarity"),
    ],
)
def test_broken_pattern_file_is_refused_with_its_line(text: str, complaint: str) -> None:
    with pytest.raises(PatternError, match=complaint):
        read_families(text, "broken.txt")


@pytest.mark.parametrize("pattern", ["{nosuch}", "[x|V ?]", "[x|+!]", "[x"])
def test_broken_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        example(pattern)


def test_datasheet_counts_what_is_there() -> None:
    sheet = (Path(agents.corpus.__file__).parent / "DATASHEET.md").read_text()
    for part in ("train", "validation", "test"):
        families = load_corpus().split(part)
        row = re.search(rf"\| {part} \| (\d+) \| (\d+) \|", sheet)
        assert row is not None
        assert (int(row[1]), int(row[2])) == (len(families), sum(len(f.patterns) for f in families))


def test_calibration_error_of_a_known_case() -> None:
    import numpy as np

    assert calibration_error(np.array([0.95] * 4), np.array([1.0, 1.0, 1.0, 0.0])) == pytest.approx(0.2)


def test_platt_pulls_overconfidence_down() -> None:
    import numpy as np

    scale, shift = platt(np.full(200, 0.99), np.array([1.0, 0.0] * 100))
    assert 1 / (1 + np.exp(-(scale * np.log(99) + shift))) == pytest.approx(0.5, abs=0.05)


def test_card_says_what_is_measured() -> None:
    from agents.student.manifest import default_folder

    measured = evaluate()["all"]
    card = (default_folder() / "card.md").read_text()
    row = next(line for line in card.splitlines() if line.startswith("| all |"))
    said = [float(x) for x in row.split("|")[3:-1]]
    # int8 kernels differ in the last bit between processors.
    assert said[0] == pytest.approx(measured.f1, abs=0.02)
    assert said[2] == pytest.approx(measured.command_accuracy, abs=0.02)
