"""The tools that carry out a plan: Filter, Matcher, Attenuator and Aggregator, found by name.

A tool is anything with a `name` and a `run`; pass a mapping of your own to the feed to add one or to
put one in another's place.
"""

from collections.abc import Mapping

from ranking.tools.aggregator import Aggregator
from ranking.tools.attenuator import Attenuator
from ranking.tools.filter import Filter
from ranking.tools.interface import Removal, Tool, ToolResult
from ranking.tools.matcher import Matcher

TOOLS: Mapping[str, Tool] = {tool.name: tool for tool in (Filter(), Matcher(), Attenuator(), Aggregator())}

__all__ = ["TOOLS", "Aggregator", "Attenuator", "Filter", "Matcher", "Removal", "Tool", "ToolResult"]
