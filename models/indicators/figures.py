"""Figures of indicators from what the database holds, each with the rows that make it.

Bureaus see no vehicles and no orders: what leaves this module are counts, and lists of public
things or of vehicles without plates. A figure over fewer than three shippers is withheld.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from models.accounts import city
from models.accounts.tables import Organisation
from models.bays.tables import Bay
from models.charging.tables import ChargePoint, ChargingSite
from models.fleet.tables import Vehicle
from models.language import N_, Words
from models.language import gettext as _
from models.orders.tables import Order
from models.places.tables import Place
from models.planning.tables import PlanAssignment, PlanVersion

LEAST_SHIPPERS = 3
PLUG_IN = ("bev", "phev", "erev")
COLD_BODIES = ("冷藏", "保温")
HANDED_OUT = ("published", "executing", "closed")
DEFAULT_FORMULA: Mapping[str, Any] = {
    "basis": "companies",
    "ways": ["joint", "night"],
    "trades": ["supermarket", "convenience"],
    "days": 30,
}
"""PJ12 where a city has not decided: the document gives no basis, so companies are counted."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The rows that make a figure: ``columns`` are titles, cells plain text or numbers."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str | int | float]]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure of a date and district. ``value`` None = there is none, ``why`` says why.

    ``withheld``: it is over too few shippers. ``parts``: further figures beside it, by name.
    """

    numerator: int | float | None = None
    denominator: int | float | None = None
    value: float | None = None
    why: str = ""
    withheld: bool = False
    parts: Sequence[tuple[str, str]] = ()
    listing: Listing = field(default_factory=lambda: Listing(columns=(), rows=()))


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Of which date, in which district (None = the whole city), by which formulas."""

    day: date
    district: str | None = None
    formulas: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


STATES = Words(
    {
        "planned": N_("规划"),
        "building": N_("在建"),
        "open": N_("运营"),
        "closed": N_("停运"),
        "": N_("未登记"),
    }
)


def _nodes(kind: str) -> Callable[[Session, Scope], Figure]:
    def figure(session: Session, scope: Scope) -> Figure:
        query = select(Place).where(Place.kind == kind, Place.archived.is_(False))
        if scope.district:
            query = query.where(Place.district == scope.district)
        places = list(session.scalars(query.order_by(Place.code)))
        count = sum(place.operating == "open" for place in places)
        unknown = sum(place.operating is None for place in places)
        why = _("另有 %(n)s 个未登记运营状态，未计入", n=unknown) if unknown else ""
        return Figure(
            numerator=count,
            value=float(count),
            why=why,
            parts=[(_("登记"), str(len(places)))],
            listing=Listing(
                columns=(_("编码"), _("名称"), _("行政区"), _("运营状态"), _("认定依据")),
                rows=[
                    (p.code, p.name, p.district or "", STATES[p.operating or ""], p.evidence)
                    for p in places
                ],
            ),
        )

    return figure


def _vehicles(session: Session, scope: Scope) -> list[Vehicle]:
    query = (
        select(Vehicle)
        .where(Vehicle.active)
        .options(joinedload(Vehicle.type), joinedload(Vehicle.home))
    )
    found = session.scalars(query.order_by(Vehicle.id))
    return [v for v in found if not scope.district or v.home.district == scope.district]


def _points(session: Session, scope: Scope) -> list[tuple[ChargingSite, int, int]]:
    """Active sites with points (桩) that have a working connector, and their connectors (枪)."""
    query = (
        select(ChargingSite)
        .where(ChargingSite.active)
        .options(
            joinedload(ChargingSite.place),
            selectinload(ChargingSite.points).selectinload(ChargePoint.connectors),
        )
    )
    out = []
    for site in session.scalars(query.order_by(ChargingSite.code)):
        if scope.district and site.place.district != scope.district:
            continue
        working = [[c for c in point.connectors if c.active] for point in site.points]
        out.append((site, sum(bool(some) for some in working), sum(len(some) for some in working)))
    return out


ENERGY_WORDS = Words(
    {
        "bev": N_("纯电动"),
        "phev": N_("插电式混合动力"),
        "erev": N_("增程式"),
        "fcev": N_("燃料电池"),
        "hev": N_("混合动力"),
        "diesel": N_("柴油"),
        "petrol": N_("汽油"),
        "cng": N_("压缩天然气"),
        "lng": N_("液化天然气"),
        "methanol": N_("甲醇"),
    }
)


def vehicles_per_point(session: Session, scope: Scope) -> Figure:
    """PJ6: plug-in trucks to charge points."""
    fuels = Counter(v.type.energy for v in _vehicles(session, scope))
    sites = _points(session, scope)
    trucks = sum(fuels[kind] for kind in PLUG_IN)
    points, plugs = sum(s[1] for s in sites), sum(s[2] for s in sites)
    rows: list[tuple[str | int, ...]] = [
        (
            _("车辆"),
            ENERGY_WORDS.get(kind, kind),
            count,
            _("计入") if kind in PLUG_IN else _("不计入"),
        )
        for kind, count in sorted(fuels.items())
    ]
    rows += [
        (
            _("充电站"),
            f"{site.code} {site.name}",
            own,
            _("桩 %(points)s，枪 %(plugs)s", points=own, plugs=guns),
        )
        for site, own, guns in sites
    ]
    return Figure(
        numerator=trucks,
        denominator=points,
        value=trucks / points if points else None,
        why="" if points else _("没有登记可用的充电桩"),
        parts=[(_("充电枪"), str(plugs))],
        listing=Listing(columns=(_("类别"), _("名称"), _("数量"), _("说明")), rows=rows),
    )


def cold_share(session: Session, scope: Scope) -> Figure:
    """PJ7: refrigerated and insulated bodies among all vehicles."""
    bodies = Counter((v.type.body or "") for v in _vehicles(session, scope))
    whole = sum(bodies.values())
    cold = sum(n for body, n in bodies.items() if any(word in body for word in COLD_BODIES))
    rows = [
        (
            body or _("未登记"),
            count,
            _("是") if any(word in body for word in COLD_BODIES) else _("否"),
        )
        for body, count in sorted(bodies.items())
    ]
    return Figure(
        numerator=cold,
        denominator=whole,
        value=cold / whole if whole else None,
        why="" if whole else _("没有登记车辆"),
        listing=Listing(columns=(_("车身形式"), _("车辆数"), _("计入冷藏保温")), rows=rows),
    )


AREA_WORDS = Words(
    {
        "commercial": N_("商业区"),
        "residential": N_("居住区"),
        "production": N_("生产区"),
        "event": N_("大型公共活动区"),
    }
)
FORM_WORDS = Words({"bay": N_("路侧临时停车泊位"), "yard": N_("专用卸货场地")})


def bays(session: Session, scope: Scope) -> Figure:
    """PJ11: yards and on-street bays apart, by kind of area."""
    query = select(Bay).where(Bay.active).options(joinedload(Bay.place)).order_by(Bay.code)
    found = [
        bay
        for bay in session.scalars(query)
        if not scope.district or bay.place.district == scope.district
    ]
    forms = Counter(bay.form for bay in found)
    areas = Counter(bay.area_kind for bay in found)
    parts = [(FORM_WORDS[form], str(forms[form])) for form in FORM_WORDS]
    parts += [(AREA_WORDS[kind], str(areas[kind])) for kind in AREA_WORDS]
    unknown = areas[None]
    return Figure(
        numerator=len(found),
        value=float(len(found)),
        why=_("其中 %(n)s 处未登记所在区域", n=unknown) if unknown else "",
        parts=[*parts, (_("车位"), str(sum(bay.spaces for bay in found)))],
        listing=Listing(
            columns=(_("编码"), _("名称"), _("行政区"), _("形式"), _("所在区域"), _("车位数")),
            rows=[
                (
                    bay.code,
                    bay.name,
                    bay.place.district or "",
                    FORM_WORDS[bay.form],
                    AREA_WORDS.get(bay.area_kind or "", _("未登记")),
                    bay.spaces,
                )
                for bay in found
            ],
        ),
    )


@dataclass
class _Share:
    """Joint, night and lone deliveries of commerce companies."""

    grams: Counter[str] = field(default_factory=Counter)
    orders: Counter[str] = field(default_factory=Counter)
    ways: dict[uuid.UUID, set[str]] = field(default_factory=dict)


def joint_share(session: Session, scope: Scope) -> Figure:
    """PJ12 by the city's formula: commerce companies that use joint or night delivery."""
    formula = {**DEFAULT_FORMULA, **scope.formulas.get("PJ12", {})}
    firms = set(
        session.scalars(
            select(Organisation.id).where(
                Organisation.kind == "shipper",
                Organisation.active,
                Organisation.trade.in_(formula["trades"]),
            )
        )
    )
    if not firms:
        return Figure(why=_("没有登记商贸流通企业的类别"))
    share = _Share()
    for order, way in _ways(session, scope, int(formula["days"])):
        if order.shipper_id in firms:
            share.grams[way] += order.weight_g
            share.orders[way] += 1
            share.ways.setdefault(order.shipper_id, set()).add(way)
    if not share.ways:
        return Figure(why=_("近 %(n)s 天没有已下发方案的配送", n=formula["days"]))
    served = set(share.ways)
    if len(served) < LEAST_SHIPPERS:
        return Figure(withheld=True, why=_("数据少于 3 家货主，不予显示"))
    counted = set(formula["ways"])
    whole = firms if scope.district is None else served
    using = sum(bool(ways & counted) for ways in share.ways.values())
    bases: dict[str, tuple[float, float]] = {
        "companies": (using, len(whole)),
        "orders": _part(share.orders, counted),
        "tonnes": tuple(grams / 1_000_000 for grams in _part(share.grams, counted)),  # type: ignore[dict-item]  # a pair
    }
    top, below = bases[formula["basis"]]
    words = {"companies": _("按企业"), "orders": _("按订单"), "tonnes": _("按吨")}
    return Figure(
        numerator=top,
        denominator=below,
        value=top / below if below else None,
        parts=[
            (words[name], f"{_tidy(a)} / {_tidy(b)} = {a / b:.1%}" if b else "—")
            for name, (a, b) in bases.items()
        ],
        listing=_ways_table(share, len(served), formula),
    )


def _part(counts: Mapping[str, int], counted: set[str]) -> tuple[int, int]:
    return sum(counts.get(way, 0) for way in counted), sum(counts.values())


def _tidy(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


WAY_WORDS = Words({"joint": N_("共同配送"), "night": N_("夜间配送"), "alone": N_("单独配送")})


def _ways_table(share: _Share, firms: int, formula: Mapping[str, Any]) -> Listing:
    """By way of delivery, companies as numbers only; a way of fewer than three is withheld."""
    rows: list[tuple[str, str | int, str | int, str | int, str]] = []
    few = False
    for way, word in WAY_WORDS.items():
        using = sum(way in ways for ways in share.ways.values())
        counted = _("计入") if way in formula["ways"] else _("不计入")
        if 0 < using < LEAST_SHIPPERS:
            few = True
            rows.append((word, _("少于 3 家"), _("不予显示"), _("不予显示"), counted))
        else:
            tonnes = f"{share.grams[way] / 1_000_000:.1f}"
            rows.append((word, using, share.orders[way], tonnes, counted))
    if not few:  # else the rest could be worked out
        whole = f"{sum(share.grams.values()) / 1_000_000:.1f}"
        rows.append((_("合计"), firms, sum(share.orders.values()), whole, ""))
    return Listing(columns=(_("配送方式"), _("企业数"), _("订单数"), _("吨"), _("口径")), rows=rows)


def _ways(session: Session, scope: Scope, days: int) -> Iterable[tuple[Order, str]]:
    """Orders that plans handed out deliver, each with its way: night, joint or alone.

    Joint: its trip carries goods of two shippers or more. By night: unloading begins between
    22:00 and 06:00; an order that is both counts as night.
    """
    query = (
        select(PlanAssignment, Order, Place.district)
        .join(PlanVersion, PlanVersion.id == PlanAssignment.plan_version_id)
        .join(Order, Order.id == PlanAssignment.order_id)
        .join(Place, Place.id == Order.delivery_place_id)
        .where(
            PlanVersion.scenario.is_(None),
            PlanVersion.state.in_(HANDED_OUT),
            PlanVersion.service_date.between(scope.day - timedelta(days=days - 1), scope.day),
            PlanAssignment.vehicle_id.is_not(None),
        )
    )
    rows = list(session.execute(query))
    trips: dict[tuple[Any, ...], set[uuid.UUID]] = {}
    for one, order, _district in rows:
        key = (one.plan_version_id, one.vehicle_id, one.trip)
        trips.setdefault(key, set()).add(order.shipper_id)
    zone = city.zone(session)
    for one, order, district in rows:
        if scope.district and district != scope.district:
            continue
        hour = (one.starts_at or one.arrives_at).astimezone(zone).hour  # type: ignore[union-attr]  # served
        if hour >= 22 or hour < 6:
            yield order, "night"
        elif len(trips[one.plan_version_id, one.vehicle_id, one.trip]) > 1:
            yield order, "joint"
        else:
            yield order, "alone"


FIGURES: Mapping[str, Callable[[Session, Scope], Figure]] = {
    "PJ1": _nodes("hub"),
    "PJ2": _nodes("distribution_centre"),
    "PJ3": _nodes("end_station"),
    "PJ6": vehicles_per_point,
    "PJ7": cold_share,
    "PJ11": bays,
    "PJ12": joint_share,
}
