"""References come from the marks of the corpus and the catalogue's declarations, whatever noise was added."""

from __future__ import annotations

import gzip
import json

import pytest

from agents.corpus import Example, Mention, load_corpus, sample_examples
from batch.errors import BatchError
from batch.parser_report.catalogs import catalog_of, declared, stem
from batch.parser_report.gold import Annotator
from batch.parser_report.nearest import Nearest
from batch.parser_report.outside import read_labelled, recalls
from batch.parser_report.positions import places
from batch.parser_report.readers import Baseline, Network
from batch.parser_report.rules import Rules


@pytest.fixture(scope="module")
def books() -> Annotator:
    return Annotator("books", catalog_of("books"))


@pytest.fixture(scope="module")
def films() -> Annotator:
    return Annotator("movies", catalog_of("movies"))


def example(text: str, *mentions: Mention, domain: str = "books", **keys) -> Example:
    usual = {"acts": ("refine",), "clarity": "clear", "family": "f"}
    return Example(text=text, mentions=mentions, domain=domain, **{**usual, **keys})


def said(text: str, words: str, kind: str, quadrant: str = "+!", **keys) -> Mention:
    at = text.index(words)
    return Mention(at, at + len(words), kind, quadrant, **keys)


def test_every_domain_of_the_corpus_is_declared_and_has_a_catalogue():
    domains = set(load_corpus().judged) - {"movies"}
    assert set(declared()) == domains
    for domain in sorted(domains):
        catalog = catalog_of(domain)
        assert all(catalog.has(field.name) for field in catalog.domain.fields)


def test_a_word_and_its_plural_are_one_value():
    assert stem("dresses") == stem("dress")
    assert stem("biographies") == stem("biography")
    assert stem("thrillers") == stem("thriller")
    assert stem("jazz") == "jazz"
    assert stem("business") == "business"


def test_a_typing_error_in_the_text_is_not_in_the_reference(books):
    text = "no thirllers, under 300 pgaes"
    wanted = books.reference(
        example(
            text,
            said(text, "thirllers", "V", "-!", field="genre", gold=("thrillers",)),
            said(text, "under 300 pgaes", "B", op="lt", gold=(300.0,)),
        )
    )
    meant = [(w.field, w.op, w.values[0], w.polarity, w.strength) for w in wanted.wishes]
    assert meant == [
        ("genre", "eq", "thriller", "negative", "hard"),
        ("pages", "le", 300.0, "positive", "hard"),
    ]


def test_units_are_the_fields(films):
    text = "at least four stars, about 90 minutes, from around 1990"
    wanted = films.reference(
        example(
            text,
            said(text, "at least four stars", "B", op="ge", field="rating", gold=(4.0,)),
            said(text, "about 90 minutes", "B", "+~", op="around", field="runtime", gold=(90.0,)),
            said(text, "around 1990", "B", "+~", op="around", field="year", gold=(1990.0,)),
            domain="movies",
        )
    )
    meant = [(w.field, w.op, w.values[0]) for w in wanted.wishes]
    assert meant == [
        ("rating", "ge", 8.0),
        ("runtime", "between", [81.0, 99.0]),
        ("year", "between", [1988.0, 1992.0]),
    ]


def test_a_bound_on_a_field_that_there_is_not_is_infeasible():
    shop = Annotator("shop", catalog_of("shop"))
    text = "under 90 minutes"
    mention = said(text, text, "B", op="lt", field="runtime", gold=(90.0,))
    wanted = shop.reference(example(text, mention, domain="shop"))
    assert wanted.clarities == ("infeasible",)
    assert wanted.wishes == ()


def test_hard_wishes_that_no_film_meets_are_infeasible(films):
    text = "a kubrick film from 2015"
    mentions = (
        said(text, "kubrick", "P", gold=("Kubrick",)),
        said(text, "from 2015", "B", op="eq", field="year", gold=(2015.0,)),
    )
    wanted = films.reference(example(text, *mentions, domain="movies"))
    assert wanted.wishes[0].values == ("Stanley Kubrick",)
    assert "director" in wanted.wishes[0].fields
    possible = films.reference(example(text, mentions[0], domain="movies"))
    assert possible.clarities == ("clear",)


def test_titles_are_the_items_of_that_title(films):
    catalog = catalog_of("movies")
    text = "like heat"
    wanted = films.reference(example(text, said(text, "heat", "T", "+~", gold=("Heat",)), domain="movies"))
    assert "6" in wanted.wishes[0].values
    assert all(catalog.titles[catalog.index_of(i)].startswith("Heat") for i in wanted.wishes[0].values)


def test_fields_and_values_are_taken_back(films):
    text = "forget the length, horror is fine again"
    wanted = films.reference(
        example(
            text,
            said(text, "the length", "F", "+~", retracted=True, gold=("the length",)),
            said(text, "horror", "V", "-!", retracted=True, field="genre", gold=("Horror",)),
            domain="movies",
        )
    )
    assert wanted.retractions == {("runtime", ""), ("genre", "horror")}
    assert wanted.wishes == ()


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("the first one", (0,)),
        ("number two", (1,)),
        ("#3", (2,)),
        ("no. 4", (3,)),
        ("the 2nd", (1,)),
        ("the last two", (8, 9)),
        ("the top three", (0, 1, 2)),
        ("the second last one", (8,)),
        ("the second from the top", (1,)),
        ("the one at the end", (9,)),
        ("the one in the middle", (4,)),
        ("that one", ()),
    ],
)
def test_positions(words, wanted):
    assert places(words, 10) == wanted


def test_every_position_slot_points_somewhere():
    slots = load_corpus().slots["movies"]
    for entry in (*slots["ref"].entries, *slots["refs"].entries):
        assert places(entry.text, 10), entry.text


def test_every_direction_and_field_of_the_corpus_is_declared():
    """What no declaration lists could only be `about` in the reference, and so would the parser be judged."""
    lost = []
    for domain in load_corpus().judged:
        annotator = Annotator(domain, catalog_of(domain))
        for name in ("dir", "dirc", "field"):
            slot = load_corpus().slots[domain][name]
            for entry in slot.entries:
                mention = Mention(0, 1, slot.kind, "+~", gold=(entry.text,), retracted=slot.kind == "F")
                wanted = annotator.reference(example("x", mention, domain=domain))
                fields = {w.field for w in wanted.wishes} | {field for field, _ in wanted.retractions}
                if not all(catalog_of(domain).domain.declares(field) for field in fields):
                    lost.append((domain, entry.text))
    assert lost == []


def test_rules_read_plain_commands_and_a_training_command_is_its_own_nearest():
    catalog = catalog_of("books")
    rules = Baseline("rules", Rules()).read_all(["no horror", "start over", "under 300 pages"], catalog, ())
    assert [(p.value, p.polarity, p.strength) for p in rules[0].preferences] == [
        ("horror", "negative", "hard")
    ]
    assert rules[1].act == "reset"
    assert [(p.field, p.op, p.value) for p in rules[2].preferences] == [("pages", "lt", 300)]
    commands = sample_examples("train", 1, 3)
    nearest = Nearest(commands)
    taught = [e for e in commands[:300] if e.mentions]
    readings = nearest.readings([e.text for e in taught], catalog)
    same = [
        r.act == e.acts[0]
        and [(m.start, m.end) for m in r.mentions] == [(m.start, m.end) for m in e.mentions]
        for r, e in zip(readings, taught, strict=True)
    ]
    assert sum(same) > 0.95 * len(same)


def write_outside(folder) -> None:
    """Made-up commands in the layouts of the public sets."""
    for name in ("nlu_eval", "schema_guided", "snips"):
        (folder / name).mkdir()
    header = "answerid,scenario,intent,answer_annotation,answer_from_anno,answer_from_user\n"
    row = "1,recommendation,movies,find a [movie_type : horror] film for [date : friday],,\n"
    (folder / "nlu_eval" / "recommendation_movies.csv").write_text(header + row)
    text = "I want a comedy directed by Woody Allen."
    slots = [
        {"slot": "genre", "start": 9, "exclusive_end": 15},
        {"slot": "director", "start": 28, "exclusive_end": 39},
        {"slot": "location", "start": 0, "exclusive_end": 1},
    ]
    turn = json.dumps({"text": text, "slots": slots})
    with gzip.open(folder / "schema_guided" / "dev_user_turns.jsonl.gz", "wt") as file:
        file.write(turn + "\n")
    with gzip.open(folder / "snips" / "test.txt.gz", "wt") as file:
        file.write("more:O heavy:B-genre metal:I-genre please:O <=> PlayMusic\n")
        file.write("is:O it:O cold:O <=> GetWeather\n")


def test_constraints_of_others_are_read_where_they_stand(tmp_path):
    write_outside(tmp_path)
    held = {
        (one.source, c.label): one.text[c.start : c.end]
        for one in read_labelled(tmp_path)
        for c in one.constraints
    }
    assert held == {
        ("NLU-eval", "movie_type"): "horror",
        ("Schema-Guided Dialogue", "genre"): "comedy",
        ("Schema-Guided Dialogue", "director"): "Woody Allen",
        ("SNIPS PlayMusic", "genre"): "heavy metal",
    }


def test_a_constraint_is_found_where_a_wish_stands_on_it(tmp_path):
    from agents.student.session import shipped_session

    write_outside(tmp_path)
    found = {(r.source, r.label): r for r in recalls(read_labelled(tmp_path), Network(shipped_session()))}
    for key in (("Schema-Guided Dialogue", "genre"), ("Schema-Guided Dialogue", "director")):
        assert (found[key].constraints, found[key].found, found[key].in_field) == (1, 1, 1)


def test_a_folder_without_a_known_set_is_refused(tmp_path):
    with pytest.raises(BatchError, match="nlu_eval"):
        read_labelled(tmp_path)


def test_words_of_mood_are_the_users_own_with_their_errors_or_without(films):
    text = "nothing superficiial"
    mention = said(text, "superficiial", "A", "-!", gold=("superficial",))
    wanted = films.reference(example(text, mention, domain="movies"))
    assert wanted.wishes[0].values == ("superficial", "superficiial")


def test_a_name_that_the_catalogue_lacks_is_about_it_and_soft_but_for_words_of_demand(films):
    for text, strength in (("european films", "soft"), ("only european films", "hard")):
        mention = said(text, "european", "V", field="language", gold=("European",))
        wanted = films.reference(example(text, mention, domain="movies"))
        assert [(w.field, w.strength) for w in wanted.wishes] == [("about", strength)]
