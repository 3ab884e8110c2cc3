"""The roadside codes of a pass, signed by this installation's key."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.accounts.actor import system_actor
from models.db import Database
from models.fleet.tables import Vehicle
from models.permits.keys import may_sign, record_key, retire_key
from models.permits.roadside_code import Claims, encode
from models.permits.states import standing
from models.permits.tables import Permit
from models.signing import SigningKey, signing_key
from workers.settings import Settings, own_secret

SECRET = "roadside_key"  # noqa: S105 - the name of a file


@dataclass(frozen=True)
class ShownCode:
    """A code to be shown for one vehicle of a pass."""

    permit: Permit
    vehicle: Vehicle
    text: str


def zone_key(zone_id: uuid.UUID) -> str:
    """A zone's id as codes hold it: 22 characters of base 64."""
    return base64.urlsafe_b64encode(zone_id.bytes).decode().rstrip("=")


def signer(settings: Settings, database: Database) -> SigningKey:
    """The key that signs here, put on record at its first use.

    It comes from ``ROADSIDE_KEY``, else from the home's own secret, which is made anew after the
    key was retired.

    Raises:
        Conflict: the key of ``ROADSIDE_KEY`` was retired.
    """
    key = signing_key(settings.roadside_key or _home_secret(settings))
    with database.read() as session:
        known = may_sign(session, key.key)
    if known is False and not settings.roadside_key:
        (settings.home / "secrets" / SECRET).unlink(missing_ok=True)
        key = signing_key(_home_secret(settings))
        known = None
    if not known:
        with database.write() as session:
            record_key(session, system_actor(), key.key)
    return key


def _home_secret(settings: Settings) -> str:
    path = settings.home / "secrets" / SECRET
    if path.is_file():
        return path.read_text(encoding="ascii").strip()
    return own_secret(settings.home, SECRET)


def rotate(settings: Settings, database: Database, *, withdraw: bool = False) -> SigningKey:
    """Retire the key that signs here and begin with another one.

    Raises:
        Conflict: ``ROADSIDE_KEY`` has to be changed by who sets it; the old key is retired.
    """
    old = signer(settings, database)
    with database.write() as session:
        retire_key(session, system_actor(), old.key.kid, withdraw=withdraw)
    return signer(settings, database)


def claims_of(permit: Permit, vehicle: Vehicle) -> Claims:
    """What a pass says of one of its vehicles."""
    return Claims(
        serial=permit.number,
        plate=vehicle.plate,
        plate_kind=vehicle.plate_kind,
        zones=tuple(sorted({zone_key(rule.zone_id) for rule in permit.rules})),
        hours=tuple((int(span["start"]), int(span["end"])) for span in permit.hours),
        first=permit.date_from,
        last=permit.last_day,
    )


def codes_of(
    key: SigningKey, permits: Sequence[Permit], day: date, vehicle_id: uuid.UUID | None = None
) -> list[ShownCode]:
    """A code for each vehicle (or the one) of each pass that is good on ``day`` or later."""
    return [
        ShownCode(permit, vehicle, encode(claims_of(permit, vehicle), key))
        for permit in permits
        if standing(permit, day) in {"active", "future"}
        for vehicle in permit.vehicles
        if vehicle_id in {None, vehicle.id}
    ]
