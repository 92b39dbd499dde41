"""Mentions put together or apart: names of several words, plots, titles that are told of."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from marks import mark

from agents.linking.joining import closed, joined, titles_apart, widened
from agents.linking.told_titles import told_titles
from agents.linking.values import ValueLinker


def test_neighbours_that_the_vocabulary_knows_as_one_name_are_one(values: ValueLinker) -> None:
    text = "hidden gems please"
    (one,) = joined([mark(text, "hidden", "A"), mark(text, "gems", "A")], text, values)
    assert (one.text, one.start, one.end) == ("hidden gems", 0, 11)


def test_neighbours_that_are_two_wishes_stay_two(values: ValueLinker) -> None:
    text = "funny scary films"
    assert len(joined([mark(text, "funny", "A"), mark(text, "scary", "A")], text, values)) == 2


@pytest.mark.parametrize(
    ("text", "parts", "read"),
    [
        ("one where a cook meets a ghost", ("a cook", "ghost"), ["a cook meets a ghost"]),
        ("films where it rains, with cats", ("it rains", "cats"), ["it rains", "cats"]),
        ("robots, set where snow falls", ("robots", "snow falls"), ["robots", "snow falls"]),
    ],
)
def test_a_plot_is_one_wish(values: ValueLinker, text: str, parts: tuple[str, ...], read: list[str]) -> None:
    told = joined([mark(text, part, "A") for part in parts], text, values)
    assert [m.text for m in told] == read


@pytest.mark.parametrize(
    ("text", "part", "kind", "title"),
    [
        ("i liked step brothers a lot", "brothers", "A", "step brothers"),
        ("loved a few good men", "good men", "T", "a few good men"),
        ("enjoyed Prisoners, any more?", "Prisoners", "A", "Prisoners"),
    ],
)
def test_a_title_in_talk_of_titles_is_one(
    values: ValueLinker, text: str, part: str, kind: str, title: str
) -> None:
    (one,) = told_titles([mark(text, part, kind)], text, values)
    assert (one.text, one.kind) == (title, "T")


@pytest.mark.parametrize(
    ("text", "part", "name"),
    [
        ("bill murrey movies", "bill", "bill murrey"),
        ("with tom hanks", "hanks", "tom hanks"),
        # A noun, a verb and a stranger's name beside a name.
        ("hanks movies", "hanks", "hanks"),
        ("want hanks please", "hanks", "hanks"),
        ("zebulon hanks", "hanks", "hanks"),
    ],
)
def test_a_person_of_whom_one_name_was_marked_has_both(
    values: ValueLinker, text: str, part: str, name: str
) -> None:
    assert [m.text for m in widened([mark(text, part, "P")], text, values)] == [name]


def test_a_title_of_seven_words_is_found_by_its_first(values: ValueLinker) -> None:
    text = "loved The Good, the Bad and the Ugly"
    (one,) = told_titles([mark(text, "The", "T"), mark(text, "the Bad and the Ugly", "A")], text, values)
    assert (one.text, one.kind) == (text[6:], "T")


def test_both_parts_of_a_title_are_one(values: ValueLinker) -> None:
    text = "smokey and the bandit was a hoot"
    (one,) = told_titles([mark(text, "smokey", "A"), mark(text, "the bandit", "T")], text, values)
    assert (one.text, one.kind) == ("smokey and the bandit", "T")


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("like Heat or Pulp Fiction", ["Heat", "Pulp Fiction"]),
        (
            "like Heat, Pulp Fiction and The Shawshank Redemption!",
            ["Heat", "Pulp Fiction", "The Shawshank Redemption"],
        ),
        ("like Heat and pulp fiction please", ["Heat", "pulp fiction"]),
        # A genre, a part of something longer, and what no list links.
        ("like Heat and Comedy", ["Heat"]),
        ("Heat, Pulp Fiction stories", ["Heat"]),
        ("Heat with Pulp Fiction", ["Heat"]),
    ],
)
def test_titles_of_a_list_that_the_model_left_out_are_meant_as_well(
    values: ValueLinker, text: str, titles: list[str]
) -> None:
    found = told_titles([mark(text, "Heat", "T")], text, values)
    assert [m.text for m in found] == titles
    assert all((m.kind, text[m.start : m.end]) == ("T", m.text) for m in found)


@pytest.mark.parametrize(("sure", "kind"), [(0.1, "T"), (0.4, "A")])
def test_what_the_model_hardly_saw_is_the_title_that_it_says(
    values: ValueLinker, sure: float, kind: str
) -> None:
    text = "pulp fiction yes!!"
    (one,) = told_titles([mark(text, "pulp fiction", probability=sure)], text, values)
    assert (one.text, one.kind, one.probability > 0.7) == ("pulp fiction", kind, kind == "T")


@pytest.mark.parametrize(
    ("text", "part", "title"),
    [
        ("pulp fiction is top 5 all time", "pulp", "pulp fiction"),
        ("I thought The Conjuring and Prisoners were great", "Prisoners", "Prisoners"),
    ],
)
def test_a_title_that_is_praised_is_one(values: ValueLinker, text: str, part: str, title: str) -> None:
    (one,) = told_titles([mark(text, part)], text, values)
    assert (one.text, one.kind) == (title, "T")


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        (
            "i love rom coms you know like pulp fiction and schindlers list",
            ["pulp fiction", "schindlers list"],
        ),
        # What is not told of as liked, and what is not well known.
        ("i didn't like pulp fiction", []),
        ("i love romance but not pulp fiction", []),
        ("pulp fiction is not good", []),
        ("is pulp fiction here. i like horror", []),
        ("i like the last one", []),
    ],
)
def test_well_known_titles_that_are_liked_need_no_model(
    values: ValueLinker, text: str, titles: list[str]
) -> None:
    found = told_titles([], text, values)
    assert [(m.text, m.kind, m.polarity) for m in found] == [(title, "T", "positive") for title in titles]


@pytest.mark.parametrize(("sure", "kind"), [(0.2, "T"), (0.9, "V")])
def test_a_category_of_which_the_model_is_unsure_may_be_a_title(
    values: ValueLinker, sure: float, kind: str
) -> None:
    text = "I very much enjoyed Roman Holiday"
    (one,) = told_titles([mark(text, "Roman Holiday", "V", sure)], text, values)
    assert one.kind == kind


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("i hate anything in black and white", "black and white"),
        ("i love the sea", "sea"),
        ("is there like a scary movie", "scary"),
        ("It deals with the remains of the day", "day"),
        ("THE REMAINS OF THE DAY", "DAY"),
    ],
)
def test_the_words_of_a_title_are_not_always_one(values: ValueLinker, text: str, part: str) -> None:
    (one,) = told_titles([mark(text, part, "A")], text, values)
    assert (one.text, one.kind) == (part, "A")


@pytest.mark.parametrize(
    ("text", "part", "found"),
    [
        ("The Remains of the Day is rather my cup of tea", "Day", "The Remains of the Day"),
        # What the model saw whole, but for its article, it saw as no title.
        ("I want a Road Trip movie", "Road Trip", "Road Trip"),
        ("show me a Family Man comedy", "Family Man", "Family Man"),
    ],
)
def test_a_title_in_capitals_is_one_outside_of_talk(
    values: ValueLinker, text: str, part: str, found: str
) -> None:
    (one,) = told_titles([mark(text, part, "A")], text, values)
    assert (one.text, one.kind) == (found, "T" if found != part else "A")


@pytest.mark.parametrize(
    ("text", "part", "found"),
    [
        ("i like a goofy movie", "goofy", "a goofy movie"),
        ("i enjoyed the muppet movie", "muppet", "the muppet movie"),
        ("loved not another teen movie", "teen movie", "not another teen movie"),
        ("is there like a scary movie", "scary", "scary"),
    ],
)
def test_behind_an_article_stands_what_is_wanted(
    values: ValueLinker, text: str, part: str, found: str
) -> None:
    (one,) = told_titles([mark(text, part, "A")], text, values)
    assert one.text == found


def test_a_title_with_its_year_in_brackets_stays_one(values: ValueLinker) -> None:
    text = "like King Kong (1976), no war"
    halves = [mark(text, *one) for one in (("King Kong (", "T"), ("1976)", "T"), ("war", "V"))]
    whole = closed(halves, text)
    assert [m.text for m in whole] == ["King Kong (1976)", "war"]
    assert whole == told_titles(whole, text, values) == widened(whole, text, values)


@pytest.mark.parametrize(
    ("text", "marks", "wanted"),
    [
        ("films by Paul W.S. Anderson", (("Paul W.", "P"), ("Anderson", "P")), ["Paul W.S. Anderson"]),
        ("Martin and Anderson", (("Martin", "P"), ("Anderson", "P")), ["Martin", "Anderson"]),
        ("3 or more seasons", (("3 or more", "B"), ("seasons", "A")), ["3 or more seasons"]),
        ("over 300 pages", (("over 300", "B"), ("pages", "A")), ["over 300 pages"]),
        ("under two hours scary", (("under two hours", "B"), ("scary", "A")), ["under two hours", "scary"]),
        ("one, four and eight", (("one", "R"), ("four", "R"), ("eight", "R")), ["one, four and eight"]),
        ("the first and the last", (("the first", "R"), ("the last", "R")), ["the first", "the last"]),
        ("from the 90s slow", (("from the 90s", "B"), ("slow", "A")), ["from the 90s", "slow"]),
    ],
)
def test_what_belongs_together_is_one(
    values: ValueLinker, text: str, marks: Sequence[tuple[str, str]], wanted: list[str]
) -> None:
    parts = [mark(text, *one) for one in marks]
    assert [m.text for m in joined(parts, text, values)] == wanted


def test_titles_in_a_list_come_apart() -> None:
    text = "i loved Heat, Alien and Jaws"
    parts = list(titles_apart(mark(text, "Heat, Alien and Jaws", "T")))
    assert [p.text for p in parts] == ["Heat", "Alien", "Jaws"]
    assert all(text[p.start : p.end] == p.text for p in parts)
    assert list(titles_apart(mark(text, "Heat", "T"))) == []


def test_names_of_several_words_are_found_around_a_word_of_theirs(values: ValueLinker) -> None:
    text = "some hidden gems from the 90s"
    found = values.phrases.around(text, [(12, 16)])
    assert [text[slice(*span)] for span in found] == ["hidden gems"]
    assert values.phrases.around(text, [(0, 4)]) == []


@pytest.mark.parametrize(
    ("text", "parts", "titles"),
    [
        (
            "The Good, the Bad and the Ugly",
            ("The Good", "the Bad", "the Ugly"),
            ["The Good, the Bad and the Ugly"],
        ),
        (
            "Finding Nemo and Monsters, Inc.",
            ("Finding Nemo", "Monsters", "Inc"),
            ["Finding Nemo", "Monsters, Inc"],
        ),
        ("Heat, Alien and Jaws", ("Heat", "Alien", "Jaws"), ["Heat", "Alien", "Jaws"]),
    ],
)
def test_a_title_that_looks_like_a_list_stays_one(
    values: ValueLinker, text: str, parts: Sequence[str], titles: list[str]
) -> None:
    marks = [mark(text, part, "T") for part in parts]
    whole = told_titles(marks, text, values)
    assert [m.text for m in whole] == titles
    assert all(text[m.start : m.end] == m.text for m in whole)
    if len(titles) == len(parts):
        assert whole == tuple(marks)
