"""The behaviour job (`python -m streaming.behavior_job`).

user-behaviors -> the passive features of each person              -> behavior-features
               -> sums by item and half minute -> item's demand    -> item-popularity

Each keyed operator keeps its state in Flink as MessagePack and a copy in memory, so that an event costs one
write of the state and no read. A key that has no state yet starts from the catalogue's interactions. Only
persons are served event by event: the sums by item are SQL's (`streaming.flink.sums`).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import msgspec
from pyflink.common import Row, Types
from pyflink.datastream import (
    DataStream,
    KeyedProcessFunction,
    OutputTag,
    RuntimeContext,
    StreamExecutionEnvironment,
)
from pyflink.datastream.state import ValueStateDescriptor

from catalog.signal import signal
from streaming.decode import Message, Rejected, decode_behavior
from streaming.errors import StreamingError
from streaming.events import UserBehavior
from streaming.features import (
    BehaviorState,
    ItemFacts,
    Observation,
    PopularityState,
    behavior_features,
    demand_of,
    is_demand,
    item_popularity,
    observe_behavior,
    observe_popularity,
    take_demand,
)
from streaming.flink.cached_state import CachedState
from streaming.flink.run import Job, leave, run
from streaming.flink.sums import demand_row, demand_rows, summed_by_item, summed_demand
from streaming.flink.topology import (
    checked_key,
    dead_letters_tag,
    dead_row,
    keyed,
    keyed_bytes,
    message_of,
    read_topic,
    side_output,
    write_topic,
)
from streaming.history import History
from streaming.settings import streaming_settings
from streaming.throttle import Throttle
from streaming.topics import BEHAVIOR_FEATURES, DEAD_LETTERS, ITEM_POPULARITY, USER_BEHAVIORS

NAME = "behavior-job"
# How often one person's features are sent at most, in seconds.
BEHAVIOR_INTERVAL = 1.0

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class KeepBehavior(KeyedProcessFunction):  # type: ignore[misc]  # pyflink has no types
    """Takes each deed into its person's features, and passes on to the items what is demand and no repeat."""

    def open(self, context: RuntimeContext) -> None:
        from catalog.store import load_catalog, load_interactions

        self._facts = ItemFacts(load_catalog())
        self._history = History(load_interactions(), "user_id", self._facts)
        stored = context.get_state(ValueStateDescriptor("behavior", Types.PICKLED_BYTE_ARRAY()))
        self._states = CachedState(stored, BehaviorState, self._fresh)
        self._throttle = Throttle(BEHAVIOR_INTERVAL)

    def process_element(self, row: Any, context: Any) -> Iterator[Any]:
        message = message_of(row, USER_BEHAVIORS.name)
        event = checked_key(decode_behavior(message, self._facts.knows), row)
        if isinstance(event, Rejected):
            yield dead_letters_tag(), dead_row(message, event)
            return
        user_id = event.user_id
        state = self._states.get(user_id)
        if state.repeats.is_repeat(event.event_id):
            return
        seen = _observation(event, message, self._facts)
        observe_behavior(state, seen)
        self._states.put(state)
        if is_demand(seen.kind):
            yield demand_tag(), demand_row(seen.item_id, demand_of(seen))
        now = time.time()
        due = self._throttle.offer(user_id, now)
        if due == now:
            yield _features_row(user_id, state)
        elif due is not None:
            context.timer_service().register_processing_time_timer(int(due * 1000))

    def on_timer(self, timestamp: int, context: Any) -> Iterator[Any]:
        user_id = context.get_current_key()
        self._throttle.fired(user_id, time.time())
        yield _features_row(user_id, self._states.get(user_id))

    def _fresh(self, user_id: str) -> BehaviorState:
        state = BehaviorState.empty(self._facts)
        for seen in self._history.of(user_id):
            observe_behavior(state, seen)
        return state


class KeepPopularity(KeyedProcessFunction):  # type: ignore[misc]  # pyflink has no types
    """Adds what an item got in a while to its demand, and sends it."""

    def open(self, context: RuntimeContext) -> None:
        from catalog.store import load_catalog, load_interactions

        self._history = History(load_interactions(), "item_id", ItemFacts(load_catalog()))
        stored = context.get_state(ValueStateDescriptor("popularity", Types.PICKLED_BYTE_ARRAY()))
        self._states = CachedState(stored, PopularityState, self._fresh)

    def process_element(self, row: Any, context: Any) -> Iterator[Any]:
        item_id, demand = summed_demand(row)
        state = self._states.get(item_id)
        take_demand(state, demand)
        self._states.put(state)
        yield Row(item_id.encode(), msgspec.json.encode(item_popularity(item_id, state)))

    def _fresh(self, item_id: str) -> PopularityState:
        state = PopularityState()
        for seen in self._history.of(item_id):
            observe_popularity(state, seen)
        return state


@cache
def demand_tag() -> OutputTag:
    """Return the side output that carries what is demand to the items."""
    return OutputTag("demand", demand_rows())


def _observation(event: UserBehavior, message: Message, facts: ItemFacts) -> Observation:
    at = ((event.occurred_at or message.appended_at) - _EPOCH) // timedelta(microseconds=1)
    meant = signal(event.kind, event.value)
    return Observation(event.item_id, event.kind, event.value, meant, at, *facts.of(event.item_id))


def _features_row(user_id: str, state: BehaviorState) -> Row:
    return Row(user_id.encode(), msgspec.json.encode(behavior_features(user_id, state)))


def build(environment: StreamExecutionEnvironment, bootstrap_servers: str) -> tuple[DataStream, ...]:
    """Add the job's operators to the environment."""
    people = (
        keyed(read_topic(environment, bootstrap_servers, USER_BEHAVIORS, NAME))
        .process(KeepBehavior(), output_type=keyed_bytes())
        .name("keep behavior")
        .uid("keep-behavior")
    )
    seconds = streaming_settings().popularity_seconds
    items = (
        keyed(summed_by_item(environment, side_output(people, demand_tag()), seconds))
        .process(KeepPopularity(), output_type=keyed_bytes())
        .name("keep popularity")
        .uid("keep-popularity")
    )
    write_topic(people, bootstrap_servers, BEHAVIOR_FEATURES, delay_ms=50)
    write_topic(items, bootstrap_servers, ITEM_POPULARITY, delay_ms=100)
    write_topic(side_output(people, dead_letters_tag()), bootstrap_servers, DEAD_LETTERS)
    return people, items


def main() -> int:
    """Run the job; print one sentence and return 1 where it cannot run."""
    try:
        return run(Job(NAME, build, buffer_timeout="5 ms"))
    except StreamingError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    # Flink's interpreter imports the operators by name, and `__main__` is another module there.
    from streaming.behavior_job import main as run_as_module

    leave(run_as_module())
