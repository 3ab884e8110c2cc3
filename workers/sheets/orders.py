"""The check of a sheet of orders: every row read, matched, completed, or told what is wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from workers.sheets.fields import ORDERS
from workers.sheets.layout import Header
from workers.sheets.mapping import Mapped
from workers.sheets.matching import Known, Matcher
from workers.sheets.report import Draft, Report
from workers.sheets.rows import Pass, common_prefix, duplicates, shape
from workers.sheets.table import Row, Sheet, address
from workers.sheets.values.base import Fault, Note, fold
from workers.sheets.values.numbers import COUNT_UNITS, UNIT_LABELS
from workers.sheets.values.windows import Span, on_service_date


class Factor(msgspec.Struct, frozen=True):
    """Weight and volume of one unit; ``units_per_place`` 0 = takes no floor place."""

    weight_g: int
    volume_cm3: int
    units_per_place: int = 0
    unit_s: int = 0
    load_unit_s: int = 0


DEFAULT_FACTORS: dict[str, Factor] = {
    "carton": Factor(8_000, 25_000, 0, 10, 6),
    "pallet": Factor(400_000, 1_300_000, 1, 180, 120),
    "roll_cage": Factor(150_000, 800_000, 1, 60, 40),
    "tote": Factor(12_000, 60_000, 0, 12, 8),
    "piece": Factor(5_000, 20_000, 0, 8, 5),
}
"""What a unit weighs and fills when neither shipper nor city says otherwise."""

COUNT_FIELDS = {"pallets": "pallet", "roll_cages": "roll_cage", "totes": "tote"}


class Context(msgspec.Struct, frozen=True):
    """What the check knows of the shipper.

    ``factors``: unit kind, or ``kind:temperature``. ``pickups``: places to load from by code and
    name. ``states``: order state → its word.
    """

    today: dt.date
    service_date: dt.date | None
    stores: list[Known]
    pickups: list[Known]
    default_pickup: str | None
    aliases: list[tuple[str, str, str]] = []
    factors: dict[str, Factor] = {}
    states: dict[str, str] = {}


Existing = Callable[[list[str]], Mapping[str, str]]
"""References → those that live in the database, with the state of each."""
Receives = Callable[[str, dt.date, list[dict[str, Any]]], bool]
"""Whether a place receives on a service date an order with these windows of its own."""


class OrderCheck:
    """One check of one sheet."""

    def __init__(
        self,
        sheet: Sheet,
        header: Header,
        mapping: list[Mapped],
        context: Context,
        existing: Existing,
        *,
        fixes: Mapping[str, str],
        left_out: set[int],
        receives: Receives | None = None,
    ) -> None:
        self.context = context
        self.receives = receives
        self.existing = existing
        self.mapping = mapping
        self.work = Pass(
            sheet,
            header,
            ORDERS,
            mapping,
            fixes=fixes,
            left_out=left_out,
            today=context.today,
            service_date=context.service_date,
        )
        aliases = {(kind, text): place for kind, text, place in context.aliases}
        self.matcher = Matcher(context.stores, aliases)
        self.pickups = Matcher(context.pickups, aliases)
        self.column_unit = _unit_of_header(
            self.work.labels.get(self.work.columns.get("units", 0), "")
        )

    def run(self) -> Report:
        """Check all rows."""
        work = self.work
        missing = work.missing()
        if self.context.service_date is None and "service_date" not in work.columns:
            missing.append("service_date")
        drafts: list[Draft] = []
        if not missing:
            references = self._references()
            for row in work.rows:
                values = self._row(row, references.get(row.number))
                drafts.append(Draft(row.number, values))
        work.problems.sort(key=lambda p: (p.row, p.column))
        failed = {p.row for p in work.problems}
        good = [] if missing else [d for d in drafts if d.row not in failed]
        by_date: dict[str, int] = {}
        for draft in good:
            day = draft.values["service_date"]
            by_date[day] = by_date.get(day, 0) + 1
        return Report(
            kind="orders",
            sheet=work.sheet.name,
            header_first=work.header.first,
            header_last=work.header.last,
            columns=work.header.columns,
            mapping=self.mapping,
            missing=missing,
            rows=len(work.rows),
            passed=len(good),
            failed=len(work.rows) - len(good),
            left_out=work.left_out,
            skipped=work.skipped,
            problems=work.problems,
            converted=sorted(work.converted, key=lambda c: (c.row, c.column)),
            drafts=good,
            weight_g=sum(d.values["weight_g"] for d in good),
            fingerprint=work.header.fingerprint,
            by_date=by_date,
        )

    def _references(self) -> dict[int, str]:
        """References by row, prefixes restored; duplicates are recorded as problems."""
        work = self.work
        raw = [(row, work.read(row, "reference")) for row in work.rows]
        found = [(row, value) for row, value in raw if value]
        prefix = common_prefix([value for _, value in found])
        shapes = {shape(value) for _, value in found if prefix and value.startswith(prefix)}
        whole: list[tuple[Row, str]] = []
        for row, value in found:
            if prefix and not value.startswith(prefix) and shape(prefix + value) in shapes:
                work.note(row, "reference", prefix + value, (Note("prefix_restored"),))
                whole.append((row, prefix + value))
            else:
                whole.append((row, value))
        again = duplicates(whole)
        stored = self.existing([value for _, value in whole])
        for row, value in whole:
            state = stored.get(value)
            if row.number in again:
                other = address(again[row.number].number, work.columns["reference"])
                work.fault(row, "reference", Fault("duplicate_in_file", {"cell": other}))
            elif state is not None:
                word = self.context.states.get(state, state)
                work.fault(row, "reference", Fault("duplicate_in_database", {"state": word}))
        return {row.number: value for row, value in whole}

    def _row(self, row: Row, reference: str | None) -> dict[str, Any]:
        work = self.work
        place = self._store(row)
        temperature = work.read(row, "temperature") or "ambient"
        day = work.read(row, "service_date") or self.context.service_date
        loads = self._loads(row, temperature)
        flag = work.read(row, "tail_lift")
        kind = work.read(row, "kind") or "delivery"
        depot = self._pickup(row)
        back = kind != "delivery"
        windows = self._windows(row)
        if place and day and self.receives and not self.receives(place, day, windows):
            field = next(f for f in ("service_date", "store", "store_code") if f in work.columns)
            work.fault(row, field, Fault("not_receiving"))
        return {
            "reference": reference,
            "kind": kind,
            "delivery_place_id": depot if back else place,
            "pickup_place_id": place if back else depot,
            "goods_name": work.read(row, "goods_name") or "",
            "temperature": temperature,
            "service_date": day.isoformat() if day else None,
            "windows": [] if back else windows,
            "pickup_windows": windows if back else [],
            "needs": ["tail_lift"] if flag else [],
            "notes": work.read(row, "notes") or "",
            **loads,
        }

    def _store(self, row: Row) -> str | None:
        work = self.work
        code, name, where = (work.read(row, f) for f in ("store_code", "store", "address"))
        if not (code or name or where):
            field = next(f for f in ("store", "store_code", "address") if f in work.columns)
            if not any(p.row == row.number and p.field == field for p in work.problems):
                work.fault(row, field, Fault("required", {"field": ORDERS.by_name[field].label}))
            return None
        found = self.matcher.match(code, name, where)
        column = found.column if found.column in work.columns else "store"
        if found.fault is not None:
            work.fault(row, column, found.fault, found.near)
        if found.notes and found.place:
            shown = found.name
            if any(note.id == "zeros_restored" for note in found.notes):
                shown = next(
                    k.code for k in self.context.stores if k.place == found.place and k.code
                )
            work.note(row, column, shown, found.notes)
        return found.place

    def _pickup(self, row: Row) -> str | None:
        work = self.work
        text = work.read(row, "pickup")
        if not text:
            if self.context.default_pickup is None:
                work.fault(
                    row, "pickup", Fault("required", {"field": ORDERS.by_name["pickup"].label})
                )
            return self.context.default_pickup
        found = self.pickups.match(text, text, None)
        if found.fault is not None:
            work.fault(row, "pickup", found.fault, found.near)
        return found.place

    def _windows(self, row: Row) -> list[dict[str, Any]]:
        work = self.work
        spans: list[Span] = work.read(row, "window") or []
        start, end = work.read(row, "window_start"), work.read(row, "window_end")
        if start is not None or end is not None:
            low, high = start if start is not None else 0, end if end is not None else 1440
            if low == high:
                field = "window_end"
                work.fault(
                    row, field, Fault("window_empty", {"field": ORDERS.by_name[field].label})
                )
                return []
            if high < low and not (low >= 18 * 60 and high <= 12 * 60):
                params = {"field": ORDERS.by_name["window"].label}
                work.fault(row, "window_end", Fault("window_reversed", params))
                return []
            spans = [*spans, on_service_date(low, high)]
        return [{"start": s.start * 60, "end": s.end * 60, "night": s.night} for s in spans]

    def _factor(self, kind: str, temperature: str) -> Factor:
        factors = self.context.factors
        found = factors.get(f"{kind}:{temperature}") or factors.get(kind)
        return found or DEFAULT_FACTORS[kind]

    def _loads(self, row: Row, temperature: str) -> dict[str, Any]:
        work = self.work
        before = len(work.problems)
        weight, volume = work.read(row, "weight"), work.read(row, "volume")
        counts = self._counts(row)
        units = sum(counts.values())
        kind = max(counts, key=lambda k: counts[k]) if counts else self.column_unit or "carton"
        faulty = len(work.problems) > before
        estimated = []
        if weight is None and not faulty:
            if not units:
                field = "weight" if "weight" in work.columns else "units"
                work.fault(row, field, Fault("load_missing"))
            else:
                weight = sum(n * self._factor(k, temperature).weight_g for k, n in counts.items())
                estimated.append("weight_g")
                self._say_estimate(row, "weight", weight, units, (kind, temperature))
        if volume is None and not faulty:
            if units:
                volume = sum(n * self._factor(k, temperature).volume_cm3 for k, n in counts.items())
            elif weight is not None:
                factor = self._factor(kind, temperature)
                volume = weight * factor.volume_cm3 // max(factor.weight_g, 1)
            estimated.append("volume_cm3")
            if "volume" in work.columns and units:
                self._say_estimate(row, "volume", volume or 0, units, (kind, temperature))
        factor = self._factor(kind, temperature)
        places = 0
        for k, n in counts.items():
            per = self._factor(k, temperature).units_per_place
            places += -(-n // per) if per else 0
        return {
            "weight_g": weight or 0,
            "volume_cm3": volume or 0,
            "units": max(units, 1),
            "unit_kind": kind,
            "unit_places": places,
            "unit_s": factor.unit_s,
            "load_unit_s": factor.load_unit_s,
            "estimated": estimated,
        }

    def _counts(self, row: Row) -> dict[str, int]:
        work = self.work
        counts: dict[str, int] = {}
        named = work.read(row, "unit_kind")
        read = work.read(row, "units")
        if read is not None:
            count, own = read
            counts[own or named or self.column_unit or "carton"] = count
        for field, kind in COUNT_FIELDS.items():
            number = work.read(row, field)
            if number:
                counts[kind] = counts.get(kind, 0) + number
        return counts

    def _say_estimate(
        self, row: Row, field: str, amount: int, units: int, load: tuple[str, str]
    ) -> None:
        """Say how an amount (g or cm³) was made up; ``load`` is unit kind and temperature."""
        kind, temperature = load
        factor = self._factor(kind, temperature)
        each, per = (factor.weight_g, 1000) if field == "weight" else (factor.volume_cm3, 1_000_000)
        shown = f"{(Decimal(amount) / per).normalize():f}"
        params = {
            "count": str(units),
            "unit": UNIT_LABELS.get(kind, "件"),
            "each": f"{(Decimal(each) / per).normalize():f}",
        }
        self.work.note(row, field, shown, (Note(f"estimated_{field}", params),))


def _unit_of_header(label: str) -> str | None:
    folded = fold(label).removesuffix("数").removesuffix("数量")
    last = folded.rsplit("/", 1)[-1]
    for word in sorted(COUNT_UNITS, key=len, reverse=True):
        if word in last and word not in {"件", "个", "包"}:
            return COUNT_UNITS[word]
    return None
