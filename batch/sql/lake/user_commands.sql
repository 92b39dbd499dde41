-- user_commands: what people said, as it was sent; what the stream refused is in dead_letters too.
--
-- Grain: one row per message of the topic user-commands. Key: (partition, kafka_offset).
-- Reads: user_commands_log (the lake's files).
CREATE OR REPLACE TEMP VIEW user_commands AS
WITH
texts AS (
    -- TRY: bytes that are no UTF-8 are no event, and must not stop the query.
    SELECT partition, kafka_offset, appended_at, TRY(decode(value)) AS text
    FROM user_commands_log
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
    event ->> '$.session_id' AS session_id,
    event ->> '$.text' AS text,
    event -> '$.edit' AS edit,
    TRY_CAST(event -> '$.shown_item_ids' AS VARCHAR[]) AS shown_item_ids,
    coalesce(TRY_CAST(event ->> '$.occurred_at' AS TIMESTAMPTZ), appended_at) AS occurred_at,
    TRY_CAST(event ->> '$.schema_version' AS INTEGER) AS schema_version
FROM events;
