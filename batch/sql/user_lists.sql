-- user_lists: the items that a person was positive about, and those already seen, as of the newest event.
--
-- Grain: one row per person. Key: user_id; user_seq is that of the newest event.
-- Reads: events.
-- Parameters: $recent_length, $seen_length, $seen_kinds (the kinds after which an item counts as seen).
--
-- An item stands once, at its last occurrence: that is what moving it to the end on every event leaves behind.
CREATE OR REPLACE TEMP TABLE user_lists AS
WITH
last_liked AS (
    SELECT user_id, item_id, max(user_seq) AS user_seq
    FROM events
    WHERE signal > 0
    GROUP BY user_id, item_id
),
last_seen AS (
    SELECT user_id, item_id, max(user_seq) AS user_seq
    FROM events
    WHERE list_contains($seen_kinds, kind)
    GROUP BY user_id, item_id
),
recent AS (
    SELECT user_id, list(item_id ORDER BY user_seq) AS item_ids
    FROM last_liked
    GROUP BY user_id
),
seen AS (
    SELECT user_id, list(item_id ORDER BY user_seq) AS item_ids
    FROM last_seen
    GROUP BY user_id
)
SELECT
    users.user_id,
    users.user_seq,
    coalesce(recent.item_ids[-$recent_length:], []) AS recent_item_ids,
    coalesce(seen.item_ids[-$seen_length:], []) AS seen_item_ids
FROM (SELECT user_id, max(user_seq) AS user_seq FROM events GROUP BY user_id) AS users
LEFT JOIN recent USING (user_id)
LEFT JOIN seen USING (user_id);
