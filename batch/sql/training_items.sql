-- training_items: how much each candidate was in demand strictly before the moment at which it could be shown.
--
-- Grain: one row per candidate of a moment. Key: place.
-- Reads: candidates (place, item_id, asked_at), item_popularity (one row per applied event).
-- An item before its first event has zeros. popularity_30d is brought to the moment.
-- Parameters: $half_life_us of popularity_30d.
SELECT
    candidates.place,
    coalesce(item_popularity.event_count, 0) AS event_count,
    coalesce(item_popularity.positive_count, 0) AS positive_count,
    coalesce(item_popularity.rating_mean, 0.0) AS rating_mean,
    coalesce(
        item_popularity.popularity_30d * pow(
            2.0,
            (epoch_us(item_popularity.event_timestamp) - epoch_us(candidates.asked_at)) / $half_life_us
        ),
        0.0
    ) AS popularity_30d
FROM candidates
ASOF LEFT JOIN item_popularity
    ON candidates.item_id = item_popularity.item_id
    AND candidates.asked_at > item_popularity.event_timestamp
ORDER BY candidates.place;
