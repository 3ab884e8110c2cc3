"""Why orders are out and what would mend it.

``explain(problem, plan)`` gives every left-out order its reasons and the cheapest verified remedy;
``apply_remedy`` makes the problem in which the remedy holds.
"""

from __future__ import annotations

from routing.explain.candidates import candidates
from routing.explain.claims import commitments_of
from routing.explain.explain import explain
from routing.explain.remedies import apply_remedy
from routing.explain.tries import try_remedy

__all__ = ["apply_remedy", "candidates", "commitments_of", "explain", "try_remedy"]
