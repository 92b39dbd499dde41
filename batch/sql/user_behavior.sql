-- user_behavior: the passive features of a person, as of after each event.
--
-- Grain: one row per applied event. Keys: (user_id, event_timestamp); (user_id, version).
-- Reads: events, user_affinity, user_numbers, user_lists.
-- Parameters: $half_life_us of activity_30d.
--
-- recent_item_ids and seen_item_ids are null but in the newest row of a person: in every row they would be
-- the sum of all prefixes. The newest row is what Feast materialises; batch.history gives them for older moments.
WITH
counted AS (
    SELECT
        user_id, user_seq, event_us, user_last_us,
        count(*) FILTER (kind <> 'impression') OVER so_far AS event_count,
        count(*) FILTER (signal > 0) OVER so_far AS positive_count,
        count(value) FILTER (kind = 'rate') OVER so_far AS rating_count,
        coalesce(avg(value) FILTER (kind = 'rate') OVER so_far, 0.0) AS rating_mean,
        pow(2.0, (user_origin_us - user_last_us) / $half_life_us)
            * sum(pow(2.0, (occurred_us - user_origin_us) / $half_life_us)) OVER so_far AS activity_30d
    FROM events
    WINDOW so_far AS (PARTITION BY user_id ORDER BY user_seq ROWS UNBOUNDED PRECEDING)
)
SELECT
    counted.user_id,
    make_timestamptz(counted.event_us) AS event_timestamp,
    counted.event_count,
    counted.positive_count,
    counted.rating_count,
    counted.rating_mean,
    counted.activity_30d,
    user_affinity.category_affinity,
    user_numbers.number_mean,
    user_numbers.number_count,
    user_lists.recent_item_ids,
    user_lists.seen_item_ids,
    counted.user_last_us AS last_event_at,
    counted.user_seq AS version
FROM counted
JOIN user_affinity USING (user_id, user_seq)
JOIN user_numbers USING (user_id, user_seq)
-- Joined after the windows: before them, a list of 1,000 ids would be copied into every row of its person.
LEFT JOIN user_lists USING (user_id, user_seq)
ORDER BY counted.user_id, counted.user_seq;
