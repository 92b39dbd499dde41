-- behavior_features: a person's passive features after each update.
--
-- Grain: one row per message of the topic behavior-features. Key: (partition, kafka_offset).
-- Reads: behavior_features_log (the lake's files).
CREATE OR REPLACE TEMP VIEW behavior_features AS
WITH
texts AS (
    -- TRY: bytes that are no UTF-8 are no event, and must not stop the query.
    SELECT partition, kafka_offset, appended_at, TRY(decode(value)) AS text
    FROM behavior_features_log
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
    TRY_CAST(event ->> '$.event_count' AS BIGINT) AS event_count,
    TRY_CAST(event ->> '$.positive_count' AS BIGINT) AS positive_count,
    TRY_CAST(event ->> '$.rating_count' AS BIGINT) AS rating_count,
    TRY_CAST(event ->> '$.rating_mean' AS DOUBLE) AS rating_mean,
    TRY_CAST(event ->> '$.activity_30d' AS DOUBLE) AS activity_30d,
    TRY_CAST(event -> '$.category_affinity' AS DOUBLE[]) AS category_affinity,
    TRY_CAST(event -> '$.number_mean' AS DOUBLE[]) AS number_mean,
    TRY_CAST(event -> '$.number_count' AS BIGINT[]) AS number_count,
    TRY_CAST(event -> '$.recent_item_ids' AS VARCHAR[]) AS recent_item_ids,
    TRY_CAST(event -> '$.seen_item_ids' AS VARCHAR[]) AS seen_item_ids,
    TRY_CAST(event ->> '$.last_event_at' AS BIGINT) AS last_event_at,
    TRY_CAST(event ->> '$.version' AS BIGINT) AS version,
    TRY_CAST(event ->> '$.schema_version' AS INTEGER) AS schema_version
FROM events;
