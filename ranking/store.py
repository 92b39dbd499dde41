"""One person as Feast's online store has them: what they said and what they did, in one read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from agents.types import Intent, empty_intent
from ranking.behavior import COLD, BehaviorFeatures
from ranking.errors import FeatureStoreError, StoredIntentError

if TYPE_CHECKING:
    from feast import FeatureStore

SERVICE = "feed_v1"

_BEHAVIOR = "user_behavior__"
_INTENT = "user_intent__intent"
_DECODE_INTENT = msgspec.json.Decoder(Intent).decode


@dataclass(frozen=True)
class UserState:
    """What is known of a person; of somebody unknown the empty intent and the cold behaviour."""

    intent: Intent
    behavior: BehaviorFeatures


class UserStore:
    """Reads people from Feast.

    Parameters
    ----------
    store
        An open feature store; `feature_repo.store.open_store()` by default. Its SQLite connection belongs
        to one process, and calls must come from one thread at a time.

    Raises
    ------
    FeatureStoreError
        Where the definitions have not been applied.
    """

    def __init__(self, store: FeatureStore | None = None) -> None:
        if store is None:
            from feature_repo.store import open_store

            store = open_store()
        # After it: `open_store` imports Feast in a third of the time.
        from feast.errors import FeastObjectNotFoundException

        self._store = store
        try:
            # Held, because looking it up in the registry costs several times the read itself.
            self._service = store.get_feature_service(SERVICE)
        except FeastObjectNotFoundException as error:
            raise FeatureStoreError(SERVICE) from error

    def read(self, user_id: str) -> UserState:
        """Return what is known of a person, with one call to Feast.

        Raises
        ------
        StoredIntentError
            Where the stored intent is not one that this program can read.
        """
        answer = self._store.get_online_features(
            features=self._service,
            entity_rows=[{"user_id": user_id}],
            # Both views have a version.
            full_feature_names=True,
        )
        row = {name: values[0] for name, values in answer.to_dict().items()}
        return UserState(intent=_intent(user_id, row.get(_INTENT)), behavior=behavior_of(row))


def behavior_of(row: dict[str, Any]) -> BehaviorFeatures:
    """Return the behaviour in a row of full feature names; a feature that is null keeps its cold value."""
    if row.get(f"{_BEHAVIOR}version") is None:
        return COLD
    values = {name: row.get(_BEHAVIOR + name) for name in BehaviorFeatures.__struct_fields__}
    known = {name: value for name, value in values.items() if value is not None}
    return msgspec.convert(known, BehaviorFeatures)


def _intent(user_id: str, text: str | None) -> Intent:
    if not text:
        return empty_intent(user_id)
    try:
        return _DECODE_INTENT(text)
    except msgspec.DecodeError as error:
        raise StoredIntentError(user_id, str(error)) from error
