"""Waiting out a database that is away for a moment: restarted, failed over, locked for long."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

T = TypeVar("T")

AWAY = (OperationalError, InterfaceError)
"""What a database that is away raises."""
LIMIT_S = 60.0
PAUSE_S = 0.5


def patiently(work: Callable[[], T], limit_s: float = LIMIT_S) -> T:
    """Do ``work`` (one whole transaction), again while the database is away, up to ``limit_s``.

    A commit whose answer was lost is done again, so ``work`` must bear that: what is fenced by a
    token does.
    """
    attempts = Retrying(
        retry=retry_if_exception_type(AWAY),
        wait=wait_fixed(PAUSE_S),
        stop=stop_after_delay(limit_s),
        reraise=True,
    )
    return attempts(work)
