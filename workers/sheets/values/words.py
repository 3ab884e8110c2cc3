"""Words with a fixed meaning: temperatures, yes and no, unit kinds, choices, texts, codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from workers.sheets.table import Cell
from workers.sheets.values.base import (
    Ask,
    Note,
    Reading,
    blank,
    fold,
    has_full_width,
    refuse,
)
from workers.sheets.values.numbers import COUNT_UNITS, UNIT_LABELS

TEMPERATURES: dict[str, str] = {
    "常温": "ambient", "干货": "ambient", "普通": "ambient", "室温": "ambient",
    "ambient": "ambient",
    "普货": "ambient", "常": "ambient", "冷藏": "chilled", "鲜": "chilled", "生鲜": "chilled",
    "保鲜": "chilled", "冰鲜": "chilled", "低温": "chilled", "冷": "chilled", "chilled": "chilled",
    "0-4度": "chilled", "0-4℃": "chilled", "2-8度": "chilled", "2-8℃": "chilled",
    "0-4°c": "chilled",
    "2-8°c": "chilled", "冷冻": "frozen", "冻品": "frozen", "冻": "frozen", "速冻": "frozen",
    "冷冻品": "frozen", "-18度": "frozen", "-18℃": "frozen", "-18°c": "frozen", "frozen": "frozen",
}  # fmt: skip
TEMPERATURE_LABELS = {"ambient": "常温", "chilled": "冷藏", "frozen": "冷冻"}

YES = frozenset(
    {
        "是",
        "有",
        "要",
        "需",
        "需要",
        "√",
        "✓",
        "✔",
        "v",
        "y",
        "yes",
        "1",
        "true",
        "对",
        "可",
        "可以",
    }
)
NO = frozenset(
    {
        "否",
        "无",
        "不",
        "不要",
        "不需",
        "不需要",
        "×",
        "✗",
        "x",
        "n",
        "no",
        "0",
        "false",
        "没有",
        "不可",
    }
)


def read_temperature(cell: Cell | None, ask: Ask) -> Reading:
    """``ambient``, ``chilled`` or ``frozen``."""
    if blank(cell) or cell is None:
        return Reading()
    text = fold(cell.text).lower().replace(" ", "")
    kind = TEMPERATURES.get(text)
    if kind is None:
        inside = {k for word, k in TEMPERATURES.items() if len(word) > 1 and word in text}
        if len(inside) != 1:
            return refuse("unknown_word", ask, choices="常温、冷藏、冷冻")
        kind = inside.pop()
    label = TEMPERATURE_LABELS[kind]
    notes = () if text in TEMPERATURE_LABELS.values() else (Note("word", {"meaning": label}),)
    return Reading(kind, notes, None, label)


def read_flag(cell: Cell | None, ask: Ask) -> Reading:
    """True or False; a blank says nothing."""
    if cell is None or not fold(cell.text):
        return Reading()
    if cell.kind == "bool":
        return Reading(bool(cell.number), (), None, cell.text)
    text = fold(cell.text).lower()
    if text in YES:
        return Reading(value=True, shown="是")
    if text in NO or blank(cell):
        return Reading(value=False, shown="否")
    return refuse("unknown_word", ask, "是", choices="是、否")


def read_unit_kind(cell: Cell | None, ask: Ask) -> Reading:
    """``carton``, ``pallet``, ``roll_cage`` or ``tote``."""
    if blank(cell) or cell is None:
        return Reading()
    kind = COUNT_UNITS.get(fold(cell.text).lower().replace(" ", ""))
    if kind is None:
        return refuse("unknown_word", ask, choices="、".join(UNIT_LABELS.values()))
    return Reading(kind, (), None, UNIT_LABELS[kind])


def read_text(cell: Cell | None, ask: Ask) -> Reading:
    """Text without control characters, at most ``ask.limit`` characters."""
    if cell is None:
        return Reading()
    if cell.kind == "error":
        return refuse("error_value", ask)
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", cell.text).strip()
    if not text:
        return Reading()
    if len(text) > ask.limit:
        return refuse("too_long", ask, text[: ask.limit], limit=str(ask.limit))
    return Reading(text, (), None, text)


def read_code(cell: Cell | None, ask: Ask) -> Reading:
    """An identifier: half-width, no spaces inside or around, no ``.0`` of a number."""
    if blank(cell) or cell is None:
        return Reading()
    reading = read_text(cell, ask)
    if reading.value is None:
        return reading
    text = re.sub(r"\s+", "", fold(reading.value))
    notes = (Note("full_width"),) if has_full_width(reading.value) else ()
    if cell.kind == "number" and re.fullmatch(r"\d+\.0", text):
        text = text[:-2]
    return Reading(text, notes, None, text)


def _known(words: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, str]:
    """What may be written for each code: its words, its label, itself."""
    known = {fold(word).lower().replace(" ", ""): code for word, code in words.items()}
    known |= {fold(label).lower().replace(" ", ""): code for code, label in labels.items()}
    return known | {code.lower(): code for code in labels}


def choice(
    words: Mapping[str, str], labels: Mapping[str, str]
) -> Callable[[Cell | None, Ask], Reading]:
    """A reader for one of a few words; ``words`` → code, ``labels`` code → the word shown."""
    known = _known(words, labels)

    def read(cell: Cell | None, ask: Ask) -> Reading:
        if blank(cell) or cell is None:
            return Reading()
        code = known.get(fold(cell.text).lower().replace(" ", ""))
        if code is None:
            return refuse("unknown_word", ask, choices="、".join(labels.values()))
        return Reading(code, (), None, labels[code])

    return read


def several(
    words: Mapping[str, str], labels: Mapping[str, str]
) -> Callable[[Cell | None, Ask], Reading]:
    """A reader for some of a few words, parted by 、；, or /; as ``choice``, gives a list.

    A word may mean several codes: ``{"新能源": "bev fcev"}``.
    """
    known = _known(words, labels)

    def read(cell: Cell | None, ask: Ask) -> Reading:
        if blank(cell) or cell is None:
            return Reading()
        codes: list[str] = []
        for part in split_words(cell.text):
            found = known.get(part.lower().replace(" ", ""))
            if found is None:
                return refuse("unknown_word", ask, choices="、".join(labels.values()))
            codes += found.split()
        codes = list(dict.fromkeys(codes))
        return Reading(codes, (), None, "、".join(labels[code] for code in codes))

    return read


def split_words(text: str) -> list[str]:
    """The words of a list that people write in one cell."""
    return [word for part in re.split(r"[;、,/\n]", fold(text)) if (word := part.strip())]


def read_words(cell: Cell | None, ask: Ask) -> Reading:
    """A list of words, at most ``ask.limit`` characters in all."""
    if blank(cell) or cell is None:
        return Reading()
    if len(cell.text) > ask.limit:
        return refuse("too_long", ask, limit=str(ask.limit))
    found = split_words(cell.text)
    return Reading(found, (), None, "、".join(found)) if found else Reading()


def pattern(expression: str, example: str) -> Callable[[Cell | None, Ask], Reading]:
    """A reader for identifiers of one form (plates, phone numbers)."""
    form = re.compile(expression)

    def read(cell: Cell | None, ask: Ask) -> Reading:
        reading = read_code(cell, ask)
        if reading.value is None:
            return reading
        text = reading.value.upper().replace("·", "")
        if form.fullmatch(text) is None:
            return refuse("bad_format", ask, example=example)
        return Reading(text, reading.notes, None, text)

    return read
