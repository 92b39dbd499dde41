"""The Feast repository: entities, sources, views and services as declarations; how to open the store.

`feast apply`, `feast materialize-incremental` and `feast ui` work inside this folder. From Python,
`feature_repo.store.open_store()` opens the same store wherever HEED_HOME is.
"""
