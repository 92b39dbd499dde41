"""The semantic index: built once per encoder and catalogue, and never half."""

from __future__ import annotations

import numpy as np
import pytest
from small_films import BagOfWords, films

from ranking.semantic import build_index, unit


class Counting(BagOfWords):
    """Counts the texts that it had to encode."""

    def __init__(self) -> None:
        self.texts = 0

    def encode(self, texts):
        self.texts += len(texts)
        return super().encode(texts)


class Other(BagOfWords):
    """Another encoder: the same words, other places."""

    def encode(self, texts):
        return super().encode([text[::-1] for text in texts])


def test_a_text_is_nearest_to_the_item_that_speaks_of_it(tmp_path):
    index = build_index(films(), BagOfWords(), tmp_path)
    near = index.similarity(index.text("a pig learns to herd sheep"))
    assert films().titles[int(near.argmax())] == "Babe"
    assert np.allclose(np.linalg.norm(index.items, axis=1), 1, atol=1e-5)


def test_the_same_encoder_and_catalogue_are_encoded_once(tmp_path):
    first = build_index(films(), BagOfWords(), tmp_path)
    again = Counting()
    second = build_index(films(), again, tmp_path)
    assert again.texts == 1
    assert np.array_equal(first.items, second.items)


def test_another_encoder_gets_a_matrix_of_its_own(tmp_path):
    build_index(films(), BagOfWords(), tmp_path)
    other = build_index(films(), Other(), tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    assert np.allclose(other.items, Other().encode([films().item_text(i) for i in range(len(films()))]))


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", b"not a matrix"])
def test_a_damaged_matrix_is_made_again(tmp_path, damage):
    first = build_index(films(), BagOfWords(), tmp_path)
    (place,) = tmp_path.iterdir()
    place.write_bytes(damage or place.read_bytes()[:-100])
    assert np.array_equal(build_index(films(), BagOfWords(), tmp_path).items, first.items)


def test_a_text_is_encoded_once(tmp_path):
    encoder = Counting()
    index = build_index(films(), encoder, tmp_path)
    before = encoder.texts
    assert np.array_equal(index.text("calm"), index.text("calm"))
    assert encoder.texts == before + 1


def test_progress_is_told(tmp_path):
    told = []
    build_index(films(), BagOfWords(), tmp_path, progress=lambda done, total: told.append((done, total)))
    assert told == [(14, 14)]


def test_nothing_has_no_direction():
    assert unit(np.zeros(3, dtype=np.float32)).tolist() == [0, 0, 0]
    assert unit(np.array([3, 4], dtype=np.float32)).tolist() == pytest.approx([0.6, 0.8])
