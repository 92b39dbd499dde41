-- feed_impressions: the slates as they were served; scores are parallel to item_ids.
--
-- Grain: one row per message of the topic feed-impressions. Key: (partition, kafka_offset).
-- Reads: feed_impressions_log (the lake's files).
CREATE OR REPLACE TEMP VIEW feed_impressions AS
WITH
texts AS (
    -- TRY: bytes that are no UTF-8 are no event, and must not stop the query.
    SELECT partition, kafka_offset, appended_at, TRY(decode(value)) AS text
    FROM feed_impressions_log
),
events AS (
    SELECT partition, kafka_offset, appended_at, CASE WHEN json_valid(text) THEN text::JSON END AS event
    FROM texts
)
SELECT
    partition,
    kafka_offset,
    appended_at,
    event ->> '$.slate_id' AS slate_id,
    event ->> '$.user_id' AS user_id,
    TRY_CAST(event -> '$.item_ids' AS VARCHAR[]) AS item_ids,
    TRY_CAST(event -> '$.scores' AS DOUBLE[]) AS scores,
    TRY_CAST(event ->> '$.intent_version' AS BIGINT) AS intent_version,
    event ->> '$.experiment' AS experiment,
    event ->> '$.variant' AS variant,
    TRY_CAST(event ->> '$.served_at' AS TIMESTAMPTZ) AS served_at,
    TRY_CAST(event ->> '$.schema_version' AS INTEGER) AS schema_version
FROM events;
