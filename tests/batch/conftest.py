"""A catalogue small enough to see, with everything that can be unknown unknown somewhere."""

from __future__ import annotations

import pytest
from plants import plants

from catalog.domain import Domain
from catalog.items import Catalog


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return plants()


@pytest.fixture(scope="session")
def domain(catalog: Catalog) -> Domain:
    return catalog.domain
