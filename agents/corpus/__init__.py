"""The parser's training language: patterns that people write, and the labels that follow from them.

A pattern holds its own labels in place (`notation.py`), so text and label cannot disagree.
"""

from agents.corpus.build import Example, load_corpus, sample_examples
from agents.corpus.notation import Mention

__all__ = ["Example", "Mention", "load_corpus", "sample_examples"]
