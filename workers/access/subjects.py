"""Whom a rule is asked for: a vehicle of the fleet, or one of the usual classes of lorries."""

from __future__ import annotations

from dataclasses import dataclass

from models.fleet.tables import Vehicle as VehicleRow
from models.language import N_
from routing.problem import EnergyUse, Vehicle, VehicleAvailability, VehicleType

_NOWHERE = "-"


@dataclass(frozen=True)
class Subject:
    """A vehicle and its kind, as far as access rules ask for them."""

    vehicle: Vehicle
    kind: VehicleType


@dataclass(frozen=True)
class VehicleClass:
    """A class of lorries with the figures that it stands for."""

    code: str
    name: str
    subject: Subject


def _kind(id_: str, energy: str, **more: object) -> VehicleType:
    return VehicleType(
        id=id_,
        payload_g=1,
        volume_cm3=1,
        energy=energy,  # type: ignore[arg-type]  # the table's CHECK
        profile=_NOWHERE,
        use=[EnergyUse(start=0, base_mwh_per_km=0, load_mwh_per_tkm=0)],
        **more,  # type: ignore[arg-type]  # the fields named by the callers below
    )


def _vehicle(id_: str, kind: str, plate_kind: str, **more: object) -> Vehicle:
    return Vehicle(
        id=id_,
        type=kind,
        plate_kind=plate_kind,
        home=_NOWHERE,
        available=VehicleAvailability(start=0, place=_NOWHERE, soc_wh=0),
        **more,  # type: ignore[arg-type]  # the fields named by the callers below
    )


def subject_of(row: VehicleRow) -> Subject:
    """A vehicle of the fleet."""
    kind = row.type
    record = _kind(
        str(kind.id),
        kind.energy,
        gross_mass_g=kind.gross_mass_g,
        length_mm=kind.length_mm,
        emission_stage=kind.emission_stage,
        body=kind.body,
        capabilities=sorted({*kind.capabilities}),
    )
    return Subject(
        vehicle=_vehicle(
            str(row.id),
            record.id,
            row.plate_kind,
            plate_tail=row.plate_tail,
            use=row.use,
            local=row.local,
        ),
        kind=record,
    )


def _class(  # noqa: PLR0917 - one row of the table below
    code: str, name: str, energy: str, plate_kind: str, mass_t: float, length_m: float, stage: int
) -> VehicleClass:
    kind = _kind(
        code,
        energy,
        gross_mass_g=round(mass_t * 1e6),
        length_mm=round(length_m * 1000),
        emission_stage=stage,
        body="厢式",
    )
    return VehicleClass(code, name, Subject(_vehicle(code, code, plate_kind), kind))


CLASSES = (
    _class("nev-small", N_("微型新能源货车（2.4 t）"), "bev", "green_small", 2.4, 4.5, 0),
    _class("nev-light", N_("轻型新能源货车（4.5 t）"), "bev", "green_small", 4.495, 5.995, 0),
    _class("nev-heavy", N_("重型新能源货车（18 t）"), "bev", "green_large", 18, 9, 0),
    _class("light-5", N_("轻型柴油货车（4.5 t，国五）"), "diesel", "blue", 4.495, 5.995, 5),
    _class("light-6", N_("轻型柴油货车（4.5 t，国六）"), "diesel", "blue", 4.495, 5.995, 6),
    _class("medium-6", N_("中型柴油货车（9 t，国六）"), "diesel", "yellow", 8.995, 7.7, 6),
    _class("heavy-4", N_("重型柴油货车（25 t，国四）"), "diesel", "yellow", 25, 12, 4),
)
"""Local box lorries without a tail number, by what they weigh, burn and carry as a plate."""
