"""The demo: its city loaded once, its day planned once, ``demo.json`` written last of all."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from models.accounts import second_factor
from models.accounts.actor import system_actor
from models.accounts.city import find_city, today
from models.accounts.login import actor_of
from models.accounts.operations import reset_password
from models.accounts.tokens import create_token
from models.base import now
from models.db import Database
from models.errors import DomainError
from models.planning.tables import PlanVersion
from workers.artefacts import open_store
from workers.demo import today as demo_today
from workers.demo.city import generate
from workers.demo.load import load
from workers.execution.day import DayCache
from workers.planning import queries
from workers.planning.publish import publish_plan
from workers.planning.read import ViewCache
from workers.planning.request import Wanted, request_plan
from workers.settings import Settings
from workers.supervise.children import Household, TooSlowError
from workers.supervise.queries import demo_accounts, organisation_by_code

SEED = 1
TOKEN_DAYS = 90
RENEW_BEFORE = timedelta(days=1)
OPERATOR_CODE = "OP"
STREET_S = 8
"""How long today's part of the demo is searched, at most."""

Shown = dict[str, Any]


def next_tuesday(after: date) -> date:
    """The demo's service date: the next Tuesday after ``after``."""
    return after + timedelta(days=(1 - after.weekday() - 1) % 7 + 1)


def demo_file(settings: Settings) -> Path:
    """Where the demo's address and log-ins are written."""
    return settings.home / "demo.json"


def load_city(settings: Settings, database: Database, say: Callable[[str], None]) -> None:
    """Generate and store the demo city, unless the database already serves a city."""
    with database.read() as session:
        if find_city(session) is not None:
            return
        service_date = next_tuesday(today(session))
    say(f"loading the demo city, service date {service_date} …")
    generate_city(settings, database, seed=SEED, service_date=service_date)


def generate_city(
    settings: Settings, database: Database, *, seed: int, service_date: date, tight: bool = False
) -> list[Shown]:
    """Generate and store a demo city; its log-ins, none where the demo is not allowed.

    Raises:
        Conflict: the database already serves a city.
    """
    city = generate(seed, service_date, tight=tight)
    store = open_store(settings, database)
    loaded = load(database, store, city, accounts=settings.demo)
    accounts = [account.to_json() for account in loaded.accounts]
    if accounts:
        _keep(settings, accounts, service_date)
    return accounts


def present(settings: Settings, database: Database, house: Household) -> None:
    """Plan the demo day if it has no plan, write ``demo.json`` and print what to open.

    A city that is not the demo's is left as it is.

    Raises:
        TooSlowError: the day was not planned, with the reason.
    """
    url = f"http://{settings.host}:{settings.port}"
    known = _known(settings, database)
    if known is None:
        house.say(url)
        return
    plan = _planned(settings, database, house, date.fromisoformat(known["service_date"]))
    shown: Shown = {"url": url, "plan": str(plan), "accounts": known["accounts"]}
    if _read(demo_file(settings)) != shown:
        _write(demo_file(settings), shown)
    house.say(f"\nplan: {url}/plans/{plan}\n")
    for account in known["accounts"]:
        house.say(f"  {account['role']:<11} {account['login']:<10} {account['password']}")
    house.say(f"\n{url}  (Ctrl-C stops everything; logs in {settings.home / 'logs'})")


def _known(settings: Settings, database: Database) -> Shown | None:
    """The demo's log-ins; made anew where a crash lost them or their tokens are about to expire."""
    known = _read(_accounts_file(settings))
    if known is not None and _lasting(known) and not _without_second_factor(database):
        return known
    with database.read() as session:
        city = find_city(session)
        if city is None or not city.demo:
            return None
        service_date = next_tuesday(today(session, city.created_at))
    given = {a["login"]: a["password"] for a in known["accounts"]} if known else {}
    with database.write() as session:
        accounts = _renewed(session, given)
    return _keep(settings, accounts, service_date)


def _renewed(session: Session, given: dict[str, str]) -> list[Shown]:
    """Log-ins with new tokens, and new passwords where the old ones are not in ``given``."""
    made: list[Shown] = []
    for account in demo_accounts(session):
        password = given.get(account.login)
        if password is None:
            password = secrets.token_urlsafe(12)
            reset_password(session, system_actor(), account.id, password)
        _, token = create_token(
            session, actor_of(account), name="演示", scopes=["*"], days=TOKEN_DAYS
        )
        shown = {"role": account.role, "login": account.login, "password": password, "token": token}
        if second_factor.required(account.role, account.positions):
            known = second_factor.has_one(account)
            secret = second_factor.secret_of(session, account) if known else None
            shown["totp_secret"] = secret or second_factor.set_up(session, system_actor(), account)
        made.append(shown)
    return made


def _without_second_factor(database: Database) -> bool:
    """Whether a demo account needs a second factor and has none (a home of an earlier version)."""
    with database.read() as session:
        return any(
            second_factor.required(account.role, account.positions)
            and not second_factor.has_one(account)
            for account in demo_accounts(session)
        )


def _lasting(known: Shown) -> bool:
    left: timedelta = datetime.fromisoformat(known["expires"]) - datetime.now(UTC)
    return left > RENEW_BEFORE


def _keep(settings: Settings, accounts: Sequence[Shown], service_date: date) -> Shown:
    known: Shown = {
        "expires": (datetime.now(UTC) + timedelta(days=TOKEN_DAYS)).isoformat(),
        "service_date": service_date.isoformat(),
        "accounts": list(accounts),
    }
    _write(_accounts_file(settings), known)
    return known


def _planned(settings: Settings, database: Database, house: Household, service_date: date) -> UUID:
    with database.read() as session:
        operator = organisation_by_code(session, OPERATOR_CODE)
        if operator is None:
            raise TooSlowError("the demo city has no operator; remove its home and start again")
        done = queries.solved_version(session, operator, service_date)
        street = not done and not queries.solved_version(session, operator, today(session))
    if done is not None:
        return done
    if street:
        _street(settings, database, house, operator, service_date)
    house.say(f"planning {service_date} …")
    limit = settings.plan_time_limit_s
    version, why = _solved(settings, database, house, operator, service_date, limit=limit)
    if why:
        raise TooSlowError(f"planning the demo day: {why}")
    return version


def _street(
    settings: Settings, database: Database, house: Household, operator: UUID, service_date: date
) -> None:
    """Put a part of the demo's orders on the street today, so that every desk has something.

    It comes before the demo's own day is planned, which then knows what it holds. Where it cannot
    be done the demo goes on without.
    """
    with database.write() as session:
        day = today(session)
        many = demo_today.copy_orders(session, service_date, day)
    house.say(f"putting {many} orders of today on the street …")
    limit = min(STREET_S, settings.plan_time_limit_s)
    version_id, why = _solved(settings, database, house, operator, day, limit=limit)
    if why:
        house.say(f"today is not on the street: {why}")
        return
    store = open_store(settings, database)
    days = DayCache(store, ViewCache(store))
    try:
        with database.write() as session:
            actor = system_actor(operator)
            version = publish_plan(session, actor, store, version_id, secret=settings.secret)
            demo_today.give_driver(session, version)
            plan = days.of(version)
            if plan is not None:
                demo_today.drive(session, version, plan, now())
    except DomainError as error:
        house.say(f"today is not on the street: {error.message}")


def _solved(
    settings: Settings,
    database: Database,
    house: Household,
    operator: UUID,
    service_date: date,
    *,
    limit: int,
) -> tuple[UUID, str]:
    """The version that was asked for and waited for, and why it is not solved, if it is not."""
    with database.write() as session:
        wanted = Wanted(service_date=service_date, time_limit_s=limit)
        version_id = request_plan(session, system_actor(operator), wanted).id
    state = "queued"
    reason: str | None = None

    def settled() -> bool:
        nonlocal state, reason
        with database.read() as session:
            version = session.get_one(PlanVersion, version_id)
            state, reason = version.state, version.reason
        return state not in {"queued", "solving"}

    house.until(settled, limit + settings.plan_grace_s, "planning the demo day")
    return version_id, "" if state == "solved" else f"{state}: {reason or ''}"


def _accounts_file(settings: Settings) -> Path:
    return settings.home / "secrets" / "demo-accounts.json"


def _write(path: Path, content: Shown) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(content, stream, ensure_ascii=False, indent=2)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


def _read(path: Path) -> Shown | None:
    try:
        content: Shown = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return content
