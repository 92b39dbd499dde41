"""The linker: what the model marked, in the catalogue's own fields and values.

The model knows language, and of the catalogue only which words of a command are values; these modules know
the catalogue and almost no language.
"""
