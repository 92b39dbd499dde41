"""What the ranking model sees of a person, an item and the two together: one small function per feature.

`feature_names(domain)` declares the columns and `feature_matrix(query)` computes them. Serving and the
training set call the same code, so there is no skew between the two.
"""

from ranking.features.matrix import FEATURE_NAMES, feature_matrix, feature_names
from ranking.features.query import CatalogFeatures, Query, catalog_features

__all__ = ["FEATURE_NAMES", "CatalogFeatures", "Query", "catalog_features", "feature_matrix", "feature_names"]
