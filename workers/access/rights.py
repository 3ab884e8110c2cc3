"""When rules bind and passes lift, by calendar date: spans in seconds after local midnight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from models.permits.tables import Permit as PermitRow
from models.rules.tables import AccessRule as RuleRow
from routing.problem import Calendar, GreatCircleTravel, Horizon, Permit, Problem
from routing.problem.access import DailyHours
from routing.travel.access import binds, permit_spans
from routing.travel.calendar import Days, minus
from workers.access.subjects import Subject
from workers.planning.snapshot.ground import access_rule

Spans = list[tuple[int, int]]
DAY = 86_400
LIFTABLE = frozenset({"no_driving", "pass_needed"})


def dated(spans: Sequence[tuple[int, int]], first: date, days: int) -> dict[date, Spans]:
    """Spans after the first midnight, cut at midnights; every date is there."""
    found: dict[date, Spans] = {first + timedelta(days=k): [] for k in range(days)}
    for start, end in spans:
        for k in range(max(0, start // DAY), min(days, (end - 1) // DAY + 1)):
            cut = (max(start, k * DAY) - k * DAY, min(end, (k + 1) * DAY) - k * DAY)
            if cut[0] < cut[1]:
                found[first + timedelta(days=k)].append(cut)
    return found


class Ground:
    """A city's calendar over ``days`` dates from ``first``: what binds whom when.

    The reading of a rule is the planning library's; nothing of it is written a second time here.
    """

    def __init__(
        self, calendar: Mapping[str, Any], zone: ZoneInfo, first: date, days: int = 1
    ) -> None:
        self.first, self.days, self.zone = first, days, zone
        start = datetime.combine(first, time(), zone)
        end = datetime.combine(first + timedelta(days=days), time(), zone)
        horizon = Horizon(start=start.isoformat(), end=end.isoformat(), tz=zone.key)
        self._days = Days(horizon)
        self._problem = Problem(
            horizon=horizon,
            calendar=msgspec.convert(calendar, Calendar),
            places=[],
            depots=[],
            vehicle_types=[],
            vehicles=[],
            drivers=[],
            duties=[],
            orders=[],
            travel=GreatCircleTravel(detour_permille=1000, profiles={}),
        )

    def _cut(self, spans: Sequence[tuple[int, int]]) -> dict[date, Spans]:
        whole = [(max(0, s), min(self.days * DAY, e)) for s, e in spans]
        return dated([span for span in whole if span[0] < span[1]], self.first, self.days)

    def binding(self, rule: RuleRow, subject: Subject) -> dict[date, Spans]:
        """When the rule binds the subject, passes aside."""
        found = binds(self._problem, self._days, access_rule(rule), subject.vehicle, subject.kind)
        return self._cut(found)

    def forbidden(
        self, rule: RuleRow, subject: Subject, permits: Sequence[PermitRow]
    ) -> dict[date, Spans]:
        """When the rule binds and none of the subject's passes lifts it."""
        record = access_rule(rule)
        spans = binds(self._problem, self._days, record, subject.vehicle, subject.kind)
        if rule.effect in LIFTABLE:
            for permit in permits:
                spans = minus(spans, permit_spans(self._days, _permit(permit)))
        return self._cut(spans)

    def valid(self, permit: PermitRow) -> dict[date, Spans]:
        """When a pass is good, its state aside."""
        return self._cut(permit_spans(self._days, _permit(permit)))

    def binds_ever(self, rule: RuleRow, subject: Subject) -> bool:
        """Whether the rule binds the subject at any time of these dates."""
        return any(self.binding(rule, subject).values())


def _permit(row: PermitRow) -> Permit:
    return Permit(
        id=str(row.id),
        vehicles=[],
        rules=[],
        date_from=row.date_from.isoformat(),
        date_to=row.last_day.isoformat(),
        hours=msgspec.convert(row.hours, list[DailyHours]),
        trips_per_day=row.trips_per_day,
    )
