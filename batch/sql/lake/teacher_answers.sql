-- teacher_answers: what a teacher read in the commands that the parser doubted.
--
-- Grain: one row per message of the topic teacher-answers. Key: (partition, kafka_offset).
-- Reads: teacher_answers_log (the lake's files).
CREATE OR REPLACE TEMP VIEW teacher_answers AS
WITH
texts AS (
    -- TRY: bytes that are no UTF-8 are no event, and must not stop the query.
    SELECT partition, kafka_offset, appended_at, TRY(decode(value)) AS text
    FROM teacher_answers_log
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
    TRY_CAST(event ->> '$.said_at' AS TIMESTAMPTZ) AS said_at,
    event -> '$.parsed' AS parsed,
    TRY_CAST(event ->> '$.answered_at' AS TIMESTAMPTZ) AS answered_at,
    TRY_CAST(event ->> '$.schema_version' AS INTEGER) AS schema_version
FROM events;
