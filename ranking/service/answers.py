"""What the API answers: the models behind `/docs`, and how they are made from the rooms' own types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from agents.types import (
    Act,
    ChangeKind,
    Clarity,
    Horizon,
    Intent,
    Op,
    Polarity,
    Preference,
    Question,
    Strength,
    Value,
)
from catalog.items import Catalog
from ranking.service.wording import change_in_words, in_words, reply
from ranking.slate import PartReport, Slate, SlateEntry

if TYPE_CHECKING:
    from ranking.store import UserState


class ErrorDetail(BaseModel):
    """What went wrong, in one sentence."""

    code: str = Field(description="A word for programs.", examples=["invalid"])
    message: str = Field(description="A sentence for people.", examples=["`text` is missing."])
    field: str | None = Field(description="The field it is about.", examples=["text"])


class ErrorAnswer(BaseModel):
    """The one shape of every error."""

    error: ErrorDetail


class Accepted(BaseModel):
    """The command is on its way. Ask for the feed with `after` set to its id to see what it did."""

    command_id: str = Field(examples=["01J9ZK6V3T"])


class BehaviorsAccepted(BaseModel):
    """The behaviours are on their way, in the order sent."""

    event_ids: list[str]


class PreferenceAnswer(BaseModel):
    """One thing that the user wants or rejects."""

    id: str = Field(description="What `forget` takes.")
    label: str = Field(description="The preference in a few words.", examples=["no Horror"])
    field: str
    op: Op
    value: Value
    polarity: Polarity
    strength: Strength
    horizon: Horizon
    expires_at: datetime | None
    said_at: datetime | None
    text: str = Field(description="The user's own words for it.")
    confidence: float
    group: int


class ChangeAnswer(BaseModel):
    """One entry of the change list of the last command."""

    kind: ChangeKind
    reason: str
    label: str = ""
    preference_id: str | None = None
    replaced_by: str | None = None


class QuestionAnswer(BaseModel):
    """A question back, or a reason why not. Each answer is an ordinary command."""

    text: str
    answers: list[str]


class IntentAnswer(BaseModel):
    """What the user currently wants, and what the last command changed."""

    user_id: str
    version: int
    command_id: str
    preferences: list[PreferenceAnswer]
    changes: list[ChangeAnswer]
    clarity: Clarity
    act: Act
    question: QuestionAnswer | None
    reply: str | None = Field(description="The answer where the last command was a question or held no wish.")
    updated_at: datetime | None
    recent_command_ids: list[str] = Field(description="The newest commands that this intent holds.")


class FeedItem(BaseModel):
    """One recommended item, with the domain's display fields (title, year, genre, ...) beside these keys."""

    model_config = ConfigDict(extra="allow")

    item_id: str
    score: float
    reasons: list[str] = Field(description="Why it is here, in words.")
    breakdown: dict[str, float] | None = Field(
        default=None, description="What made up the score; with `explain`."
    )


class PartAnswer(BaseModel):
    """What one part of the feed did; with `explain`."""

    name: str
    count_in: int
    count_out: int
    milliseconds: float
    note: str
    enabled: bool = Field(description="False where the part had nothing to do for this feed.")


class FeedAnswer(BaseModel):
    """A slate, the intent that shaped it, and what the user should know about it."""

    slate_id: str
    user_id: str
    items: list[FeedItem]
    intent: IntentAnswer
    intent_version: int
    notes: list[str] = Field(description="What was left out, relaxed or could not be checked, in words.")
    question: QuestionAnswer | None
    stale: bool = Field(description="True where the wait for `after` ran out: its effect is still to come.")
    waited_ms: float = Field(description="How long the feed waited for `after`.")
    ranked_ms: float = Field(description="How long making the slate took.")
    behavior_version: int = Field(description="How many behaviours of this user the feed knows.")
    parts: list[PartAnswer] | None = Field(default=None, description="Every part's report; with `explain`.")


class SearchAnswer(BaseModel):
    """Items whose title holds the words, the closest first."""

    items: list[dict[str, Any]]


class SampleUserAnswer(BaseModel):
    """A user to try the feed as."""

    user_id: str
    events: int
    likes: list[str]


class SampleUsersAnswer(BaseModel):
    """Users with behaviours, for demonstrations."""

    users: list[SampleUserAnswer]


class FieldAnswer(BaseModel):
    """One declared field of the domain."""

    name: str
    type: str
    unit: str
    multi: bool
    display: bool
    described: bool = Field(description="Whether it holds words of theme, mood and the like.")
    decimals: int


class DomainAnswer(BaseModel):
    """What is recommended here, and under which terms."""

    name: str
    item: str = Field(description="The noun for one.", examples=["film"])
    items: str = Field(description="The noun for several.", examples=["films"])
    count: int
    synthetic: bool = Field(description="True where items and users are made up.")
    attribution: str = Field(description="The data's origin and terms of use; show it with the data.")
    title_field: str
    accent_field: str = Field(description="The category that characterises an item best.")
    fields: list[FieldAnswer]
    examples: list[str] = Field(description="Commands to try.")


class DependencyAnswer(BaseModel):
    """The state of one dependency."""

    state: str = Field(description="`ok` or `failed`.")
    needed: bool = Field(description="Whether feeds cannot be served without it.")
    detail: str


class HealthAnswer(BaseModel):
    """`ok`; `degraded` where feeds are served but something is down; `failed` (503) where none can be."""

    status: str
    dependencies: dict[str, DependencyAnswer]


def question_answer(question: Question | None) -> QuestionAnswer | None:
    """Return the question as the API shows it."""
    return None if question is None else QuestionAnswer(text=question.text, answers=list(question.answers))


def preference_answer(preference: Preference, catalog: Catalog) -> PreferenceAnswer:
    """Return one preference with its label."""
    return PreferenceAnswer(
        id=preference.id,
        label=in_words(preference, catalog),
        field=preference.field,
        op=preference.op,
        value=preference.value,
        polarity=preference.polarity,
        strength=preference.strength,
        horizon=preference.horizon,
        expires_at=preference.expires_at,
        said_at=preference.said_at,
        text=preference.text,
        confidence=preference.confidence,
        group=preference.group,
    )


def intent_answer(intent: Intent, catalog: Catalog, now: datetime) -> IntentAnswer:
    """Return the intent as the API shows it; preferences that have expired by `now` are left out."""
    changes = [
        ChangeAnswer(
            kind=change.kind,
            reason=change_in_words(change, intent, catalog),
            label="" if change.preference is None else in_words(change.preference, catalog),
            preference_id=None if change.preference is None else change.preference.id,
            replaced_by=change.replaced_by,
        )
        for change in intent.changes
    ]
    preferences = [
        preference_answer(preference, catalog)
        for preference in intent.preferences
        if preference.expires_at is None or preference.expires_at > now
    ]
    return IntentAnswer(
        user_id=intent.user_id,
        version=intent.version,
        command_id=intent.command_id,
        preferences=preferences,
        changes=changes,
        clarity=intent.clarity,
        act=intent.act,
        question=question_answer(intent.question),
        reply=reply(intent, [preference.label for preference in preferences]),
        updated_at=intent.updated_at,
        recent_command_ids=list(intent.recent_command_ids),
    )


def item_answer(entry: SlateEntry, catalog: Catalog, *, explain: bool) -> FeedItem:
    """Return one item of a slate with its display fields."""
    index = catalog.index_of(entry.item_id)
    shown = {} if index is None else catalog.display(index)
    return FeedItem.model_validate(
        {
            **shown,
            "item_id": entry.item_id,
            "score": float(entry.score),
            "reasons": list(entry.reasons),
            "breakdown": {name: float(value) for name, value in entry.breakdown.items()} if explain else None,
        }
    )


@dataclass(frozen=True)
class Served:
    """A slate on its way out: what it was made from, when, and how the wait for `after` went."""

    slate: Slate
    state: UserState
    now: datetime
    explain: bool
    stale: bool
    waited_ms: float


def feed_answer(served: Served, catalog: Catalog) -> FeedAnswer:
    """Return a slate as the API shows it."""
    slate, explain = served.slate, served.explain
    intent = intent_answer(served.state.intent, catalog, served.now)
    return FeedAnswer(
        slate_id=slate.slate_id,
        user_id=served.state.intent.user_id,
        items=[item_answer(entry, catalog, explain=explain) for entry in slate.entries],
        intent=intent,
        intent_version=slate.intent_version,
        notes=list(slate.notes),
        question=intent.question,
        stale=served.stale,
        waited_ms=served.waited_ms,
        ranked_ms=sum(part.milliseconds for part in slate.parts),
        behavior_version=served.state.behavior.version,
        parts=[_part_answer(part) for part in slate.parts] if explain else None,
    )


def _part_answer(part: PartReport) -> PartAnswer:
    return PartAnswer(
        name=part.name,
        count_in=part.count_in,
        count_out=part.count_out,
        milliseconds=part.milliseconds,
        note=part.note,
        enabled=part.enabled,
    )
