"""A small city for imports: one operator, two shippers with their own codes, a depot, stores."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

import pytest
from geoalchemy2 import WKTElement

from models.accounts.actor import Actor
from models.accounts.tables import Account, Agreement, City, Organisation
from models.db import Database
from models.places.tables import Place, PlaceWindow, ShipperPlaceCode
from workers.artefacts import DirectoryStore
from workers.sheets.imports import Desk

STORES = (
    ("00101", "学府路店", "学府路 12 号"),
    ("00102", "文昌路店", "文昌路 3 号"),
    ("00103", "滨江街店", "滨江街 88 号"),
    ("00104", "东风巷店", "东风巷 7 号"),
    ("00105", "建设里店", "建设里 21 号"),
    ("00123", "人民路店", "人民路 1 号"),
)
XSS = "`</script><img src=x onerror=alert(1)>'\"${1}"


@dataclass
class Town:
    desk: Desk
    shipper: Actor
    rival: Actor
    dispatcher: Actor
    other_dispatcher: Actor
    shipper_id: uuid.UUID
    rival_id: uuid.UUID
    depot: uuid.UUID
    places: dict[str, uuid.UUID] = field(default_factory=dict)
    day: dt.date = dt.date(2026, 11, 24)


def _place(owner: uuid.UUID, kind: str, texts: tuple[str, str, str], at: int) -> Place:
    code, name, address = texts
    point = WKTElement(f"POINT({133 + at / 1000} {21 + at / 1000})", srid=4326)
    return Place(
        organisation_id=owner, kind=kind, code=code, name=name, address=address, geometry=point
    )


def make_town(database: Database, folder: object) -> Town:
    with database.write() as session:
        organisations = {
            name: Organisation(kind=kind, name=f"{name}示例")
            for name, kind in (
                ("云汀共配", "operator"),
                ("另一共配", "operator"),
                ("禾丰超市", "shipper"),
                ("快马快递", "shipper"),
            )
        }
        session.add_all(organisations.values())
        session.add(City(name="云汀市（示例）", lon=133.0, lat=21.0, demo=True))
        session.flush()
        ids = {name: o.id for name, o in organisations.items()}
        accounts = {
            name: Account(
                login=f"a{n}", name=name, password_hash="", role=role, organisation_id=ids[name]
            )
            for n, (name, role) in enumerate(
                (
                    ("云汀共配", "dispatcher"),
                    ("另一共配", "dispatcher"),
                    ("禾丰超市", "shipper"),
                    ("快马快递", "shipper"),
                )
            )
        }
        session.add_all(accounts.values())
        for name in ("禾丰超市", "快马快递"):
            session.add(Agreement(shipper_id=ids[name], operator_id=ids["云汀共配"]))
        depot = _place(ids["云汀共配"], "distribution_centre", ("DC-01", "东郊配送中心", "东郊"), 0)
        session.add(depot)
        places = {}
        for at, (code, name, address) in enumerate(STORES, start=1):
            place = _place(ids["云汀共配"], "store", (f"S{code}", name, address), at)
            session.add(place)
            session.flush()
            places[name] = place.id
            session.add(
                ShipperPlaceCode(
                    shipper_id=ids["禾丰超市"],
                    place_id=place.id,
                    code=code,
                    name=name,
                    address=address,
                )
            )
        hostile = _place(ids["快马快递"], "end_station", ("X-1", XSS, ""), 20)
        session.add(hostile)
        session.flush()
        places[XSS] = hostile.id
        session.add(
            PlaceWindow(
                place_id=places["学府路店"],
                start_s=-7200,
                end_s=21600,
                night=True,
                needs=["quiet"],
                unattended=True,
                unattended_extra_s=120,
            )
        )
        actors = {
            name: Actor(
                account_id=a.id,
                organisation_id=ids[name],
                organisation_kind=organisations[name].kind,
                role=a.role,
            )
            for name, a in accounts.items()
        }
        return Town(
            desk=Desk(database, DirectoryStore(folder)),
            shipper=actors["禾丰超市"],
            rival=actors["快马快递"],
            dispatcher=actors["云汀共配"],
            other_dispatcher=actors["另一共配"],
            shipper_id=ids["禾丰超市"],
            rival_id=ids["快马快递"],
            depot=depot.id,
            places=places,
        )


@pytest.fixture(autouse=True)
def _on_20_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.accounts.city.today", lambda *_args: dt.date(2026, 11, 20))


@pytest.fixture
def town(spatialite: Database, tmp_path) -> Town:
    return make_town(spatialite, tmp_path / "artefacts")


@pytest.fixture
def any_town(database: Database, tmp_path) -> Town:
    """The same on SpatiaLite and on PostgreSQL."""
    return make_town(database, tmp_path / "artefacts")
