"""The checker: walks what a plan says and holds it against every rule. It searches nothing.

It imports only ``routing.problem``, ``routing.plan``, ``routing.formats``, the standard library and
numpy, and evaluates travel, energy, charging and money by itself: a fault of the search cannot hide
behind the same fault here.
"""

from routing.checker.check import RULES, Checker, UncheckableTravelError, check
from routing.checker.verdict import Verdict, Violation

__all__ = ["RULES", "Checker", "UncheckableTravelError", "Verdict", "Violation", "check"]
