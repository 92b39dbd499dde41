"""The embedded films with their ratings, and the simulator's scenes over them, each made once."""

from __future__ import annotations

import pytest

from agents.simulator import History, Scene, history_of, open_scene
from catalog.embedded import load_embedded
from catalog.items import Catalog


@pytest.fixture(scope="session")
def embedded() -> tuple[Catalog, History]:
    catalog, interactions = load_embedded()
    return catalog, history_of(interactions, catalog)


@pytest.fixture(scope="session")
def scenes(embedded: tuple[Catalog, History]) -> dict[str, Scene]:
    return {half: open_scene(embedded[0], half) for half in ("train", "evaluate")}
