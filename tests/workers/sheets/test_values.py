"""Cells as people type them: what is read, what is said, what is refused with which remedy."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.sheets.table import Cell, moment_cell, number_cell, text_cell
from workers.sheets.values import dates, numbers, windows, words
from workers.sheets.values.base import Ask, Reading

TODAY = dt.date(2026, 11, 20)
DAY = dt.date(2026, 11, 24)
ASK = Ask("重量", "", TODAY, DAY)
WIDE = str.maketrans("0123456789.-:", "０１２３４５６７８９．－：")


def notes(reading: Reading) -> list[str]:
    return [note.id for note in reading.notes]


def fault(reading: Reading) -> tuple[str, str | None]:
    assert reading.fault is not None
    assert reading.fault.text
    assert reading.value is None
    return reading.fault.rule, reading.fault.fix


@given(st.integers(0, 99_999_999))
def test_any_weight_in_grams_comes_back_however_it_is_written(grams: int) -> None:
    kg = f"{grams // 1000}.{grams % 1000:03d}"
    for text in (kg, f"{kg}kg", f"{kg} 公斤", kg.translate(WIDE), f"{grams}g", f" {kg} "):
        assert numbers.read_weight(text_cell(text), ASK).value == grams
    assert numbers.read_weight(text_cell(f"{grams}克"), ASK).value == grams


@given(st.integers(1000, 99_999))
def test_thousands_separators_are_dropped_and_said(number: int) -> None:
    reading = numbers.read_weight(text_cell(f"{number:,}"), ASK)
    assert reading.value == number * 1000
    assert notes(reading) == ["thousands"]


@given(st.floats(0.001, 99_999, allow_nan=False).map(lambda x: round(x, 3)))
def test_stored_numbers_are_read_as_typed(number: float) -> None:
    assert numbers.read_weight(number_cell(number), ASK).value == round(number * 1000)


@given(st.text(max_size=30), st.sampled_from(["text", "number", "date", "time", "bool", "error"]))
@settings(max_examples=300)
def test_no_reader_ever_breaks_and_a_fault_never_has_a_value(text: str, kind: str) -> None:
    cell = Cell(kind, text, 1.5 if kind in {"number", "bool"} else None)
    readers = (
        numbers.read_weight, numbers.read_volume, numbers.read_count, numbers.read_whole,
        numbers.read_money, numbers.read_degrees, numbers.read_power, numbers.read_length,
        dates.read_date, dates.read_any_date, windows.read_windows, windows.read_time,
        words.read_temperature, words.read_flag, words.read_unit_kind, words.read_text,
        words.read_code,
    )  # fmt: skip
    for read in readers:
        reading = read(cell, ASK)
        assert reading.fault is None or (reading.value is None and reading.fault.text)


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_odd_stored_numbers_are_refused_not_fatal(number: float) -> None:
    cell = Cell("number", repr(number), number)
    for read in (numbers.read_weight, numbers.read_count, dates.read_date, windows.read_windows):
        read(cell, ASK)


@pytest.mark.parametrize(
    ("text", "rule", "fix"),
    [
        ("１２O", "letter_in_number", "120"),
        ("1O0kg", "letter_in_number", "100kg"),
        ("-3", "negative", "3"),
        ("(5)", "negative", "5"),
        ("约120", "vague_number", "120"),
        ("120左右", "vague_number", "120"),
        ("abc", "not_a_number", None),
        ("1.2.3", "not_a_number", None),
        ("12箱", "unknown_unit", "12"),
        ("999999", "out_of_range", None),
    ],
)
def test_weights_refused(text: str, rule: str, fix: str | None) -> None:
    assert fault(numbers.read_weight(text_cell(text), ASK)) == (rule, fix)


@pytest.mark.parametrize(
    ("text", "grams"),
    [("1.2吨", 1_200_000), ("500克", 500), ("2斤", 1000), ("186KG", 186_000), ("0", 0)],
)
def test_weights_with_units(text: str, grams: int) -> None:
    assert numbers.read_weight(text_cell(text), ASK).value == grams


@pytest.mark.parametrize("text", ["0.8m³", "0.8㎥", "0.8立方", "0.8 方", "800L", "0.8m3", "0.8"])
def test_volumes(text: str) -> None:
    assert numbers.read_volume(text_cell(text), ASK).value == 800_000


def test_the_header_says_the_unit() -> None:
    assert [numbers.header_unit(h) for h in ("毛重kg", "重量(吨)", "体积（m³）", "箱数")] == [
        "kg",
        "吨",
        "m3",
        "",
    ]
    assert numbers.read_weight(number_cell(1.5), Ask("重量", "吨")).value == 1_500_000


def test_counts() -> None:
    assert numbers.read_count(text_cell("１２箱"), ASK).value == (12, "carton")
    assert numbers.read_count(text_cell("3笼车"), ASK).value == (3, "roll_cage")
    assert fault(numbers.read_count(number_cell(-3), ASK)) == ("count_below_one", "3")
    assert fault(numbers.read_count(number_cell(0), ASK)) == ("count_below_one", None)
    assert fault(numbers.read_count(text_cell("2.5"), ASK)) == ("not_whole", "3")


@given(st.dates(dt.date(2026, 11, 20), dt.date(2027, 11, 19)))
def test_any_day_comes_back_however_it_is_written(day: dt.date) -> None:
    texts = [
        day.isoformat(), f"{day:%Y%m%d}", f"{day:%Y.%m.%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}", f"{day:%Y-%m-%d} 00:00:00", f"{day:%y-%m-%d}",
        f"{day:%Y-%m-%d}(周二)",
    ]  # fmt: skip
    for text in (*texts, texts[0].translate(WIDE)):
        assert dates.read_date(text_cell(text), ASK).value == day
    assert dates.read_date(moment_cell(day), ASK).value == day
    serial = (day - dt.date(1899, 12, 30)).days
    assert dates.read_date(number_cell(serial), ASK).value == day


@given(st.dates(dt.date(2026, 11, 24), dt.date(2027, 5, 20)))
def test_the_year_is_completed_to_the_nearest(day: dt.date) -> None:
    for text in (f"{day.month}月{day.day}日", f"{day.month}/{day.day}", f"{day.month}-{day.day}"):
        reading = dates.read_date(text_cell(text), ASK)
        assert (reading.value, notes(reading)) == (day, ["year_completed"])


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("2026-11-31", "no_such_day"),
        ("11月31日", "no_such_day"),
        ("2月30日", "no_such_day"),
        ("2026-13-01", "no_such_day"),
        ("尽快", "not_a_date"),
        ("2025-11-24", "date_past"),
        ("2029-01-01", "date_far"),
    ],
)
def test_days_that_cannot_be_are_named_and_the_service_date_is_offered(
    text: str, rule: str
) -> None:
    assert fault(dates.read_date(text_cell(text), ASK)) == (rule, "2026-11-24")


def test_tomorrow_goes_by_today_and_is_said() -> None:
    reading = dates.read_date(text_cell("明天"), ASK)
    assert (reading.value, notes(reading)) == (dt.date(2026, 11, 21), ["relative_date"])
    assert dates.read_date(text_cell("24/11/2026"), ASK).value == DAY


@given(st.integers(0, 1439), st.integers(1, 1440))
def test_windows_forward_come_back_and_backward_are_turned_or_cross_midnight(
    start: int, end: int
) -> None:
    last = "24:00" if end == 1440 else f"{end // 60:02d}:{end % 60:02d}"
    text = f"{start // 60:02d}:{start % 60:02d}-{last}"
    reading = windows.read_windows(text_cell(text), ASK)
    if start < end:
        (span,) = reading.value
        shift = 1440 if start >= 1320 else 0
        assert (span.start + shift, span.end + shift) == (start, end)
    elif start == end:
        assert fault(reading)[0] == "window_empty"
    elif start >= 1080 and end <= 720:
        (span,) = reading.value
        assert span.end > span.start
        assert span.start < 0 or span.end > 1440
    else:
        rule, fix = fault(reading)
        assert rule == "window_reversed"
        assert windows.read_windows(text_cell(fix), ASK).fault is None


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("6点到7点半", [(360, 450)]),
        ("06:00～07:30", [(360, 450)]),
        ("６：００－７：３０", [(360, 450)]),
        ("0600-0730", [(360, 450)]),
        ("6-8", [(360, 480)]),
        ("下午2点-4点", [(840, 960)]),
        ("上午9点至下午3点", [(540, 900)]),
        ("22:00-02:00", [(-120, 120)]),
        ("晚上10点到次日2点", [(-120, 120)]),
        ("晚10点-2点", [(-120, 120)]),
        ("夜间2点到5点", [(120, 300)]),
        ("20:00-次日02:00", [(1200, 1560)]),
        ("上午", [(360, 720)]),
        ("夜间", [(-120, 360)]),
        ("7:30前", [(0, 450)]),
        ("8点后", [(480, 1440)]),
        ("06:00-07:30；13:00-15:00", [(360, 450), (780, 900)]),
        ("全天", [(0, 1440)]),
    ],
)
def test_windows(text: str, spans: list[tuple[int, int]]) -> None:
    reading = windows.read_windows(text_cell(text), ASK)
    assert reading.fault is None, reading.fault
    assert [(s.start, s.end) for s in reading.value] == spans


@pytest.mark.parametrize(
    ("text", "rule", "fix"),
    [
        ("16:00-14:00", "window_reversed", "14:00-16:00"),
        ("07:00", "window_single", "06:30-07:30"),
        ("25:00-26:00", "no_such_time", None),
        ("06:70-07:30", "no_such_time", None),
        ("早点送", "not_a_window", "06:00-07:30"),
    ],
)
def test_windows_refused(text: str, rule: str, fix: str | None) -> None:
    assert fault(windows.read_windows(text_cell(text), ASK)) == (rule, fix)


def test_times_of_day_from_cells() -> None:
    assert windows.read_time(moment_cell(dt.time(6, 30)), ASK).value == 390
    assert windows.read_time(number_cell(0.25), ASK).value == 360
    moment = dt.datetime(2026, 11, 24, 6, 0, 1)  # noqa: DTZ001  sheets know no zone
    assert windows.read_time(moment_cell(moment), ASK).value == 360
    assert windows.read_time(text_cell("下午3点"), ASK).value == 900


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("冷藏", "chilled"), ("冷冻", "frozen"), ("常温", "ambient"), ("鲜", "chilled"),
        ("冻品", "frozen"), ("0-4℃", "chilled"), ("冷藏（0-4℃）", "chilled"), ("-18℃", "frozen"),
    ],
)  # fmt: skip
def test_temperatures(text: str, kind: str) -> None:
    assert words.read_temperature(text_cell(text), ASK).value == kind


def test_words_refused_name_the_choices() -> None:
    reading = words.read_temperature(text_cell("温的"), ASK)
    assert "常温、冷藏、冷冻" in reading.fault.text
    assert fault(words.read_flag(text_cell("也许"), ASK))[0] == "unknown_word"


def test_yes_and_no() -> None:
    for text in ("是", "√", "Y", "1", "有", "需要"):
        assert words.read_flag(text_cell(text), ASK).value is True
    for text in ("否", "×", "N", "0", "无", "/"):
        assert words.read_flag(text_cell(text), ASK).value is False


def test_unit_kinds_and_codes() -> None:
    kinds = [
        words.read_unit_kind(text_cell(t), ASK).value for t in ("箱", "托盘", "笼车", "周转箱")
    ]
    assert kinds == ["carton", "pallet", "roll_cage", "tote"]
    assert words.read_code(text_cell(" ＨＦ－００１ "), ASK).value == "HF-001"
    assert words.read_text(text_cell("x" * 300), ASK).fault.rule == "too_long"
