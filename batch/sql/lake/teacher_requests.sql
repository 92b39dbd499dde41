-- teacher_requests: the commands that the parser doubted.
--
-- Grain: one row per message of the topic teacher-requests. Key: (partition, kafka_offset).
-- Reads: teacher_requests_log (the lake's files).
CREATE OR REPLACE TEMP VIEW teacher_requests AS
WITH
texts AS (
    -- TRY: bytes that are no UTF-8 are no event, and must not stop the query.
    SELECT partition, kafka_offset, appended_at, TRY(decode(value)) AS text
    FROM teacher_requests_log
),
events AS (
    SELECT partition, kafka_offset, appended_at, CASE WHEN json_valid(text) THEN text::JSON END AS event
    FROM texts
)
SELECT
    partition,
    kafka_offset,
    appended_at,
    event ->> '$.command_id' AS command_id,
    event ->> '$.user_id' AS user_id,
    event ->> '$.text' AS text,
    TRY_CAST(event ->> '$.said_at' AS TIMESTAMPTZ) AS said_at,
    TRY_CAST(event -> '$.shown_item_ids' AS VARCHAR[]) AS shown_item_ids,
    TRY_CAST(event ->> '$.requested_at' AS TIMESTAMPTZ) AS requested_at,
    TRY_CAST(event ->> '$.schema_version' AS INTEGER) AS schema_version
FROM events;
