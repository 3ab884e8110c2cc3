"""When rules and permits are in force, by the local date of each instant, as half-open spans."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from routing.checker.index import Index
from routing.problem import AccessRule, DailyHours, Permit, Vehicle, VehicleType, When, Who

Span = tuple[int, int]
_WORKING_WEEK = {1, 2, 3, 4, 5}


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that overlap or touch joined, empty ones gone."""
    done: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if done and start <= done[-1][1]:
            done[-1] = (done[-1][0], max(end, done[-1][1]))
        else:
            done.append((start, end))
    return done


def without(spans: list[Span], lifted: list[Span]) -> list[Span]:
    """``spans`` less ``lifted``; both merged."""
    done: list[Span] = []
    for start, end in spans:
        now = start
        for lift_start, lift_end in lifted:
            if lift_end <= now or lift_start >= end:
                continue
            done.append((now, lift_start))
            now = lift_end
        done.append((now, end))
    return merged(done)


def overlap(start: int, end: int, spans: list[Span]) -> int:
    """Seconds of [start, end) inside the spans."""
    return sum(max(0, min(end, span[1]) - max(start, span[0])) for span in spans)


class Calendar:
    """The local dates that the horizon touches, with their spans in seconds after its start."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._data = index.problem.calendar
        first = index.start.astimezone(index.tz).date() - timedelta(days=1)
        last = index.end.astimezone(index.tz).date() + timedelta(days=1)
        self.dates: list[tuple[date, int, int]] = []
        while first <= last:
            following = first + timedelta(days=1)
            self.dates.append((first, self._midnight(first), self._midnight(following)))
            first = following

    def _midnight(self, day: date) -> int:
        instant = datetime.combine(day, time(), tzinfo=self._index.tz)
        return int((instant - self._index.start).total_seconds())

    def date_of(self, instant: int) -> date:
        """The local date of an instant."""
        return (self._index.start + timedelta(seconds=instant)).astimezone(self._index.tz).date()

    def in_force(self, rule: AccessRule, vehicle: Vehicle, kind: VehicleType) -> list[Span]:
        """When the rule binds the vehicle."""
        spans: list[Span] = []
        for day, start, end in self.dates:
            if not self._when(rule.when, day):
                continue
            bound = any(_matches(who, vehicle, kind, day) for who in rule.who)
            if bound and not any(_matches(who, vehicle, kind, day) for who in rule.exempt):
                spans.extend(_hours(rule.when.hours, start, end))
        return merged(spans)

    def permitted(self, permit: Permit) -> list[Span]:
        """When the permit is good."""
        spans: list[Span] = []
        for day, start, end in self.dates:
            if permit.date_from <= day.isoformat() <= permit.date_to:
                spans.extend(_hours(permit.hours, start, end))
        return merged(spans)

    def _when(self, when: When, day: date) -> bool:
        iso = day.isoformat()
        if when.date_from is not None and iso < when.date_from:
            return False
        if when.date_to is not None and iso > when.date_to:
            return False
        holiday = iso in self._data.holidays
        if (when.holidays == "never" and holiday) or (when.holidays == "only" and not holiday):
            return False
        if self._data.alerts.get(iso, 0) < when.alert_from:
            return False
        if not when.weekdays or day.isoweekday() in when.weekdays:
            return True
        return iso in self._data.working_days and set(when.weekdays) == _WORKING_WEEK


def _hours(hours: list[DailyHours], start: int, end: int) -> list[Span]:
    """Daily hours on the date whose midnights are ``start`` and ``end``."""
    if not hours:
        return [(start, end)]
    spans: list[Span] = []
    for item in hours:
        if item.start < item.end:
            spans.append((start + item.start, min(end, start + item.end)))
        else:
            spans.append((start, min(end, start + item.end)))
            spans.append((start + item.start, end))
    return spans


def _matches(who: Who, vehicle: Vehicle, kind: VehicleType, day: date) -> bool:
    lists = (
        (who.plate_kinds, vehicle.plate_kind),
        (who.energy, kind.energy),
        (who.types, kind.id),
        (who.body, kind.body),
        (who.use, vehicle.use),
    )
    if any(allowed and value not in allowed for allowed, value in lists):
        return False
    if who.stage_at_most and not 1 <= kind.emission_stage <= who.stage_at_most:
        return False
    if who.mass_over_g and kind.gross_mass_g <= who.mass_over_g:
        return False
    if who.length_over_mm and kind.length_mm <= who.length_over_mm:
        return False
    if who.local is not None and vehicle.local != who.local:
        return False
    if who.tails is None:
        return True
    barred = who.tails.by_weekday.get(str(day.isoweekday()), [])
    dated = who.tails.by_date.get(day.isoformat(), [])
    return vehicle.plate_tail is not None and vehicle.plate_tail in {*barred, *dated}
