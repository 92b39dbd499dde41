"""Offline: the lake, SQL backfills, training sets, data checks and evaluation over DuckDB."""
