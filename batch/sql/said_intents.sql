-- said_intents: the intents in the lake, flat enough to be checked.
--
-- Grain: one row per message of the topic active-intents that is a JSON object. Key: (partition, kafka_offset).
-- Reads: active_intents.
SELECT
    user_id,
    version,
    act,
    clarity,
    updated_at,
    count(DISTINCT event::VARCHAR) OVER (PARTITION BY user_id, version) AS readings,
    TRY_CAST(
        preferences AS STRUCT(
            field VARCHAR, op VARCHAR, polarity VARCHAR, strength VARCHAR, horizon VARCHAR, confidence DOUBLE
        )[]
    ) AS preferences
FROM active_intents
WHERE event IS NOT NULL
ORDER BY partition, kafka_offset;
