"""Form fields that take what people write and keep what the database keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from models.language import gettext as _
from workers.sheets.table import Cell
from workers.sheets.values import windows
from workers.sheets.values.areas import AreaError, area_text, parse_area
from workers.sheets.values.base import RULES, Ask, Reading

WEEKDAYS = (
    (1, _l("周一")),
    (2, _l("周二")),
    (3, _l("周三")),
    (4, _l("周四")),
    (5, _l("周五")),
    (6, _l("周六")),
    (7, _l("周日")),
)
DAY_S = 86400


class Scaled(StringField):
    """A figure shown in ``unit`` and kept as a whole number of ``1 / scale`` of it."""

    def __init__(
        self, label: object, scale: int = 1, unit: str = "", *, least: int = 0, **more: Any
    ) -> None:
        shown = _("%(label)s（%(unit)s）", label=label, unit=unit) if unit else str(label)
        super().__init__(shown, **more)
        self.scale, self.least = scale, least
        self.render_kw = {"inputmode": "decimal", **(self.render_kw or {})}

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        text = f"{Decimal(int(self.data)) / self.scale:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read a figure; blank is nothing."""
        text = (valuelist[0] if valuelist else "").strip().replace(",", "")
        if not text:
            self.data = None
            return
        try:
            value = Decimal(text) * self.scale
        except InvalidOperation:
            raise ValueError(_l("不是数字，应如 12.5")) from None
        if not value.is_finite() or value != value.to_integral_value() or abs(value) > 10**15:
            raise ValueError(_l("位数太多，请减少小数"))
        if value < self.least:
            raise ValueError(_l("不能小于 %(least)s", least=Decimal(self.least) / self.scale))
        self.data = int(value)


class Degrees(Scaled):
    """A longitude or latitude in decimal degrees, kept as millionths."""

    def __init__(self, label: object, most: int, **more: Any) -> None:
        super().__init__(label, 10**6, least=-most * 10**6, **more)
        self.most = most

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read a figure on the globe."""
        super().process_formdata(valuelist)
        if self.data is not None and self.data > self.most * 10**6:
            raise ValueError(_l("不能大于 %(most)s", most=self.most))


class Spans(StringField):
    """One or several windows of the service date, as ``windows.Span`` in minutes."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return _("；").join(span.text for span in self.data or ())

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read ``06:00-07:30；22:00-02:00``."""
        found = _read(valuelist)
        if found.fault is not None:
            raise ValueError(found.fault.text)
        self.data = found.value or []


class Hours(Spans):
    """Daily hours as ``[{"start", "end"}]`` seconds after midnight; empty = always."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return hours_text(self.data or ())

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read windows and fold them onto one day."""
        super().process_formdata(valuelist)
        self.data = [
            {
                "start": span.start * 60 % DAY_S,
                "end": span.end * 60 % DAY_S if span.end % 1440 else DAY_S,
            }
            for span in self.data
        ]


class Days(SelectMultipleField):
    """ISO weekdays as a row of ticks; none ticked = every day."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: object, **more: Any) -> None:
        super().__init__(
            label, choices=[SelectChoice(day, name) for day, name in WEEKDAYS], coerce=int, **more
        )


class Ticks(SelectMultipleField):
    """Codes as a row of ticks; codes that have no word yet are kept and shown as they are."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: object, words: Mapping[str, object], **more: Any) -> None:
        super().__init__(label, choices=[], validate_choice=False, **more)
        self.words = words

    def iter_choices(self) -> Any:
        """The known codes, then what the row holds besides."""
        more = [code for code in self.data or () if code not in self.words]
        self.choices = [
            SelectChoice(code, str(self.words.get(code, code))) for code in (*self.words, *more)
        ]
        return super().iter_choices()


class Area(TextAreaField):
    """Polygons as people type them: corners, WKT or GeoJSON; ``data`` is rings of (lon, lat)."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return area_text(self.data or [])

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read polygons; blank is none."""
        text = (valuelist[0] if valuelist else "").strip()
        try:
            self.data = parse_area(text) if text else []
        except AreaError as error:
            told = RULES[error.fault.rule] % {"field": self.label.text, **error.fault.params}
            raise ValueError(told) from None


def second(text: str) -> int | None:
    """``07:30`` as seconds after midnight; None if it is no hour."""
    hour, _, minute = text.strip().replace("\uff1a", ":").partition(":")
    if not (hour.isdigit() and (minute or "0").isdigit()):
        return None
    found = int(hour) * 3600 + int(minute or 0) * 60
    return found if found < DAY_S and int(minute or 0) < 60 else None


def _read(valuelist: Sequence[str]) -> Reading:
    text = (valuelist[0] if valuelist else "").strip()
    return windows.read_windows(Cell("text", text), Ask(label=str(_l("时段"))))


def clock(second: int) -> str:
    """Seconds after midnight as ``HH:MM``; a whole day is ``24:00``."""
    return "24:00" if second == DAY_S else windows.clock(second // 60)


def hours_text(hours: Sequence[dict[str, int]]) -> str:
    """Daily hours in words: ``06:00-20:00；22:00-05:00``; nothing for always."""
    return _("；").join(f"{clock(h['start'])}-{clock(h['end'])}" for h in hours)


def span_text(start_s: int, end_s: int) -> str:
    """A window of the service date: ``06:00–07:30``, ``前日 22:00–02:00``, ``…–次日 01:30``."""
    before = _("前日 ") if start_s < 0 else ""
    after = _("次日 ") if end_s > DAY_S else ""
    end = "24:00" if end_s == DAY_S else windows.clock(end_s // 60)
    return f"{before}{windows.clock(start_s // 60)}–{after}{end}"


def days_text(days: Sequence[int]) -> str:
    """``每天``, ``周一至周五``, ``周六、周日``."""
    chosen = sorted(days)
    if not chosen or len(chosen) == len(WEEKDAYS):
        return _("每天")
    names = {number: str(name) for number, name in WEEKDAYS}
    if len(chosen) > 2 and chosen == list(range(chosen[0], chosen[-1] + 1)):
        return _("%(names)s至%(names2)s", names=names[chosen[0]], names2=names[chosen[-1]])
    return _("、").join(names[day] for day in chosen)


class Part(Form):
    """A row of a table inside a form; rows whose ``key_field`` is blank are dropped.

    ``stacked``: too many fields for one line, so they stand in a block.
    """

    key_field = ""
    stacked = False


def kept(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """The data of the rows that were filled in."""
    return [row.form.data for row in rows if row.form.data.get(row.form.key_field)]
