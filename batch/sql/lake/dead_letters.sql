-- dead_letters: what could not be read, and why; payload is base64.
--
-- Grain: one row per message of the topic dead-letters. Key: (partition, kafka_offset).
-- Reads: dead_letters_log (the lake's files).
CREATE OR REPLACE TEMP VIEW dead_letters AS
WITH
texts AS (
    -- TRY: bytes that are no UTF-8 are no event, and must not stop the query.
    SELECT partition, kafka_offset, appended_at, TRY(decode(value)) AS text
    FROM dead_letters_log
),
events AS (
    SELECT partition, kafka_offset, appended_at, CASE WHEN json_valid(text) THEN text::JSON END AS event
    FROM texts
)
SELECT
    partition,
    kafka_offset,
    appended_at,
    event ->> '$.topic' AS topic,
    TRY_CAST(event ->> '$.partition' AS INTEGER) AS source_partition,
    TRY_CAST(event ->> '$.offset' AS BIGINT) AS source_offset,
    event ->> '$.reason' AS reason,
    event ->> '$.payload' AS payload,
    event ->> '$.key' AS key,
    TRY_CAST(event ->> '$.rejected_at' AS TIMESTAMPTZ) AS rejected_at,
    TRY_CAST(event ->> '$.schema_version' AS INTEGER) AS schema_version
FROM events;
