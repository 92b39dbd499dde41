"""What a behaviour says of the taste."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import UnknownKindError
from catalog.signal import KINDS, signal


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        *(
            ("rate", 5.0, 1.0),
            ("rate", 3.0, 0.0),
            ("rate", 4.0, 0.5),
            ("rate", 0.5, -1.0),
            ("rate", None, 0.0),
        ),
        *(("rate", float("nan"), 0.0), ("purchase", None, 1.0), ("watch", None, 0.6), ("cart", None, 0.5)),
        *(("click", None, 0.2), ("skip", None, -0.3), ("hide", None, -1.0), ("impression", None, 0.0)),
    ],
)
def test_behaviour_says(kind: str, value: float | None, says: float) -> None:
    assert signal(kind, value) == says


@given(st.sampled_from(KINDS), st.floats(-100, 100))
def test_signal_stays_on_the_scale(kind: str, value: float) -> None:
    assert -1.0 <= signal(kind, value) <= 1.0


def test_unknown_behaviour_is_refused() -> None:
    with pytest.raises(UnknownKindError, match=r"no behaviour 'purchse' \(did you mean 'purchase'\?\)"):
        signal("purchse")
