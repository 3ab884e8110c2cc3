"""The table of indicators as a bureau may see it: figure, target, source, list behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.accounts.tables import Organisation
from models.accounts.visibility import require
from models.audit.operations import append
from models.errors import NotFound
from models.indicators.definitions import BY_CODE, DEFINITIONS, Definition
from models.indicators.figures import FIGURES, Figure, Scope
from models.indicators.tables import IndicatorTarget
from models.places.tables import District
from models.planning.flags import platform

ROLES = ("bureau",)


@dataclass(frozen=True, kw_only=True)
class Line:
    """An indicator in the table. ``met``: whether the figure meets the target; None = no telling.

    A lapsed target is compared with nothing: its time is over.
    """

    definition: Definition
    figure: Figure | None
    target: IndicatorTarget | None
    lapsed: bool

    @property
    def met(self) -> bool | None:
        """Whether the figure meets a target that is in force."""
        figure, target = self.figure, self.target
        if figure is None or figure.value is None or target is None or self.lapsed:
            return None
        if target.value is None:
            return None
        value, wanted = Decimal(repr(figure.value)), Decimal(target.value)
        return value >= wanted if target.comparison == "at_least" else value <= wanted


def districts_for(session: Session, actor: Actor) -> list[str]:
    """The districts that a bureau may look at: its own, or at city level all."""
    require(session, actor, *ROLES)
    own = own_district(session, actor)
    if own is not None:
        return [own]
    return list(session.scalars(select(District.name).order_by(District.code)))


def sees_city(session: Session, actor: Actor) -> bool:
    """Whether the bureau may look at the whole city."""
    return own_district(session, actor) is None


def own_district(session: Session, actor: Actor) -> str | None:
    """The district of a bureau at district level; None = at city level."""
    firm = session.get(Organisation, actor.organisation_id) if actor.organisation_id else None
    return firm.district if firm is not None and firm.level == "district" else None


def scope_of(session: Session, actor: Actor, day: date, district: str | None) -> Scope:
    """What the bureau asks for, cut to what it may look at.

    Raises:
        NotFound: another bureau's district, or none.
    """
    allowed = districts_for(session, actor)
    own = own_district(session, actor)
    wanted = own if own is not None and not district else district or None
    if wanted is not None and wanted not in allowed:
        raise NotFound
    targets = _targets(session, day, wanted).values()
    formulas = {target.code: target.formula for target in targets if target.formula}
    return Scope(day=day, district=wanted, formulas=formulas)


def _targets(session: Session, day: date, district: str | None) -> Mapping[str, IndicatorTarget]:
    """The target of each indicator on a date: a district's own before the city's.

    Where several documents set one, the newest; what has not begun yet does not count.
    """
    query = (
        select(IndicatorTarget)
        .where(
            or_(IndicatorTarget.district.is_(None), IndicatorTarget.district == district),
            or_(IndicatorTarget.valid_from.is_(None), IndicatorTarget.valid_from <= day),
        )
        .order_by(
            IndicatorTarget.district.is_not(None),
            IndicatorTarget.valid_to.is_(None),
            IndicatorTarget.valid_to,
            IndicatorTarget.source,
        )
    )
    return {target.code: target for target in session.scalars(query)}


def table(session: Session, actor: Actor, day: date, district: str | None = None) -> list[Line]:
    """All seventeen indicators; those that are not computed say what is missing.

    Raises:
        Forbidden: the actor is no bureau.
        NotFound: the district is not the bureau's.
    """
    scope = scope_of(session, actor, day, district)
    targets = _targets(session, day, scope.district)
    with platform(session, actor):
        figures = {code: make(session, scope) for code, make in FIGURES.items()}
    return [
        Line(
            definition=one,
            figure=figures.get(one.code),
            target=(target := targets.get(one.code)),
            lapsed=target is not None and target.lapsed(day),
        )
        for one in DEFINITIONS
    ]


def line(session: Session, actor: Actor, code: str, day: date, district: str | None = None) -> Line:
    """One indicator with the rows that make its figure.

    Raises:
        NotFound: no such indicator, or it is not computed.
    """
    scope = scope_of(session, actor, day, district)
    definition, make = BY_CODE.get(code), FIGURES.get(code)
    if definition is None or make is None:
        raise NotFound
    target = _targets(session, day, scope.district).get(code)
    with platform(session, actor):
        figure = make(session, scope)
    return Line(
        definition=definition,
        figure=figure,
        target=target,
        lapsed=target is not None and target.lapsed(day),
    )


def exported(session: Session, actor: Actor, what: str) -> None:
    """Write into the trail that the table (``table``) or a list was exported."""
    require(session, actor, *ROLES)
    append(session, actor, "export", "indicator", what)
