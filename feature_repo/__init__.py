"""The Feast repository: plain declarations, applied with `feast apply` in this folder."""
