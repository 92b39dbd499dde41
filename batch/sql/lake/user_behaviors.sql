-- user_behaviors: what people did, as it was sent; what the stream refused is in dead_letters too.
--
-- Grain: one row per message of the topic user-behaviors. Key: (partition, kafka_offset).
-- Reads: user_behaviors_log (the lake's files).
CREATE OR REPLACE TEMP VIEW user_behaviors AS
WITH
texts AS (
    -- TRY: bytes that are no UTF-8 are no event, and must not stop the query.
    SELECT partition, kafka_offset, appended_at, TRY(decode(value)) AS text
    FROM user_behaviors_log
),
events AS (
    SELECT partition, kafka_offset, appended_at, CASE WHEN json_valid(text) THEN text::JSON END AS event
    FROM texts
)
SELECT
    partition,
    kafka_offset,
    appended_at,
    event ->> '$.event_id' AS event_id,
    event ->> '$.user_id' AS user_id,
    event ->> '$.session_id' AS session_id,
    event ->> '$.item_id' AS item_id,
    event ->> '$.kind' AS kind,
    TRY_CAST(event ->> '$.value' AS DOUBLE) AS value,
    event ->> '$.slate_id' AS slate_id,
    TRY_CAST(event ->> '$.position' AS INTEGER) AS position,
    coalesce(TRY_CAST(event ->> '$.occurred_at' AS TIMESTAMPTZ), appended_at) AS occurred_at,
    TRY_CAST(event ->> '$.schema_version' AS INTEGER) AS schema_version
FROM events;
