-- user_affinity: the decayed sum of a person's signals per value of the affinity field, after each event.
--
-- Grain: one row per applied event. Key: (user_id, user_seq).
-- Reads: events; item_values (item_id, position: which values an item has, 1-based in declared order).
-- Parameters: $value_count declared values; $half_life_us of the decay.
--
-- The sum of signal * 2^(-(last - t)/h) is a prefix sum of signal * 2^((t - origin)/h), scaled by
-- 2^(-(last - origin)/h). The exponent grows by 2 a year with h = 180 days; a double holds 1,023.
CREATE OR REPLACE TEMP TABLE user_affinity AS
WITH
grown AS (
    SELECT
        user_id, user_seq, item_id,
        signal * pow(2.0, (occurred_us - user_origin_us) / $half_life_us) AS weight,
        pow(2.0, (user_origin_us - user_last_us) / $half_life_us) AS fade
    FROM events
),
positions AS (
    SELECT unnest(range(1, $value_count + 1)) AS position
),
cells AS (
    SELECT
        grown.user_id, grown.user_seq, positions.position, grown.fade,
        CASE WHEN item_values.item_id IS NULL THEN 0.0 ELSE grown.weight END AS weight
    FROM grown
    CROSS JOIN positions
    LEFT JOIN item_values
        ON item_values.item_id = grown.item_id AND item_values.position = positions.position
),
sums AS (
    SELECT
        user_id, user_seq, position,
        fade * sum(weight) OVER (
            PARTITION BY user_id, position ORDER BY user_seq ROWS UNBOUNDED PRECEDING
        ) AS affinity
    FROM cells
)
SELECT user_id, user_seq, list(affinity ORDER BY position) AS category_affinity
FROM sums
GROUP BY user_id, user_seq;
