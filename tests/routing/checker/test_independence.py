"""The checker owes the search nothing: it loads data and the standard library, and no engine."""

from __future__ import annotations

import subprocess
import sys

ALLOWED = ("routing.checker", "routing.problem", "routing.plan", "routing.formats")
LISTING = """
import sys, routing.checker
print(*(name for name in sys.modules if name.startswith(('routing.', 'numba', 'ortools'))))
"""


def test_the_checker_loads_no_engine_and_no_travel_of_the_search():
    done = subprocess.run(
        [sys.executable, "-c", LISTING], capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert "routing.checker.travel" in loaded
    assert [name for name in loaded if not name.startswith(ALLOWED)] == []
