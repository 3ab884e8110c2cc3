"""Dates as people type them, completed and checked against the calendar."""

from __future__ import annotations

import datetime as dt
import math
import re

from workers.sheets.table import Cell
from workers.sheets.values.base import Ask, Note, Reading, blank, fold, has_full_width, refuse

_RELATIVE = {"昨天": -1, "今天": 0, "今日": 0, "当天": 0, "明天": 1, "明日": 1, "次日": 1,
             "后天": 2, "大后天": 3}  # fmt: skip
_WEEKDAY = re.compile(r"\(?(?:周|星期|礼拜)[一二三四五六日天]\)?$")
_TIME_TAIL = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")
_YMD = re.compile(r"(\d{4})\s*[-/.年\\]\s*(\d{1,2})\s*[-/.月\\]\s*(\d{1,2})[日号]?")
_SHORT_YMD = re.compile(r"(\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})[日号]?")
_DMY = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})")
_MD = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})[日号]?")
_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})")
_COMPACT_SHORT = re.compile(r"(\d{2})(\d{2})(\d{2})")
_EPOCH = dt.date(1899, 12, 30)


def read_date(cell: Cell | None, ask: Ask) -> Reading:
    """A calendar date; past days and those over a year off are faults."""
    reading = read_any_date(cell, ask)
    day = reading.value
    if day is None:
        return reading
    if day < ask.today:
        fix = ask.service_date.isoformat() if ask.service_date else None
        return refuse("date_past", ask, fix, date=day.isoformat())
    if day > ask.today + dt.timedelta(days=366):
        return refuse("date_far", ask, _suggest(ask), date=day.isoformat())
    return reading


def read_any_date(cell: Cell | None, ask: Ask) -> Reading:
    """A calendar date, past ones too (papers, birthdays)."""
    if blank(cell) or cell is None:
        return Reading()
    if cell.kind == "error":
        return refuse("error_value", ask)
    if cell.kind in {"bool", "time"}:
        return refuse("not_a_date", ask, _suggest(ask))
    if cell.kind == "number" and cell.number is not None:
        return _from_number(cell.number, ask)
    notes: list[Note] = [Note("full_width")] if has_full_width(cell.text) else []
    text = _WEEKDAY.sub("", fold(cell.text)).strip()
    tail = _TIME_TAIL.search(text)
    if tail is not None:
        if tail.group().strip(" T:0"):
            notes.append(Note("time_dropped"))
        text = text[: tail.start()]
    if text in _RELATIVE:
        day = ask.today + dt.timedelta(days=_RELATIVE[text])
        notes.append(Note("relative_date", {"word": text, "today": ask.today.isoformat()}))
        return _found(day, notes)
    return _from_text(text, ask, notes)


def _found(day: dt.date, notes: list[Note]) -> Reading:
    return Reading(day, tuple(notes), None, day.isoformat())


def _suggest(ask: Ask) -> str | None:
    return ask.service_date.isoformat() if ask.service_date else None


def _from_number(number: float, ask: Ask) -> Reading:
    if not math.isfinite(number):
        return refuse("not_a_date", ask, _suggest(ask))
    whole = int(number)
    if whole == number and 19000101 <= whole <= 29991231:
        return _from_text(str(whole), ask, [])
    if 20_000 <= number < 80_000:
        return _found(_EPOCH + dt.timedelta(days=whole), [Note("excel_serial")])
    if whole != number and 1 <= number < 13:
        # 11.24 typed as month and day: 11.2 may have been 11.20, both are offered by the text
        return _from_text(f"{number:.2f}", ask, [])
    return refuse("not_a_date", ask, _suggest(ask))


def _from_text(text: str, ask: Ask, notes: list[Note]) -> Reading:
    match = _YMD.fullmatch(text)
    if match is not None:
        return _day(*map(int, match.groups()), ask=ask, notes=notes)
    match = _COMPACT.fullmatch(text)
    if match is not None:
        notes.append(Note("compact_date"))
        return _day(*map(int, match.groups()), ask=ask, notes=notes)
    match = _SHORT_YMD.fullmatch(text) or _COMPACT_SHORT.fullmatch(text)
    if match is not None:
        year, month, day = map(int, match.groups())
        notes.append(Note("two_digit_year"))
        return _day(2000 + year, month, day, ask=ask, notes=notes)
    match = _DMY.fullmatch(text)
    if match is not None:
        first, second, year = map(int, match.groups())
        if first > 12:
            notes.append(Note("day_first"))
            return _day(year, second, first, ask=ask, notes=notes)
        notes.append(Note("month_first"))
        return _day(year, first, second, ask=ask, notes=notes)
    match = _MD.fullmatch(text)
    if match is not None:
        notes.append(Note("year_completed"))
        month, day = map(int, match.groups())
        return _day(_year_for(month, day, ask), month, day, ask=ask, notes=notes)
    return refuse("not_a_date", ask, _suggest(ask))


def _year_for(month: int, day: int, ask: Ask) -> int:
    """The year that brings month and day nearest to the service date (or today)."""
    near = ask.service_date or ask.today
    best, distance = near.year, 10_000
    for year in (near.year, near.year + 1, near.year - 1):
        try:
            gap = abs((dt.date(year, month, day) - near).days)
        except ValueError:
            continue
        if gap < distance:
            best, distance = year, gap
    return best


def _day(year: int, month: int, day: int, *, ask: Ask, notes: list[Note]) -> Reading:
    try:
        return _found(dt.date(year, month, day), notes)
    except ValueError:
        return refuse("no_such_day", ask, _suggest(ask), date=f"{year:04d}-{month:02d}-{day:02d}")
