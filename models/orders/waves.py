"""Courier waves (班次): templates per station, the day's orders, expected and real counts."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from models.accounts.actor import Actor
from models.accounts.visibility import fetch, require, visible
from models.audit.operations import append
from models.errors import FieldError, Invalid, NotFound
from models.language import gettext as _
from models.language import kept
from models.orders.counting import COUNTED_FREELY, PLANNED, count_order
from models.orders.inputs import DEPOT_KINDS, OrderInput
from models.orders.operations import create_orders, submit_orders
from models.orders.quantities import scaled, set_quantity
from models.orders.tables import UNIT_KINDS, Order
from models.orders.wave_tables import Wave, WaveOrder, WaveStation
from models.places.tables import Place

MOST_UNITS = 1_000_000
NIGHT = (-7200, 21_600)
"""22:00–06:00 of the service date."""
Cell = tuple[uuid.UUID, uuid.UUID]
"""A wave and a station."""


@dataclass(frozen=True, kw_only=True)
class UnitLoad:
    """What one counted unit weighs and fills; ``units_per_place`` 0 = takes no floor place."""

    weight_g: int
    volume_cm3: int
    units_per_place: int = 0
    unit_s: int = 0
    load_unit_s: int = 0


@dataclass(frozen=True, kw_only=True)
class WaveInput:
    """A wave as its courier says it; the fields mean what ``Wave`` says."""

    code: str
    start_s: int
    end_s: int
    pickup_place_id: uuid.UUID
    weekdays: Sequence[int] = ()
    unit_kind: str = "piece"
    goods_name: str = ""
    active: bool = True
    stations: Mapping[uuid.UUID, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class WaveCell:
    """A station in a wave on a day: what is usual, what was expected, what the order says now."""

    usual: int
    order: Order | None = None
    expected: int | None = None
    counted: bool = False

    @property
    def actual(self) -> int | None:
        """The real count, once it was given."""
        return self.order.units if self.order is not None and self.counted else None

    @property
    def may_count(self) -> bool:
        """Whether a real count may still be given."""
        return self.order is not None and self.order.state in {*COUNTED_FREELY, PLANNED}


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What was done with a day's counts, in numbers of orders."""

    made: int = 0
    submitted: int = 0
    counted: int = 0
    asked: int = 0
    late: int = 0


MAKERS = ("shipper_admin", "station_manager")
"""Positions of a shipper that say which waves there are."""
COUNTERS = (*MAKERS, "clerk")
"""Positions of a shipper that give expected and real counts."""


def _held(actor: Actor, positions: tuple[str, ...]) -> tuple[str, ...] | None:
    """What a shipper's people need; dispatchers need nothing more."""
    return positions if actor.role == "shipper" else None


def waves_of(session: Session, actor: Actor, shipper_id: uuid.UUID) -> list[Wave]:
    """The courier's waves with their stations, by time."""
    query = visible(session, actor, Wave).where(Wave.shipper_id == shipper_id)
    query = query.options(
        selectinload(Wave.stations).joinedload(WaveStation.place), joinedload(Wave.pickup_place)
    )
    return list(session.scalars(query.order_by(Wave.start_s, Wave.code)))


def get_wave(session: Session, actor: Actor, wave_id: uuid.UUID) -> Wave:
    """One wave.

    Raises:
        NotFound: none, or not the actor's.
    """
    return fetch(session, actor, Wave, wave_id)


def keep_wave(
    session: Session,
    actor: Actor,
    shipper_id: uuid.UUID,
    given: WaveInput,
    wave_id: uuid.UUID | None = None,
) -> Wave:
    """Make a wave or change it, its stations whole.

    Raises:
        NotFound: not the actor's wave, shipper or places.
        Invalid: ``fields`` name what is wrong.
    """
    require(session, actor, "shipper", "dispatcher", position=_held(actor, MAKERS))
    if actor.role == "shipper" and shipper_id != actor.organisation_id:
        raise NotFound
    faults = _faults(session, actor, shipper_id, given, wave_id)
    if faults:
        raise Invalid(
            "wave",
            _("有 %(count)s 处错误，班次没有保存", count=len(faults)),
            _("请修正后重试"),
            faults,
        )
    wave = fetch(session, actor, Wave, wave_id) if wave_id else Wave(shipper_id=shipper_id)
    for name in ("start_s", "end_s", "pickup_place_id", "unit_kind", "goods_name", "active"):
        setattr(wave, name, getattr(given, name))
    wave.code, wave.weekdays = given.code.strip(), sorted(given.weekdays)
    session.add(wave)
    session.flush()
    have = {row.place_id: row for row in wave.stations}
    for place, row in have.items():
        if place not in given.stations:
            wave.stations.remove(row)
    for place, units in given.stations.items():
        if place in have:
            have[place].units = units
        else:
            wave.stations.append(WaveStation(place_id=place, units=units))
    session.flush()
    append(session, actor, "change" if wave_id else "create", "wave", wave.id, fields=["stations"])
    return wave


def _faults(
    session: Session,
    actor: Actor,
    shipper_id: uuid.UUID,
    given: WaveInput,
    wave_id: uuid.UUID | None,
) -> list[FieldError]:
    found: list[FieldError] = []

    def add(name: str, code: str, message: str) -> None:
        found.append(FieldError(field=name, code=code, message=message))

    if not 1 <= len(given.code.strip()) <= 20:
        add("code", "missing", _("请填写班次名称，如 07:00"))
    same = select(Wave.id).where(Wave.shipper_id == shipper_id, Wave.code == given.code.strip())
    if session.scalar(same) not in (None, wave_id):
        add("code", "taken", _("已有同名班次"))
    if not -21_600 <= given.start_s < given.end_s <= 108_000:
        add("window", "window_range", _("到站时段须在前一日 18:00 至次日 06:00 之间"))
    if given.unit_kind not in UNIT_KINDS:
        add("unit_kind", "unknown", _("包装单位无效"))
    if any(not 0 <= units <= MOST_UNITS for units in given.stations.values()):
        add("stations", "out_of_range", _("件数须为 0 到 1,000,000 的整数"))
    wanted = {given.pickup_place_id, *given.stations}
    query = visible(session, actor, Place).with_only_columns(Place.id, Place.kind)
    known = {row[0]: row[1] for row in session.execute(query.where(Place.id.in_(wanted)))}
    if set(given.stations) - known.keys():
        add("stations", "unknown", _("没有找到站点"))
    if known.get(given.pickup_place_id) not in DEPOT_KINDS:
        add("pickup_place_id", "no_depot", _("请选择发车仓、公共配送中心或枢纽"))
    return found


def runs_on(wave: Wave, day: date) -> bool:
    """Whether the wave runs on this service date."""
    return wave.active and (not wave.weekdays or day.isoweekday() in wave.weekdays)


def day_grid(
    session: Session, actor: Actor, shipper_id: uuid.UUID, day: date
) -> tuple[list[Wave], dict[Cell, WaveCell]]:
    """The waves that run on a day, and their stations' cells; those with an order in any case."""
    waves = [wave for wave in waves_of(session, actor, shipper_id) if runs_on(wave, day)]
    cells = {
        (wave.id, row.place_id): WaveCell(usual=row.units)
        for wave in waves
        for row in wave.stations
    }
    query = (
        visible(session, actor, WaveOrder)
        .join(Order, Order.id == WaveOrder.order_id)
        .where(
            Order.service_date == day,
            Order.shipper_id == shipper_id,
            Order.state.not_in(("cancelled", "rejected")),
            WaveOrder.wave_id.in_([wave.id for wave in waves]),
        )
        .options(joinedload(WaveOrder.order).joinedload(Order.delivery_place))
    )
    for row in session.scalars(query):
        key = (row.wave_id, row.order.delivery_place_id)
        usual = cells[key].usual if key in cells else 0
        cells[key] = WaveCell(
            usual=usual,
            order=row.order,
            expected=row.expected_units,
            counted=row.counted_at is not None,
        )
    return waves, cells


def save_day(
    session: Session,
    actor: Actor,
    shipper_id: uuid.UUID,
    day: date,
    *,
    expected: Mapping[Cell, int],
    actual: Mapping[Cell, int],
    loads: Mapping[str, UnitLoad],
    submit: bool = True,
) -> Sent:
    """Send a day's expected counts as orders, and give real counts of those there are.

    ``expected``: a cell without an order gets one (0 = none); a draft takes the new figure; a
    sent order keeps what was expected of it. ``actual`` as :func:`models.orders.counting`. All
    or nothing. ``loads``: by unit kind.

    Raises:
        NotFound: not the actor's shipper, wave or station.
        Invalid: a count that is no whole number, or no load of a unit is known.
    """
    require(session, actor, "shipper", "dispatcher", position=_held(actor, COUNTERS))
    if actor.role == "shipper" and shipper_id != actor.organisation_id:
        raise NotFound
    waves, cells = day_grid(session, actor, shipper_id, day)
    by_id = {wave.id: wave for wave in waves}
    if any(key not in cells for key in (*expected, *actual)):
        raise NotFound
    wrong = [u for u in (*expected.values(), *actual.values()) if not 0 <= u <= MOST_UNITS]
    if wrong:
        raise Invalid("units", _("件数须为 0 到 1,000,000 的整数"), _("请检查后重试"))
    fresh = {key: n for key, n in expected.items() if n and cells[key].order is None}
    made = _make(
        session, actor, shipper_id, day, fresh=fresh, waves=by_id, loads=loads, submit=submit
    )
    sent = made + _resend(session, actor, cells, expected, submit=submit)
    counted = asked = 0
    for key, units in actual.items():
        order = cells[key].order
        if order is None:
            raise Invalid(
                "no_order", _("还没有提交预计件数，不能填实际件数"), _("请先提交预计件数")
            )
        done = count_order(session, actor, order.id, units)
        counted += not done.asked
        asked += done.asked
    return Sent(
        made=len(made),
        submitted=sum(order.state == "submitted" for order in sent),
        counted=counted,
        asked=asked,
        late=sum(order.late for order in sent),
    )


def _make(
    session: Session,
    actor: Actor,
    shipper_id: uuid.UUID,
    day: date,
    *,
    fresh: Mapping[Cell, int],
    waves: Mapping[uuid.UUID, Wave],
    loads: Mapping[str, UnitLoad],
    submit: bool,
) -> list[Order]:
    if not fresh:
        return []
    ids = {place for _, place in fresh}
    places = {
        row.id: row
        for row in session.scalars(
            visible(session, actor, Place)
            .where(Place.id.in_(ids))
            .options(selectinload(Place.windows))
        )
    }
    if ids - places.keys():
        raise NotFound
    inputs = [
        _input(waves[wave], places[place], day, units, loads)
        for (wave, place), units in fresh.items()
    ]
    orders = create_orders(session, actor, inputs, shipper_id=shipper_id, submit=submit)
    session.add_all(
        WaveOrder(order_id=order.id, wave_id=wave, expected_units=units)
        for order, ((wave, _place), units) in zip(orders, fresh.items(), strict=True)
    )
    session.flush()
    return orders


def _input(
    wave: Wave, place: Place, day: date, units: int, loads: Mapping[str, UnitLoad]
) -> OrderInput:
    load = loads.get(wave.unit_kind)
    if load is None:
        raise Invalid("no_load", _("没有这种包装单位的重量和体积"), _("请先在单位换算中设置"))
    per_place = load.units_per_place
    return OrderInput(
        reference=f"{wave.code.replace(':', '')}-{day:%m%d}-{place.code}",
        service_date=day,
        pickup_place_id=wave.pickup_place_id,
        delivery_place_id=place.id,
        weight_g=units * load.weight_g,
        volume_cm3=units * load.volume_cm3,
        units=units,
        unit_kind=wave.unit_kind,
        unit_places=-(-units // per_place) if per_place else 0,
        unit_s=load.unit_s,
        load_unit_s=load.load_unit_s,
        estimated=("weight_g", "volume_cm3"),
        goods_name=wave.goods_name,
        windows=(_window(wave, place),),
        notes=kept("班次 %(code)s", code=wave.code),
    )


def _window(wave: Wave, place: Place) -> dict[str, Any]:
    night = wave.start_s >= NIGHT[0] and wave.end_s <= NIGHT[1]
    window: dict[str, Any] = {"start": wave.start_s, "end": wave.end_s, "night": night}
    own = next((one for one in place.windows if one.night), None) if night else None
    if own is not None:
        window |= {
            "needs": list(own.needs),
            "unattended": own.unattended,
            "unattended_extra_s": own.unattended_extra_s,
        }
    elif night:
        window["needs"] = ["quiet"]
    return window


def _resend(
    session: Session,
    actor: Actor,
    cells: Mapping[Cell, WaveCell],
    expected: Mapping[Cell, int],
    *,
    submit: bool,
) -> list[Order]:
    """Drafts take the new figure, and are sent if asked for."""
    sent: list[Order] = []
    for key, units in expected.items():
        order = cells[key].order
        if order is None or order.state != "draft" or not units:
            continue
        if units != order.units:
            set_quantity(session, actor, order, scaled(order, units), reason=kept("预计件数"))
            row = session.get_one(WaveOrder, order.id)
            row.expected_units = units
        if submit:
            sent += submit_orders(session, actor, [order.id])
    session.flush()
    return sent


__all__ = [
    "Cell",
    "Sent",
    "UnitLoad",
    "WaveCell",
    "WaveInput",
    "day_grid",
    "get_wave",
    "keep_wave",
    "runs_on",
    "save_day",
    "waves_of",
]
