"""Forgetting whose phone told of a day, once the day is long past (docs/privacy.md).

What was handed over, when and at which stop stays: it proves the delivery. Device, account and
driver's link go from it, and so do the links themselves.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.accounts.actor import SYSTEM, Actor
from models.audit.operations import append
from models.errors import Forbidden

_OLD_EVENTS = text(
    """UPDATE execution_events SET device_id = printf('%04d', t.n) || '-past',
        link_id = NULL, account_id = NULL
    FROM (SELECT e.id AS k, dense_rank() OVER
            (PARTITION BY e.execution_id ORDER BY e.device_id) AS n
        FROM execution_events e WHERE e.execution_id IN (
            SELECT o.execution_id FROM execution_events o
            JOIN executions x ON x.id = o.execution_id
            WHERE x.service_date < :before AND o.device_id NOT LIKE '____-past')) AS t
    WHERE execution_events.id = t.k"""
)
_OLD_LINKS = text(
    """DELETE FROM driver_links WHERE execution_id IN
        (SELECT id FROM executions WHERE service_date < :before)"""
)


def forget_traces(session: Session, actor: Actor, before: date) -> int:
    """Take the people out of what was told of service dates before ``before``; events changed.

    The database lets nothing younger than 30 days be touched.

    Raises:
        Forbidden: only the platform itself does this.
    """
    if actor.role != SYSTEM:
        raise Forbidden
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        done = session.scalar(text("SELECT gf_forget_traces(:before)"), {"before": before})
        changed = int(done or 0)
    else:
        given = {"before": before.isoformat()}
        changed = int(session.execute(_OLD_EVENTS, given).rowcount)  # type: ignore[attr-defined]
        session.execute(_OLD_LINKS, given)
    session.expire_all()
    if changed:
        fields = ["account_id", "device_id", "link_id"]
        append(session, actor, "forget", "execution", before.isoformat(), fields=fields)
    return changed
