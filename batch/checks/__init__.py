"""What must hold of every table: one module per table says it, Great Expectations checks it.

A suite runs where a table is made or loaded, never while a feed is served: the import alone takes seconds.
"""

from batch.checks.report import CheckReport, Failure
from batch.checks.run import check, check_files, run_all

__all__ = ["CheckReport", "Failure", "check", "check_files", "run_all"]
