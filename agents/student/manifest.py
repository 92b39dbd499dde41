"""The seal of a model set: its files work only together, so they are checked together."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from agents.errors import ModelSetError

FILES = ("model.onnx", "tokenizer.json", "calibration.json", "card.md")
MANIFEST = "manifest.json"
FORMAT = 1


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """SHA-256 of each file, and of all of them together (`content_hash`), which is the model's version."""

    format: int
    content_hash: str
    files: dict[str, str]

    @property
    def version(self) -> str:
        """The version that parsed commands carry."""
        return self.content_hash[:12]


def default_folder() -> Path:
    """Return the folder of the model set that is shipped."""
    return Path(__file__).parent / "model"


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _content_hash(files: dict[str, str]) -> str:
    lines = "".join(f"{name} {files[name]}\n" for name in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()


def seal(folder: Path) -> Manifest:
    """Write the manifest of the files in `folder`."""
    files = {name: _hash(folder / name) for name in FILES}
    manifest = Manifest(format=FORMAT, content_hash=_content_hash(files), files=files)
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
    return manifest


def verify(folder: Path) -> Manifest:
    """Return the manifest of a model set whose files are all as sealed.

    Raises
    ------
    ModelSetError
        A file is missing or differs, or the set is of another format.
    """
    remedy = "restore the folder from the repository, or make a new one with `heed train parser`."
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise ModelSetError(
            f"There is no parser model in {folder} ({MANIFEST} is missing): {remedy}"
        ) from None
    except msgspec.DecodeError as error:
        raise ModelSetError(
            f"The manifest of the parser model in {folder} cannot be read ({error}): {remedy}"
        ) from None
    if manifest.format != FORMAT:
        raise ModelSetError(
            f"The parser model in {folder} has format {manifest.format}, "
            f"this program reads {FORMAT}: {remedy}"
        )
    if set(manifest.files) != set(FILES) or manifest.content_hash != _content_hash(manifest.files):
        raise ModelSetError(f"The manifest of the parser model in {folder} was changed by hand: {remedy}")
    for name, wanted in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise ModelSetError(f"The parser model in {folder} lacks {name}: {remedy}")
        if _hash(path) != wanted:
            raise ModelSetError(
                f"The parser model in {folder} does not belong together "
                f"({name} is not the file of the manifest): {remedy}"
            )
    return manifest
