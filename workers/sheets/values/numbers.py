"""Weights, volumes, counts and plain numbers, as people type them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from models.language import N_
from workers.sheets.table import Cell
from workers.sheets.values.base import Ask, Note, Reading, blank, fold, has_full_width, refuse

WEIGHT_UNITS: dict[str, int] = {
    "kg": 1000, "kgs": 1000, "公斤": 1000, "千克": 1000, "g": 1, "克": 1,
    "t": 1_000_000, "吨": 1_000_000, "斤": 500,
}  # fmt: skip
"""Grams in one unit."""
VOLUME_UNITS: dict[str, int] = {
    "m3": 1_000_000, "m^3": 1_000_000, "cbm": 1_000_000, "立方": 1_000_000,
    "立方米": 1_000_000, "方": 1_000_000, "l": 1000, "升": 1000, "cm3": 1, "立方厘米": 1,
}  # fmt: skip
"""Cubic centimetres in one unit."""
POWER_UNITS: dict[str, int] = {"kw": 1000, "千瓦": 1000, "w": 1}
"""Watts in one unit."""
ENERGY_UNITS: dict[str, int] = {"kwh": 1000, "度": 1000, "千瓦时": 1000, "wh": 1}
"""Watt-hours in one unit."""
LENGTH_UNITS: dict[str, int] = {"m": 1000, "米": 1000, "cm": 10, "厘米": 10, "mm": 1, "毫米": 1}
"""Millimetres in one unit."""
COUNT_UNITS: dict[str, str] = {
    "箱": "carton", "件": "carton", "纸箱": "carton", "袋": "carton", "包": "carton",
    "托": "pallet", "托盘": "pallet", "板": "pallet", "笼": "roll_cage", "笼车": "roll_cage",
    "台笼车": "roll_cage", "周转箱": "tote", "筐": "tote", "框": "tote", "个周转箱": "tote",
    "个": "carton", "carton": "carton", "ctn": "carton", "pallet": "pallet", "plt": "pallet",
    "rollcage": "roll_cage", "cage": "roll_cage", "tote": "tote",
}  # fmt: skip
"""Word for a handling unit → unit kind."""
UNIT_LABELS = {
    "carton": N_("箱"),
    "pallet": N_("托盘"),
    "roll_cage": N_("笼车"),
    "tote": N_("周转箱"),
}

_NUMBER = re.compile(r"([+-]?)(\d+(?:\.\d*)?|\.\d+)")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_LETTERS = {"O": "0", "o": "0", "〇": "0", "I": "1", "l": "1", "S": "5", "B": "8"}
_HEADER_UNIT = re.compile(r"[(\[（【/]\s*([^)\]）】]+?)\s*[)\]）】]?$")

_ALL_UNITS = sorted(
    {*WEIGHT_UNITS, *VOLUME_UNITS, *POWER_UNITS, *ENERGY_UNITS, *LENGTH_UNITS, *COUNT_UNITS},
    key=len,
    reverse=True,
)


_VAGUE = frozenset({"左右", "多", "余", "+", "?", "上下"})


class _Parsed:
    def __init__(self, number: Decimal, unit: str, notes: tuple[Note, ...]) -> None:
        self.number = number
        self.unit = unit
        self.notes = notes


def _parse(cell: Cell, ask: Ask) -> _Parsed | Reading:
    """The number with the unit written beside it, or the fault."""
    if cell.kind == "error":
        return refuse("error_value", ask)
    if cell.kind in {"bool", "date", "time"}:
        return refuse("not_a_number", ask)
    if cell.kind == "number" and cell.number is not None:
        if not math.isfinite(cell.number):
            return refuse("not_a_number", ask)
        # repr gives the shortest decimal, which is what the sheet's owner typed
        return _Parsed(Decimal(repr(cell.number)), "", ())
    notes: list[Note] = []
    if has_full_width(cell.text):
        notes.append(Note("full_width"))
    text = fold(cell.text).replace(" ", "").lstrip("¥￥")
    bracketed = re.fullmatch(r"\((\d[\d.,]*)\)", text)
    if bracketed is not None:
        text = "-" + bracketed.group(1)
    number, unit = _split(text)
    if _THOUSANDS.fullmatch(number):
        notes.append(Note("thousands"))
        number = number.replace(",", "")
    if _NUMBER.fullmatch(number) is None or unit in _VAGUE:
        return _refuse_number(text, number, unit, ask)
    try:
        return _Parsed(Decimal(number), unit.lower(), tuple(notes))
    except InvalidOperation:
        return refuse("not_a_number", ask)


def _split(text: str) -> tuple[str, str]:
    lowered = text.lower()
    for unit in _ALL_UNITS:
        if lowered.endswith(unit) and text[: -len(unit)][-1:].isdigit():
            return text[: -len(unit)], unit
    match = re.match(r"[+-]?[\d.,]*", text)
    cut = match.end() if match else 0
    # a letter between or after digits belongs to the number (12O), a unit follows the last digit
    digits = [i for i, ch in enumerate(text) if ch.isdigit()]
    if digits and digits[-1] >= cut:
        cut = digits[-1] + 1
    if cut < len(text) and text[cut] in _LETTERS and len(text) == cut + 1 and digits:
        cut += 1
    return text[:cut], text[cut:]


def _refuse_number(text: str, number: str, unit: str, ask: Ask) -> Reading:
    repaired = "".join(_LETTERS.get(ch, ch) for ch in number)
    if repaired != number and _NUMBER.fullmatch(repaired):
        place = next(i for i, ch in enumerate(number, start=1) if ch in _LETTERS)
        letter = number[place - 1]
        return refuse("letter_in_number", ask, repaired + unit, place=str(place), letter=letter)
    vague = re.fullmatch(
        r"(?:约|大约|大概|近|~)?(\d+(?:\.\d+)?)([^\d.]*?)(?:左右|上下|多|余|\+|\?)?", text
    )
    if vague is not None and vague.group(1) != text:
        return refuse("vague_number", ask, vague.group(1))
    if re.fullmatch(r"\d+,\d{1,2}", text):
        return refuse("not_a_number", ask, text.replace(",", "."))
    return refuse("not_a_number", ask)


def header_unit(label: str) -> str:
    """The unit a header names: ``重量(吨)`` → 吨, ``毛重kg`` → kg; empty if none."""
    folded = fold(label).lower()
    known = (WEIGHT_UNITS, VOLUME_UNITS, POWER_UNITS, ENERGY_UNITS, LENGTH_UNITS)
    names = {name for table in known for name in table}
    match = _HEADER_UNIT.search(folded)
    if match is not None and match.group(1) in names:
        return match.group(1)
    for name in sorted(names, key=len, reverse=True):
        if folded.endswith(name) and len(folded) > len(name) and name.isascii():
            before = folded[-len(name) - 1]
            if not before.isascii() or not before.isalpha():
                return name
    return ""


def _quantity(
    cell: Cell | None, ask: Ask, units: dict[str, int], default: str, high: int
) -> Reading:
    if blank(cell) or cell is None:
        return Reading()
    parsed = _parse(cell, ask)
    if isinstance(parsed, Reading):
        return parsed
    notes = list(parsed.notes)
    unit = parsed.unit or ask.unit.lower() or default
    if unit not in units:
        return refuse("unknown_unit", ask, str(parsed.number), unit=unit)
    if parsed.unit and parsed.unit != (ask.unit.lower() or default):
        notes.append(Note("unit", {"unit": parsed.unit}))
    if parsed.number < 0:
        return refuse("negative", ask, f"{-parsed.number}{parsed.unit}")
    amount = int((parsed.number * units[unit]).to_integral_value())
    if amount > high:
        top = Decimal(high) / units[default]
        return refuse("out_of_range", ask, low="0", high=f"{top.normalize():f} {default}")
    shown = f"{(Decimal(amount) / units[default]).normalize():f}"
    return Reading(amount, tuple(notes), None, shown)


def read_weight(cell: Cell | None, ask: Ask) -> Reading:
    """Grams; kg unless cell or column say otherwise; at most 100 t."""
    return _quantity(cell, ask, WEIGHT_UNITS, "kg", 100_000_000)


def read_volume(cell: Cell | None, ask: Ask) -> Reading:
    """Cubic centimetres; m³ unless cell or column say otherwise; at most 200 m³."""
    return _quantity(cell, ask, VOLUME_UNITS, "m3", 200_000_000)


def read_power(cell: Cell | None, ask: Ask) -> Reading:
    """Watts; kW unless said otherwise; at most 10 MW."""
    return _quantity(cell, ask, POWER_UNITS, "kw", 10_000_000)


def read_energy(cell: Cell | None, ask: Ask) -> Reading:
    """Watt-hours; kWh unless said otherwise; at most 2 MWh."""
    return _quantity(cell, ask, ENERGY_UNITS, "kwh", 2_000_000)


def read_length(cell: Cell | None, ask: Ask) -> Reading:
    """Millimetres; metres unless said otherwise; at most 30 m."""
    return _quantity(cell, ask, LENGTH_UNITS, "m", 30_000)


def read_count(cell: Cell | None, ask: Ask) -> Reading:
    """A whole number of handling units, 1 or more; at most 100,000.

    ``value`` is (count, unit kind or None): 12箱 → (12, "carton").
    """
    if blank(cell) or cell is None:
        return Reading()
    parsed = _parse(cell, ask)
    if isinstance(parsed, Reading):
        return parsed
    notes = parsed.notes
    kind = None
    if parsed.unit:
        kind = COUNT_UNITS.get(parsed.unit)
        if kind is None:
            return refuse("unknown_unit", ask, str(parsed.number), unit=parsed.unit)
        notes = (*notes, Note("unit", {"unit": parsed.unit}))
    if parsed.number != parsed.number.to_integral_value():
        return refuse("not_whole", ask, str(int(parsed.number) + 1))
    count = int(parsed.number)
    if count < 1:
        return refuse("count_below_one", ask, str(-count) if count < 0 else None)
    if count > 100_000:
        return refuse("out_of_range", ask, low="1", high="100000")
    return Reading((count, kind), notes, None, str(count))


def read_whole(cell: Cell | None, ask: Ask) -> Reading:
    """A whole number, 0 or more; at most a million."""
    if blank(cell) or cell is None:
        return Reading()
    parsed = _parse(cell, ask)
    if isinstance(parsed, Reading):
        return parsed
    if parsed.number < 0:
        return refuse("negative", ask, str(-parsed.number))
    if parsed.number != parsed.number.to_integral_value():
        return refuse("not_whole", ask, str(int(parsed.number)))
    if parsed.number > 1_000_000:
        return refuse("out_of_range", ask, low="0", high="1000000")
    return Reading(int(parsed.number), parsed.notes, None, str(int(parsed.number)))


def read_money(cell: Cell | None, ask: Ask) -> Reading:
    """Fen; yuan in the sheet, two places."""
    if blank(cell) or cell is None:
        return Reading()
    parsed = _parse(cell, ask)
    if isinstance(parsed, Reading):
        return parsed
    if parsed.unit not in {"", "元", "rmb", "cny"}:
        return refuse("unknown_unit", ask, str(parsed.number), unit=parsed.unit)
    if parsed.number < 0:
        return refuse("negative", ask, str(-parsed.number))
    fen = int((parsed.number * 100).to_integral_value(rounding="ROUND_HALF_UP"))
    return Reading(fen, parsed.notes, None, f"{fen / 100:.2f}")


def decimal(
    scale: int, top: int, units: tuple[str, ...] = ()
) -> Callable[[Cell | None, Ask], Reading]:
    """A reader for figures kept as whole numbers of ``1 / scale``, from 0 to ``top`` of them."""

    def read(cell: Cell | None, ask: Ask) -> Reading:
        if blank(cell) or cell is None:
            return Reading()
        parsed = _parse(cell, ask)
        if isinstance(parsed, Reading):
            return parsed
        if parsed.unit and parsed.unit not in units:
            return refuse("unknown_unit", ask, str(parsed.number), unit=parsed.unit)
        if parsed.number < 0:
            return refuse("negative", ask, str(-parsed.number))
        amount = int((parsed.number * scale).to_integral_value(rounding="ROUND_HALF_UP"))
        if amount > top:
            high = f"{(Decimal(top) / scale).normalize():f}"
            return refuse("out_of_range", ask, low="0", high=high)
        shown = f"{(Decimal(amount) / scale).normalize():f}"
        return Reading(amount, parsed.notes, None, shown)

    return read


def read_degrees(cell: Cell | None, ask: Ask) -> Reading:
    """A longitude or latitude in decimal degrees (which one, the field's limits say)."""
    if blank(cell) or cell is None:
        return Reading()
    parsed = _parse(cell, ask)
    if isinstance(parsed, Reading) or parsed.unit not in {"", "°", "度"}:
        return refuse("not_coordinate", ask)
    value = float(parsed.number)
    if not -180 <= value <= 180:
        return refuse("not_coordinate", ask)
    return Reading(value, parsed.notes, None, f"{value:.6f}".rstrip("0").rstrip("."))
