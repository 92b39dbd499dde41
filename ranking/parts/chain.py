"""The parts that run one tool of the plan each."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ranking.parts.run import Run

# These have a place of their own in the pipeline; a plan's other tools run before the ranking model.
PLACED = ("filter", "matcher", "attenuator", "aggregator")


@dataclass(frozen=True)
class Planned:
    """Run a tool where the plan has work for it."""

    name: str

    def enabled(self, run: Run) -> bool:
        """Only where the plan names it."""
        return any(step.tool == self.name for step in run.plan.steps)

    def apply(self, run: Run) -> Run:
        """Run it on its preferences."""
        return _with_tool(run, self.name)


@dataclass(frozen=True)
class Matching:
    """Run the matcher where anything is wanted: also a rule that the filter carries out shows a taste."""

    name: str = "matcher"

    def enabled(self, run: Run) -> bool:
        """Where somebody wants something, and the tool is there."""
        return bool(run.context.wanted) and self.name in run.tools

    def apply(self, run: Run) -> Run:
        """Run it on the wishes that the plan gives it."""
        return _with_tool(run, self.name)


@dataclass(frozen=True)
class Further:
    """Run the plan's tools that Heed does not bring."""

    name: str = "further tools"

    def enabled(self, run: Run) -> bool:
        """Only where the plan names one."""
        return bool(_further(run))

    def apply(self, run: Run) -> Run:
        """Run them in the plan's order."""
        for tool in _further(run):
            run = _with_tool(run, tool)
        return replace(run, remark=", ".join(_further(run)))


def _further(run: Run) -> list[str]:
    return [step.tool for step in run.plan.steps if step.tool not in PLACED]


def _with_tool(run: Run, name: str) -> Run:
    result = run.tools[name].run(run.candidates, run.plan.of(name), run.context)
    told = "; ".join(f"{one.text}: {one.removed} left out" for one in result.removed)
    return replace(
        run.noted(result.note),
        candidates=result.candidates,
        removed=(*run.removed, *result.removed),
        remark=told,
    )
