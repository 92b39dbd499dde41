"""The proof must be able to fail: each kind of demand, kept and broken, on a tiny catalogue."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from infra.proof import Demand, RawCatalogue, Tally, demands_of

DOMAIN = """
name: films
fields:
  - {name: title, type: text}
  - {name: genre, type: category, values: {Horror: [], Comedy: []}}
  - {name: year, type: number}
  - {name: certificate, type: ordered, values: {G: [], PG: [], R: []}}
"""


@pytest.fixture
def raw(tmp_path):
    rows = {
        "item_id": ["1", "2", "3"],
        "title": ["Psycho", "Airport", "Nothing"],
        "genre": [["Horror"], ["Comedy"], None],
        "year": [1960.0, 1980.0, None],
        "certificate": ["R", "PG", None],
    }
    pq.write_table(pa.table(rows), tmp_path / "items.parquet")
    (tmp_path / "domain.yaml").write_text(DOMAIN)
    return RawCatalogue(tmp_path)


def demand(field: str, op: str, value: object, positive: bool = True, alternative: str = "") -> Demand:
    return Demand(field, op, value, positive, label=f"{field} {op} {value}", alternative=alternative)


@pytest.mark.parametrize(
    ("wanted", "holding"),
    [
        (demand("genre", "eq", "Comedy"), {"2"}),
        (demand("genre", "eq", "Horror", positive=False), {"2", "3"}),
        (demand("year", "lt", 1980), {"1"}),
        (demand("year", "le", 1980), {"1", "2"}),
        (demand("year", "gt", 1960), {"2"}),
        (demand("year", "ge", 1960), {"1", "2"}),
        (demand("year", "between", [1980, 1989]), {"2"}),
        (demand("year", "between", [1980, 1989], positive=False), {"1", "3"}),
        (demand("certificate", "le", "PG"), {"2"}),
        (demand("certificate", "gt", "PG"), {"1"}),
        (demand("item", "like", "2", positive=False), {"1", "3"}),
    ],
)
def test_a_demand_holds_exactly_for_the_items_whose_stored_value_satisfies_it(raw, wanted, holding):
    assert {item_id for item_id in raw.rows if raw.holds(item_id, wanted)} == holding


def test_a_breach_is_counted_and_names_the_film_and_what_stands_there(raw):
    tally = Tally()
    raw.check(
        ["2", "1"], [demand("genre", "eq", "Horror", positive=False), demand("year", "ge", 1900)], tally
    )
    assert (tally.slates, tally.items, tally.conditions) == (1, 2, 4)
    assert tally.satisfaction == 0.75
    assert [(breach.title, breach.found) for breach in tally.breaches] == [("Psycho", ["Horror"])]


def test_alternatives_hold_when_one_of_them_does(raw):
    either = [
        demand("genre", "eq", "Comedy", alternative="a"),
        demand("genre", "eq", "Horror", alternative="a"),
    ]
    both = [demand("genre", "eq", "Comedy"), demand("genre", "eq", "Horror")]
    tally = Tally()
    raw.check(["1", "2"], either, tally)
    assert tally.breaches == []
    raw.check(["1", "2"], both, tally)
    assert len(tally.breaches) == 2


def test_only_hard_preferences_that_a_column_can_check_are_demands():
    def preference(field: str, op: str, strength: str) -> dict[str, object]:
        return {
            "field": field,
            "op": op,
            "value": 1,
            "polarity": "positive",
            "strength": strength,
            "label": field,
            "said_at": "now",
            "group": 0,
        }

    said = [
        preference("year", "ge", "hard"),
        preference("year", "high", "hard"),
        preference("year", "ge", "soft"),
        preference("about", "like", "hard"),
        preference("director", "eq", "hard"),
        preference("item", "like", "hard"),
    ]
    assert [one.field for one in demands_of(said, ["title", "genre", "year"])] == ["year", "item"]
