-- events: every behaviour that has an effect, in the order in which the stream applies it.
--
-- Grain: one row per applied event. Keys: event_order; (user_id, user_seq); (item_id, kind = 'impression', item_seq).
-- Reads: interactions (the loaded catalogue, first, by time), behaviors (the lake, by partition and offset,
--        repeated events left out by batch.behaviors as the stream leaves them out),
--        signals (kind, value -> signal in [-1, 1]).
--
-- The order is that of arrival, not of occurred_at: a late event changes the features when it arrives, as it
-- does in the stream, so that no training row knows what nobody could know then. event_us is occurred_at made
-- strictly increasing per person (a tie or a late event gets the next microsecond); item_event_us the same per item.
-- To be shown is no demand: the item's columns leave impressions out, and hold for the other kinds alone.
CREATE OR REPLACE TEMP TABLE events AS
WITH
offered AS (
    SELECT
        user_id, item_id, kind, value, occurred_at, 0 AS origin, 0 AS partition,
        row_number() OVER (ORDER BY occurred_at, user_id, item_id) AS place
    FROM interactions
    UNION ALL
    SELECT user_id, item_id, kind, value, occurred_at, 1, partition, kafka_offset
    FROM behaviors
),
ordered AS (
    SELECT
        *,
        epoch_us(occurred_at) AS occurred_us,
        row_number() OVER (ORDER BY origin, partition, place) AS event_order
    FROM offered
),
numbered AS (
    SELECT
        ordered.*,
        coalesce(signals.signal, 0.0) AS signal,
        row_number() OVER (PARTITION BY user_id ORDER BY event_order) AS user_seq,
        row_number() OVER (PARTITION BY item_id, ordered.kind = 'impression' ORDER BY event_order) AS item_seq
    FROM ordered
    LEFT JOIN signals ON signals.kind = ordered.kind AND signals.value IS NOT DISTINCT FROM ordered.value
)
SELECT
    user_id, item_id, kind, value, signal, event_order, user_seq, item_seq, occurred_us,
    min(occurred_us) OVER (PARTITION BY user_id) AS user_origin_us,
    min(occurred_us) OVER (PARTITION BY item_id, kind = 'impression') AS item_origin_us,
    max(occurred_us) OVER by_user AS user_last_us,
    max(occurred_us) OVER by_item AS item_last_us,
    user_seq + max(occurred_us - user_seq) OVER by_user AS event_us,
    item_seq + max(occurred_us - item_seq) OVER by_item AS item_event_us
FROM numbered
WINDOW
    by_user AS (PARTITION BY user_id ORDER BY user_seq ROWS UNBOUNDED PRECEDING),
    by_item AS (PARTITION BY item_id, kind = 'impression' ORDER BY item_seq ROWS UNBOUNDED PRECEDING);
