"""The check of a hand-made plan: each row's order, vehicle, trip and turn, or what is wrong."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from workers.sheets.layout import Header, Skipped, normal
from workers.sheets.mapping import Mapped
from workers.sheets.matching import Known, Matcher
from workers.sheets.report import Absent, Draft, Report
from workers.sheets.rows import Pass
from workers.sheets.specs.turns import TURNS
from workers.sheets.table import Row, Sheet, address
from workers.sheets.values.base import Ask, Fault, Note, blank, fold
from workers.sheets.values.turns import read_action

CARRIED = ("plate", "trip", "driver", "depot")
"""What a blank cell takes over from the row above: people write it once per vehicle."""
_SAID_EMPTY = re.compile(r"[（(]?示例[)）]?$")


class KnownOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order of the day. ``open``: it may be placed in this import."""

    id: str
    reference: str
    shipper: str
    place: str
    state: str
    open: bool
    weight_g: int = 0
    volume_cm3: int = 0
    unit_places: int = 0
    temperature: str = "ambient"


class KnownVehicle(msgspec.Struct, frozen=True, kw_only=True):
    """A vehicle that the operator runs.

    ``room``: temperature to what it takes of it: g, cm³, unit places (None = no limit).
    """

    id: str
    plate: str
    active: bool = True
    room: dict[str, tuple[int, int, int | None]] = {}

    def too_small_for(self, order: KnownOrder) -> bool:
        """Whether the order cannot be on it whole."""
        weight, volume, places = self.room.get(order.temperature, (0, 0, 0))
        full = places is not None and order.unit_places > places
        return order.weight_g > weight or order.volume_cm3 > volume or full


class KnownDriver(msgspec.Struct, frozen=True, kw_only=True):
    """A driver whom the operator plans."""

    id: str
    name: str
    code: str = ""
    phone: str = ""


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What the check knows of the day. ``states``: order state → its word."""

    today: dt.date
    service_date: dt.date | None
    orders: list[KnownOrder]
    vehicles: list[KnownVehicle]
    drivers: list[KnownDriver]
    depots: list[Known]
    states: dict[str, str] = {}


Elsewhere = Callable[[list[str]], Mapping[str, dt.date]]
"""References → the other service date on which they are."""


@dataclass
class _Turn:
    """What one row says, as far as it was understood; ``vehicle`` None = it fails."""

    row: Row
    orders: list[KnownOrder] = field(default_factory=list)
    vehicle: KnownVehicle | None = None
    trip: int | None = None
    turn: int | None = None
    driver: str | None = None
    depot: str | None = None
    arrive: int | None = None
    action: str | None = None


class TurnCheck:
    """One check of one sheet."""

    def __init__(
        self,
        sheet: Sheet,
        header: Header,
        mapping: list[Mapped],
        ground: Ground,
        elsewhere: Elsewhere,
        *,
        fixes: Mapping[str, str],
        left_out: set[int],
        strict: bool,
    ) -> None:
        self.ground = ground
        self.elsewhere = elsewhere
        self.mapping = mapping
        self.strict = strict
        self.work = Pass(
            sheet, header, TURNS, mapping, fixes=fixes, left_out=left_out,
            today=ground.today, service_date=ground.service_date,
        )  # fmt: skip
        self.orders = OrderFinder(ground.orders)
        self.vehicles = VehicleFinder(ground.vehicles)
        self.drivers = DriverFinder(ground.drivers)
        self.depots = Matcher(ground.depots, {})
        self._above: dict[str, Any] = {}
        self._unknown: list[tuple[Row, str, Fault]] = []

    def run(self) -> Report:
        """Check all rows."""
        work = self.work
        missing = work.missing()
        if self.ground.service_date is None:
            missing.append("service_date")
        turns = [] if missing else [self._read(row) for row in self._with_orders()]
        self._tell_unknown()
        _number_trips(work, turns)
        placed = self._placed(turns)
        drafts = _drafts(work, placed)
        failed = {p.row for p in work.problems if p.blocks}
        failed |= {turn.row.number for turn in turns if turn.vehicle is None or not turn.orders}
        good = [d for d in drafts if d.row not in failed]
        named = {order.id for turn in turns for order in turn.orders}
        work.problems.sort(key=lambda p: (p.row, p.column))
        rows = len(work.rows)
        bad = rows if missing else len(failed)
        return Report(
            kind="plans",
            sheet=work.sheet.name,
            header_first=work.header.first,
            header_last=work.header.last,
            columns=work.header.columns,
            mapping=self.mapping,
            missing=missing,
            rows=rows,
            passed=rows - bad,
            failed=bad,
            left_out=work.left_out,
            skipped=work.skipped,
            problems=work.problems,
            converted=sorted(work.converted, key=lambda c: (c.row, c.column)),
            drafts=good,
            fingerprint=work.header.fingerprint,
            strict=self.strict,
            absent=[] if missing else self._absent(named),
        )

    def _with_orders(self) -> list[Row]:
        """The rows that serve an order; depots, charging and rest stand in some sheets besides."""
        work = self.work
        aside = []
        for row in work.rows if "action" in work.columns else []:
            cell, _ = work.cell(row, "action")
            reading = read_action(cell, Ask())
            if reading.value == "aside" and not work.shown(row, "reference").strip():
                aside.append(row.number)
                work.skipped.append(Skipped(row.number, "note", reading.shown))
        work.rows = [row for row in work.rows if row.number not in aside]
        return work.rows

    def _absent(self, named: set[str]) -> list[Absent]:
        return [
            Absent(order=o.id, reference=o.reference, shipper=o.shipper, place=o.place)
            for o in self.ground.orders
            if o.open and o.id not in named
        ]

    def _read(self, row: Row) -> _Turn:
        work = self.work
        plate = self._carried(row, "plate")
        turn = _Turn(row, turn=work.read(row, "sequence"), arrive=work.read(row, "arrive"))
        turn.action = work.read(row, "action")
        turn.vehicle = self._vehicle(row, plate)
        turn.trip = self._carried(row, "trip")
        turn.driver = self._driver(row, self._carried(row, "driver"))
        turn.depot = self._depot(row, self._carried(row, "depot"))
        shipper = work.read(row, "shipper")
        for text in work.read(row, "reference") or []:
            found = self._order(row, text, shipper)
            if found is not None:
                turn.orders.append(found)
        return turn

    def _carried(self, row: Row, name: str) -> Any:
        """The field's value, a blank cell's from the row above while the vehicle is the same."""
        work = self.work
        if name not in work.columns:
            return None
        cell, lent = work.cell(row, name)
        own = cell is not None and not lent and not blank(cell)
        if own:
            value = work.read(row, name) if name != "plate" else self._plate(row)
            if name == "plate" and value != self._above.get("plate"):
                self._above = {}
            self._above[name] = value
            return value
        value = self._above.get(name)
        if value is not None:
            shown = work.shown(row, name) if lent else str(value)
            note = Note("merged_down" if lent else "filled_down")
            if name == "plate":
                work.note(row, name, shown, (note,))
        elif name == "plate" and name not in self._above:
            work.fault(row, name, Fault("vehicle_missing"))
        return value

    def _plate(self, row: Row) -> str | None:
        plate: str | None = self.work.read(row, "plate")
        return plate

    def _vehicle(self, row: Row, plate: str | None) -> KnownVehicle | None:
        """The vehicle of a row; a plate that is none is told once, where it is written."""
        if plate is None:
            return None
        vehicle, note, fault = self.vehicles.find(plate)
        cell, lent = self.work.cell(row, "plate")
        written = not lent and not blank(cell)
        if fault is not None and written:
            self.work.fault(row, "plate", fault)
        if note is not None and written and vehicle is not None:
            self.work.note(row, "plate", vehicle.plate, (note,))
        return vehicle

    def _driver(self, row: Row, text: str | None) -> str | None:
        if not text:
            return None
        driver, fault = self.drivers.find(text)
        if fault is not None and self._written(row, "driver"):
            self.work.fault(row, "driver", fault, blocks=False)
        return driver.id if driver is not None else None

    def _depot(self, row: Row, text: str | None) -> str | None:
        if not text:
            return None
        found = self.depots.match(text, text, None)
        if found.place is None and self._written(row, "depot"):
            fix = found.near[0][1] if found.near else None
            fault = Fault("depot_unknown", {"text": text}, fix)
            self.work.fault(row, "depot", fault, blocks=False)
        return found.place

    def _written(self, row: Row, name: str) -> bool:
        cell, lent = self.work.cell(row, name)
        return not lent and not blank(cell)

    def _order(self, row: Row, text: str, shipper: str | None) -> KnownOrder | None:
        found, note = self.orders.find(text, shipper)
        if len(found) > 1:
            fault = Fault("order_ambiguous", {"text": text, "count": str(len(found))})
            self.work.fault(row, "reference", fault)
            return None
        if not found:
            fix = self.orders.near(text)
            self._unknown.append((row, text, Fault("order_unknown", {"text": text}, fix)))
            return None
        order = found[0]
        if not order.open:
            word = self.ground.states.get(order.state, order.state)
            fault = Fault("order_not_open", {"text": order.reference, "state": word})
            self.work.fault(row, "reference", fault)
            return None
        if note is not None:
            self.work.note(row, "reference", order.reference, (note,))
        return order

    def _tell_unknown(self) -> None:
        """Orders that the day does not have: of another day, or of none."""
        if not self._unknown:
            return
        dates = self.elsewhere(sorted({text for _, text, _ in self._unknown}))
        for row, text, fault in self._unknown:
            day = dates.get(text)
            if day is not None:
                params = {"text": text, "date": day.isoformat()}
                self.work.fault(row, "reference", Fault("order_of_other_day", params))
            else:
                self.work.fault(row, "reference", fault)

    def _placed(self, turns: Sequence[_Turn]) -> list[tuple[_Turn, KnownOrder]]:
        """Each order once: the rows of one order on one trip are one, elsewhere it is told."""
        first: dict[tuple[str, str], _Turn] = {}
        placed = []
        for turn in turns:
            if turn.vehicle is None:
                continue
            for order in list(turn.orders):
                key = (order.id, turn.action or "delivery")
                before = first.get(key)
                if before is None or self._split(turn, before, order):
                    first.setdefault(key, turn)
                    placed.append((turn, order))
                    continue
                self._again(turn, before, order)
        return placed

    def _split(self, turn: _Turn, before: _Turn, order: KnownOrder) -> bool:
        """Whether two rows carry parts of an order that is too large for either vehicle."""
        vehicles = [v for v in (turn.vehicle, before.vehicle) if v is not None]
        if len(vehicles) < 2 or not all(v.too_small_for(order) for v in vehicles):
            return False
        where = address(before.row.number, self.work.columns["reference"])
        note = Note("order_in_parts", {"cell": where})
        self.work.note(turn.row, "reference", order.reference, (note,))
        return True

    def _again(self, turn: _Turn, before: _Turn, order: KnownOrder) -> None:
        where = address(before.row.number, self.work.columns["reference"])
        if (turn.vehicle, turn.trip) == (before.vehicle, before.trip):
            note = Note("rows_joined", {"cell": where})
            self.work.note(turn.row, "reference", order.reference, (note,))
            return
        params = {
            "text": order.reference,
            "cell": where,
            "plate": before.vehicle.plate if before.vehicle else "",
            "trip": str(before.trip or 1),
        }
        self.work.fault(turn.row, "reference", Fault("order_placed_twice", params))


def _number_trips(work: Pass, turns: Sequence[_Turn]) -> None:
    """Trips that no cell names: the next one where a vehicle's sequence begins anew."""
    trip: dict[str, int] = {}
    last: dict[str, int] = {}
    for turn in turns:
        if turn.vehicle is None:
            continue
        key = turn.vehicle.id
        if turn.trip is None:
            turn.trip = trip.get(key, 1)
            if turn.turn == 1 and last.get(key, 1) > 1:
                turn.trip += 1
                work.note(
                    turn.row, "sequence", "1", (Note("trip_by_turn", {"trip": str(turn.trip)}),)
                )
        trip[key] = turn.trip
        if turn.turn is not None:
            last[key] = turn.turn


def _drafts(work: Pass, placed: Sequence[tuple[_Turn, KnownOrder]]) -> list[Draft]:
    """The placed orders with their turn on the trip: as numbered, or by row where one is not."""
    trips: dict[tuple[str, int], list[tuple[_Turn, KnownOrder]]] = {}
    for turn, order in placed:
        vehicle = turn.vehicle.id if turn.vehicle else ""
        trips.setdefault((vehicle, turn.trip or 1), []).append((turn, order))
    drafts = []
    for (vehicle, trip), stops in trips.items():
        unnumbered = next((turn for turn, _ in stops if turn.turn is None), None)
        if unnumbered is None:
            stops.sort(key=lambda stop: stop[0].turn or 0)
        elif "sequence" in work.columns:
            work.note(unnumbered.row, "sequence", "", (Note("turn_by_row"),))
        drafts += [
            Draft(
                turn.row.number,
                {
                    "order": order.id,
                    "action": turn.action,
                    "vehicle": vehicle,
                    "trip": trip,
                    "turn": rank,
                    "driver": turn.driver,
                    "depot": turn.depot,
                    "arrive": None if turn.arrive is None else turn.arrive * 60,
                },
            )
            for rank, (turn, order) in enumerate(stops, start=1)
        ]
    return drafts


class OrderFinder:
    """Finds orders by what a sheet calls them."""

    def __init__(self, orders: Sequence[KnownOrder]) -> None:
        self._exact: dict[str, list[KnownOrder]] = {}
        for order in orders:
            self._exact.setdefault(_key(order.reference), []).append(order)
        self._orders = orders
        self._shippers = {name: _short(name) for name in {order.shipper for order in orders}}

    def find(self, text: str, shipper: str | None) -> tuple[list[KnownOrder], Note | None]:
        """The orders that may be meant (live ones first), and what was done to the text."""
        found = self._of(self._exact.get(_key(text), []), shipper)
        if found:
            return found, None
        for name, short in self._shippers.items():
            for head in (name, short):
                if head and text.startswith(head) and len(text) > len(head):
                    rest = text[len(head) :].lstrip("-_/:：#")
                    found = self._of(self._exact.get(_key(rest), []), name)
                    found = found or self._of(self._tails(rest), name)
                    if found:
                        return found, Note("shipper_taken_off")
        return self._of(self._tails(text), shipper), Note("prefix_restored")

    def near(self, text: str) -> str | None:
        """The reference that is most like it."""
        keys = {_key(order.reference): order.reference for order in self._orders if order.open}
        close = difflib.get_close_matches(_key(text), list(keys), n=1, cutoff=0.8)
        return keys[close[0]] if close else None

    def _tails(self, text: str) -> list[KnownOrder]:
        """Orders whose number ends so, after its prefix: ``1124-003`` of ``HF-1124-003``."""
        tail = _key(text)
        if len(tail) < 3 or not any(ch.isdigit() for ch in tail):
            return []
        return [
            order
            for order in self._orders
            if (key := _key(order.reference)).endswith(tail)
            and not (key[: -len(tail)][-1:].isdigit() and tail[0].isdigit())
        ]

    def _of(self, found: list[KnownOrder], shipper: str | None) -> list[KnownOrder]:
        if shipper:
            want = normal(_short(shipper))
            found = [o for o in found if want in normal(o.shipper) or _in(o.shipper, want)]
        live = [o for o in found if o.open]
        return live or found[:1]


class VehicleFinder:
    """Finds vehicles by plate, written whole or without its province."""

    def __init__(self, vehicles: Sequence[KnownVehicle]) -> None:
        self._plates = {_plain(v.plate): v for v in vehicles}

    def find(self, plate: str) -> tuple[KnownVehicle | None, Note | None, Fault | None]:
        """The vehicle, or the fault with the plate that is most like it."""
        found = self._plates.get(plate)
        note = None
        if found is None and len(plate) >= 4:
            ends = [v for known, v in self._plates.items() if known.endswith(plate)]
            if len(ends) > 1:
                params = {"text": plate, "count": str(len(ends))}
                return None, None, Fault("vehicle_ambiguous", params)
            if ends:
                found, note = ends[0], Note("plate_completed", {"plate": ends[0].plate})
        if found is None:
            return None, None, Fault("vehicle_unknown", {"text": plate}, self._near(plate))
        if not found.active:
            return None, None, Fault("vehicle_idle", {"text": found.plate})
        return found, note, None

    def _near(self, plate: str) -> str | None:
        """The plate that is most like it: a letter for a figure, or one character off."""
        alike = plate[:2] + plate[2:].replace("O", "0").replace("I", "1")
        if alike in self._plates:
            return self._plates[alike].plate
        known = [p for p, v in self._plates.items() if v.active]
        close = difflib.get_close_matches(plate, known, n=2, cutoff=0.8)
        return self._plates[close[0]].plate if close else None


class DriverFinder:
    """Finds drivers by phone, own number or name."""

    def __init__(self, drivers: Sequence[KnownDriver]) -> None:
        self._drivers = drivers

    def find(self, text: str) -> tuple[KnownDriver | None, Fault | None]:
        """The driver, or the fault."""
        folded = fold(text)
        phone = re.search(r"1\d{10}", folded.replace(" ", "").replace("-", ""))
        found: list[KnownDriver] = []
        if phone is not None:
            found = [d for d in self._drivers if d.phone == phone.group()]
        if not found:
            words = {normal(word) for word in re.split(r"[\s/()（）,，]+", folded)}
            found = [d for d in self._drivers if d.code and normal(d.code) in words]
        if not found:
            want = normal(_short(re.sub(r"[\d\s\-]{7,}$", "", folded) or folded))
            found = [
                d for d in self._drivers if want in {normal(d.code), normal(_short(d.name))}
            ] or [d for d in self._drivers if want == normal(d.name)]
        if len(found) == 1:
            return found[0], None
        if found:
            return None, Fault("driver_ambiguous", {"text": text, "count": str(len(found))})
        return None, Fault("driver_unknown", {"text": text})


def _key(text: str) -> str:
    return re.sub(r"\s+", "", fold(text)).lower()


def _plain(plate: str) -> str:
    return re.sub(r"[\s·.\-]+", "", fold(plate)).upper()


def _short(name: str) -> str:
    """A name without the mark of made-up data."""
    return _SAID_EMPTY.sub("", fold(name).strip()).strip()


def _in(name: str, want: str) -> bool:
    return len(want) >= 2 and normal(_short(name)) in want
