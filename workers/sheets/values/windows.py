"""Receiving windows and times of day as people type them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from workers.sheets.table import Cell
from workers.sheets.values.base import Ask, Note, Reading, blank, fold, refuse

DAY = 1440


@dataclass(frozen=True)
class Span:
    """A window in minutes of the service date's clock; before midnight it is negative.

    22:00-02:00 counts to the morning's date, so it is (-120, 120); 06:00-07:30 is (360, 450).
    """

    start: int
    end: int

    @property
    def text(self) -> str:
        """``06:00-07:30``; ``22:00-02:00`` across midnight."""
        return f"{clock(self.start)}-{clock(self.end) if self.end != DAY else '24:00'}"

    @property
    def night(self) -> bool:
        """Whether it lies inside 22:00-06:00."""
        return (self.start >= -120 and self.end <= 360) or self.start >= 22 * 60


def clock(minute: int) -> str:
    """Minutes of the day → ``HH:MM``."""
    return f"{minute % DAY // 60:02d}:{minute % 60:02d}"


WORDS: dict[str, tuple[int, int]] = {
    "全天": (0, 1440), "不限": (0, 1440), "任意": (0, 1440), "白天": (360, 1320),
    "早上": (360, 540), "早晨": (360, 540), "清晨": (300, 420), "上午": (360, 720),
    "中午": (660, 840), "下午": (720, 1080), "傍晚": (1020, 1140), "晚上": (1080, 1320),
    "夜间": (1320, 1800), "夜里": (1320, 1800), "夜配": (1320, 1800), "凌晨": (0, 360),
    "晚间": (1080, 1320),
}  # fmt: skip
"""What a word means when a sheet says no more, in minutes after midnight."""

_HALF = r"(?:凌晨|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚间|晚|夜间|夜里|夜|am|pm)?"
_NEXT = r"(?:次日|第二天|翌日|隔日)?"
_CLOCK = (
    rf"({_NEXT})({_HALF})(\d{{1,2}})"
    r"(?:[:：时点.](\d{2}|半|一刻|三刻)?分?|(?=$)|(\d{2}))?(am|pm)?"
)
_TIME = re.compile(_CLOCK, re.IGNORECASE)
_SPLIT = re.compile(r"\s*(?:-+|~|至|到|→|to)\s*", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*(?:[;；、/,，\n]|或|和|及)\s*")
_AFTERNOON = {"下午", "傍晚", "晚上", "晚间", "晚", "夜间", "夜里", "夜", "pm"}
_WORD_MINUTES = {"半": 30, "一刻": 15, "三刻": 45}


class _NoTimeError(ValueError):
    """The text is no time; ``shown`` is a time that does not exist."""

    def __init__(self, shown: str = "") -> None:
        super().__init__(shown)
        self.shown = shown


def _time(text: str, half: str = "") -> tuple[int, str, bool]:
    """(minutes, word for the half of the day, spoken) of one time; raises ``_NoTimeError``."""
    match = _TIME.fullmatch(text.strip().replace(" ", ""))
    if match is None:
        raise _NoTimeError
    following, word, hours, minutes, compact, suffix = match.groups()
    word = (word or suffix or "").lower()
    hour = int(hours)
    tail = minutes or compact or ""
    minute = _WORD_MINUTES.get(tail, 0) if not tail.isdigit() else int(tail)
    applied = word or half
    if applied in _AFTERNOON and hour < 12:
        hour += 0 if applied in {"夜间", "夜里", "夜"} and hour < 6 else 12
    elif applied == "中午" and hour < 10:
        hour += 12
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise _NoTimeError(f"{hour}:{minute:02d}")
    spoken = bool(word) or tail in _WORD_MINUTES or any(ch in text for ch in "点时分")
    return hour * 60 + minute + (DAY if following else 0), word, spoken


def on_service_date(start: int, end: int) -> Span:
    """Place clock minutes on the service date: a window inside 22:00-06:00 is the morning's."""
    if end <= start:
        end += DAY
    if start >= 22 * 60 and end <= 30 * 60:
        return Span(start - DAY, end - DAY)
    return Span(start, end)


def on_duty_date(span: Span) -> Span:
    """A driver's turn across midnight is the night before the service date's morning.

    Night deliveries count to the morning's date, so who drives them begins the evening before,
    18:00 at the earliest, where the horizon of a service date begins.
    """
    if span.start >= 18 * 60 and span.end > DAY:
        return Span(span.start - DAY, span.end - DAY)
    return span


def _span(text: str) -> tuple[Span, list[Note]]:
    if text in WORDS:
        start, end = WORDS[text]
        return on_service_date(start, end), [Note("window_word", {"word": text})]
    edge = re.fullmatch(r"(.+?)(?:点|时)?(?:之)?(以前|前|以后|后)", text)
    if edge is not None:
        minute, _, _ = _time(edge.group(1) if ":" in text else edge.group(1).rstrip("点时"))
        before = edge.group(2).endswith("前")
        span = (0, minute) if before else (minute, DAY)
        return on_service_date(*span), [Note("open_ended")]
    parts = _SPLIT.split(text)
    if len(parts) != 2:
        _time(text)
        raise _SingleError
    start, half, spoken = _time(parts[0])
    end, own, spoken_end = _time(parts[1])
    if not own and half in _AFTERNOON | {"中午"} and end < DAY:
        inherited = _time(parts[1], half)[0]
        # 下午2点-4点 is 14-16, but 晚10点-2点 ends in the night after
        end = inherited if inherited > start else end
    notes = [Note("spoken_time")] if spoken or spoken_end else []
    if start == end:
        raise _EqualError
    late_start = start >= 18 * 60 and end <= 12 * 60
    if end < start and not late_start:
        raise _ReversedError(start, end)
    span_ = on_service_date(start, end if end <= DAY else end - DAY)
    return span_, notes


class _SingleError(ValueError):
    """Only one time is given."""


class _EqualError(ValueError):
    """Start and end are the same."""


class _ReversedError(ValueError):
    def __init__(self, start: int, end: int) -> None:
        super().__init__()
        self.fix = f"{clock(end)}-{clock(start)}"


def read_windows(cell: Cell | None, ask: Ask) -> Reading:
    """A list of ``Span``: one window, or several parted by ；、or /."""
    if blank(cell) or cell is None:
        return Reading()
    if cell.kind == "error":
        return refuse("error_value", ask)
    if cell.kind in {"time", "number"}:
        return _one_time(cell, ask)
    spans: list[Span] = []
    notes: list[Note] = []
    for part in _SEVERAL.split(fold(cell.text).replace("：", ":")):
        text = re.sub(r"\s+", "", part).strip("()")
        if not text:
            continue
        try:
            span, found = _span(text)
        except _SingleError:
            return _one_time(cell, ask)
        except _EqualError:
            return refuse("window_empty", ask)
        except _ReversedError as error:
            return refuse("window_reversed", ask, error.fix)
        except _NoTimeError as error:
            if error.shown:
                return refuse("no_such_time", ask, time=error.shown)
            return refuse("not_a_window", ask, "06:00-07:30" if not spans else None)
        spans.append(span)
        notes += [note for note in found if note not in notes]
    if not spans:
        return refuse("not_a_window", ask)
    spans.sort(key=lambda s: (s.start, s.end))
    return Reading(spans, tuple(notes), None, "；".join(s.text for s in spans))


def _one_time(cell: Cell, ask: Ask) -> Reading:
    at = read_time(cell, ask)
    if at.value is None:
        return at if at.fault else refuse("not_a_window", ask)
    low, high = max(at.value - 30, 0), min(at.value + 30, DAY)
    return refuse("window_single", ask, Span(low, high).text)


def read_time(cell: Cell | None, ask: Ask) -> Reading:
    """Minutes after midnight, 0 to 1440."""
    if blank(cell) or cell is None:
        return Reading()
    if cell.kind == "error":
        return refuse("error_value", ask)
    if cell.kind == "number" and cell.number is not None:
        number = cell.number
        if not math.isfinite(number):
            return refuse("not_a_window", ask)
        if 0 <= number <= 1 and number != int(number):
            minute = round(number * DAY)
            return Reading(minute, (Note("excel_serial"),), None, clock(minute))
        if number == int(number) and 0 <= number <= 24:
            return Reading(int(number) * 60, (), None, clock(int(number) * 60))
        if number == int(number) and 100 <= number <= 2400 and int(number) % 100 < 60:
            minute = int(number) // 100 * 60 + int(number) % 100
            return Reading(minute, (), None, clock(minute))
        return refuse("no_such_time", ask, time=cell.text)
    text = fold(cell.text)
    if cell.kind == "date" and " " not in text:
        return refuse("not_a_window", ask)
    text = re.sub(r"^\d{4}-\d{2}-\d{2} ", "", text)
    text = re.sub(r"^(\d{1,2}:\d{2}):\d{2}$", r"\1", text)
    try:
        minute, _, spoken = _time(text)
    except _NoTimeError as error:
        if error.shown:
            return refuse("no_such_time", ask, time=error.shown)
        return refuse("not_a_window", ask)
    notes = (Note("spoken_time"),) if spoken else ()
    return Reading(minute % DAY if minute != DAY else DAY, notes, None, clock(minute))
