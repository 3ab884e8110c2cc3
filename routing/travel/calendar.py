"""When an access rule is in force, as intervals of horizon seconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from routing.problem import DailyHours, Horizon, Problem, When

Spans = tuple[tuple[int, int], ...]
"""Sorted, disjoint, half-open intervals in seconds after the horizon's start."""
WORKING_WEEK = {1, 2, 3, 4, 5}


def union(spans: list[tuple[int, int]]) -> Spans:
    """Merge intervals; touching ones become one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(s for s in spans if s[0] < s[1]):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return tuple(out)


def minus(spans: Spans, holes: Spans) -> Spans:
    """What of ``spans`` no hole covers."""
    out: list[tuple[int, int]] = []
    for start, end in spans:
        at = start
        for h_start, h_end in holes:
            if h_end <= at or h_start >= end:
                continue
            if h_start > at:
                out.append((at, h_start))
            at = max(at, h_end)
        if at < end:
            out.append((at, end))
    return tuple(out)


def meet(a: Spans, b: Spans) -> Spans:
    """What both cover."""
    both = [(max(s, u), min(e, v)) for s, e in a for u, v in b]
    return union(both)


class Days:
    """The local calendar dates of a horizon, each with the seconds it covers."""

    def __init__(self, horizon: Horizon) -> None:
        zone = ZoneInfo(horizon.tz)
        start = datetime.fromisoformat(horizon.start)
        end = datetime.fromisoformat(horizon.end)
        self.start = start
        self.length = int((end - start).total_seconds())
        self.dates: list[tuple[date, int]] = []
        day = start.astimezone(zone).date()
        last = end.astimezone(zone).date()
        while day <= last:
            midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
            self.dates.append((day, int((midnight - start).total_seconds())))
            day += timedelta(days=1)

    def date_at(self, second: int) -> str:
        """ISO date of the instant."""
        found = self.dates[0][0]
        for day, midnight in self.dates:
            if midnight <= second:
                found = day
        return found.isoformat()

    def spans(self, hours: list[DailyHours], holds: Callable[[date], bool]) -> Spans:
        """Seconds that lie in ``hours`` of dates for which ``holds``.

        Hours past midnight belong, after midnight, to the date on which they fall.
        """
        out: list[tuple[int, int]] = []
        for day, midnight in self.dates:
            if not holds(day):
                continue
            if not hours:
                out.append((midnight, midnight + 86400))
            for span in hours:
                if span.end > span.start:
                    out.append((midnight + span.start, midnight + span.end))
                else:
                    out.append((midnight, midnight + span.end))
                    out.append((midnight + span.start, midnight + 86400))
        return union(out)


def date_holds(problem: Problem, when: When, day: date) -> bool:
    """Whether a rule's dates, weekdays, holidays and alert level hold on ``day``."""
    iso = day.isoformat()
    if when.date_from is not None and iso < when.date_from:
        return False
    if when.date_to is not None and iso > when.date_to:
        return False
    calendar = problem.calendar
    working_weekend = iso in calendar.working_days and set(when.weekdays) == WORKING_WEEK
    if when.weekdays and day.isoweekday() not in when.weekdays and not working_weekend:
        return False
    holiday = iso in calendar.holidays
    if (when.holidays == "never" and holiday) or (when.holidays == "only" and not holiday):
        return False
    return calendar.alerts.get(iso, 0) >= when.alert_from
