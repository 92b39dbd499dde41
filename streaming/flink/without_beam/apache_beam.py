"""Stands before Apache Beam on the path of a job in thread mode, which does not use it.

PyFlink imports Beam wherever it is, takes note if it cannot, and goes on; only process mode needs it. It
costs each of a job's two interpreters seconds of start and tens of megabytes.
"""

raise ImportError("Thread mode needs no Beam.")
