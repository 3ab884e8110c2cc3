"""What every command shares: its database, and one line instead of a traceback."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from datetime import date
from typing import ParamSpec, TypeVar

import click
from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models.accounts.actor import Actor, system_actor
from models.accounts.tables import Organisation
from models.db import Database
from models.errors import DomainError
from models.orders.tables import Order
from workers.settings import Settings

TO_PLAN = ("submitted", "accepted", "planned")
"""States of orders that a plan of their date takes in."""

P = ParamSpec("P")
R = TypeVar("R")


class CommandError(Exception):
    """A command cannot do what it was asked: the message says what and where."""


def told(work: Callable[P, R]) -> Callable[P, R]:
    """Turn what goes wrong into one line on standard error and exit code 2."""

    @functools.wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return work(*args, **kwargs)
        except DomainError as error:
            line = " ".join(part for part in (error.message, error.remedy) if part)
        except SQLAlchemyError as error:
            line = f"DATABASE_URL: {_first_line(error)}"
        except (CommandError, OSError, ValueError) as error:
            line = _first_line(error)
        click.echo(line, err=True)
        sys.exit(2)

    return run


def _first_line(error: BaseException) -> str:
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__


def parse_date(text: str) -> date:
    """A date as it is given on the command line: ``2026-11-24``.

    Raises:
        CommandError: it is not one.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"date {text!r}: give YYYY-MM-DD") from None


def settings() -> Settings:
    """The settings that the application was made with."""
    found: Settings = current_app.extensions["settings"]
    return found


def ready_database() -> Database:
    """The database; an embedded one is made and migrated first, so that a first command works."""
    chosen = settings()
    database = Database(chosen.database_url, chosen.database_owner_url, secrets=chosen.secrets)
    if chosen.embedded_database:
        database.upgrade()
    return database


def organisation(session: Session, kind: str, code: str | None, option: str) -> Organisation:
    """The organisation of this kind with this code, or the only one there is.

    Raises:
        CommandError: none, or several and no code to choose by.
    """
    query = select(Organisation).where(Organisation.kind == kind, Organisation.active)
    found = list(session.scalars(query.order_by(Organisation.code, Organisation.name)))
    if code is not None:
        found = [item for item in found if code in {item.code, str(item.id), item.name}]
        if not found:
            raise CommandError(f"{option} {code}: no such {kind}")
    if not found:
        raise CommandError(f"{option}: there is no {kind} yet")
    if len(found) > 1:
        codes = ", ".join(item.code or str(item.id) for item in found)
        raise CommandError(f"{option}: choose one of {codes}")
    return found[0]


def operator_of(session: Session, service_date: date, code: str | None) -> Organisation:
    """The operator to plan for: by its code, or the only one with orders of that date.

    Raises:
        CommandError: none, or several and no code to choose by.
    """
    if code is None:
        mine = select(Order.operator_id).where(
            Order.service_date == service_date, Order.state.in_(TO_PLAN)
        )
        found = session.scalars(select(Organisation).where(Organisation.id.in_(mine))).all()
        if len(found) == 1:
            return found[0]
    return organisation(session, "operator", code, "--operator")


def acting_for(item: Organisation) -> Actor:
    """The platform on behalf of an organisation."""
    return system_actor(item.id, request_id="cli")
