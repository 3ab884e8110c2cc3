"""What may be asked of a plan by hand: the planning library's own edits, locks and waivers.

JSON tells them apart by ``type``: ``move``, ``remove``, ``start`` (:mod:`routing.edits`), and
``lock``, ``unlock``, ``waive``, ``unwaive``.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from routing.edits.records import Move, Remove, Start


class LockUp(msgspec.Struct, frozen=True, kw_only=True, tag="lock", forbid_unknown_fields=True):
    """Keep something as it is.

    ``stop``: ``orders`` on their vehicle; ``start``: at the start of their service; ``trip``: its
    orders and their sequence (``trip`` counts the vehicle's trips from 0); ``vehicle``: its day.
    """

    scope: Literal["stop", "start", "trip", "vehicle"]
    vehicle: str
    trip: int | None = None
    orders: list[str] = []


class Unlock(msgspec.Struct, frozen=True, kw_only=True, tag="unlock", forbid_unknown_fields=True):
    """Take every lock away that holds one of ``orders``, or ``vehicle`` as a whole."""

    orders: list[str] = []
    vehicle: str | None = None


class Waive(msgspec.Struct, frozen=True, kw_only=True, tag="waive", forbid_unknown_fields=True):
    """Answer for a rule that is broken: up to its present amount, with a reason."""

    rule: str
    subject: str
    reason: str


class Unwaive(msgspec.Struct, frozen=True, kw_only=True, tag="unwaive", forbid_unknown_fields=True):
    """No longer answer for it."""

    rule: str
    subject: str


Wish = Move | Remove | Start | LockUp | Unlock | Waive | Unwaive
RETIMES = (Move, Remove, Start)
"""Edits that change the plan itself; the others change what is asked of it."""
