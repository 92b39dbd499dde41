"""Film titles as GroupLens and IMDb write them: "Matrix, The (1999)", "Seven (a.k.a. Se7en)"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_YEAR = re.compile(r"\s*\((\d{4})(?:\s*[-\u2013]\s*(?:\d{4})?)?\)\s*$")
_LAST_PARENTHESES = re.compile(r"\s*\(([^()]+)\)\s*$")
_AKA = re.compile(r"^\s*a\.?\s?k\.?\s?a\.?:?\s+", re.IGNORECASE)
_INVERTED = re.compile(
    r"^(?P<rest>.+), (?P<article>The|A|An|Le|La|Les|L'|Un|Une|Il|Lo|I|Gli|El|Los|Las"
    r"|Der|Die|Das|Ein|Eine|Den|Det|De|Het|Een|O|Os|As)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class FilmTitle:
    """A title as a person reads it, its year if it carried one, and the other titles it gave."""

    title: str
    year: int | None
    aliases: tuple[str, ...]


def article_first(title: str) -> str:
    """Put an article that was moved behind back in front.

    Examples
    --------
    >>> article_first("Matrix, The"), article_first("Avventura, L'"), article_first("Heat")
    ('The Matrix', "L'Avventura", 'Heat')
    """
    found = _INVERTED.match(title.strip())
    if not found:
        return title.strip()
    article, rest = found["article"], found["rest"]
    return f"{article}{rest}" if article.endswith("'") else f"{article} {rest}"


def read_film_title(raw: str) -> FilmTitle:
    """Take a raw title apart.

    Examples
    --------
    >>> read_film_title("Seven (a.k.a. Se7en) (1995)")
    FilmTitle(title='Seven', year=1995, aliases=('Se7en',))
    """
    rest = raw.strip()
    year: int | None = None
    found = _YEAR.search(rest)
    if found:
        year = int(found[1])
        rest = rest[: found.start()]
    aliases: list[str] = []
    while (found := _LAST_PARENTHESES.search(rest)) and found.start() > 0:
        # "Birdman: Or (The Unexpected Virtue of Ignorance)": what follows "or" belongs to the title.
        if rest[: found.start()].casefold().endswith(" or"):
            break
        aliases.insert(0, article_first(_AKA.sub("", found[1])))
        rest = rest[: found.start()]
    return FilmTitle(article_first(rest), year, tuple(dict.fromkeys(aliases)))
