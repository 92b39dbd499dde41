"""The memory: what a person has asked for, kept from one command to the next.

`consolidate` and `apply_edit` are pure: memory and command in, memory out, with a change list that
names everything that came or went.
"""

from agents.memory.commit import active, apply_edit, consolidate
from agents.memory.revising import is_news, revise, standing
from agents.memory.state import Memory, empty_memory
from agents.memory.storage import decode, encode

__all__ = [
    "Memory",
    "active",
    "apply_edit",
    "consolidate",
    "decode",
    "empty_memory",
    "encode",
    "is_news",
    "revise",
    "standing",
]
