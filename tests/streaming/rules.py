"""A tiny rule parser, so that the stream can be tested without a model: genres after "no", and "undo"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt

from agents.types import Act, ParsedCommand, Preference
from catalog.items import Catalog


class RuleParser:
    """Understands "no <genre>", "only <genre>", "undo", and takes all else as chit-chat.

    "explode" raises, and what holds "maybe" is doubtful.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._genres = {value.casefold(): value for value in catalog.domain.field("genre").values}

    def parse(
        self,
        text: str,
        *,
        command_id: str = "",
        user_id: str = "",
        shown_item_ids: tuple[str, ...] = (),
        now: datetime | None = None,
    ) -> ParsedCommand:
        if "explode" in text:
            raise RuntimeError(text)
        preferences = tuple(
            Preference(
                field="genre",
                op="eq",
                value=self._genres[match[2]],
                polarity="negative" if match[1] == "no" else "positive",
                strength="hard",
                span=match.span(2),
                text=match[2],
                group=index,
            )
            for index, match in enumerate(re.finditer(r"\b(no|only) (\w[\w-]*)", text.casefold()))
            if match[2] in self._genres
        )
        act: Act = "refine" if preferences else "undo" if "undo" in text else "none"
        return ParsedCommand(
            command_id=command_id,
            user_id=user_id,
            text=text,
            clarity="clear",
            question=None,
            act=act,
            acts=(act,),
            preferences=preferences,
            doubtful="maybe" in text,
        )


def load_parser(catalog: Catalog) -> RuleParser:
    """What HEED_PARSER names in the tests."""
    return RuleParser(catalog)


class LetterEncoder:
    """Encodes a text by its letters, so that the same words have the same vector."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return float32[n, 64], rows of length 1."""
        counts = np.zeros((len(texts), 64), np.float32)
        for row, text in enumerate(texts):
            for letter in text:
                counts[row, ord(letter) % 64] += 1
        return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1)


def load_encoder() -> LetterEncoder:
    """What HEED_ENCODER names in the tests."""
    return LetterEncoder()
