"""charging, connector, site_power, battery: sessions, plugs, supply, and the charge itself."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from routing.checker.claims import Claim, overbooked
from routing.checker.index import Index
from routing.checker.verdict import Violation
from routing.checker.walk import At, OnRoute, RouteWalk, Session, Walk
from routing.problem import Connector, Tariff, VehicleType

_OVERLAP = {"pickup": "loading", "delivery": "service", "rest": "rest"}
Piece = tuple[Fraction, Fraction, int]
"""(seconds after the session's start, until, watts); ``until`` equal to the start = no end."""


def pieces(kind: VehicleType, connector: Connector, level: int) -> Iterator[Piece]:
    """Power over time when drawing from ``level`` on; the last piece is without end."""
    limit = min(connector.power_w, kind.max_charge_w)
    now, charge = Fraction(0), level
    steps = kind.curve
    k = max(0, sum(step.from_wh <= level for step in steps) - 1)
    while True:
        power = min(limit, steps[k].power_w) if steps else limit
        if k + 1 >= len(steps) or power <= 0:
            yield now, now, power
            return
        until = now + Fraction((steps[k + 1].from_wh - charge) * 3600, power)
        yield now, until, power
        now, charge = until, steps[k + 1].from_wh
        k += 1


def most_gain(kind: VehicleType, connector: Connector, level: int, seconds: int) -> int:
    """Wh that a session of so many whole seconds can gain: the floor of the exact integral."""
    gained = Fraction(0)
    for start, until, power in pieces(kind, connector, level):
        end = seconds if until == start else min(until, Fraction(seconds))
        if end > start:
            gained += (end - start) * power / 3600
    return gained.numerator // gained.denominator


def session_cost(kind: VehicleType, session: Session, tariff: Tariff) -> Fraction:
    """Milli-fen of a session on a connector, exactly: full power until the gain is reached."""
    if session.connector is None:
        return Fraction(0)
    left = Fraction(session.gain)
    cost = Fraction(0)
    for start, until, power in pieces(kind, session.connector, session.level):
        if left <= 0 or power <= 0:
            break
        end = start + left * 3600 / power
        if until != start:
            end = min(end, until)
        left -= (end - start) * power / 3600
        cost += power * _priced_seconds(tariff, session.start + start, session.start + end)
    return cost / 3_600_000


def _priced_seconds(tariff: Tariff, start: Fraction, end: Fraction) -> Fraction:
    """Sum over tariff steps of seconds in the step times price; the first holds before it."""
    total = Fraction(0)
    for k, step in enumerate(tariff.steps):
        low = start if k == 0 else max(start, Fraction(step.start))
        high = end if k + 1 == len(tariff.steps) else min(end, Fraction(tariff.steps[k + 1].start))
        if high > low:
            total += (high - low) * step.per_kwh
    return total


def of_route(_: Index) -> OnRoute:
    """A vehicle's battery and its sessions by themselves."""

    def find(route: RouteWalk) -> Iterator[Violation]:
        yield from _battery(route)
        for at in route.stops:
            if at.stop.kind == "swap":
                yield from _swap(route, at)
            if at.session is not None:
                yield from _session(route, at, at.session)

    return find


def across(walk: Walk) -> Iterator[Violation]:
    """Connectors and sites across vehicles, with what other plans hold."""
    plugs: dict[str, list[Claim]] = {}
    power: dict[str, list[Claim]] = {}
    for route in walk.routes:
        for at in route.stops:
            session = at.session
            if session is not None and session.connector is not None:
                drawn = min(session.connector.power_w, route.type.max_charge_w)
                start, end = session.start, session.end
                plugs.setdefault(session.connector.id, []).append(Claim(start, end, 1, at))
                power.setdefault(session.site.id, []).append(Claim(start, end, drawn, at))
    for item in walk.index.problem.commitments:
        known = walk.index.connectors.get(item.id)
        if item.thing != "connector" or known is None:
            continue
        plugs.setdefault(item.id, []).append(Claim(item.start, item.end, 1, None))
        power.setdefault(known[0].id, []).append(Claim(item.start, item.end, item.power_w, None))
    for plug, held in plugs.items():
        for at, over in overbooked(held, 1):
            yield at.violation("connector", over, "sessions", plug)
    for site_id, held in power.items():
        limit = walk.index.sites[site_id].power_w
        for at, over in overbooked(held, limit) if limit else []:
            yield at.violation("site_power", over, "W", site_id)


def _session(route: RouteWalk, at: At, session: Session) -> Iterator[Violation]:
    kind, site, plug = route.type, session.site, session.connector
    ids = (site.id, plug.id) if plug else (site.id,)
    over = min(
        (
            max(0, span.start - session.start) + max(0, session.end - span.end)
            for span in site.hours
        ),
        default=session.end - session.start,
    )
    if over > 0:
        yield at.violation("charging", over, "s outside the site's hours", *ids)
    if site.private_to is not None and route.vehicle.id not in site.private_to:
        yield at.violation("charging", 1, "sessions at a private site", *ids)
    if plug is None:
        return
    if plug.plug not in kind.plugs:
        yield at.violation("charging", 1, "plugs that do not fit", *ids)
    needed = _OVERLAP.get(at.stop.kind)
    if at.stop.kind == "depot":
        needed = "loading" if at.role == "first" else "service"
    if needed is not None and needed not in site.overlaps:
        yield at.violation("charging", 1, f"sessions during {needed}", *ids)
    most = most_gain(kind, plug, session.level, max(0, session.end - session.start))
    if session.gain > most:
        yield at.violation("charging", session.gain - most, "Wh", *ids)


def _swap(route: RouteWalk, at: At) -> Iterator[Violation]:
    swap = at.session.site.swap if at.session else None
    if swap is None or not route.type.swap:
        yield at.violation("charging", 1, "swaps that cannot be", at.stop.place)
        return
    off = abs(at.stop.depart - at.stop.start - swap.seconds)
    if off:
        yield at.violation("charging", off, "s off the swap's time", at.stop.place)
    short = abs(route.type.battery_wh - at.stop.soc_out)
    if short:
        yield at.violation("charging", short, "Wh off full after a swap", at.stop.place)


def _battery(route: RouteWalk) -> Iterator[Violation]:
    kind = route.type
    if not kind.battery_wh:
        return
    moving = False
    for at in route.stops:
        stop, session = at.stop, at.session
        moving = moving or stop.leg is not None
        levels = [stop.soc_in, stop.soc_out]
        if session is not None:
            levels += [session.level, session.level + session.gain]
        over = max(levels) - kind.battery_wh
        if over > 0:
            yield at.violation("battery", over, "Wh above the battery")
        under = kind.reserve_wh - min(levels)
        if moving and under > 0:
            yield at.violation("battery", under, "Wh below the reserve")
