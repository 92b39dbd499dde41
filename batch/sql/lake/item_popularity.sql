-- item_popularity: how much an item was in demand after each update.
--
-- Grain: one row per message of the topic item-popularity. Key: (partition, kafka_offset).
-- Reads: item_popularity_log (the lake's files).
CREATE OR REPLACE TEMP VIEW item_popularity AS
WITH
texts AS (
    -- TRY: bytes that are no UTF-8 are no event, and must not stop the query.
    SELECT partition, kafka_offset, appended_at, TRY(decode(value)) AS text
    FROM item_popularity_log
),
events AS (
    SELECT partition, kafka_offset, appended_at, CASE WHEN json_valid(text) THEN text::JSON END AS event
    FROM texts
)
SELECT
    partition,
    kafka_offset,
    appended_at,
    event ->> '$.item_id' AS item_id,
    TRY_CAST(event ->> '$.event_count' AS BIGINT) AS event_count,
    TRY_CAST(event ->> '$.positive_count' AS BIGINT) AS positive_count,
    TRY_CAST(event ->> '$.rating_mean' AS DOUBLE) AS rating_mean,
    TRY_CAST(event ->> '$.popularity_30d' AS DOUBLE) AS popularity_30d,
    TRY_CAST(event ->> '$.last_event_at' AS BIGINT) AS last_event_at,
    TRY_CAST(event ->> '$.version' AS BIGINT) AS version,
    TRY_CAST(event ->> '$.schema_version' AS INTEGER) AS schema_version
FROM events;
