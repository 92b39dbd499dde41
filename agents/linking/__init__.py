"""The linker: what the model marked, in the catalogue's own fields and values.

The model knows language and no catalogue; these modules know the catalogue and almost no language.
"""
