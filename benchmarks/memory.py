"""The memory of the whole stack (`python -m benchmarks.memory`, against a running stack).

Resident memory of every process of every part, as `top` shows it: libraries that several map count in each.
Compared with the proportional share, in which a page that three processes map counts a third to each.
"""

from __future__ import annotations

import psutil

from benchmarks.result import Figure, Result, print_result
from infra.parts import all_parts
from infra.process import members
from infra.settings import home

GOAL_MEGABYTES = 4_096.0


def measure() -> Result:
    """Return the memory of each part and of all together, in MiB."""
    figures = []
    total = shared = 0.0
    for part in all_parts():
        resident = proportional = 0.0
        for process in members(home(), part.name):
            told = process.memory_full_info()
            resident += told.rss / 2**20
            # Only Linux tells the proportional share.
            proportional += getattr(told, "pss", told.uss) / 2**20
        total, shared = total + resident, shared + proportional
        figures.append(_figure(part.name, resident, proportional))
    whole = _figure("the whole stack", total, shared, GOAL_MEGABYTES)
    machine = f"{psutil.virtual_memory().total / 2**30:.0f} GiB in this machine"
    return Result(benchmark="memory", what=f"resident memory ({machine})", figures=(whole, *figures))


def _figure(name: str, resident: float, proportional: float, goal: float | None = None) -> Figure:
    return Figure(
        name=name,
        value=resident,
        unit="MiB",
        compared_with="proportional share",
        reference=proportional,
        goal=goal,
    )


if __name__ == "__main__":
    print_result(measure)
