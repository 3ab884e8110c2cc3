"""Labels of ids, kept beside the plan: a problem carries no display names."""

from __future__ import annotations

from typing import Any

from models.bays.tables import Bay
from models.charging.tables import ChargingSite, Tariff
from models.language import kept
from models.rules.tables import AccessRule, Zone
from workers.planning.snapshot.rows import Rows

Coded = Bay | ChargingSite | Zone | AccessRule | Tariff


def labels(rows: Rows) -> dict[str, Any]:
    """Id to a text, or to ``{"label", …}`` with further texts for pages and sheets."""
    out: dict[str, Any] = {}
    letters = {row.place_id: row.letter for row in rows.depots}
    for place in rows.places:
        entry = {"label": place.name, "address": place.address, "code": place.code}
        if place.id in letters:
            entry["letter"] = letters[place.id]
        out[str(place.id)] = entry
    kinds = {row.id: row.name for row in rows.types}
    for organisation in rows.organisations:
        out[str(organisation.id)] = organisation.name
    for kind in rows.types:
        out[str(kind.id)] = kind.name
    for vehicle in rows.vehicles:
        out[str(vehicle.id)] = {
            "label": vehicle.plate,
            "kind": kinds.get(vehicle.type_id, ""),
            "note": vehicle.notes,
        }
    for driver in rows.drivers:
        out[str(driver.id)] = {"label": driver.name, "code": driver.code}
    for duty in rows.duties:
        out[str(duty.id)] = duty.name
    out |= _grounds(rows)
    for order in rows.orders:
        out[str(order.id)] = {
            "label": order.reference,
            "unit": order.unit_kind,
            "goods": order.goods_name,
            "order_kind": order.kind,
            "note": order.notes,
        }
    return out


def _grounds(rows: Rows) -> dict[str, Any]:
    out: dict[str, Any] = {}
    coded: list[Coded] = [*rows.bays, *rows.sites, *rows.zones, *rows.rules, *rows.tariffs]
    for row in coded:
        out[str(row.id)] = {"label": row.name, "code": row.code}
    sites = {row.id: row for row in rows.sites}
    points = {row.id: row for row in rows.points}
    for point in rows.points:
        out[str(point.id)] = kept("%(code)s 号桩", code=point.code)
    for connector in rows.connectors:
        point = points[connector.point_id]
        site = sites[point.site_id]
        out[str(connector.id)] = {
            "label": kept(
                "%(name)s %(code)s 号桩 %(code2)s 号枪",
                name=site.name,
                code=point.code,
                code2=connector.code,
            ),
            "code": f"{site.code}-{point.code}-{connector.code}",
        }
    for permit in rows.permits:
        out[str(permit.id)] = permit.number
    return out
