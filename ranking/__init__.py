"""From an intent and a taste to a slate: tools, candidates, the ranking model, the feed."""
