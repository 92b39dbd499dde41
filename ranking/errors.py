"""What can go wrong in the ranking room, each with one sentence for the person who meets it."""

from __future__ import annotations

from pathlib import Path


class RankingError(Exception):
    """The root of every error that the ranking room raises on purpose."""


class ModelFileError(RankingError):
    """A trained model is missing, damaged, or made for something else than what is loaded."""

    def __init__(self, folder: Path, problem: str, remedy: str) -> None:
        self.folder = folder
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"The model in {folder} cannot be used: {problem}. {remedy}")


class TooLittleDataError(RankingError):
    """There is too little to learn from: `found` of what `needed` says, "10 moments" or the like."""

    def __init__(self, what: str, found: int, needed: str) -> None:
        self.what = what
        self.found = found
        self.needed = needed
        super().__init__(
            f"{what} needs at least {needed} and found {found}: load more interactions with `heed data load`."
        )


class FeatureStoreError(RankingError):
    """Feast does not hold what the feed reads."""

    def __init__(self, service: str) -> None:
        self.service = service
        super().__init__(
            f"Feast knows no feature service {service}: run `heed up`, which applies the definitions, "
            "or `feast apply` in feature_repo."
        )


class StoredIntentError(RankingError):
    """A stored intent cannot be read. It is not ignored: it may say what must not be shown."""

    def __init__(self, user_id: str, problem: str) -> None:
        self.user_id = user_id
        self.problem = problem
        super().__init__(
            f"The stored intent of user {user_id} cannot be read ({problem}): run the version of Heed that "
            "wrote it, or reset it with `heed intent reset`."
        )
