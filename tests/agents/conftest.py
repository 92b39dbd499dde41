"""The shipped parser over the embedded films, built once."""

from __future__ import annotations

import pytest

from agents.encoder import load_encoder
from agents.linking.values import ValueLinker
from agents.parser import Parser, load_parser
from catalog.items import Catalog


@pytest.fixture(scope="session")
def films() -> Catalog:
    from catalog.embedded import load_embedded

    return load_embedded()[0]


@pytest.fixture(scope="session")
def parser(films: Catalog) -> Parser:
    return load_parser(films)


@pytest.fixture(scope="session")
def values(films: Catalog) -> ValueLinker:
    return ValueLinker(films, load_encoder())


@pytest.fixture(scope="session")
def shop() -> Catalog:
    from catalog.shop import generate_shop

    return generate_shop(items=300, shoppers=1, events=1).catalog
