"""How people differ: how much they say at once, in whose voice, how they type, how long they bear a feed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Persona:
    """One manner of speaking.

    Attributes
    ----------
    voices
        Whose wording is used; the first is preferred.
    wishes
        How likely one, two or three things are said in one command.
    around
        How likely talk is put around the wish.
    slips
        Typing errors per ten words.
    drops_articles
        How likely an "a" or "the" is left out.
    feedback, fickle, idle, vague
        How likely a turn points at a shown film; takes back or undoes something; is small talk, a question or
        something that no recommender does; is too vague to act on.
    patience
        After how many commands the person gives up.
    """

    name: str
    voices: tuple[str, ...]
    wishes: tuple[float, float, float]
    around: float = 0.0
    slips: float = 0.0
    drops_articles: float = 0.0
    feedback: float = 0.12
    fickle: float = 0.04
    idle: float = 0.03
    vague: float = 0.02
    patience: int = 6


PERSONAS: tuple[Persona, ...] = (
    Persona(name="terse", voices=("terse",), wishes=(0.8, 0.2, 0.0), idle=0.0, patience=5),
    Persona(name="chatty", voices=("plain",), wishes=(0.2, 0.5, 0.3), around=0.75, idle=0.08, patience=8),
    Persona(name="typo-prone", voices=("plain", "terse"), wishes=(0.5, 0.4, 0.1), slips=1.3),
    Persona(name="changes mind", voices=("fickle", "plain"), wishes=(0.5, 0.4, 0.1), fickle=0.4, patience=8),
    Persona(name="non-native", voices=("nonnative",), wishes=(0.5, 0.4, 0.1), drops_articles=0.5),
    Persona(
        name="complaining",
        voices=("grumbling",),
        wishes=(0.6, 0.4, 0.0),
        feedback=0.25,
        vague=0.06,
        patience=5,
    ),
)
