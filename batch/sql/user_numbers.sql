-- user_numbers: the mean of each number field over the items that a person was positive about, after each event.
--
-- Grain: one row per applied event. Key: (user_id, user_seq).
-- Reads: events; item_numbers (item_id, position, number: only known numbers, 1-based in declared order).
-- Parameters: $number_count declared number fields.
CREATE OR REPLACE TEMP TABLE user_numbers AS
WITH
positions AS (
    SELECT unnest(range(1, $number_count + 1)) AS position
),
cells AS (
    SELECT events.user_id, events.user_seq, positions.position, item_numbers.number
    FROM events
    CROSS JOIN positions
    LEFT JOIN item_numbers
        ON item_numbers.item_id = events.item_id
        AND item_numbers.position = positions.position
        AND events.signal > 0
),
sums AS (
    SELECT
        user_id, user_seq, position,
        count(number) OVER so_far AS known,
        coalesce(sum(number) OVER so_far, 0.0) AS total
    FROM cells
    WINDOW so_far AS (PARTITION BY user_id, position ORDER BY user_seq ROWS UNBOUNDED PRECEDING)
)
SELECT
    user_id, user_seq,
    list(CASE WHEN known = 0 THEN 0.0 ELSE total / known END ORDER BY position) AS number_mean,
    list(known ORDER BY position) AS number_count
FROM sums
GROUP BY user_id, user_seq;
