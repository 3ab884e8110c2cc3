"""structure: the chain of times, places, service, charge and kinds of stop holds together."""

from __future__ import annotations

from collections.abc import Iterator

from routing.checker.index import Index
from routing.checker.verdict import Violation
from routing.checker.walk import At, OnRoute, RouteWalk, Walk

_IDLE = {"charge", "swap", "rest", "wait"}
_MAY_OVERLAP = {"depot", "delivery", "pickup", "rest"}


def across(walk: Walk) -> Iterator[Violation]:
    """Whether the plan is of this problem at all."""
    if walk.plan.problem_sha256 != walk.index.sha256:
        yield Violation(
            rule="structure", route=None, stop=None, amount=1, unit="problem of another hash"
        )


def of_route(index: Index) -> OnRoute:
    """Every departure from how a plan is to be written."""

    def find(route: RouteWalk) -> Iterator[Violation]:
        for at in route.stops:
            yield from _times(index, at)
            yield from _place(index, at)
            yield from _kind(at)
            yield from _charge(route, at)

    return find


def _times(index: Index, at: At) -> Iterator[Violation]:
    stop, prev = at.stop, at.prev
    if stop.start < stop.arrive:
        yield at.violation("structure", stop.arrive - stop.start, "s start before arrival")
    if stop.depart < at.service_end:
        short = at.service_end - stop.depart
        yield at.violation("structure", short, "s service cut short")
    outside = max(-stop.arrive, stop.depart - index.horizon_s)
    if outside > 0:
        yield at.violation("structure", outside, "s outside the horizon")
    if prev is None:
        return
    due = prev.stop.depart + (stop.leg.seconds if stop.leg else 0)
    gap = stop.arrive - due
    loose = stop.leg is None and not _within_trip(prev, at)
    if gap < 0 or (gap > 0 and not loose):
        yield at.violation("structure", abs(gap), "s off the previous departure and leg")


def _within_trip(prev: At, at: At) -> bool:
    return at.role in {"inner", "last"} and prev.role in {"first", "inner"}


def _place(index: Index, at: At) -> Iterator[Violation]:
    stop, prev = at.stop, at.prev
    moved = prev is not None and prev.stop.place != stop.place
    if moved and stop.leg is None:
        yield at.violation("structure", 1, "legs missing")
    if not moved and stop.leg is not None:
        yield at.violation("structure", 1, "legs within one place")
    if moved and at.role in {"before", "first", "after"}:
        yield at.violation("structure", 1, "moves outside a trip")
    if stop.kind == "depot" and stop.place not in index.depots:
        yield at.violation("structure", 1, "depot stops at no depot")
    if stop.bay is not None and index.bays[stop.bay].place != stop.place:
        yield at.violation("structure", 1, "places that are not the bay's", stop.bay)
    if at.session is not None and at.session.site.place != stop.place:
        yield at.violation("structure", 1, "places that are not the site's", at.session.site.id)


def _kind(at: At) -> Iterator[Violation]:
    stop = at.stop
    if stop.kind == "depot" and at.role == "inner":
        yield at.violation("structure", 1, "depot stops inside a trip")
    if stop.kind not in _IDLE and stop.kind != "depot":
        if not stop.orders:
            yield at.violation("structure", 1, "service stops without an order")
        if at.role != "inner":
            yield at.violation("structure", 1, "service stops outside a trip")
    if stop.kind in _IDLE and stop.orders:
        yield at.violation("structure", len(stop.orders), "orders at a stop without service")
    if stop.kind == "charge" and stop.connector is None:
        yield at.violation("structure", 1, "charge stops without a connector")
    if stop.kind in {"swap", "wait"} and stop.connector is not None:
        yield at.violation("structure", 1, "connectors at a stop that cannot charge")
    timed = stop.charge_start is not None or stop.charge_end is not None
    if timed and stop.kind not in _MAY_OVERLAP:
        yield at.violation("structure", 1, "charge times at a stop that has its own")
    if stop.kind in _MAY_OVERLAP and (stop.connector is not None or timed):
        yield from _overlap_times(at)


def _overlap_times(at: At) -> Iterator[Violation]:
    stop = at.stop
    if stop.connector is None or stop.charge_start is None or stop.charge_end is None:
        yield at.violation("structure", 1, "sessions without connector, start and end")
        return
    outside = max(stop.arrive - stop.charge_start, stop.charge_end - stop.depart)
    if outside > 0:
        yield at.violation("structure", outside, "s of session outside the stay")


def _charge(route: RouteWalk, at: At) -> Iterator[Violation]:
    stop, prev = at.stop, at.prev
    if not route.type.battery_wh:
        if stop.soc_in or stop.soc_out:
            yield at.violation("structure", max(stop.soc_in, stop.soc_out), "Wh without a battery")
        if at.session is not None:
            yield at.violation("structure", 1, "sessions without a battery")
        return
    if prev is None:
        due = route.vehicle.available.soc_wh
    else:
        due = prev.stop.soc_out - (stop.leg.wh if stop.leg else 0)
    if stop.soc_in != due:
        yield at.violation("structure", abs(stop.soc_in - due), "Wh off at arrival")
    if at.session is None:
        off = abs(stop.soc_out - (stop.soc_in - at.drawn_wh))
        if off:
            yield at.violation("structure", off, "Wh off at departure")
        return
    if at.session.end <= at.session.start or at.session.gain <= 0:
        yield at.violation("structure", 1, "empty sessions", at.session.site.id)
