"""What the project itself knows of films: people, places, themes, moods, content notes, and their words.

`films.csv` and `vocabulary.yaml` are written for this project and licensed CC BY 4.0 (`LICENSE`); how they
were made and checked stands in `DATASHEET.md`.
"""

from catalog.knowledge.films import Film
from catalog.knowledge.knowledge import Knowledge, load_knowledge
from catalog.knowledge.terms import Meaning, Term, TermVocabulary

__all__ = ["Film", "Knowledge", "Meaning", "Term", "TermVocabulary", "load_knowledge"]
