"""Things that only so many may hold at once: bay spaces, connectors, a site's power."""

from __future__ import annotations

from dataclasses import dataclass

from routing.checker.walk import At


@dataclass(slots=True, frozen=True)
class Claim:
    """Holds ``weight`` over [start, end); ``at`` None = another plan's commitment."""

    start: int
    end: int
    weight: int
    at: At | None


def overbooked(claims: list[Claim], capacity: int) -> list[tuple[At, int]]:
    """Stops whose claim passes the capacity, with by how much at worst.

    Where a commitment begins during a claim, the plan's claim that began last answers for it.
    """
    order = sorted(claims, key=lambda claim: (claim.start, claim.at is not None))
    worst: dict[int, tuple[At, int]] = {}
    active: list[Claim] = []
    for claim in order:
        if claim.end <= claim.start:
            continue
        active = [item for item in active if item.end > claim.start]
        active.append(claim)
        over = sum(item.weight for item in active) - capacity
        ours = [item for item in active if item.at is not None]
        if over > 0 and ours:
            at = ours[-1].at
            if at is not None and over > worst.get(id(at), (at, 0))[1]:
                worst[id(at)] = (at, over)
    return list(worst.values())
