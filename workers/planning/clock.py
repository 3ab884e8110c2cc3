"""Times of a plan as people read them: 24-hour local, the day before and the day after said."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from models.language import gettext as _
from routing.problem import Horizon

NIGHT_FROM = 22 * 3600
NIGHT_TO = 6 * 3600


class Clock:
    """Turns seconds after the horizon's start into local time.

    Every surface (page, sheets, text, exports) writes times with this one class, whole minutes
    rounded down, so that they agree to the minute.
    """

    def __init__(self, horizon: Horizon) -> None:
        self.zone = ZoneInfo(horizon.tz)
        self.start = datetime.fromisoformat(horizon.start)
        self.end = datetime.fromisoformat(horizon.end)
        self.length = int((self.end - self.start).total_seconds())
        middle = self.start + timedelta(seconds=self.length // 2)
        self.service_date: date = middle.astimezone(self.zone).date()

    def at(self, second: int) -> datetime:
        """The local time of a second of the horizon."""
        return (self.start + timedelta(seconds=second)).astimezone(self.zone)

    def text(self, second: int) -> str:
        """``前日 23:06``, ``08:39`` or ``次日 01:30``."""
        moment = self.at(second)
        mark = ""
        if moment.date() < self.service_date:
            mark = _("前日 ")
        elif moment.date() > self.service_date:
            mark = _("次日 ")
        return mark + moment.strftime("%H:%M")

    def span(self, start: int, end: int) -> str:
        """``22:00–02:00`` with the mark of the day where the first time needs it."""
        first, last = self.text(start), self.text(end)
        return f"{first}–{last}"

    def stamp(self, second: int) -> str:
        """``2026-11-24 08:39``, for files."""
        return self.at(second).strftime("%Y-%m-%d %H:%M")

    def night(self, second: int) -> bool:
        """Whether the instant lies in 22:00–06:00."""
        moment = self.at(second)
        of_day = moment.hour * 3600 + moment.minute * 60 + moment.second
        return of_day >= NIGHT_FROM or of_day < NIGHT_TO

    def nights(self) -> list[tuple[int, int]]:
        """The nights of the horizon as half-open spans of seconds."""
        spans: list[tuple[int, int]] = []
        begun: int | None = None
        for second in range(0, self.length + 1, 900):
            dark = self.night(second) and second < self.length
            if dark and begun is None:
                begun = second
            elif not dark and begun is not None:
                spans.append((begun, second))
                begun = None
        return spans
