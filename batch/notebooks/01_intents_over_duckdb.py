# ---
# jupyter:
#   jupytext:
#     text_representation:
#       format_name: percent
# ---
"""What people ask for, and what they do: a tour of the lake and the features with DuckDB.

Run it as a script (`python batch/notebooks/01_intents_over_duckdb.py`) or open it as a notebook in an editor
that knows the percent format. It reads `HEED_HOME` and writes nothing. Before it: `make demo`, so that
somebody has said something, and `heed lake sync`, which copies the topics into Parquet.

Every topic is a view with the fields of its events; the messages themselves, byte for byte, are in
`<view>_log`. The feature tables are plain Parquet files.
"""

# %% Open the lake. `read` makes a view of one topic and returns it.
from __future__ import annotations

import sys
from pathlib import Path

# Run as a script, Python looks for modules beside this file only.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from batch.database import connect
from batch.lake import read
from batch.tables import table_path
from catalog.settings import home_settings

home = home_settings().home
database = connect()
for topic in ("user-commands", "user-behaviors", "active-intents", "feed-impressions", "dead-letters"):
    read(database, topic)

# %% How much is there, and from when to when?
database.sql(
    """
    SELECT 'said' AS what, count(*) AS messages, min(occurred_at) AS first, max(occurred_at) AS last
    FROM user_commands
    UNION ALL
    SELECT 'done', count(*), min(occurred_at), max(occurred_at) FROM user_behaviors
    UNION ALL
    SELECT 'served', count(*), min(served_at), max(served_at) FROM feed_impressions
    UNION ALL
    SELECT 'refused', count(*), min(rejected_at), max(rejected_at) FROM dead_letters
    """
).show()

# %% What do people ask for? One row per preference, from the newest intent of each person.
database.execute(
    """
    CREATE OR REPLACE TEMP VIEW preferences AS
    WITH newest AS (
        SELECT *
        FROM active_intents
        QUALIFY row_number() OVER (PARTITION BY user_id ORDER BY version DESC) = 1
    )
    SELECT user_id, version, unnest(preferences::JSON[]) AS preference FROM newest
    """
)
database.sql(
    """
    SELECT
        preference ->> '$.field' AS field,
        preference ->> '$.polarity' AS polarity,
        preference ->> '$.strength' AS strength,
        count(*) AS times,
        list(DISTINCT preference ->> '$.text')[:5] AS words
    FROM preferences
    GROUP BY ALL
    ORDER BY times DESC, field
    """
).show()

# %% How did one person's intent grow? Each command beside what it left in force.
database.sql(
    """
    SELECT
        intents.user_id, intents.version, commands.text, intents.act, intents.clarity,
        json_array_length(intents.preferences) AS in_force
    FROM active_intents AS intents
    LEFT JOIN user_commands AS commands USING (command_id)
    WHERE intents.user_id = (
        SELECT user_id FROM active_intents GROUP BY user_id ORDER BY count(*) DESC, user_id LIMIT 1
    )
    ORDER BY intents.version
    """
).show(max_width=160)

# %% How long does a command take through the stream? Both times are the broker's own.
database.sql(
    """
    SELECT
        count(*) AS commands,
        median(milliseconds) AS p50_ms,
        quantile_cont(milliseconds, 0.99) AS p99_ms
    FROM (
        SELECT (epoch_us(intents.appended_at) - epoch_us(commands.appended_at)) / 1000 AS milliseconds
        FROM active_intents AS intents
        JOIN user_commands AS commands USING (command_id)
    )
    """
).show()

# %% Words and deeds: do people who reject a genre really not watch it? The taste is in the feature table.
database.sql(
    """
    SELECT user_id, event_count, round(rating_mean, 2) AS rating_mean, recent_item_ids[-3:] AS liked_last
    FROM read_parquet($behavior)
    WHERE recent_item_ids IS NOT NULL  -- the newest row of each person
    ORDER BY event_count DESC
    LIMIT 5
    """,
    params={"behavior": str(table_path(home, "user_behavior"))},
).show(max_width=160)

# %% What was refused, and why?
database.sql(
    "SELECT topic, reason, count(*) AS times FROM dead_letters GROUP BY ALL ORDER BY times DESC LIMIT 10"
).show(max_width=160)
