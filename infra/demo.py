"""`make demo`: from nothing to a running feed, and a real person's words changing it, with proof.

Prepares what is missing, starts the stack, then speaks as one MovieLens user through Kafka and shows the feed
before and after each command. Ends with numbers: every slate is checked against the raw catalogue file, once
by the intent's hard preferences and once by what was said; where one does not hold, the exit code is 1.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from infra.console import results_only
from infra.environment import prepare_environment
from infra.errors import DemoError
from infra.failures import explain_uncaught
from infra.proof import Demand, RawCatalogue, Tally, demands_of

if TYPE_CHECKING:
    from streaming.producer import Publisher

# A person with a settled taste, but not one of the few who rated everything.
FEWEST_RATINGS, MOST_RATINGS = 100, 500
CANDIDATES = 10
SLATE = 20
SHOWN = 8
NO_HORROR = Demand("genre", "eq", "Horror", positive=False, label="no horror")
UNDER_TWO_HOURS = Demand("runtime", "lt", 120, positive=True, label="under two hours")
NINETIES = Demand("year", "between", [1990, 1999], positive=True, label="from the 90s")
EIGHTIES = Demand("year", "between", [1980, 1989], positive=True, label="from the 80s")
PG_13 = Demand("certificate", "le", "PG-13", positive=True, label="PG-13 at most")

# What is said, and what a person who said all that up to here may demand of every film: written by hand, so
# the proof does not rest on what the parser understood.
SCRIPT: tuple[tuple[str, tuple[Demand, ...]], ...] = (
    ("no more horror, something like Heat but under two hours", (NO_HORROR, UNDER_TWO_HOURS)),
    ("only from the 90s", (NO_HORROR, UNDER_TWO_HOURS, NINETIES)),
    ("actually make it the 80s", (NO_HORROR, UNDER_TWO_HOURS, EIGHTIES)),
    ("less violence, something warm", (NO_HORROR, UNDER_TWO_HOURS, EIGHTIES)),
    # Few certificates of the 80s are known: the two together would leave half a slate.
    ("any year is ok", (NO_HORROR, UNDER_TWO_HOURS)),
    ("PG-13 at most", (NO_HORROR, UNDER_TWO_HOURS, PG_13)),
    ("horror is fine again", (UNDER_TWO_HOURS, PG_13)),
    ("undo", (NO_HORROR, UNDER_TWO_HOURS, PG_13)),
)


@dataclass
class Session:
    """What happened so far: the slate that is on screen, the times, the proof.

    `held` tallies the hard preferences of the intent, `said` what the script demands.
    """

    user: str
    ratings: int
    raw: RawCatalogue
    served: Mapping[str, Any]
    held: Tally = field(default_factory=Tally)
    said: Tally = field(default_factory=Tally)
    milliseconds: list[float] = field(default_factory=list)


@results_only
def main() -> None:
    """Run the demonstration; exit with 1 where a slate does not obey."""
    sys.excepthook = explain_uncaught
    prepare_environment()
    started = time.monotonic()
    _prepare_and_start()
    session = play()
    _conclude(session, time.monotonic() - started)
    if session.held.breaches or session.said.breaches:
        sys.exit(1)


def play() -> Session:
    """Speak the commands as one user, showing each feed; return what happened."""
    from streaming.producer import Publisher

    with Publisher(session_id=f"demo-{time.time_ns()}") as publisher:
        session = _begin(publisher)
        _heading(f"User {session.user}, who rated {session.ratings} films. Nothing said yet:")
        _show_first(session.served)
        for number, (text, demands) in enumerate(SCRIPT, start=1):
            _say(session, publisher, f"{number}. “{text}”", text)
            _prove(session, demands)
    return session


def fond_of_horror() -> list[tuple[str, int]]:
    """Return the users of 100 to 500 ratings who liked the largest share of horror, and how many they rated.

    "No more horror" has something to do there. Ties go to the smaller id, so they are always the same people.
    """
    import duckdb

    from catalog.store import data_folder

    place = data_folder()
    found = duckdb.execute(
        """
        SELECT user_id, count(*) AS ratings
        FROM read_parquet($interactions) JOIN read_parquet($items) USING (item_id)
        WHERE kind = 'rate'
        GROUP BY user_id
        HAVING count(*) BETWEEN $fewest AND $most
        ORDER BY avg(CAST(list_contains(genre, 'Horror') AND value >= 4 AS DOUBLE)) DESC, user_id
        LIMIT $candidates
        """,
        {
            "interactions": str(place / "interactions.parquet"),
            "items": str(place / "items.parquet"),
            "fewest": FEWEST_RATINGS,
            "most": MOST_RATINGS,
            "candidates": CANDIDATES,
        },
    ).fetchall()
    if not found:
        raise DemoError(
            f"Nobody in {place} has {FEWEST_RATINGS} to {MOST_RATINGS} ratings; "
            "load the films with `heed data load movielens`."
        )
    return [(str(user), int(ratings)) for user, ratings in found]


def _prepare_and_start() -> None:
    from infra.console import part_event, step_event, working
    from infra.pipeline import run_steps
    from infra.stack import down, up

    _heading("Preparing")
    outdated = run_steps(working, step_event)
    _heading("Starting")
    if outdated:
        down(outdated, lambda name, event, seconds: None)
    up(None, part_event)


def _begin(publisher: Publisher) -> Session:
    """Forget what earlier demonstrations said, and choose the user whose feed shows the most horror."""
    from catalog.store import data_folder
    from streaming.events import IntentEdit, UserCommand

    raw = RawCatalogue(data_folder())
    silent: list[Session] = []
    for user, ratings in fond_of_horror():
        command_id = publisher.command(UserCommand(user_id=user, edit=IntentEdit(action="reset")))
        served = _feed(user, command_id)
        if served["intent"]["preferences"]:
            raise DemoError(f"The reset of user {user} left preferences in force; see `heed intent show`.")
        silent.append(Session(user, ratings, raw, served))
    return max(silent, key=lambda session: sum("Horror" in i["genre"] for i in session.served["items"]))


def _say(session: Session, publisher: Publisher, title: str, text: str) -> None:
    from infra.console import print_line
    from streaming.events import UserCommand

    shown = tuple(item["item_id"] for item in session.served["items"])
    started = time.perf_counter()
    command_id = publisher.command(UserCommand(user_id=session.user, text=text, shown_item_ids=shown))
    served = _feed(session.user, command_id)
    milliseconds = (time.perf_counter() - started) * 1000
    session.milliseconds.append(milliseconds)
    _heading(f"{title}   ({milliseconds:.0f} ms from publishing to the changed feed)")
    for change in served["intent"]["changes"]:
        if change["kind"] != "kept":
            print_line(f"   {change['kind']}: {change['reason']}")
    labels = [f"{one['label']} ({one['strength']})" for one in served["intent"]["preferences"]]
    print_line(f"   Now wanted: {', '.join(labels) or 'nothing in particular'}")
    _show_change(session.served, served)
    session.served = served


def _prove(session: Session, said: Sequence[Demand]) -> None:
    """Check the slate on screen against the intent's hard preferences, and against what was said."""
    item_ids = [item["item_id"] for item in session.served["items"]]
    held = demands_of(session.served["intent"]["preferences"], session.raw.fields)
    session.raw.check(item_ids, held, session.held)
    session.raw.check(item_ids, said, session.said)


def _feed(user: str, after: str) -> dict[str, Any]:
    from infra import api

    served = api.get("/v1/feed", user_id=user, after=after, limit=SLATE, timeout_ms=10_000)
    if served["stale"]:
        raise DemoError(
            "A command had no effect within 10 s; `heed status` and `heed logs intent-job` say more."
        )
    return served


def _show_first(served: Mapping[str, Any]) -> None:
    from infra.console import print_table

    items = served["items"][:SHOWN]
    rows = [(n, i["title"], _year(i), _genres(i), _why(i)) for n, i in enumerate(items, start=1)]
    print_table("", ("", "film", "year", "genres", "why"), rows)


def _show_change(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    from infra.console import print_line, print_table

    old = [item["item_id"] for item in before["items"]]
    rows = []
    for number in range(min(SHOWN, max(len(before["items"]), len(after["items"])))):
        was = before["items"][number] if number < len(before["items"]) else None
        now = after["items"][number] if number < len(after["items"]) else None
        left = f"{was['title']} ({_year(was)})" if was else ""
        right = (now["title"], _year(now), _genres(now), _why(now)) if now else ("", "", "", "")
        mark = "new" if now and now["item_id"] not in old else ""
        rows.append((number + 1, left, mark, *right))
    print_table("", ("", "before", "", "after", "year", "genres", "why"), rows)
    fresh = sum(item["item_id"] not in old for item in after["items"])
    print_line(f"   {fresh} of {len(after['items'])} are new.")
    for note in after["notes"]:
        print_line(f"   Note: {note}")
    if after["question"]:
        print_line(f"   {after['question']['text']}  {' / '.join(after['question']['answers'])}")


def _conclude(session: Session, seconds: float) -> None:
    from catalog.domain import load_domain
    from catalog.store import data_folder
    from infra.console import print_line
    from infra.parts import api_address

    times = sorted(session.milliseconds)
    _heading(
        f"In numbers: the top {SLATE} after each of {len(times)} commands, checked on the raw catalogue file"
    )
    for what, tally in (("Hard preferences of the intent", session.held), ("What was said", session.said)):
        kept = tally.conditions - len(tally.breaches)
        print_line(f"   {what}: {kept:,} of {tally.conditions:,} conditions hold ({tally.satisfaction:.1%}).")
        for breach in tally.breaches[:5]:
            print_line(f"      BROKEN: {breach.title} has {breach.found!r}, against “{breach.label}”.")
    median = times[len(times) // 2]
    print_line(f"   From publishing to the changed feed: median {median:.0f} ms, most {times[-1]:.0f} ms.")
    print_line(f"   The whole demonstration took {seconds:.0f} s.")
    _heading(load_domain(data_folder() / "domain.yaml").attribution.strip())
    _heading(f"The page: {api_address()}/?user={session.user}")
    print_line(f'   Say more:  .venv/bin/heed say "only comedies" --user {session.user}')
    print_line("   Stop:      make down")


def _heading(text: str) -> None:
    from infra.console import print_line

    print_line(f"\n{text}")


def _year(item: Mapping[str, Any]) -> str:
    return str(int(item["year"])) if item.get("year") else "?"


def _genres(item: Mapping[str, Any]) -> str:
    return ", ".join(item.get("genre") or ())


def _why(item: Mapping[str, Any]) -> str:
    reasons: Sequence[str] = item["reasons"]
    return "; ".join(reasons[:2])


if __name__ == "__main__":
    main()
