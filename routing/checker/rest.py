"""rest: continuous driving since the driver's last unbroken rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from routing.checker.index import Index
from routing.checker.verdict import Violation
from routing.checker.walk import At, DutyWalk, Walk


@dataclass(slots=True)
class _Wheel:
    """What a driver has behind him: driving since rest, and since when he is free (or not)."""

    driving: int
    free_since: int | None = None
    blamed: At | None = None
    worst: int = 0

    def busy(self, now: int, rest_s: int) -> None:
        """Work begins: a long enough free time before it was rest."""
        if self.free_since is not None and now - self.free_since >= rest_s:
            self.driving = 0
        self.free_since = None

    def free(self, since: int) -> None:
        """Free time begins or goes on."""
        if self.free_since is None:
            self.free_since = since


def across(walk: Walk) -> Iterator[Violation]:
    """Every driver's duties in order of time; driving carries over where no rest lies between."""
    driven: dict[str, list[DutyWalk]] = {}
    for route in walk.routes:
        for duty in route.duties:
            driven.setdefault(duty.driver.id, []).append(duty)
    for duties in driven.values():
        duties.sort(key=lambda duty: duty.start)
        wheel = _Wheel(duties[0].driver.driving_since_rest_s)
        before: DutyWalk | None = None
        for duty in duties:
            rested = before is not None and duty.start - before.end >= duty.duty.rest_s
            wheel = _Wheel(0 if rested else wheel.driving)
            yield from _duty(walk.index, duty, wheel)
            before = duty


def _duty(index: Index, duty: DutyWalk, wheel: _Wheel) -> Iterator[Violation]:
    rest_s, longest = duty.duty.rest_s, duty.duty.longest_driving_s
    for at in duty.stops:
        leg, prev = at.stop.leg, at.prev
        if leg is not None and leg.seconds and prev is not None:
            before = wheel.driving
            wheel.busy(prev.stop.depart, rest_s)
            if wheel.driving < before and wheel.blamed is not None:
                yield _told(wheel, duty)
            wheel.driving += leg.seconds
            if wheel.driving > longest:
                wheel.blamed = wheel.blamed or at
                wheel.worst = wheel.driving - longest
        _stand(index, at, wheel, rest_s)
        if wheel.driving == 0 and wheel.blamed is not None:
            yield _told(wheel, duty)
    if wheel.blamed is not None:
        yield _told(wheel, duty)
    if wheel.free_since is not None:
        wheel.busy(duty.end, rest_s)


def _told(wheel: _Wheel, duty: DutyWalk) -> Violation:
    at = wheel.blamed or duty.opening
    wheel.blamed = None
    return at.violation("rest", wheel.worst, "s", duty.driver.id)


def _stand(index: Index, at: At, wheel: _Wheel, rest_s: int) -> None:
    stop = at.stop
    if stop.bay is None and not index.may_rest_at(stop.place):
        wheel.busy(stop.arrive, rest_s)
        return
    work: list[tuple[int, int]] = []
    if at.service_s:
        work.append((stop.start, at.service_end))
    if at.session is not None and at.session.site.attended:
        work.append((at.session.start, at.session.end))
    prev = at.prev
    here = prev is not None and stop.leg is None and prev.duty_no == at.duty_no
    now = prev.stop.depart if prev is not None and here else stop.arrive
    for start, end in sorted(work):
        if start > now:
            wheel.free(now)
        if end > start:
            wheel.busy(start, rest_s)
        now = max(now, end)
    if stop.depart > now:
        wheel.free(now)
