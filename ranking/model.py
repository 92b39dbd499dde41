"""The ranking model: LambdaMART (Burges 2010, MSR-TR-2010-82) over the features, by LightGBM."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranking.errors import ModelFileError, TooLittleDataError
from ranking.manifest import REMEDY, Fact, digest_names, read_file, read_manifest, write_model

KIND = "ranker"
# More trees than this change nothing on the embedded films, and each costs 17 us for 500 candidates.
TREES = 120
# LightGBM refuses a query with more rows, with a message that names neither the query nor the limit.
GROUP_LIMIT = 10_000
# The gain of a label is 2^label - 1; LightGBM declares no more than 31 gains.
LABEL_LIMIT = 30

PARAMETERS: dict[str, Any] = {
    "objective": "lambdarank",
    "lambdarank_truncation_level": 20,
    "num_leaves": 15,
    "learning_rate": 0.05,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 1.0,
    "deterministic": True,
    "force_row_wise": True,
    "seed": 7,
    # A tree takes 20 ms. Two threads wait for each other longer than that where anything else runs.
    "num_threads": 1,
    "verbosity": -1,
}


@dataclass(frozen=True, eq=False)
class RankingDataset:
    """Rows to learn to rank from; the rows of one query stand together.

    Attributes
    ----------
    features : float32[r, F]
    labels : int32[r]
        0 for what was passed over, more for what was liked more; at most 30.
    groups : int32[q]
        How many rows each query has, in their order; sums to r.
    names : tuple of str
        The F columns.

    Raises
    ------
    ValueError
        Where the shapes disagree or a limit of LambdaMART is passed.
    """

    features: NDArray[np.float32]
    labels: NDArray[np.int32]
    groups: NDArray[np.int32]
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        rows, columns = self.features.shape
        if columns != len(self.names):
            raise ValueError(f"the features have {columns} columns and {len(self.names)} names")
        if len(self.labels) != rows or int(self.groups.sum()) != rows:
            places = int(self.groups.sum())
            raise ValueError(f"{rows} rows have {len(self.labels)} labels and {places} places in groups")
        if rows and (self.labels.min() < 0 or self.labels.max() > LABEL_LIMIT):
            raise ValueError(f"labels lie between 0 and {LABEL_LIMIT}, not up to {int(self.labels.max())}")
        if len(self.groups) and (self.groups.min() < 1 or self.groups.max() > GROUP_LIMIT):
            raise ValueError(f"a query must have 1 to {GROUP_LIMIT} rows, not {int(self.groups.max())}")


@dataclass(frozen=True, eq=False)
class Ranker:
    """A loaded model: scores order the candidates of one person and mean nothing between persons."""

    booster: Any
    names: tuple[str, ...]
    version: str
    facts: Mapping[str, Fact]

    def score(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return float64[n] for float32[n, F]; higher is better.

        One thread: on two cores several requests at once are worth more than one quick one.
        """
        if not len(matrix):
            return np.empty(0, dtype=np.float64)
        scores: NDArray[np.float64] = self.booster.predict(matrix, num_threads=1)
        return scores

    def contributions(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return float64[n, F + 1]: what each feature adds to each score (TreeSHAP), the base score last."""
        contributions: NDArray[np.float64] = self.booster.predict(matrix, pred_contrib=True, num_threads=1)
        return contributions


def train(
    dataset: RankingDataset,
    folder: Path,
    *,
    facts: Mapping[str, Fact] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Ranker:
    """Train a model, write it into `folder` and return it as it would be loaded.

    Parameters
    ----------
    facts : mapping, optional
        What else the manifest shall say of the model, such as the time until which it has seen events.
    progress : callable, optional
        Called after every tree with (trees done, trees at most).

    Raises
    ------
    TooLittleDataError
        Where there are fewer than ten queries.
    """
    import lightgbm

    if len(dataset.groups) < 10:
        raise TooLittleDataError("The ranking model", len(dataset.groups), "10 moments with a like")
    callbacks: list[Any] = []
    if progress is not None:
        callbacks.append(lambda state: progress(state.iteration + 1, TREES))
    data = lightgbm.Dataset(
        dataset.features,
        label=dataset.labels,
        group=dataset.groups,
        feature_name=list(dataset.names),
    )
    booster = lightgbm.train(PARAMETERS, data, num_boost_round=TREES, callbacks=callbacks)
    about: dict[str, Fact] = {
        **(facts or {}),
        "names": list(dataset.names),
        "names_digest": digest_names(dataset.names),
        "queries": len(dataset.groups),
        "rows": len(dataset.labels),
        "trees": booster.num_trees(),
    }
    write_model(folder, KIND, {"trees": (".txt", booster.model_to_string().encode())}, about)
    return load(folder, dataset.names)


def load(folder: Path, names: tuple[str, ...]) -> Ranker:
    """Load a model and check that it is whole and was trained on the features `names`.

    Parameters
    ----------
    names : tuple of str
        What this program computes: `ranking.features.feature_names(domain)`.

    Raises
    ------
    ModelFileError
        With the file or the mismatch, and what to do.
    """
    import lightgbm

    manifest = read_manifest(folder, KIND)
    if manifest.facts.get("names_digest") != digest_names(names):
        raise ModelFileError(folder, _difference(manifest.facts.get("names"), names), REMEDY)
    text = read_file(folder, manifest, "trees")
    booster = lightgbm.Booster(model_str=text.decode())
    return Ranker(booster=booster, names=names, version=manifest.hashes["trees"][:12], facts=manifest.facts)


def _difference(trained: Fact | None, names: tuple[str, ...]) -> str:
    """Return in words how the features of a model differ from the ones that are computed."""
    before = set(trained) if isinstance(trained, list) else set()
    gone, new = sorted(before - set(names)), sorted(set(names) - before)
    if not gone and not new:
        return "it was trained on the features in another order"
    parts = [f"it was trained with {', '.join(gone)}"] if gone else []
    parts += [f"it was trained without {', '.join(new)}"] if new else []
    return " and ".join(parts)
