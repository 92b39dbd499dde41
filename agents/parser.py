"""The parser: a free-form command in, a parsed command out, in one pass and a look at the catalogue."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Sequence
from datetime import UTC, datetime
from time import perf_counter

import msgspec

from agents.doubt import Calibration, settled
from agents.encoder import Encoder
from agents.errors import ModelSetError
from agents.linking.linker import Linker
from agents.readable import Readable, readable
from agents.student.decode import nothing, read
from agents.student.legible import legible
from agents.student.session import StudentSession, shipped_session
from agents.types import ParsedCommand, ParserInfo, Preference
from catalog.items import Catalog
from catalog.known_words import Span

__all__ = ["Calibration", "Parser", "Request", "load_calibration", "load_parser"]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One command to parse, with the feed that it was said over. `now` is the current time by default."""

    text: str
    command_id: str = ""
    user_id: str = ""
    shown_item_ids: tuple[str, ...] = ()
    now: datetime | None = None


class Parser:
    """Parses commands over one catalogue. Threads may share it.

    No text makes it raise: what it cannot read is `none` or `infeasible`.
    """

    def __init__(self, catalog: Catalog, session: StudentSession) -> None:
        self._session = session
        self._calibration = load_calibration(session)
        self._domain = catalog.domain
        self._linker = Linker(catalog, Encoder(session), self._calibration.scale, self._calibration.shift)
        self._known = self._linker.values.known

    @property
    def version(self) -> str:
        """The model's version, as parsed commands carry it."""
        return self._session.version

    def parse(
        self,
        text: str,
        *,
        command_id: str = "",
        user_id: str = "",
        shown_item_ids: Sequence[str] = (),
        now: datetime | None = None,
    ) -> ParsedCommand:
        """Return what `text` means, said over the feed `shown_item_ids` (first is on top)."""
        request = Request(
            text=text, command_id=command_id, user_id=user_id, shown_item_ids=tuple(shown_item_ids), now=now
        )
        return self.parse_many([request])[0]

    def parse_many(self, requests: Sequence[Request]) -> list[ParsedCommand]:
        """Return one parsed command for each request, in order; the model reads them in batches."""
        started = perf_counter()
        read_of = [readable(request.text) for request in requests]
        can_read = [legible(part.text) for part in read_of]
        texts = [part.text for part, can in zip(read_of, can_read, strict=True) if can]
        hints = [self._known(text) for text in texts]
        outputs = iter(zip(self._session.run(texts, hints), hints, strict=True))
        out = []
        for request, part, can in zip(requests, read_of, can_read, strict=True):
            reading = nothing(part.text)
            known: Sequence[Span] = ()
            if can:
                output, known = next(outputs)
                reading = read(part.text, output)
            now = request.now or datetime.now(UTC)
            linked = self._linker.link(reading, request.shown_item_ids, now, known)
            out.append((request, part, reading, linked))
        each = round((perf_counter() - started) * 1000 / max(1, len(requests)), 3)
        info = ParserInfo(name="student", version=self.version, milliseconds=each)
        return [
            settled(
                ParsedCommand(
                    command_id=request.command_id,
                    user_id=request.user_id,
                    text=request.text,
                    clarity=linked.clarity,
                    question=linked.question,
                    act=linked.act,
                    acts=linked.acts,
                    retractions=linked.retractions,
                    preferences=_as_sent(linked.preferences, request.text, part),
                    parser=info,
                ),
                reading,
                self._calibration,
                self._domain,
                unread=linked.foreign,
            )
            for request, part, reading, linked in out
        ]


def _as_sent(preferences: tuple[Preference, ...], text: str, part: Readable) -> tuple[Preference, ...]:
    """Return preferences with their spans and words as they stand in what was sent."""
    if not part.places:
        return preferences
    spans = [part.sent(*p.span) for p in preferences]
    return tuple(
        msgspec.structs.replace(p, span=span, text=text[slice(*span)])
        for p, span in zip(preferences, spans, strict=True)
    )


def load_calibration(session: StudentSession) -> Calibration:
    """Read the calibration that belongs to a model."""
    path = session.folder / "calibration.json"
    if not path.exists() and session.version == "unsealed":
        return Calibration(scale=1.0, shift=0.0)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Calibration)
    except msgspec.DecodeError as error:
        raise ModelSetError(
            f"{path} cannot be read ({error}): make a new model with `heed train parser`."
        ) from None


def load_parser(catalog: Catalog) -> Parser:
    """Return the shipped student over a catalogue.

    Raises
    ------
    ModelSetError
        The model files are missing, damaged or do not belong together.
    """
    parser = Parser(catalog, shipped_session())
    # A full garbage collection would walk over every name of the catalogue, in the middle of a command.
    gc.freeze()
    # What is frozen at the end is never freed, and a library with a leak check (DuckDB) says so at length.
    atexit.register(gc.unfreeze)
    return parser
