"""Which orders a plan may hold: those to be planned, and in a comparison those already driven."""

from __future__ import annotations

PLANNABLE = ("accepted", "planned")
"""States of orders that are planned: a published plan may be planned again."""
DRIVEN = (*PLANNABLE, "dispatched", "delivered", "partly_delivered", "refused", "failed", "closed")
"""States of orders that a comparison may hold: yesterday's have gone on."""
OPEN = {"plan": frozenset(PLANNABLE), "compare": frozenset(DRIVEN)}
"""By what a hand-made plan is for: the orders that it may place."""
