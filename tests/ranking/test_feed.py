"""The feed obeys: whatever is wanted, seen or hidden, whatever the models say."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_films import (
    FILMS,
    GENRES,
    IDS,
    NOW,
    ROWS,
    BagOfWords,
    dislike,
    films,
    intent_of,
    like,
    reject,
    state,
    want,
)

from agents.planner import Plan, Step
from agents.types import Intent, Preference, empty_intent
from ranking.behavior import BehaviorFeatures
from ranking.errors import ModelFileError
from ranking.features import feature_names
from ranking.feed import PARTS, Feed, FeedRequest, Slate, load_feed
from ranking.parts.intent import Planning
from ranking.tools import TOOLS, ToolResult

STATE = state()
FACTS = {row[0]: row for row in ROWS}


def served(
    *preferences: Preference, liked: str = "", seen: str = "", feed: Feed | None = None, **more
) -> Slate:
    behavior = BehaviorFeatures(recent_item_ids=tuple(liked), seen_item_ids=tuple(seen))
    intent = more.pop("intent", None) or intent_of(*preferences)
    request = FeedRequest(user_id="u", intent=intent, behavior=behavior, now=NOW, **more)
    return (feed or Feed(STATE)).serve(request)


def ids(slate: Slate) -> str:
    return "".join(entry.item_id for entry in slate.entries)


def reasons(slate: Slate, item_id: str) -> tuple[str, ...]:
    return next(entry.reasons for entry in slate.entries if entry.item_id == item_id)


class Contrary:
    """A ranking model that loves best what comes last: nothing may depend on its good will."""

    def score(self, matrix):
        return np.arange(len(matrix), dtype=np.float64)


def breaks(item_id: str, one: Preference) -> bool:
    """Say, straight from the table above, whether an item breaks a hard preference on it."""
    _, _, genres, year, runtime, *_ = FACTS[item_id]
    if one.field == "item":
        return item_id == one.value
    if one.field == "genre":
        return (one.value in genres) == (one.polarity == "negative")
    value = {"year": year, "runtime": runtime}[one.field]
    if one.op == "between":
        return one.value[0] <= value <= one.value[1]
    return not (value < one.value if one.op == "lt" else value >= one.value)


NUMBERS = st.integers(60, 200).map(float)
RULES = st.one_of(
    st.builds(want, st.just("genre"), st.sampled_from(GENRES), group=st.integers(10, 99)),
    st.builds(reject, st.just("genre"), st.sampled_from(GENRES)),
    st.builds(want, st.just("runtime"), NUMBERS, st.sampled_from(["lt", "ge"]), group=st.integers(10, 99)),
    st.builds(want, st.just("year"), st.integers(1975, 2012).map(float), st.sampled_from(["lt", "ge"])),
    st.builds(reject, st.just("year"), st.just([1980.0, 1995.0]), st.just("between")),
    st.builds(reject, st.just("item"), st.sampled_from(IDS), st.just("like")),
)
TASTES = st.one_of(
    st.builds(like, st.just("genre"), st.sampled_from(GENRES)),
    st.builds(dislike, st.just("genre"), st.sampled_from(GENRES)),
    st.builds(like, st.just("item"), st.sampled_from(IDS), st.just("like")),
    st.builds(like, st.just("about"), st.text(max_size=12), st.just("like")),
    st.builds(like, st.just("runtime"), st.none(), st.sampled_from(["low", "high"])),
)


@given(
    st.lists(RULES, max_size=4),
    st.lists(TASTES, max_size=3),
    st.sets(st.sampled_from(IDS), max_size=8),
    st.lists(st.sampled_from(IDS), max_size=6),
    st.tuples(st.integers(1, 20), st.sampled_from([Feed(STATE), Feed(state(ranker=Contrary()))])),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_that_breaks_a_rule_was_seen_or_hidden_ever_leaves(rules, tastes, seen, liked, how):
    limit, feed = how
    intent = intent_of(*rules, *tastes)
    slate = served(intent=intent, seen="".join(seen), liked="".join(liked), limit=limit, feed=feed)
    assert len(slate.entries) <= limit
    assert len(set(ids(slate))) == len(slate.entries)
    assert not set(ids(slate)) & seen
    alternatives: dict[tuple, list[Preference]] = {}
    for place, one in enumerate(intent.preferences):
        if one.strength == "hard":
            key = (one.group, one.field) if one.polarity == "positive" else (place,)
            alternatives.setdefault(key, []).append(one)
    for item_id in ids(slate):
        assert all(any(not breaks(item_id, one) for one in ones) for ones in alternatives.values())


@given(st.lists(RULES, max_size=3), st.sets(st.sampled_from(IDS), max_size=5))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_everything_that_may_be_shown_is_shown_while_there_is_room(rules, seen):
    intent = intent_of(*rules)
    shown = set(ids(served(intent=intent, seen="".join(seen), limit=len(IDS))))
    alone = [one for one in intent.preferences if one.polarity == "negative"]
    if len(alone) == len(intent.preferences):
        assert shown == {
            one for one in IDS if one not in seen and not any(breaks(one, rule) for rule in alone)
        }


def test_the_gate_holds_even_where_the_filter_lets_everything_through():
    class Leaky:
        name = "filter"

        def run(self, candidates, preferences, context):
            return ToolResult(candidates)

    feed = Feed(STATE, {**TOOLS, "filter": Leaky()})
    slate = served(reject("genre", "Horror"), feed=feed, limit=20)
    assert set(ids(slate)) == set(IDS) - {"x", "c"}
    gate = next(part for part in slate.parts if part.name == "gate")
    assert "2 held back" in gate.note


def test_a_command_changes_the_feed_and_taking_it_back_restores_it():
    before = ids(served(liked="a", limit=5))
    changed = ids(served(like("genre", "Horror"), liked="a", limit=5))
    assert changed != before
    assert set(changed[:2]) == {"x", "c"}
    assert ids(served(liked="a", limit=5)) == before


def test_what_was_seen_stays_away_even_when_it_is_named_and_that_is_said():
    slate = served(want("title", "Heat"), seen="h")
    assert ids(slate) == ""
    assert "You have seen “Heat” already, so it is not shown." in slate.notes


def test_an_expired_wish_no_longer_counts():
    wish = want("genre", "Horror", expires_at=NOW + timedelta(minutes=1))
    intent = intent_of(wish)
    soon = FeedRequest(user_id="u", intent=intent, now=NOW)
    later = FeedRequest(user_id="u", intent=intent, now=NOW + timedelta(minutes=2))
    assert len(Feed(STATE).serve(soon).entries) == 2
    assert len(Feed(STATE).serve(later).entries) == len(IDS)


def test_an_empty_feed_says_which_rules_leave_nothing_and_what_to_give_up():
    slate = served(want("genre", "Horror"), want("runtime", 90.0, "lt"))
    assert slate.entries == ()
    assert (
        "Nothing fits: no films are “Horror” and “runtime under 90”. "
        "Without “Horror” there would be 2." in slate.notes
    )


def test_a_short_feed_says_so_too():
    slate = served(want("genre", "Horror"), limit=10)
    assert any(note.startswith("Only 2 films are “Horror”.") for note in slate.notes)


def test_a_full_feed_says_nothing_of_the_kind():
    assert served(reject("genre", "Horror"), limit=5).notes == ()


def test_who_has_seen_everything_is_told():
    assert served(seen="".join(IDS)).notes == ("There are no more films that you have not seen.",)


def test_a_rule_that_cannot_be_checked_is_said_and_still_counts():
    slate = served(want("about", "time travel", "like"), limit=5)
    assert "p" in ids(slate)[:2]
    assert any("cannot be checked" in note for note in slate.notes)


def test_every_entry_says_why():
    slate = served(
        want("runtime", 125.0, "lt", text="under 125"),
        like("genre", "Crime"),
        like("item", "h", "like", text="Heat"),
        liked="a",
    )
    assert {"under 125 (122 minutes)", "matches: Crime"} <= set(reasons(slate, "t"))
    assert "like Heat" in reasons(served(like("item", "h", "like", text="Heat")), "t")
    assert "because you liked Airplane!" in reasons(slate, "s")
    assert all(1 <= len(entry.reasons) <= 3 for entry in slate.entries)


def test_all_that_an_item_matches_is_one_reason():
    assert "matches: Crime, Comedy" in reasons(
        served(want("genre", "Crime"), want("genre", "Comedy", group=1)), "f"
    )


def test_no_reason_is_given_for_what_an_item_has_not():
    slate = served(like("runtime", 90.0, "lt", text="under 90"), like("genre", "Horror", group=1))
    assert not any("under 90" in reason for reason in reasons(slate, "h"))
    assert not any("Horror" in reason for reason in reasons(slate, "a"))


def test_scores_fall_along_the_slate_and_the_breakdown_adds_up():
    slate = served(like("genre", "Comedy"), dislike("genre", "Drama"), liked="ah", limit=10)
    scores = [entry.score for entry in slate.entries]
    assert scores == sorted(scores, reverse=True)
    for entry in slate.entries:
        parts = entry.breakdown
        assert entry.score == pytest.approx(parts["score"] + parts["similar"] + parts["tried"], abs=1e-6)


def test_explain_shows_what_every_wish_gave():
    wish = like("genre", "Comedy")
    plain, explained = served(wish, limit=1), served(wish, limit=1, explain=True)
    assert "wish: preferably Comedy" in explained.entries[0].breakdown
    assert "wish: preferably Comedy" not in plain.entries[0].breakdown


def test_every_part_reports_its_count_and_its_time():
    slate = served(reject("genre", "Horror"), seen="h", limit=5)
    parts = {part.name: part for part in slate.parts}
    assert [part.name for part in slate.parts] == ["person", *(part.name for part in PARTS)]
    assert (parts["unseen"].count_in, parts["unseen"].count_out) == (14, 13)
    assert (parts["filter"].count_in, parts["filter"].count_out) == (13, 11)
    assert parts["selection"].count_out == parts["gate"].count_out == 5
    assert not parts["attenuator"].enabled
    assert all(part.milliseconds >= 0 for part in slate.parts)


def test_somebody_unknown_gets_what_is_in_demand():
    slate = served(limit=3, intent=empty_intent("new"))
    assert ids(slate)[0] == "h"
    assert slate.intent_version == 0


def test_the_ranking_model_decides_where_nothing_is_said():
    seen = []

    class Noting(Contrary):
        def score(self, matrix):
            seen.append(matrix.shape)
            return super().score(matrix)

    slate = served(feed=Feed(state(ranker=Noting())), limit=14)
    assert seen == [(14, len(feature_names(FILMS)))]
    assert set(ids(slate)[:3]) <= set("inpuz")


def test_a_tool_of_ones_own_runs_where_a_plan_names_it():
    class Newest:
        name = "newest"

        def run(self, candidates, preferences, context):
            years = np.nan_to_num(context.state.scales["year"].values[candidates.items])
            return ToolResult(candidates.with_score("base", (years / 3000).astype(np.float32)))

    class Own(Planning):
        def apply(self, run):
            from dataclasses import replace

            return replace(run, plan=Plan((Step("newest"), Step("aggregator"))))

    own = [Own() if part.name == "plan" else part for part in PARTS if part.name != "ranker"]
    slate = served(feed=Feed(STATE, {**TOOLS, "newest": Newest()}, own), limit=3)
    assert ids(slate)[0] == "i"


def test_popularity_is_refreshed_between_requests():
    feed = Feed(STATE)
    popularity = STATE.popularity
    turned = type(popularity)(
        *(getattr(popularity, name)[::-1].copy() for name in popularity.__dataclass_fields__)
    )
    feed.refresh(turned)
    assert ids(served(feed=feed, limit=1)) == "z"
    assert ids(served(limit=1)) == "h"


def test_a_feed_is_served_before_anything_is_trained(tmp_path):
    feed = load_feed(films(), BagOfWords(), STATE.popularity, tmp_path)
    slate = served(like("genre", "Horror"), feed=feed, limit=2)
    assert set(ids(slate)) == {"x", "c"}
    assert any("no model is trained yet" in part.note for part in slate.parts)


@pytest.mark.parametrize("kind", ["ranker", "collaborative"])
def test_a_damaged_model_is_refused_with_a_sentence(tmp_path, kind):
    (tmp_path / kind).mkdir()
    (tmp_path / kind / "manifest.json").write_text("{")
    with pytest.raises(ModelFileError, match="damaged"):
        load_feed(films(), BagOfWords(), folder=tmp_path)


@pytest.mark.parametrize("limit", [1, 14, 500])
def test_any_length_can_be_asked_for(limit):
    assert len(served(limit=limit).entries) == min(limit, 14)


def test_an_intent_as_the_memory_writes_it_is_served_as_it_is():
    intent = Intent(user_id="u", version=7, command_id="c", preferences=(want("genre", "Horror"),))
    slate = served(intent=intent)
    assert (slate.intent_version, set(ids(slate))) == (7, {"x", "c"})
