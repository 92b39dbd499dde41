-- item_popularity: how much an item is in demand, as of after each event on it.
--
-- Grain: one row per applied event. Keys: (item_id, event_timestamp); (item_id, version).
-- Reads: events.
-- Parameters: $half_life_us of popularity_30d.
SELECT
    item_id,
    make_timestamptz(item_event_us) AS event_timestamp,
    count(*) OVER so_far AS event_count,
    count(*) FILTER (signal > 0) OVER so_far AS positive_count,
    coalesce(avg(value) FILTER (kind = 'rate') OVER so_far, 0.0) AS rating_mean,
    pow(2.0, (item_origin_us - item_last_us) / $half_life_us)
        * sum(CASE WHEN signal > 0 THEN pow(2.0, (occurred_us - item_origin_us) / $half_life_us) ELSE 0.0 END)
            OVER so_far AS popularity_30d,
    item_seq AS version
FROM events
WHERE kind <> 'impression'
WINDOW so_far AS (PARTITION BY item_id ORDER BY item_seq ROWS UNBOUNDED PRECEDING)
ORDER BY item_id, item_seq;
