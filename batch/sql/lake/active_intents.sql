-- active_intents: what a person wanted after each command.
--
-- Grain: one row per message of the topic active-intents. Key: (partition, kafka_offset).
-- Reads: active_intents_log (the lake's files).
CREATE OR REPLACE TEMP VIEW active_intents AS
WITH
texts AS (
    -- TRY: bytes that are no UTF-8 are no event, and must not stop the query.
    SELECT partition, kafka_offset, appended_at, TRY(decode(value)) AS text
    FROM active_intents_log
),
events AS (
    SELECT partition, kafka_offset, appended_at, CASE WHEN json_valid(text) THEN text::JSON END AS event
    FROM texts
)
SELECT
    partition,
    kafka_offset,
    appended_at,
    event ->> '$.user_id' AS user_id,
    TRY_CAST(event ->> '$.version' AS BIGINT) AS version,
    event ->> '$.command_id' AS command_id,
    event ->> '$.act' AS act,
    event ->> '$.clarity' AS clarity,
    event -> '$.preferences' AS preferences,
    event -> '$.changes' AS changes,
    event -> '$.question' AS question,
    TRY_CAST(event ->> '$.updated_at' AS TIMESTAMPTZ) AS updated_at,
    TRY_CAST(event -> '$.recent_command_ids' AS VARCHAR[]) AS recent_command_ids,
    TRY_CAST(event ->> '$.schema_version' AS INTEGER) AS schema_version,
    event
FROM events;
