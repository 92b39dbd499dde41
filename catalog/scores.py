"""Scores of films nobody else scored: the mean of the ratings, brought to another source's scale."""

from __future__ import annotations

import numpy as np

from catalog.columns import Floats

# A mean of three ratings says little: each film's counts together with so many average ratings.
PRIOR_RATINGS = 10.0
# With fewer films that both sources know, their scales cannot be compared: stars of 5 become points of 10.
COMPARABLE = 50


def with_equated_means(scores: Floats, mean: Floats, count: Floats) -> Floats:
    """Fill unknown scores (NaN) from the ratings; a film that nobody rated stays unknown.

    The mean, damped by `PRIOR_RATINGS`, is shifted and stretched so that over the films that have both it has
    the mean and the spread of `scores` (linear equating: Kolen and Brennan, "Test Equating", ch. 2).

    Parameters
    ----------
    scores : float64[n]
        From 1 to 10, NaN where unknown.
    mean, count : float64[n]
        The mean stars of 5 and the number of ratings of each film.
    """
    rated = count > 0
    if not rated.any():
        return scores
    stars = np.where(rated, np.nan_to_num(mean), 0.0)
    overall = float((count * stars).sum() / count.sum())
    damped = (count * stars + PRIOR_RATINGS * overall) / (count + PRIOR_RATINGS)
    both = ~np.isnan(scores) & (count >= PRIOR_RATINGS)
    if both.sum() < COMPARABLE:
        equated = 2 * damped
    else:
        slope = scores[both].std() / damped[both].std()
        equated = scores[both].mean() + slope * (damped - damped[both].mean())
    filled = np.where(rated, np.clip(np.round(equated, 1), 1.0, 10.0), np.nan)
    return np.where(np.isnan(scores), filled, scores)
