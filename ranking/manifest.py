"""A trained model's folder: files named by their hash, and a manifest that is replaced in one step.

A reader sees either the old model or the new one, never half of each, and a file that is not the
one that was trained is refused with a sentence.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from ranking.errors import ModelFileError

MANIFEST = "manifest.json"
REMEDY = "Train it again with `heed train ranker`."

Fact = str | int | float | list[str]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What lies in a model folder.

    `files` maps a role ("weights") to a file name, `hashes` the role to that file's SHA-256, and
    `facts` holds what the model was made from and with.
    """

    kind: str
    files: dict[str, str]
    hashes: dict[str, str]
    facts: dict[str, Fact]


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data` as hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def digest_names(names: Sequence[str]) -> str:
    """Return one hash for an ordered list of names (the items of a catalogue, the features of a model)."""
    return digest("\n".join(names).encode())


def write_model(
    folder: Path, kind: str, contents: Mapping[str, tuple[str, bytes]], facts: dict[str, Fact]
) -> Manifest:
    """Write a model: `contents` maps a role to (file name suffix, bytes).

    The manifest is replaced last and atomically; only then are the files of the model before removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files, hashes = {}, {}
    for role, (suffix, data) in contents.items():
        hashes[role] = digest(data)
        files[role] = f"{role}-{hashes[role][:12]}{suffix}"
        _write(folder / files[role], data)
    manifest = Manifest(kind=kind, files=files, hashes=hashes, facts=facts)
    _write(folder / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
    kept = {MANIFEST, *files.values()}
    for path in folder.iterdir():
        if path.name not in kept and path.name.startswith(tuple(f"{role}-" for role in contents)):
            path.unlink(missing_ok=True)
    return manifest


def read_manifest(folder: Path, kind: str) -> Manifest:
    """Read and check a folder's manifest.

    Raises
    ------
    ModelFileError
        Where it is absent, is not JSON of the right form, or belongs to a model of another kind.
    """
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise ModelFileError(folder, "no trained model lies there yet", REMEDY) from None
    except msgspec.DecodeError as error:
        raise ModelFileError(folder, f"its {MANIFEST} is damaged ({error})", REMEDY) from None
    if manifest.kind != kind:
        raise ModelFileError(folder, f"it holds a {manifest.kind} model where a {kind} model belongs", REMEDY)
    return manifest


def read_file(folder: Path, manifest: Manifest, role: str) -> bytes:
    """Read the file that plays `role` and compare it with the hash that the manifest promises.

    Raises
    ------
    ModelFileError
        Where the file is absent or is not the one that was trained.
    """
    name = manifest.files.get(role)
    if name is None:
        raise ModelFileError(folder, f"its {MANIFEST} names no file for the {role}", REMEDY)
    try:
        data = (folder / name).read_bytes()
    except FileNotFoundError:
        raise ModelFileError(folder, f"{name} is missing", REMEDY) from None
    if digest(data) != manifest.hashes.get(role):
        raise ModelFileError(folder, f"{name} is not the file that was trained (its hash differs)", REMEDY)
    return data


def _write(path: Path, data: bytes) -> None:
    """Write beside the target and move into place, so that a crash leaves no half-written file."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(data)
    beside.replace(path)
