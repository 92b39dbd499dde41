"""What the service counts and times, for Prometheus at `/metrics`."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

# A feed takes about ten milliseconds: buckets narrow around that, then up to the longest wait.
_SECONDS = (0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The metrics of one app; each app has a registry of its own, so that tests can make many."""

    def __init__(self) -> None:
        own = CollectorRegistry()
        self.registry = own
        ProcessCollector(registry=own)
        self.requests = Counter(
            "heed_api_requests", "Requests answered.", ("route", "method", "status"), registry=own
        )
        self.request_seconds = Histogram(
            "heed_api_request_seconds", "Time per request.", ("route",), buckets=_SECONDS, registry=own
        )
        self.feed_seconds = Histogram(
            "heed_feed_seconds", "Time to make one slate.", buckets=_SECONDS, registry=own
        )
        self.part_seconds = Histogram(
            "heed_feed_part_seconds",
            "Time in one part of the feed.",
            ("part",),
            buckets=_SECONDS,
            registry=own,
        )
        self.part_in = Counter(
            "heed_feed_part_items_in", "Items that entered a part.", ("part",), registry=own
        )
        self.part_out = Counter(
            "heed_feed_part_items_out", "Items that left a part.", ("part",), registry=own
        )
        self.store_seconds = Histogram(
            "heed_store_read_seconds", "Time to read one user's row.", buckets=_SECONDS, registry=own
        )
        self.wait_seconds = Histogram(
            "heed_after_wait_seconds", "Time that feeds waited for `after`.", buckets=_SECONDS, registry=own
        )
        self.stale = Counter("heed_feed_stale", "Feeds whose wait for `after` ran out.", registry=own)
        self.commands = Counter("heed_commands", "Commands sent to Kafka.", ("kind",), registry=own)
        self.behaviors = Counter("heed_behaviors", "Behaviours sent to Kafka.", ("kind",), registry=own)
        self.publish_seconds = Histogram(
            "heed_publish_seconds", "Time until the broker had a command.", buckets=_SECONDS, registry=own
        )
        self.impressions = Counter(
            "heed_impressions", "Slates logged, or dropped where the broker lags.", ("outcome",), registry=own
        )
        self.errors = Counter("heed_api_errors", "Requests that failed.", ("code",), registry=own)
        self.items = Gauge("heed_catalog_items", "Items in the catalogue.", registry=own)
        self.refreshed = Gauge(
            "heed_popularity_refreshed_timestamp_seconds", "When the popularity was last read.", registry=own
        )
