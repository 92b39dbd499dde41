"""What the topics hold as rows of Feast's online store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from agents.types import Intent
from streaming.events import BehaviorFeatures, ItemPopularity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    Encode = Callable[[Sequence[str]], npt.NDArray[np.float32]]

EMBEDDING_WIDTH = 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Row(msgspec.Struct, frozen=True):
    """One row of one view: `values` are Feast `Value` messages by feature name; `at` is the event time."""

    key: str
    version: int
    at: datetime
    values: dict[str, Any]


def behavior_row(features: BehaviorFeatures) -> Row:
    """Return the row of `user_behavior`."""
    values = {
        "event_count": _integer(features.event_count),
        "positive_count": _integer(features.positive_count),
        "rating_count": _integer(features.rating_count),
        "rating_mean": _double(features.rating_mean),
        "activity_30d": _double(features.activity_30d),
        "category_affinity": _doubles(features.category_affinity),
        "number_mean": _doubles(features.number_mean),
        "number_count": _integers(features.number_count),
        "recent_item_ids": _strings(features.recent_item_ids),
        "seen_item_ids": _strings(features.seen_item_ids),
        "last_event_at": _integer(features.last_event_at),
        "version": _integer(features.version),
    }
    return Row(features.user_id, features.version, _moment(features.last_event_at), values)


def popularity_row(popularity: ItemPopularity) -> Row:
    """Return the row of `item_popularity`."""
    values = {
        "event_count": _integer(popularity.event_count),
        "positive_count": _integer(popularity.positive_count),
        "rating_mean": _double(popularity.rating_mean),
        "popularity_30d": _double(popularity.popularity_30d),
        "version": _integer(popularity.version),
    }
    return Row(popularity.item_id, popularity.version, _moment(popularity.last_event_at), values)


def intent_row(intent: Intent, encode: Encode) -> Row:
    """Return the row of `user_intent`: the intent itself, its quadrants counted, its words embedded."""
    quadrants = [(one.polarity, one.strength) for one in intent.preferences]
    values = {
        "intent": _string(msgspec.json.encode(intent).decode()),
        "version": _integer(intent.version),
        "last_command_id": _string(intent.command_id),
        "recent_command_ids": _strings(intent.recent_command_ids),
        "positive_hard": _integer(quadrants.count(("positive", "hard"))),
        "positive_soft": _integer(quadrants.count(("positive", "soft"))),
        "negative_hard": _integer(quadrants.count(("negative", "hard"))),
        "negative_soft": _integer(quadrants.count(("negative", "soft"))),
        "positive_embedding": _floats(mean_embedding(intent, "positive", encode)),
        "negative_embedding": _floats(mean_embedding(intent, "negative", encode)),
    }
    return Row(intent.user_id, intent.version, intent.updated_at or _EPOCH, values)


def mean_embedding(intent: Intent, polarity: str, encode: Encode) -> npt.NDArray[np.float32]:
    """The mean over the words of the preferences of one polarity; zeros where there are none."""
    texts = [one.text for one in intent.preferences if one.polarity == polarity and one.text.strip()]
    if not texts:
        return np.zeros(EMBEDDING_WIDTH, np.float32)
    mean: npt.NDArray[np.float32] = encode(texts).mean(axis=0, dtype=np.float32)
    return mean


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


def _integer(value: int) -> Any:
    from feast.protos.feast.types.Value_pb2 import Value

    return Value(int64_val=value)


def _double(value: float) -> Any:
    from feast.protos.feast.types.Value_pb2 import Value

    return Value(double_val=value)


def _string(value: str) -> Any:
    from feast.protos.feast.types.Value_pb2 import Value

    return Value(string_val=value)


def _strings(values: Sequence[str]) -> Any:
    from feast.protos.feast.types.Value_pb2 import StringList, Value

    return Value(string_list_val=StringList(val=values))


def _integers(values: Sequence[int]) -> Any:
    from feast.protos.feast.types.Value_pb2 import Int64List, Value

    return Value(int64_list_val=Int64List(val=values))


def _doubles(values: Sequence[float]) -> Any:
    from feast.protos.feast.types.Value_pb2 import DoubleList, Value

    return Value(double_list_val=DoubleList(val=values))


def _floats(values: npt.NDArray[np.float32]) -> Any:
    from feast.protos.feast.types.Value_pb2 import FloatList, Value

    return Value(float_list_val=FloatList(val=values.tolist()))
