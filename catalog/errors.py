"""What can go wrong in the catalogue; every message is one sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class CatalogError(Exception):
    """The root of everything that this room raises on bad input."""


class DomainFileError(CatalogError):
    """A domain file that cannot be read or contradicts itself."""


class UnknownDomainError(CatalogError):
    """A domain that is neither a name that Heed knows nor a file."""


class UnknownFieldError(CatalogError):
    """A field that the domain does not declare."""

    def __init__(self, domain: str, field: str, declared: Iterable[str]) -> None:
        self.domain = domain
        self.field = field
        self.declared = tuple(declared)
        hint = nearest(field, self.declared)
        super().__init__(
            f"The domain '{domain}' declares no field '{field}'{hint}; "
            f"it declares {', '.join(self.declared)}."
        )


class MissingColumnError(CatalogError):
    """A declared field for which the loaded catalogue holds no data."""

    def __init__(self, domain: str, field: str, held: Iterable[str]) -> None:
        self.domain = domain
        self.field = field
        super().__init__(
            f"The loaded catalogue '{domain}' has no data for '{field}' (it has {', '.join(held)}); "
            f"ask `catalog.has('{field}')` first, or load a catalogue that knows it."
        )


class PredicateError(CatalogError):
    """A condition that no column of this type can be asked."""


class UnknownKindError(CatalogError):
    """A behaviour that Heed has no meaning for."""


class NotLoadedError(CatalogError):
    """No catalogue is loaded where one is needed."""


class DemoDataError(CatalogError):
    """The package that carries the embedded demonstration data is missing or not as expected."""


class CorruptDataError(CatalogError):
    """A stored catalogue that is incomplete or unreadable."""


class KnowledgeError(CatalogError):
    """Knowledge of films, or its vocabulary, that is incomplete or contradicts itself."""


class InputFileError(CatalogError):
    """A file given by the user that cannot become a catalogue."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ` (did you mean 'x'?)` for the known word most like `word`, or nothing."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" (did you mean '{close[0]}'?)" if close else ""
