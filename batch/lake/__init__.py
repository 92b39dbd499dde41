"""The lake: every message of every topic as Parquet, exactly once, and DuckDB views that read it."""

from batch.lake.files import LakeFile, Span, lake_files
from batch.lake.sync import Gap, SyncReport, TopicReport, sync
from batch.lake.views import messages, read

__all__ = ["Gap", "LakeFile", "Span", "SyncReport", "TopicReport", "lake_files", "messages", "read", "sync"]
