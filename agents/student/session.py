"""One ONNX pass over texts: the model set loaded, checked and run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding, Regex, Tokenizer
from tokenizers.normalizers import Replace
from tokenizers.normalizers import Sequence as Normalizers

from agents.errors import ModelSetError
from agents.student.labels import COMMAND_TOKENS, EMBEDDING_WIDTH, MAX_TOKENS, SENTENCE_WIDTH, TOKEN_WIDTH
from agents.student.manifest import default_folder, verify
from catalog.known_words import Span

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
# Cut before tokenizing: the tokens that are read need no more, and 10,000 characters would cost 10 ms.
MAX_CHARACTERS = 480
ITEM_CHARACTERS = 1000
BATCH = 64
INPUTS = frozenset(("ids", "mask", "known"))
_SURROGATE = re.compile("[\ud800-\udfff]")
# Written out before the word pieces, which part at the stroke; offsets stay those of the text.
_ABBREVIATED = (
    (r"\b[wW]/[oO]\b", "without"),
    (r"\b[wW]/\s?", "with "),
    ("\U0001f44d", "great"),
    ("\U0001f44e", "bad"),
)


@dataclass(frozen=True)
class Output:
    """What the model says of one text of `T` tokens.

    `tokens [T, K]` and `sentence [S]` are logits (`agents.student.labels`), `vectors [T, 64]` not normalised.
    """

    encoding: Encoding
    length: int
    tokens: Floats
    sentence: Floats
    vectors: Floats


class StudentSession:
    """The student, ready to run. Threads may share it.

    Parameters
    ----------
    folder
        A model set; the shipped one by default.
    sealed
        Whether to check the manifest; training runs a set before it is sealed.
    """

    def __init__(self, folder: Path | None = None, *, sealed: bool = True) -> None:
        import onnxruntime

        self.folder = folder or default_folder()
        self.version = verify(self.folder).version if sealed else "unsealed"
        self.tokenizer: Tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(MAX_TOKENS)
        written_out = [Replace(Regex(short), long) for short, long in _ABBREVIATED]
        if self.tokenizer.normalizer is not None:
            self.tokenizer.normalizer = Normalizers([*written_out, self.tokenizer.normalizer])
        end = self.tokenizer.token_to_id("[SEP]")
        if end is None:
            raise ModelSetError(
                f"The tokenizer in {self.folder} has no [SEP]: run `heed train parser` again."
            )
        self._end = end
        options = onnxruntime.SessionOptions()
        # One thread each: inside Flink two workers with default threads do half the work of two with one.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(self.folder / "model.onnx"),
            options,
            providers=["CPUExecutionProvider"],
            # The fused kernel takes eight times as long as an addition and a normalisation one by one.
            disabled_optimizers=["SkipLayerNormFusion"],
        )
        inputs = {one.name for one in self._session.get_inputs()}
        if inputs != INPUTS:
            raise ModelSetError(
                f"The parser model in {self.folder} takes {', '.join(sorted(inputs))}, this program gives "
                f"{', '.join(sorted(INPUTS))}: make a new one with `heed train parser`."
            )
        outputs = self._session.get_outputs()
        # Named in each call: the library would ask for them anew each time, and the pass is short.
        self._outputs = [out.name for out in outputs]
        widths = [out.shape[-1] for out in outputs]
        if widths != [TOKEN_WIDTH, SENTENCE_WIDTH, EMBEDDING_WIDTH]:
            raise ModelSetError(
                f"The parser model in {self.folder} has outputs of width {widths}, this program needs "
                f"{[TOKEN_WIDTH, SENTENCE_WIDTH, EMBEDDING_WIDTH]}: make a new one with `heed train parser`."
            )

    def run(self, texts: Sequence[str], known: Sequence[Sequence[Span]]) -> list[Output]:
        """Return the model's output for each text, in order; like lengths share a batch.

        `known` holds for each text where its words are values of the catalogue.
        """
        if len(texts) == 1:
            return [self.run_one(texts[0], known[0])]
        encodings = self.tokenizer.encode_batch([_cut(text) for text in texts])
        out: list[Output | None] = [None] * len(texts)
        for rows, (tokens, sentence, vectors) in self._passes(encodings, COMMAND_TOKENS, known):
            for n, row in enumerate(rows):
                length = min(len(encodings[row].ids), COMMAND_TOKENS)
                out[row] = Output(
                    encodings[row], length, tokens[n, :length], sentence[n], vectors[n, :length]
                )
        return [output for output in out if output is not None]

    def run_one(self, text: str, known: Sequence[Span] = ()) -> Output:
        """Return the model's output for one text: no padding, no sorting, nothing else in the batch."""
        encoding, ids, marks = self._encoded(text, known)
        inputs = {"ids": ids, "mask": np.ones_like(ids), "known": marks}
        tokens, sentence, vectors = self._session.run(self._outputs, inputs)
        return Output(encoding, ids.shape[1], tokens[0], sentence[0], vectors[0])

    def ids(self, text: str) -> Ints:
        """Return the word pieces of one text as the model reads them, `int64[1, T]`."""
        return self._encoded(text, ())[1]

    def _encoded(self, text: str, known: Sequence[Span]) -> tuple[Encoding, Ints, Floats]:
        encoding = self.tokenizer.encode(_cut(text))
        ids = encoding.ids
        if len(ids) > COMMAND_TOKENS:
            # What was cut ends with its mark all the same: the model has seen no text without one.
            ids = [*ids[: COMMAND_TOKENS - 1], self._end]
        marks = known_tokens(encoding, len(ids), known)
        return encoding, np.array([ids], np.int64), np.array([marks], np.float32)

    def knows(self, word: str) -> bool:
        """Whether a word is one of the vocabulary's."""
        return is_word(self.tokenizer, word)

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return one unit vector for each text, `float32[n, 64]`; an empty text has that of its two marks."""
        encodings = self.tokenizer.encode_batch([_cut(text, ITEM_CHARACTERS) for text in texts])
        out = np.zeros((len(texts), EMBEDDING_WIDTH), np.float32)
        for rows, (_, _, vectors) in self._passes(encodings, MAX_TOKENS):
            lengths = np.array([len(encodings[row].ids) for row in rows])
            inside = np.arange(vectors.shape[1])[None, :] < lengths[:, None]
            out[rows] = unit((vectors * inside[:, :, None]).sum(1))
        return out

    def _passes(
        self, encodings: Sequence[Encoding], limit: int, known: Sequence[Sequence[Span]] = ()
    ) -> Iterator[tuple[list[int], list[Floats]]]:
        lengths = [min(len(encoding.ids), limit) for encoding in encodings]
        order = sorted(range(len(encodings)), key=lengths.__getitem__)
        for at in range(0, len(order), BATCH):
            rows = order[at : at + BATCH]
            ids = np.zeros((len(rows), lengths[rows[-1]]), np.int64)
            mask, marks = np.zeros_like(ids), np.zeros(ids.shape, np.float32)
            for n, row in enumerate(rows):
                ids[n, : lengths[row]] = encodings[row].ids[: lengths[row]]
                # As in `run_one`.
                ids[n, lengths[row] - 1] = self._end
                mask[n, : lengths[row]] = 1
                if known and known[row]:
                    marks[n, : lengths[row]] = known_tokens(encodings[row], lengths[row], known[row])
            yield rows, self._session.run(self._outputs, {"ids": ids, "mask": mask, "known": marks})


def _cut(text: str, longest: int = MAX_CHARACTERS) -> str:
    """Return what of a text is read. Half a surrogate pair is no text that can be encoded."""
    text = text if len(text) <= longest else text[:longest]
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def is_word(tokenizer: Tokenizer, word: str) -> bool:
    """Whether a word is one of the vocabulary's; a typing error is in pieces."""
    return tokenizer.token_to_id(word.casefold()) is not None


def known_tokens(encoding: Encoding, length: int, known: Sequence[Span]) -> list[int]:
    """Return 1 for each of the first `length` tokens that stands in one of the `known` spans, else 0."""
    marks = [0] * length
    if known:
        for n, (start, end) in enumerate(encoding.offsets[:length]):
            if any(first <= start < end <= last for first, last in known):
                marks[n] = 1
    return marks


def unit(vectors: Floats) -> Floats:
    """Return the rows with length 1."""
    length = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))[..., None]
    return np.asarray(vectors / np.maximum(length, 1e-9), np.float32)


@cache
def shipped_session() -> StudentSession:
    """Return the shipped student, loaded once per process: parser and encoder share it."""
    return StudentSession()
