"""The HTTP API and the page over the feed: `python -m ranking.service`.

Words and clicks go out to Kafka and nowhere else; what they did comes back through the user's row in
Feast. `ranking.service.app.create_app(parts)` builds the app over any feed, store and publisher that keep
the protocols in `ranking.service.parts`.
"""
