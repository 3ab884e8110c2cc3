"""What a hand-made plan says of an order's turn: order numbers, plate, trip, sequence, time."""

from __future__ import annotations

import re

from workers.sheets.table import Cell
from workers.sheets.values.base import Ask, Note, Reading, blank, fold, has_full_width, refuse
from workers.sheets.values.numbers import read_whole
from workers.sheets.values.windows import DAY, clock, read_time

MOST_TRIPS = 30
_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "首": 1}
_TRIP = re.compile(
    r"(?:第)?(\d+|[〇零一二两三四五六七八九十首]+)(?:\.0)?"
    r"(?:趟|车次|车|次|班|班次|转|回|trip)?|(?:t|trip|no\.?)(\d+)",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"[、,，;；\n]+")
_BEFORE = re.compile(r"^(?:前日|前一日|前一天|前夜|前晚|昨日|昨晚|昨夜)")
_AFTER = re.compile(r"^(?:次日|第二天|翌日|隔日|\+1)")


def _chinese(text: str) -> int | None:
    """十二 → 12, up to ninety-nine."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _DIGITS.get(text)
    high = _DIGITS.get(tens) if tens else 1
    low = _DIGITS.get(ones) if ones else 0
    return None if high is None or low is None else high * 10 + low


ACTIONS = {
    "装货": "pickup", "提货": "pickup", "揽收": "pickup", "取货": "pickup", "装车": "pickup",
    "收件": "pickup", "pickup": "pickup",
    "卸货": "delivery", "送货": "delivery", "配送": "delivery", "派送": "delivery",
    "送达": "delivery", "派件": "delivery", "delivery": "delivery",
    "仓": "aside", "发车": "aside", "出车": "aside", "收车": "aside", "回仓": "aside",
    "返回": "aside", "充电": "aside", "换电": "aside", "休息": "aside", "等待": "aside",
    "午休": "aside",
}  # fmt: skip
"""What is done at a stop; ``aside``: no order is served there, times follow by themselves."""


def read_action(cell: Cell | None, ask: Ask) -> Reading:
    """``pickup``, ``delivery``, or ``aside`` for a row that serves no order."""
    if blank(cell) or cell is None:
        return Reading()
    text = fold(cell.text).lower().replace(" ", "")
    code = ACTIONS.get(text)
    if code is None:
        return refuse("unknown_word", ask, choices="装货、卸货")
    return Reading(code, (), None, text)


def read_trip(cell: Cell | None, ask: Ask) -> Reading:
    """A trip's number from 1 on: ``2``, ``第2趟``, ``第二趟``, ``首趟``."""
    if blank(cell) or cell is None:
        return Reading()
    text = fold(cell.text).replace(" ", "")
    found = _TRIP.fullmatch(text)
    number = _chinese(found.group(1) or found.group(2)) if found else None
    if number is None:
        return refuse("trip_unreadable", ask, None, text=text[:20])
    if not 1 <= number <= MOST_TRIPS:
        return refuse("out_of_range", ask, low="1", high=str(MOST_TRIPS))
    notes = [Note("full_width")] if has_full_width(cell.text) else []
    if not text.isdigit() and cell.kind != "number":
        notes.append(Note("word", {"meaning": f"第 {number} 趟"}))
    return Reading(number, tuple(notes), None, str(number))


def read_turn(cell: Cell | None, ask: Ask) -> Reading:
    """A place in the sequence: a whole number; ``①`` and ``第3站`` are met too."""
    if cell is not None and cell.kind == "text":
        text = re.sub(r"^第|[站店家个单位号.、]+$", "", fold(cell.text).replace(" ", ""))
        if text.isdigit() or _chinese(text) is not None:
            number = _chinese(text)
            notes = (Note("full_width"),) if has_full_width(cell.text) else ()
            return Reading(number, notes, None, str(number))
    return read_whole(cell, ask)


def read_references(cell: Cell | None, ask: Ask) -> Reading:
    """Order numbers, one or several in a cell: a list of texts without spaces."""
    if blank(cell) or cell is None:
        return Reading()
    if cell.kind == "error":
        return refuse("error_value", ask)
    if len(cell.text) > 2000:
        return refuse("too_long", ask, limit="2000")
    # A full-width comma folds to a plain one: parts are told apart before and after alike.
    found = [re.sub(r"\s+", "", fold(part)) for part in _SEVERAL.split(cell.text)]
    found = [re.sub(r"^(\d+)\.0$", r"\1", one) for one in found if one]
    notes = (Note("full_width"),) if has_full_width(cell.text) else ()
    return Reading(found or None, notes, None, "、".join(found))


def read_plate(cell: Cell | None, ask: Ask) -> Reading:
    """A plate in capitals without spaces and dots; whether it is one of ours, the check says."""
    if blank(cell) or cell is None:
        return Reading()
    if cell.kind == "error":
        return refuse("error_value", ask)
    text = re.sub(r"[\s·•.\-_]+", "", fold(cell.text))
    capital = text.upper()
    if not capital or len(capital) > 20:
        return refuse("bad_format", ask, example="辽Z12345D")
    notes = [Note("full_width")] if has_full_width(cell.text) else []
    if capital != fold(cell.text) and not notes:
        notes.append(Note("plate_tidied"))
    return Reading(capital, tuple(notes), None, capital)


def read_planned(cell: Cell | None, ask: Ask) -> Reading:
    """Minutes after the service date's midnight; ``前日 22:30`` is negative, ``次日`` over 1440."""
    if blank(cell) or cell is None:
        return Reading()
    shift = 0
    if cell.kind == "text":
        text = fold(cell.text).replace(" ", "")
        if _BEFORE.match(text):
            shift, text = -DAY, _BEFORE.sub("", text)
        elif _AFTER.match(text):
            shift, text = DAY, _AFTER.sub("", text)
        cell = Cell("text", text)
    reading = read_time(cell, ask)
    if reading.value is None:
        return reading
    minute = int(reading.value) + shift
    word = "前日 " if shift < 0 else "次日 " if shift > 0 else ""
    return Reading(minute, reading.notes, None, f"{word}{clock(minute)}")
