"""The form in which an order is written by hand, or changed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from models.accounts.actor import Actor
from models.language import N_, Words
from models.orders.inputs import OrderInput
from models.orders.tables import Order
from webapp.things.fields import Scaled, Spans
from webapp.things.words import choices
from workers.sheets import queries
from workers.sheets.orders import DEFAULT_FACTORS
from workers.sheets.storing import night_windows
from workers.sheets.values.numbers import UNIT_LABELS
from workers.sheets.values.windows import Span
from workers.sheets.values.words import TEMPERATURE_LABELS

KINDS = {"delivery": _l("配送"), "pickup": _l("揽收"), "return": _l("退货")}
UNITS = Words({**UNIT_LABELS, "piece": N_("件")})


class OrderForm(FlaskForm):
    """One order. Weight and volume left empty are estimated from the count (估算)."""

    row_version = HiddenField()
    kind = SelectField(
        _l("类型"),
        choices=choices(KINDS),
        description=_l("配送：仓 → 门店；揽收、退货：门店 → 仓"),
    )
    reference = StringField(
        _l("订单号"), validators=[DataRequired(_l("请填写订单号")), Length(max=60)]
    )
    service_date = DateField(_l("服务日期"), validators=[DataRequired(_l("请填写服务日期"))])
    store = SelectField(_l("门店、站点"), validators=[DataRequired(_l("请选择门店"))])
    depot = SelectField(_l("仓、枢纽"), validators=[DataRequired(_l("请选择仓"))])
    goods_name = StringField(_l("品名"), validators=[Length(max=120)])
    units = Scaled(_l("件数"), least=1, validators=[DataRequired(_l("请填写件数"))])
    unit_kind = SelectField(_l("包装单位"), choices=choices(UNITS))
    weight_g = Scaled(_l("重量"), 1000, "kg", description=_l("空着则按件数估算"))
    volume_cm3 = Scaled(_l("体积"), 10**6, "m³", description=_l("空着则按件数估算"))
    temperature = SelectField(_l("温度要求"), choices=choices(Words(TEMPERATURE_LABELS)))
    windows = Spans(
        _l("收货时段"),
        description=_l("如 06:00-07:30；22:00-02:00 跨零点，算次日的服务日期；空着按网点"),
    )
    tail_lift = BooleanField(_l("需要尾板"))
    notes = TextAreaField(_l("备注"), validators=[Length(max=500)], render_kw={"rows": 2})

    def offer(self, session: Session, who: Actor, shipper_id: uuid.UUID) -> None:
        """Fill the choices with what this shipper may name."""
        operator = queries.operator_of(session, who, shipper_id).operator_id
        stores = queries.stores(session, who, shipper_id)
        depots = queries.pickups(session, who, shipper_id, operator)
        self.store.choices = [("", "—"), *((k.place, f"{k.code} {k.name}") for k in stores)]
        self.depot.choices = [("", "—"), *((k.place, k.name) for k in depots)]

    def also(self, order: Order) -> None:
        """Offer the places that the order already names, should they have no code any more."""
        store, depot = ends(order)
        for field, place in ((self.store, store), (self.depot, depot)):
            if str(place.id) not in [choice[0] for choice in field.choices]:
                field.choices = [*field.choices, (str(place.id), place.name)]

    def fill(self, order: Order) -> None:
        """Show an order."""
        store, depot = ends(order)
        self.store.process_data(str(store.id))
        self.depot.process_data(str(depot.id))
        for name in ("kind", "reference", "service_date", "goods_name", "units", "unit_kind"):
            self[name].process_data(getattr(order, name))
        for name in ("temperature", "notes", "row_version"):
            self[name].process_data(getattr(order, name))
        for name in ("weight_g", "volume_cm3"):
            self[name].process_data(None if name in order.estimated else getattr(order, name))
        self.tail_lift.process_data("tail_lift" in order.needs)
        self.windows.process_data([Span(w["start"] // 60, w["end"] // 60) for w in at_store(order)])

    def values(
        self, session: Session, who: Actor, shipper_id: uuid.UUID, kept: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Fields of ``OrderInput``; ``kept``: needs of the order that the form does not show."""
        store, depot = uuid.UUID(self.store.data), uuid.UUID(self.depot.data)
        back = self.kind.data != "delivery"
        windows = night_windows(session, who, str(store), self._windows())
        needs = [need for need in kept if need != "tail_lift"]
        return {
            "reference": self.reference.data.strip(),
            "kind": self.kind.data,
            "service_date": self.service_date.data,
            "pickup_place_id": store if back else depot,
            "delivery_place_id": depot if back else store,
            "windows": () if back else windows,
            "pickup_windows": windows if back else (),
            "goods_name": (self.goods_name.data or "").strip(),
            "temperature": self.temperature.data,
            "needs": ("tail_lift", *needs) if self.tail_lift.data else tuple(needs),
            "notes": (self.notes.data or "").strip(),
            **self._load(session, who, shipper_id),
        }

    def _windows(self) -> list[dict[str, Any]]:
        return [
            {"start": span.start * 60, "end": span.end * 60, "night": span.night}
            for span in self.windows.data or ()
        ]

    def _load(self, session: Session, who: Actor, shipper_id: uuid.UUID) -> dict[str, Any]:
        kind, units = self.unit_kind.data, int(self.units.data)
        factors = {**DEFAULT_FACTORS, **queries.factors(session, who, shipper_id)}
        factor = factors.get(f"{kind}:{self.temperature.data}") or factors[kind]
        given = {"weight_g": self.weight_g.data, "volume_cm3": self.volume_cm3.data}
        estimated = [name for name, value in given.items() if value is None]
        per_place = factor.units_per_place
        return {
            "units": units,
            "unit_kind": kind,
            "unit_places": -(-units // per_place) if per_place else 0,
            "unit_s": factor.unit_s,
            "load_unit_s": factor.load_unit_s,
            "weight_g": _or(given["weight_g"], units * factor.weight_g),
            "volume_cm3": _or(given["volume_cm3"], units * factor.volume_cm3),
            "estimated": tuple(estimated),
        }


def _or(given: int | None, estimate: int) -> int:
    return estimate if given is None else given


def ends(order: Order) -> tuple[Any, Any]:
    """The order's store (or station, customer) and its depot, whichever way the goods go."""
    if order.kind == "delivery":
        return order.delivery_place, order.pickup_place
    return order.pickup_place, order.delivery_place


def at_store(order: Order) -> Sequence[Mapping[str, Any]]:
    """The order's own windows at its store."""
    windows: Sequence[Mapping[str, Any]] = (
        order.windows if order.kind == "delivery" else order.pickup_windows
    )
    return windows


def as_input(values: Mapping[str, Any]) -> OrderInput:
    """The form's values as an order to be made."""
    return OrderInput(**values)
