"""Writing a generated city into an empty database, with accounts for every desk there is."""

from __future__ import annotations

import json
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from geoalchemy2 import WKTElement
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import second_factor
from models.accounts.actor import Actor, system_actor
from models.accounts.login import actor_of
from models.accounts.operations import create_account
from models.accounts.tables import City as CityRow
from models.accounts.tables import Organisation
from models.accounts.tokens import create_token
from models.base import Base
from models.db import Database
from models.errors import Conflict
from workers.artefacts import ArtefactStore
from workers.demo.city import City
from workers.demo.memory import GEOMETRY
from workers.demo.partner import partner_plan
from workers.demo.permits import demo_paper

_POLICE = ("reviewer", "approver", "officer", "rule_keeper", "organisation_admin")
DESKS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("dispatcher", "OP", "diaodu", "林岚（示例）", ("organisation_admin", "auditor")),
    ("shipper", "HF", "hefeng", "周宁（示例）", ("shipper_admin", "auditor")),
    ("shipper", "SD", "suda", "陈洋（示例）", ("shipper_admin",)),
    ("shipper", "XD", "xiandao", "吴杰（示例）", ("shipper_admin",)),
    ("shipper", "HF", "hefeng-dan", "郑敏（示例）", ("clerk",)),
    ("receiver", "YZ", "yizhan", "许燕（示例）", ("receiver", "station_manager")),
    ("carrier", "OP", "chengyun", "丁浩（示例）", ("organisation_admin",)),
    ("driver", "OP", "siji", "赵立（示例）", ()),
    ("police", "JG", "jiaojing", "高明（示例）", _POLICE),
    ("police", "JG", "shouli", "孙悦（示例）", ("reviewer",)),
    ("police", "JG", "shenpi", "罗成（示例）", ("approver",)),
    ("police", "JG", "lumian", "马跃（示例）", ("officer",)),
    ("bureau", "JT", "jiaotong", "沈静（示例）", ("viewer", "target_keeper")),
    ("bureau", "SW", "shangwu", "韩冰（示例）", ("viewer", "target_keeper")),
    ("admin", "PT", "guanli", "何平（示例）", ("admin",)),
)
"""Role, organisation, log-in, name, positions: only roles whose desks exist. The first of a role
may all that the role may."""


@dataclass(frozen=True)
class DemoAccount:
    """A log-in of the demo with its secrets, to be shown once and written to ``demo.json``."""

    role: str
    login: str
    password: str
    token: str
    totp_secret: str | None = None

    def to_json(self) -> dict[str, str]:
        """The account as ``demo.json`` holds it; ``totp_secret`` where it needs a second factor."""
        second = {"totp_secret": self.totp_secret} if self.totp_secret else {}
        return {
            "role": self.role,
            "login": self.login,
            "password": self.password,
            "token": self.token,
            **second,
        }


@dataclass(frozen=True)
class Loaded:
    """What a loaded city is worked with: its operator and the accounts' secrets."""

    operator_id: uuid.UUID
    accounts: list[DemoAccount]


def load(database: Database, store: ArtefactStore, city: City, *, accounts: bool = True) -> Loaded:
    """Write the city in one transaction; ``accounts`` False leaves the log-ins out.

    Raises:
        Conflict: the database already serves a city.
    """
    # The artefacts come first: a store in the database has its own transaction.
    map_sha256 = store.put(_compact(city.base_map))
    network_sha256 = store.put(city.network.to_bytes())
    store.put(partner_plan())
    store.put(demo_paper())
    actor = system_actor()
    with database.write(actor) as session:
        if session.scalar(select(CityRow.id)) is not None:
            raise Conflict("city_exists", "已有城市数据", "请使用空数据库")
        _insert(session, city)
        row = session.scalars(select(CityRow)).one()
        row.map_sha256, row.network_sha256 = map_sha256, network_sha256
        session.flush()
        codes = {
            organisation.code: organisation.id
            for organisation in session.scalars(select(Organisation))
        }
        made = [_account(session, actor, codes, desk) for desk in DESKS] if accounts else []
    return Loaded(operator_id=codes["OP"], accounts=made)


def _compact(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _insert(session: Session, city: City) -> None:
    """Tables in the order in which their keys refer to each other."""
    order = {table.name: number for number, table in enumerate(Base.metadata.sorted_tables)}
    for model in sorted(city.rows, key=lambda model: order[model.__tablename__]):
        session.add_all(model(**_geometry(values)) for values in city.rows[model])
        session.flush()


def _geometry(values: dict[str, Any]) -> dict[str, Any]:
    return {
        key: WKTElement(value, srid=4326) if key in GEOMETRY else value
        for key, value in values.items()
    }


def _account(
    session: Session,
    actor: Actor,
    codes: dict[str | None, uuid.UUID],
    desk: tuple[str, str, str, str, tuple[str, ...]],
) -> DemoAccount:
    role, code, login, name, positions = desk
    password = secrets.token_urlsafe(12)
    account = create_account(
        session,
        actor,
        login=login,
        name=name,
        role=role,
        positions=positions,
        organisation_id=codes[code],
        password=password,
        demo=True,
    )
    needed = second_factor.required(role, positions)
    secret = second_factor.set_up(session, actor, account) if needed else None
    _, token = create_token(session, actor_of(account), name="演示", scopes=["*"])
    return DemoAccount(role=role, login=login, password=password, token=token, totp_secret=secret)
