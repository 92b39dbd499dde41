"""The words that films are known by: terms with synonyms, neighbours, opposites and a definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import msgspec
import yaml

from catalog.errors import KnowledgeError, nearest
from catalog.names import plain

Section = Literal["themes", "moods", "content_notes", "based_on"]
SECTIONS: tuple[Section, ...] = get_args(Section)
VOCABULARY_FILE = Path(__file__).parent / "vocabulary.yaml"
LONGEST_DEFINITION = 15


class Meaning(NamedTuple):
    """A term that a phrase names; the score is 1 for the term or a synonym itself, less for a word form."""

    section: Section
    term: str
    score: float


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """One term. `near` names terms of any section that often go with it, `far` its opposites."""

    name: str
    section: Section
    definition: str
    synonyms: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    far: tuple[str, ...] = ()


class TermVocabulary:
    """All terms, in the order of their file.

    Parameters
    ----------
    terms : mapping of str to Term
        By name; a name is unique over all sections.
    """

    def __init__(self, terms: Mapping[str, Term]) -> None:
        self.terms = dict(terms)

    def __len__(self) -> int:
        return len(self.terms)

    def __contains__(self, name: object) -> bool:
        return name in self.terms

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all terms; a term's position here is its number elsewhere."""
        return tuple(self.terms)

    def section(self, section: Section) -> tuple[Term, ...]:
        """Return the terms of one section, in the order of the file."""
        return tuple(term for term in self.terms.values() if term.section == section)

    def term(self, name: str) -> Term:
        """Return the term of this name.

        Raises
        ------
        KnowledgeError
            If there is none.
        """
        if name not in self.terms:
            raise KnowledgeError(f"'{name}' is no term of the vocabulary{nearest(name, self.terms)}.")
        return self.terms[name]

    def find(self, phrase: str) -> tuple[Meaning, ...]:
        """Return the terms that a phrase names, surest first; one word may be a term of several sections.

        Case, accents, hyphens and the plural do not matter. A section gives at most one term.

        Examples
        --------
        >>> load_vocabulary().find("creepy")
        (Meaning(section='moods', term='unsettling', score=1.0),)
        """
        best: dict[Section, Meaning] = {}
        for key in dict.fromkeys((plain(phrase), plain(phrase).replace(" ", ""))):
            for meaning in self._meanings.get(key, ()):
                if meaning.section not in best or best[meaning.section].score < meaning.score:
                    best[meaning.section] = meaning
        return tuple(sorted(best.values(), key=lambda meaning: -meaning.score))

    @cached_property
    def _meanings(self) -> Mapping[str, list[Meaning]]:
        from catalog.vocabulary import word_forms  # brings numpy and Arrow, which checking the rows needs not

        meanings: dict[str, list[Meaning]] = {}
        for term in self.terms.values():
            for phrase in (term.name, *term.synonyms):
                for form, score in word_forms(phrase):
                    meanings.setdefault(form, []).append(Meaning(term.section, term.name, score))
        return meanings


def load_vocabulary(file: Path = VOCABULARY_FILE) -> TermVocabulary:
    """Read a vocabulary.

    Raises
    ------
    KnowledgeError
        If the file cannot be read or contradicts itself: a term or synonym that stands twice, a neighbour
        that is no term, a definition that is missing or too long.
    """
    try:
        document = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise KnowledgeError(f"{file.name} cannot be read: {' '.join(str(error).split())}.") from None
    terms: dict[str, Term] = {}
    for term in _terms(document, file.name):
        if term.name in terms:
            raise KnowledgeError(
                f"{file.name}: '{term.name}' stands in both {terms[term.name].section} and {term.section}: "
                "name one otherwise."
            )
        terms[term.name] = term
    for fault in vocabulary_faults(terms):
        raise KnowledgeError(f"{file.name}: {fault}")
    return TermVocabulary(terms)


def vocabulary_faults(terms: Mapping[str, Term]) -> Iterator[str]:
    """Give every contradiction within a vocabulary as one sentence."""
    spoken: dict[tuple[str, str], str] = {}
    for term in terms.values():
        for phrase in (term.name, *term.synonyms):
            owner = spoken.setdefault((term.section, plain(phrase)), term.name)
            if owner != term.name:
                yield f"'{phrase}' of '{term.name}' is a word for '{owner}', too; a section knows it once."
        for other in (*term.near, *term.far):
            if other not in terms or other == term.name:
                yield f"'{term.name}' is near or far from '{other}', which is no other term."
        words = len(term.definition.split())
        if not 0 < words <= LONGEST_DEFINITION:
            yield f"the definition of '{term.name}' has {words} words; give it 1 to {LONGEST_DEFINITION}."


def _terms(document: Any, source: str) -> Iterator[Term]:
    if not isinstance(document, dict) or set(document) != set(SECTIONS):
        raise KnowledgeError(f"{source} must have the sections {', '.join(SECTIONS)}, and no others.")
    for section, entries in document.items():
        for name, entry in entries.items():
            try:
                yield msgspec.convert({**entry, "name": name, "section": section}, Term)
            except (TypeError, msgspec.ValidationError) as error:
                raise KnowledgeError(
                    f"{source}: the entry '{name}' of {section} is wrong: {error}."
                ) from None


class _Loader(yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):  # type: ignore[misc]
    """Refuses a key that stands twice, which YAML would let win silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        twice = [key for position, key in enumerate(keys) if key in keys[:position]]
        if twice:
            line = node.start_mark.line + 1
            raise yaml.YAMLError(f"'{twice[0]}' stands twice in the mapping that begins in line {line}")
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping
