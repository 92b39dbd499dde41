-- training_users: what was known of a person strictly before a moment.
--
-- Grain: one row per moment. Key: moment.
-- Reads: moments (moment, user_id, asked_at), user_behavior (one row per applied event).
-- A moment before a person's first event has nulls: nothing was known.
SELECT
    moments.moment,
    user_behavior.event_count,
    user_behavior.positive_count,
    user_behavior.rating_count,
    user_behavior.rating_mean,
    user_behavior.activity_30d,
    user_behavior.category_affinity,
    user_behavior.number_mean,
    user_behavior.number_count,
    user_behavior.last_event_at,
    user_behavior.version
FROM moments
ASOF LEFT JOIN user_behavior
    ON moments.user_id = user_behavior.user_id
    AND moments.asked_at > user_behavior.event_timestamp
ORDER BY moments.moment;
