-- user_history: the two item lists of a person as of any moment, which user_behavior holds only for its newest row.
--
-- Grain: one row per row of moments. Key: moment.
-- Reads: moments (moment, user_id, asked_us: just before which), events.
-- Parameters: $recent_length, $seen_length, $seen_kinds.
WITH
placed AS (
    -- event_us is unique per person, so the ASOF join has no ties to break.
    SELECT moments.moment, moments.user_id, events.user_seq AS up_to
    FROM moments
    ASOF JOIN events ON events.user_id = moments.user_id AND events.event_us < moments.asked_us
),
before AS (
    SELECT
        placed.moment, events.item_id,
        max(events.user_seq) FILTER (events.signal > 0) AS liked_at,
        max(events.user_seq) FILTER (list_contains($seen_kinds, events.kind)) AS seen_at
    FROM placed
    JOIN events ON events.user_id = placed.user_id AND events.user_seq <= placed.up_to
    GROUP BY placed.moment, events.item_id
),
lists AS (
    SELECT
        moment,
        list(item_id ORDER BY liked_at) FILTER (liked_at IS NOT NULL) AS liked,
        list(item_id ORDER BY seen_at) FILTER (seen_at IS NOT NULL) AS seen
    FROM before
    GROUP BY moment
)
SELECT
    moments.moment,
    coalesce(lists.liked[-$recent_length:], []) AS recent_item_ids,
    coalesce(lists.seen[-$seen_length:], []) AS seen_item_ids
FROM moments
LEFT JOIN lists USING (moment)
ORDER BY moments.moment;
