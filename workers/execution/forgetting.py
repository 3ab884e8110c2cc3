"""Forgetting drivers' traces after the days that the installation sets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from models.accounts.actor import system_actor
from models.accounts.city import zone
from models.base import now
from models.db import Database
from models.execution.forgetting import forget_traces


def forget(database: Database, days: int, clock: Callable[[], datetime] = now) -> int:
    """Forget the traces of service dates more than ``days`` days past; the events changed."""
    with database.write() as session:
        today = clock().astimezone(zone(session)).date()
        return forget_traces(session, system_actor(), today - timedelta(days=days))
