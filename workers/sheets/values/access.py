"""What rules say of days and plates: weekdays, emission stages, tail numbers, charge curves."""

from __future__ import annotations

import re
from collections.abc import Mapping

from workers.sheets.table import Cell
from workers.sheets.values.base import Ask, Reading, blank, fold, refuse

_SIGNS = ("一1", "二2", "三3", "四4", "五5", "六6", "日天7")
_DAYS = {sign: day for day, signs in enumerate(_SIGNS, start=1) for sign in signs}
_SETS: dict[str, list[int]] = {
    "每天": [], "每日": [], "全周": [], "天天": [],
    "工作日": [1, 2, 3, 4, 5], "周末": [6, 7], "双休日": [6, 7],
}  # fmt: skip
_NAMES = "一二三四五六日"
_STAGES = {sign: stage for stage, sign in enumerate("一二三四五六七", start=1)}


def _day(text: str) -> int | None:
    """``周三``, ``星期三``, ``三`` and ``3`` are 3."""
    return _DAYS.get(re.sub(r"^(周|星期|礼拜)", "", text))


def read_weekdays(cell: Cell | None, ask: Ask) -> Reading:
    """ISO weekdays, ascending; every day is an empty list."""
    if blank(cell) or cell is None:
        return Reading()
    days: set[int] = set()
    text = fold(cell.text).replace(" ", "")
    if text in _SETS:
        return Reading(_SETS[text], (), None, text)
    for part in re.split(r"[、,;，；/和及]", text):
        found = _several(part)
        if found is None:
            return refuse("not_weekdays", ask)
        days |= found
    chosen = [] if len(days) == 7 else sorted(days)
    shown = "、".join(f"周{_NAMES[day - 1]}" for day in chosen) or "每天"
    return Reading(chosen, (), None, shown)


def _several(part: str) -> set[int] | None:
    if part in _SETS:
        return set(_SETS[part] or range(1, 8))
    ends = re.split(r"[-~至到]", part)
    if len(ends) == 2:
        first, last = _day(ends[0]), _day(ends[1])
        if first is None or last is None:
            return None
        return (
            set(range(first, last + 1))
            if first <= last
            else {*range(first, 8), *range(1, last + 1)}
        )
    day = _day(part)
    return None if day is None else {day}


def read_stage(cell: Cell | None, ask: Ask) -> Reading:
    """An emission stage: ``国五``, ``国V`` and ``5`` are 5; none is 0."""
    if blank(cell) or cell is None:
        return Reading()
    text = re.sub(r"(及以下|以下|排放|标准|阶段)", "", fold(cell.text)).upper().lstrip("国").strip()
    text = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6"}.get(text, text)
    text = re.sub(r"\.0$", "", text)
    stage = _STAGES.get(text[:1]) if not text.isdigit() else int(text)
    if stage is None or not 0 <= stage <= 7:
        return refuse("unknown_word", ask, choices="国三、国四、国五、国六")
    return Reading(stage, (), None, f"国{'〇一二三四五六七'[stage]}")


def read_tails(cell: Cell | None, ask: Ask) -> Reading:
    """Plate tails by weekday: ``周一 1、6；周二 2、7``."""
    if blank(cell) or cell is None:
        return Reading()
    barred: dict[str, list[int]] = {}
    for part in re.split(r"[;；\n]", fold(cell.text)):
        if not part.strip():
            continue
        match = re.fullmatch(
            r"\s*((?:周|星期|礼拜)[一二三四五六日天])[ :：]*([\d、,，和及 ]+)\s*", part
        )
        day = _day(match.group(1)) if match else None
        digits = [int(sign) for sign in match.group(2) if sign.isdigit()] if match else []
        if day is None or not digits:
            return refuse("bad_format", ask, example="周一 1、6；周二 2、7")
        barred.setdefault(str(day), []).extend(digits)
    return Reading({"by_weekday": barred}, (), None, tails_text(barred))


def tails_text(barred: Mapping[str, list[int]]) -> str:
    """Tails by weekday as ``read_tails`` reads them."""
    return "；".join(
        f"周{_NAMES[int(day) - 1]} {'、'.join(map(str, tails))}" for day, tails in barred.items()
    )


def read_curve(cell: Cell | None, ask: Ask) -> Reading:
    """A charge curve: ``0:60；61.6:27`` (kWh:kW), as ``[{"from_wh", "power_w"}]``."""
    if blank(cell) or cell is None:
        return Reading()
    steps = []
    for part in re.split(r"[;；、\n]", fold(cell.text)):
        if not part.strip():
            continue
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*[:：]\s*(\d+(?:\.\d+)?)\s*", part)
        if match is None:
            return refuse("bad_format", ask, example="0:60；61.6:27")
        steps.append(
            {
                "from_wh": round(float(match.group(1)) * 1000),
                "power_w": round(float(match.group(2)) * 1000),
            }
        )
    return Reading(steps, (), None, fold(cell.text))
