"""Reading a person's own CSV or Parquet file, whatever its separator and encoding."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from catalog.errors import InputFileError

NULLS = ["", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "none", "\\N", "-", "?"]
SEPARATORS = ",;\t|"

_OTHER_FORMATS = {
    ".json": "JSON",
    ".jsonl": "JSON lines",
    ".xlsx": "an Excel workbook",
    ".xls": "an Excel workbook",
    ".zip": "an archive",
}


def read_rows(path: Path) -> Any:
    """Return the rows of a CSV (plain or `.gz`) or Parquet file as an Arrow table; a CSV's are strings.

    Raises
    ------
    InputFileError
        If there is no such file, it is empty, of another kind, or broken, saying where.
    """
    if not path.is_file():
        raise InputFileError(f"There is no file {path}: give the path of a CSV or Parquet file.")
    if not path.stat().st_size:
        raise InputFileError(f"{path} is empty: it needs a line that names the columns, and rows.")
    kind = _OTHER_FORMATS.get(path.suffix.lower())
    if kind:
        raise InputFileError(f"{path} is {kind}, and Heed reads CSV and Parquet: save it as one of those.")
    with path.open("rb") as file:
        parquet = file.read(4) == b"PAR1"
    table = _parquet(path) if parquet else _csv(path)
    if not table.num_rows:
        raise InputFileError(f"{path} names its columns but has no rows: add at least one.")
    return table


def _parquet(path: Path) -> Any:
    try:
        with pq.ParquetFile(path) as file:
            return file.read()
    except (pa.ArrowInvalid, OSError) as error:
        raise InputFileError(f"{path} is cut short or damaged Parquet ({error}): write it again.") from error


def _csv(path: Path) -> Any:
    content = path.read_bytes()
    if content[:2] == b"\x1f\x8b":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError) as error:
            raise InputFileError(f"{path} is cut short or damaged gzip ({error}): write it again.") from error
    if b"\0" in content[:4096]:
        raise InputFileError(f"{path} is no text, so no CSV: save it as CSV (UTF-8) or Parquet.")
    encoding = _encoding(content)
    text = content[:65536].decode(encoding, errors="replace").lstrip("\ufeff")
    header_line = text.splitlines()[0]
    separator = max(SEPARATORS, key=header_line.count)
    header = next(csv.reader(io.StringIO(text), delimiter=separator))
    _check_header(path, header_line, header)
    names = _distinct([name.strip() for name in header])
    try:
        return pacsv.read_csv(
            io.BytesIO(content),
            read_options=pacsv.ReadOptions(column_names=names, skip_rows=1, encoding=encoding),
            parse_options=pacsv.ParseOptions(delimiter=separator, newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=NULLS,
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        reason = str(error).splitlines()[0]
        raise InputFileError(
            f"{path} is no regular CSV ({reason}): give every row as many values as the first line has "
            "names, and put values that contain the separator in double quotes."
        ) from error


def _encoding(content: bytes) -> str:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"  # what spreadsheets write where they do not write UTF-8
    return "utf-8"


def _check_header(path: Path, line: str, header: list[str]) -> None:
    if line.lstrip()[:1] in ("{", "[", "<"):
        raise InputFileError(f"{path} looks like JSON or HTML, not CSV: save it as CSV or Parquet.")
    if all(_is_number(name) or not name.strip() for name in header):
        raise InputFileError(f"The first line of {path} does not name the columns: add such a line.")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _distinct(names: list[str]) -> list[str]:
    taken: list[str] = []
    for position, name in enumerate(names, start=1):
        free = name or f"column_{position}"
        while free in taken:
            free = f"{free}_2"
        taken.append(free)
    return taken
