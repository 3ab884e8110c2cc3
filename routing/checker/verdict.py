"""What the checker says."""

from __future__ import annotations

from typing import Literal

import msgspec


class Violation(msgspec.Struct, frozen=True, kw_only=True):
    """One rule broken at one place of the plan.

    ``route``: vehicle id, None where the rule is about the whole plan. ``stop``: ``d0.t1.s3`` =
    duty 0, trip 1, stop 3 of that vehicle. ``amount`` with ``unit``: by how much; whole
    but for research instances. ``subjects``: ids
    that a waiver may name (vehicle, orders, driver, bay, connector, site); not part of the JSON.
    """

    rule: str
    route: str | None
    stop: str | None
    amount: float
    unit: str
    subjects: tuple[str, ...] = ()


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """``clean``: nothing broken; ``waived``: only what somebody answers for; else ``violated``.

    ``violations`` are those that no waiver covers; ``waived`` the others.
    """

    verdict: Literal["clean", "waived", "violated"]
    violations: list[Violation] = []
    waived: list[Violation] = []

    def to_json(self) -> bytes:
        """``{"verdict", "violations": [{"rule", "route", "stop", "amount", "unit"}]}``."""
        rows = [
            {
                "rule": item.rule,
                "route": item.route,
                "stop": item.stop,
                "amount": item.amount,
                "unit": item.unit,
            }
            for item in self.violations
        ]
        return msgspec.json.encode({"verdict": self.verdict, "violations": rows})
