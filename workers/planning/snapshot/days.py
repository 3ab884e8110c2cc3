"""The horizon of a service date: wall-clock times of the city as seconds after its start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from routing.problem import Horizon, Interval

DAY = 86_400


@dataclass(frozen=True)
class Days:
    """Service date D of a city: from D-1 18:00 to D+1 06:00 local time."""

    service_date: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """D-1 18:00."""
        return datetime.combine(self.service_date - timedelta(days=1), time(18), self.zone)

    @property
    def end(self) -> datetime:
        """D+1 06:00."""
        return datetime.combine(self.service_date + timedelta(days=1), time(6), self.zone)

    @property
    def length(self) -> int:
        """Seconds of the horizon."""
        return self.of(self.end)

    @property
    def horizon(self) -> Horizon:
        """The problem's horizon."""
        return Horizon(start=self.start.isoformat(), end=self.end.isoformat(), tz=self.zone.key)

    @property
    def dates(self) -> list[date]:
        """The calendar dates that the horizon touches."""
        return [self.service_date + timedelta(days=k) for k in (-1, 0, 1)]

    def of(self, moment: datetime) -> int:
        """An instant as seconds after the start (negative before it)."""
        return int(moment.timestamp() - self.start.timestamp())

    def at(self, second: int, day: date | None = None) -> int:
        """Seconds after local midnight of ``day`` (the service date) on the wall clock."""
        shift, rest = divmod(second, DAY)
        moment = datetime.combine(
            (day or self.service_date) + timedelta(days=shift), time(), self.zone
        )
        return self.of(moment.replace(hour=rest // 3600, minute=rest // 60 % 60, second=rest % 60))

    def clip(self, start: int, end: int) -> tuple[int, int]:
        """A span cut to the horizon."""
        return max(0, start), min(self.length, end)

    def hours(self, daily: Iterable[Mapping[str, Any]]) -> list[Interval]:
        """Daily hours as spans of the horizon, merged where they touch; none given = always."""
        spans = []
        for item in daily:
            first, last = int(item["start"]), int(item["end"])
            last += DAY if last <= first else 0
            for day in [self.dates[0] - timedelta(days=1), *self.dates]:
                start, end = self.clip(self.at(first, day), self.at(last, day))
                if start < end:
                    spans.append((start, end))
        if not list(daily):
            spans = [(0, self.length)]
        merged: list[tuple[int, int]] = []
        for start, end in sorted(spans):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return [Interval(start=start, end=end) for start, end in merged]

    def steps(self, daily: Iterable[Mapping[str, Any]]) -> list[tuple[int, Mapping[str, Any]]]:
        """Daily steps over the horizon: from which second on which step, the first at 0."""
        every = [
            (self.at(int(step["start"]), day), step)
            for day in [self.dates[0] - timedelta(days=1), *self.dates]
            for step in daily
        ]
        every.sort(key=lambda pair: pair[0])
        begun = [step for start, step in every if start <= 0]
        out = [(0, begun[-1])] if begun else []
        return out + [(start, step) for start, step in every if 0 < start < self.length]
