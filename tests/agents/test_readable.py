"""What is read of a text as it was sent, and where that stands in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.readable import readable
from agents.student.session import MAX_CHARACTERS


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("no horror, please", "no horror, please"),
        ("no   horror", "no horror"),
        ("no \n  horror", "no\nhorror"),
        ("<p>no</p><p>horror</p>", "\nno\nhorror\n"),
        ("<b>no</b> horror", " no horror"),
        ("R&amp;B", "R&B"),
        ("<!-- here -->no&nbsp;horror", " no horror"),
        ("no horror......", "no horror."),
        # Three dots are said, stars are counted, and a long number is one.
        ("no horror...", "no horror..."),
        ("at least ****", "at least ****"),
        ("10000000 votes", "10000000 votes"),
        ("1" * 30 + " votes", " votes"),
        ("no " + "a" * 80 + " horror", "no horror"),
        ("", ""),
    ],
)
def test_spaces_markup_and_held_keys_are_read_as_one(sent: str, read: str) -> None:
    assert readable(sent).text == read


@given(st.text(alphabet="ab <>/&;amp!\n", max_size=80), st.data())
def test_what_is_read_stands_where_it_is_said_to(sent: str, data: st.DataObject) -> None:
    part = readable(sent)
    words = [n for n, letter in enumerate(part.text) if letter.isalpha()]
    if words:
        start = data.draw(st.sampled_from(words))
        end = data.draw(st.sampled_from([n for n in words if n >= start])) + 1
        first, last = part.sent(start, end)
        assert 0 <= first < last <= len(sent)
        assert (sent[first], sent[last - 1]) == (part.text[start], part.text[end - 1])


def test_no_more_is_read_than_the_beginning() -> None:
    assert len(readable("no horror " * 1000).text) == MAX_CHARACTERS
    assert len(readable("no  horror " * 1000).text) == MAX_CHARACTERS
