"""Simulated users: people of the past who speak over a feed until it shows what they then liked.

They say what the shown feed lacks compared with what they have in mind, in wording of their own, and every
utterance carries what it means by the intent contract.
"""

from agents.simulator.dialogue import Dialogue, Turn, imagined_dialogues, labelled_examples
from agents.simulator.families import Half, load_wording
from agents.simulator.people import History, Person, history_of, sample_people
from agents.simulator.personas import PERSONAS
from agents.simulator.user import Scene, SimulatedUser, open_scene
from agents.simulator.utterance import Utterance

__all__ = [
    "PERSONAS",
    "Dialogue",
    "Half",
    "History",
    "Person",
    "Scene",
    "SimulatedUser",
    "Turn",
    "Utterance",
    "history_of",
    "imagined_dialogues",
    "labelled_examples",
    "load_wording",
    "open_scene",
    "sample_people",
]
