"""Loaded catalogues on disk: `domain.yaml`, `items.parquet`, `interactions.parquet` in one folder.

A folder appears and changes as a whole: it is written beside its place and renamed into it, under a lock on
the parent folder that readers share. So two processes may build the same catalogue at once, and no reader
meets half of one.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import structlog

from catalog.domain import Domain, domain_path, domain_to_yaml, load_domain
from catalog.embedded import VERSION, load_embedded
from catalog.errors import CatalogError, CorruptDataError, DomainFileError, NotLoadedError
from catalog.imdb import available
from catalog.items import Catalog
from catalog.knowledge.films import FILMS_FILE
from catalog.knowledge.terms import VOCABULARY_FILE
from catalog.settings import home_settings
from catalog.tables import INTERACTIONS, from_table, to_table

DOMAIN_FILE = "domain.yaml"
ITEMS_FILE = "items.parquet"
INTERACTIONS_FILE = "interactions.parquet"

# Written into the items' metadata of a catalogue that Heed built by itself, so that it is built anew when the
# packaged declaration changes. Data that a person loaded is never replaced.
_BUILT_FROM = b"heed.built_from"

log = structlog.get_logger(__name__)


def data_folder(name: str | None = None) -> Path:
    """Return where the catalogue of a domain lies; by default that of the domain that is served."""
    settings = home_settings()
    served = name or settings.domain
    if "/" in served or served.endswith((".yaml", ".yml")):
        beside = Path(served).parent
        if (beside / ITEMS_FILE).is_file():
            return beside
        served = load_domain(served).name
    return settings.home / "data" / served


def save(catalog: Catalog, interactions: Any, folder: Path | None = None) -> Path:
    """Write a catalogue and its interactions as a whole, replacing what the folder held; return the folder.

    Parameters
    ----------
    interactions : pyarrow.Table
        With the columns of `catalog.tables.INTERACTIONS`.
    folder : Path, optional
        By default the place of the catalogue's domain under `HEED_HOME`.
    """
    return _write(
        catalog, interactions, folder or data_folder(catalog.domain.name), metadata={}, replace=True
    )


def load_catalog(folder: Path | None = None) -> Catalog:
    """Return the catalogue in `folder`, by default the one that is served.

    Where the served domain is `movies` and nothing is loaded yet, the embedded films are built and saved.

    Raises
    ------
    NotLoadedError
        If there is nothing there, saying how to load it.
    CorruptDataError
        If a file is missing, cut short or does not fit the domain, saying which.
    """
    place = _ensure(folder)
    with _shared(place):
        domain = _domain(place)
        table = _read(place / ITEMS_FILE)
    try:
        return from_table(domain, table)
    except CatalogError as error:
        raise CorruptDataError(
            f"{place / ITEMS_FILE} does not fit its domain: {error} {_again(place)}"
        ) from error


def load_interactions(folder: Path | None = None) -> Any:
    """Return the interactions as a `pyarrow.Table` with the columns of `catalog.tables.INTERACTIONS`.

    Raises as `load_catalog` does.
    """
    place = _ensure(folder)
    with _shared(place):
        table = _read(place / INTERACTIONS_FILE)
    if table.schema.names != INTERACTIONS.names or table.schema.types != INTERACTIONS.types:
        names = ", ".join(INTERACTIONS.names)
        raise CorruptDataError(f"{place / INTERACTIONS_FILE} must have the columns {names}. {_again(place)}")
    return table


def _ensure(folder: Path | None) -> Path:
    if folder is not None:
        if not _there(folder):
            raise NotLoadedError(f"There is no catalogue at {folder}: load one with `heed data load` first.")
        return folder
    place = data_folder()
    name = place.name
    if name == "movies" and available() and (not _there(place) or _outdated(place)):
        catalog, interactions = load_embedded()
        log.info("catalogue_built", domain=name, items=len(catalog), interactions=interactions.num_rows)
        metadata = {_BUILT_FROM: _declaration_hash(name)}
        return _write(catalog, interactions, place, metadata=metadata, replace=place.is_dir())
    if not _there(place):
        # Without the embedded data the films must come from a folder of GroupLens' own.
        which = {"movies": "load movielens --from FOLDER", "shop": "load shop"}.get(name, "init --items FILE")
        raise NotLoadedError(
            f"No catalogue of the domain '{name}' is loaded in {place.parent}: run `heed data {which}` first."
        )
    return place


def _there(place: Path) -> bool:
    """Whether there is a catalogue. Asked under the lock, for while one is replaced it is not there."""
    if not place.parent.is_dir():
        return False
    with _shared(place):
        return place.is_dir()


def _declaration_hash(name: str) -> bytes:
    """What a catalogue was built from: another declaration or other knowledge of films gives another one."""
    digest = hashlib.sha256(domain_path(name).read_bytes())
    for source in (FILMS_FILE, VOCABULARY_FILE):
        digest.update(source.read_bytes())
    return f"{VERSION}:{digest.hexdigest()}".encode()


def _outdated(place: Path) -> bool:
    items = place / ITEMS_FILE
    if not items.is_file():
        return False
    try:
        metadata = pq.read_schema(items).metadata or {}
    except pa.ArrowInvalid:
        return False
    return _BUILT_FROM in metadata and metadata[_BUILT_FROM] != _declaration_hash(place.name)


def _write(
    catalog: Catalog, interactions: Any, place: Path, *, metadata: dict[bytes, bytes], replace: bool
) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    retired = fresh.with_name(f"{fresh.name}.retired")
    try:
        fresh.chmod(0o755)  # mkdtemp's 0700 would keep other users of a shared folder out
        (fresh / DOMAIN_FILE).write_text(domain_to_yaml(catalog.domain), encoding="utf-8")
        pq.write_table(to_table(catalog).replace_schema_metadata(metadata), fresh / ITEMS_FILE)
        pq.write_table(interactions.cast(INTERACTIONS), fresh / INTERACTIONS_FILE)
        with _locked(place.parent, fcntl.LOCK_EX):
            if replace and place.is_dir():
                place.rename(retired)
            if not place.is_dir():
                fresh.rename(place)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(retired, ignore_errors=True)
    return place


@contextmanager
def _locked(folder: Path, mode: int) -> Iterator[None]:
    """Hold a lock on the folder itself: it leaves no file behind and ends with the process."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, mode)
        yield
    finally:
        os.close(handle)


@contextmanager
def _shared(place: Path) -> Iterator[None]:
    with _locked(place.parent, fcntl.LOCK_SH):
        yield


def _domain(place: Path) -> Domain:
    if not (place / DOMAIN_FILE).is_file():
        raise CorruptDataError(f"{place} has no {DOMAIN_FILE}, so it was not written whole. {_again(place)}")
    try:
        return load_domain(place / DOMAIN_FILE)
    except DomainFileError as error:
        raise CorruptDataError(f"{error} {_again(place)}") from error


def _read(path: Path) -> Any:
    if not path.is_file():
        missing = f"{path.parent} has no {path.name}, so it was not written whole."
        raise CorruptDataError(f"{missing} {_again(path.parent)}")
    try:
        # pq.read_table would import pyarrow.dataset, which imports pandas: half a second that nobody needs.
        with pq.ParquetFile(path) as file:
            return file.read()
    except (pa.ArrowInvalid, OSError) as error:
        reason = str(error).split(".")[0]
        raise CorruptDataError(f"{path} is cut short or damaged ({reason}). {_again(path.parent)}") from error


def _again(place: Path) -> str:
    return f"Remove {place} and load the data again with `heed data load`."
