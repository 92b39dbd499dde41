"""The HTTP API and the page over the feed."""
