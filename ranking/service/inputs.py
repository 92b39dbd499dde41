"""What a caller may send: every request body and query, with its limits."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

MAX_TEXT = 10_000
MAX_BEHAVIORS = 1_000
MAX_LIMIT = 100
MAX_TIMEOUT_MS = 10_000
# Clocks differ by seconds; by more, the event claims to come from the future.
CLOCK_TOLERANCE = timedelta(minutes=5)

BehaviorKind = Literal["impression", "click", "watch", "rate", "skip", "hide", "cart", "purchase"]


def _visible(text: str) -> bool:
    """Whether a text shows anything: not only spaces, control, format or unassigned characters."""
    return any(unicodedata.category(character)[0] not in "ZC" for character in text)


def _identifier(value: str) -> str:
    if not value.isprintable() or value != value.strip() or not _visible(value):
        raise PydanticCustomError(
            "identifier", "must be 1 to 200 visible characters, without spaces at its ends"
        )
    return value


def _said(text: str) -> str:
    if not _visible(text):
        raise PydanticCustomError("empty_text", "is empty; say what you want, such as “no more horror”")
    return text


def _not_from_the_future(moment: datetime) -> datetime:
    if moment > datetime.now(UTC) + CLOCK_TOLERANCE:
        raise PydanticCustomError(
            "from_the_future", "lies in the future; leave it out for the time of arrival"
        )
    return moment


Identifier = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_identifier)]
PastTime = Annotated[AwareDatetime, AfterValidator(_not_from_the_future)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CommandBody(_Body):
    """One command in the user's own words."""

    user_id: Identifier = Field(description="Who says it.", examples=["42"])
    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT), AfterValidator(_said)] = Field(
        description="What they say, in their own words.",
        examples=["no more horror, something like Heat but under two hours"],
    )
    session_id: Annotated[str, Field(max_length=200)] = Field(
        default="", description="The visit; preferences last for a session unless said otherwise."
    )
    shown_item_ids: tuple[Identifier, ...] = Field(
        default=(),
        max_length=200,
        description="The items on screen, in order: what “the second one” refers to.",
    )
    command_id: Identifier | None = Field(
        default=None, description="Your own id, made up when left out. The same id twice takes effect once."
    )


class BehaviorBody(_Body):
    """One thing that a user did with an item."""

    user_id: Identifier = Field(description="Who did it.", examples=["42"])
    item_id: Identifier = Field(description="With which item.", examples=["6"])
    kind: BehaviorKind = Field(description="What they did.")
    value: float | None = Field(
        default=None, allow_inf_nan=False, description="For `rate`: the stars, 0.5 to 5. Otherwise left out."
    )
    event_id: Identifier | None = Field(
        default=None, description="Your own id. The same id sent twice counts once. Made up when left out."
    )
    session_id: Annotated[str, Field(max_length=200)] = Field(default="", description="The visit.")
    slate_id: Annotated[str, Field(max_length=200)] = Field(default="", description="The slate it was in.")
    position: int | None = Field(default=None, ge=0, le=10_000, description="Where in that slate, from 0.")
    occurred_at: PastTime | None = Field(
        default=None, description="When (RFC 3339 with a time zone). The time of arrival when left out."
    )

    @model_validator(mode="after")
    def _stars(self) -> BehaviorBody:
        if self.kind == "rate" and (self.value is None or not 0.5 <= self.value <= 5):
            raise PydanticCustomError("stars", "`value` must hold the stars of a `rate`, from 0.5 to 5.")
        return self


def _one_or_many(body: Any) -> str:
    return "many" if isinstance(body, list) else "one"


BehaviorsBody = Annotated[
    Annotated[BehaviorBody, Tag("one")]
    | Annotated[list[BehaviorBody], Field(min_length=1, max_length=MAX_BEHAVIORS), Tag("many")],
    Discriminator(_one_or_many),
]


class IntentEditBody(_Body):
    """A change to the intent made with a click: forget some preferences, or take the last command back."""

    forget: tuple[Identifier, ...] = Field(
        default=(), max_length=200, description="Ids of the preferences to drop.", examples=[["p1"]]
    )
    undo: bool = Field(default=False, description="True takes the last command back.")
    command_id: Identifier | None = Field(default=None, description="Your own id, as for a command.")

    @model_validator(mode="after")
    def _exactly_one(self) -> IntentEditBody:
        if bool(self.forget) == self.undo:
            raise PydanticCustomError(
                "one_edit", 'Send either {"forget": [preference ids]} or {"undo": true}, and not both.'
            )
        return self


class FeedQuery(_Body):
    """Whose feed, how long, and whether to wait for a command."""

    user_id: Identifier = Field(
        description="Whose feed. An unknown user gets a feed for newcomers.", examples=["42"]
    )
    limit: int = Field(default=20, ge=1, le=MAX_LIMIT, description="How many items.")
    after: Identifier | None = Field(
        default=None, description="Wait until this command has taken effect: read your own writes."
    )
    timeout_ms: int = Field(
        default=2_000,
        ge=0,
        le=MAX_TIMEOUT_MS,
        description="How long `after` may wait. Then the feed comes as it is, with `stale: true`.",
    )
    explain: bool = Field(
        default=False, description="Add every item's score breakdown and every part's report."
    )
    impression: bool = Field(
        default=True, description="Record the slate as shown; false where nobody is to look at it anew."
    )


class SearchQuery(_Body):
    """A title to look for."""

    q: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_said)] = Field(
        description="Words of the title; accents and case do not matter.", examples=["heat"]
    )
    limit: int = Field(default=10, ge=1, le=50, description="How many items at most.")
