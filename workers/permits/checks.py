"""The automatic checks of an application: one list, the same for applicant and reviewer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts.actor import Actor
from models.fleet.tables import Vehicle
from models.language import N_
from models.language import gettext as _
from models.permits.schemes import authorised
from models.permits.tables import Permit, PermitApplication
from workers.access import Ground, subject_of
from workers.access.rights import LIFTABLE
from workers.documents.keeping import KINDS
from workers.permits.case import Case, as_platform, read_case
from workers.permits.quota import capped, hours_covered, zone_hours
from workers.permits.words import CHECKS, LICENCE_FIELDS, MODES, OWN_WORDS, PAPERS

Tone = Literal["good", "attention", "defect", "fatal"]
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}\Z")
_LIMITS = (
    ("max_length_mm", "length_mm", N_("车长"), 1000, "m"),
    ("max_height_mm", "height_mm", N_("车高"), 1000, "m"),
    ("max_mass_g", "gross_mass_g", N_("总质量"), 10**6, "t"),
)


@dataclass(frozen=True)
class Check:
    """One finding. ``fatal`` keeps an application from being handed in, ``defect`` is told."""

    code: str
    tone: Tone
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What was looked at."""
        return _said(CHECKS[self.code][0], self.params)

    @property
    def text(self) -> str:
        """What was found."""
        return _said(CHECKS[self.code][1], self.params)

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return _said(CHECKS[self.code][2], self.params)

    @property
    def sentence(self) -> str:
        """Title and finding in a line."""
        return _("%(title)s：%(text)s", title=self.title, text=self.text)


def _said(message: str, params: Mapping[str, object]) -> str:
    """A message in the reader's language; parts of it that are words of ours too."""
    told = {k: _(v) if isinstance(v, str) and v in OWN_WORDS else v for k, v in params.items()}
    return _(message, **told) if message else ""


def check_application(
    session: Session, actor: Actor, application_id: object
) -> tuple[Case, list[Check]]:
    """The case of an application and all that the checks found, good things too.

    Raises:
        NotFound: none, or not for the actor to see.
    """
    case = read_case(session, actor, str(application_id))
    return case, list(run(session, actor, case))


def defects(found: list[Check]) -> list[Check]:
    """What is wrong, the worst first."""
    order = {"fatal": 0, "defect": 1, "attention": 2}
    return sorted((c for c in found if c.tone in order), key=lambda c: order[c.tone])


def run(session: Session, actor: Actor, case: Case) -> Iterator[Check]:
    """Every check in the order of the form."""
    yield from _scheme(session, actor, case)
    yield from _dates(case)
    vehicle = case.application.vehicle
    if vehicle is None:
        yield Check("vehicle_missing", "fatal")
    else:
        yield from _vehicle(case, vehicle)
        yield from _papers(case, vehicle)
    yield from _rules(case)
    yield from _zone_limits(case)
    yield from _documents(case)
    yield from _duplicates(case)
    yield from _quota(session, actor, case)


def _scheme(session: Session, actor: Actor, case: Case) -> Iterator[Check]:
    scheme = case.application.scheme
    if scheme is None:
        yield Check("scheme_missing", "fatal")
        return
    named = {"scheme": scheme.name, "mode": MODES[scheme.mode]}
    if not scheme.active:
        yield Check("scheme_closed", "fatal", named)
    elif scheme.mode == "issue" and not authorised(scheme):
        yield Check("scheme_unauthorised", "fatal", named)
    else:
        yield Check("scheme_ok", "good", named)
    if scheme.mode != "register":
        return
    number = str(case.application.content.get("official") or "").strip()
    if not number:
        yield Check("official_missing", "fatal")
        return
    with as_platform(session, actor):
        taken = session.scalar(select(Permit.id).where(Permit.number == number))
    known = {permit.id for permit in case.permits} if taken else set()
    if taken and not (case.application.state == "approved" and taken in known):
        yield Check("official_taken", "defect", {"number": number})
    else:
        yield Check("official_ok", "good", {"number": number})


def _dates(case: Case) -> Iterator[Check]:
    first, last = case.application.date_from, case.application.date_to
    if first is None or last is None:
        yield Check("dates_missing", "fatal")
        return
    scheme = case.application.scheme
    days = (last - first).days + 1
    told = {"first": first, "last": last, "days": days}
    if days < 1:
        yield Check("dates_reversed", "fatal", told)
    elif last < case.today and case.application.state in {"draft", "correction", "submitted"}:
        yield Check("dates_past", "fatal", told)
    elif scheme is not None and scheme.longest_days and days > scheme.longest_days:
        yield Check("dates_long", "defect", {**told, "most": scheme.longest_days})
    else:
        yield Check("dates_ok", "good", told)


def _vehicle(case: Case, vehicle: Vehicle) -> Iterator[Check]:
    if not vehicle.active:
        yield Check("vehicle_off", "fatal", {"plate": vehicle.plate})
    told: dict[str, Any] = dict(case.application.content.get("vehicle") or {})
    missing = [_(word) for name, word in LICENCE_FIELDS.items() if not told.get(name)]
    vin = str(told.get("vin") or "")
    if missing:
        yield Check("licence_fields", "defect", {"fields": _("、").join(missing)})
    elif not _VIN.match(vin):
        yield Check("vin_form", "defect", {"vin": vin})
    else:
        yield Check("licence_ok", "good")


def _papers(case: Case, vehicle: Vehicle) -> Iterator[Check]:
    dates = case.dates()
    valid = {paper.kind: paper.valid_to for paper in vehicle.papers}
    for kind in vehicle.type.papers:
        word = PAPERS.get(kind, kind)
        until = valid.get(kind)
        if until is None:
            yield Check("paper_missing", "defect", {"paper": word})
            continue
        told = {"paper": word, "until": until, "last": dates[1] if dates else ""}
        if dates and until < max(dates[0], case.today):
            yield Check("paper_lapsed", "defect", told)
        elif dates and until < dates[1]:
            yield Check("paper_lapsing", "attention", told)
        else:
            yield Check("paper_ok", "good", told)


def lapses(case: Case) -> date | None:
    """The first date on which a paper that the vehicle needs lapses within the dates asked for."""
    dates, vehicle = case.dates(), case.application.vehicle
    if dates is None or vehicle is None:
        return None
    ends = [paper.valid_to for paper in vehicle.papers if paper.kind in vehicle.type.papers]
    within = [day for day in ends if dates[0] <= day < dates[1]]
    return min(within) if within else None


def _rules(case: Case) -> Iterator[Check]:
    if not case.rules:
        yield Check("rules_missing", "fatal")
    dates, vehicle = case.dates(), case.application.vehicle
    if dates is None or vehicle is None:
        return
    first, last = capped(*dates)
    ground = Ground(case.calendar, case.zone, first, (last - first).days + 1)
    subject = subject_of(vehicle)
    for rule in case.rules:
        told = {"rule": f"{case.zones[str(rule.zone_id)].name} · {rule.name}"}
        starts, ends = rule.effective_from, rule.effective_to
        if rule.effect not in LIFTABLE:
            yield Check("rule_not_liftable", "fatal", told)
        elif not rule.active or (starts and starts > last) or (ends and ends < first):
            yield Check("rule_gone", "defect", told)
        elif not ground.binds_ever(rule, subject):
            yield Check("rule_unbound", "defect", told)
        else:
            yield Check("rule_ok", "good", told)


def _zone_limits(case: Case) -> Iterator[Check]:
    scheme, vehicle = case.application.scheme, case.application.vehicle
    if scheme is None or vehicle is None:
        return
    seen: set[tuple[str, str]] = set()
    for line in scheme.zones:
        zone = case.zones.get(str(line.get("zone")))
        if zone is None:
            continue
        for name, column, what, scale, unit in _LIMITS:
            most, has = int(line.get(name) or 0), int(getattr(vehicle.type, column))
            if most and has > most and (zone.code, name) not in seen:
                seen.add((zone.code, name))
                figures = {"has": f"{has / scale:g}", "most": f"{most / scale:g}", "unit": unit}
                yield Check("zone_limit", "defect", {"zone": zone.name, "what": what, **figures})


def missing_papers(case: Case) -> list[Mapping[str, Any]]:
    """The documents of the kind of pass that nobody has uploaded."""
    scheme = case.application.scheme
    have = {row.kind for row in case.documents}
    return [paper for paper in (scheme.papers if scheme else ()) if paper["kind"] not in have]


def _documents(case: Case) -> Iterator[Check]:
    scheme = case.application.scheme
    if scheme is None:
        return
    missing = {str(paper["kind"]) for paper in missing_papers(case)}
    deferred = set(case.application.content.get("defer") or ())
    for paper in scheme.papers:
        told: dict[str, object] = {
            "paper": paper.get("label") or KINDS.get(paper["kind"], paper["kind"]),
            "days": scheme.supplement_days,
            "basis": scheme.effect_basis,
        }
        if paper["kind"] not in missing:
            yield Check("document_ok", "good", told)
        elif not (paper.get("deferrable") and paper["kind"] in deferred):
            yield Check("document_missing", "defect", told)
        elif scheme.effect_basis:
            yield Check("document_deferred_basis", "attention", told)
        else:
            yield Check("document_deferred", "attention", told)


def _duplicates(case: Case) -> Iterator[Check]:
    dates, mine = case.dates(), case.application
    asked = set(case.asked)
    found = False
    for permit in case.permits:
        if dates is None or permit.application_id == mine.id:
            continue
        same = asked & {str(rule.id) for rule in permit.rules}
        meets = permit.date_from <= dates[1] and permit.last_day >= dates[0]
        if permit.state in {"approved", "suspended"} and same and meets:
            if not _share_hours(mine.hours, permit.hours):
                continue
            found = True
            told = {"number": permit.number, "first": permit.date_from, "last": permit.last_day}
            yield Check("duplicate_permit", "defect", told)
    for rival in case.rivals:
        if _came_first(rival, mine) and _same_time(rival, mine):
            found = True
            yield Check("duplicate_open", "defect", {"number": rival.number})
    if not found:
        yield Check("duplicate_ok", "good")


def _share_hours(one: Sequence[Mapping[str, int]], other: Sequence[Mapping[str, int]]) -> bool:
    both = zip(hours_covered(one), hours_covered(other), strict=True)
    return any(a and b for a, b in both)


def _came_first(rival: PermitApplication, mine: PermitApplication) -> bool:
    """Whether another open application was handed in before this one."""
    if rival.state == "draft" or rival.submitted_at is None:
        return False
    return mine.submitted_at is None or (rival.submitted_at, rival.number) < (
        mine.submitted_at,
        mine.number,
    )


def _same_time(one: PermitApplication, other: PermitApplication) -> bool:
    """Whether two applications ask for some rule in some hour of some date that both name."""
    rules = [set(map(str, a.content.get("rules") or ())) for a in (one, other)]
    if not (one.date_from and one.date_to and other.date_from and other.date_to):
        return False
    meets = one.date_from <= other.date_to and other.date_from <= one.date_to
    return bool(rules[0] & rules[1]) and meets and _share_hours(one.hours, other.hours)


def _quota(session: Session, actor: Actor, case: Case) -> Iterator[Check]:
    dates, scheme = case.dates(), case.application.scheme
    if dates is None or scheme is None:
        return
    counted_already = case.application.state == "approved"
    for zone in case.zones.values():
        hours = zone_hours(
            session,
            actor,
            zone.id,
            capped(*dates),
            scheme=scheme,
            hours=None if counted_already else case.application.hours,
        )
        if not any(hour.most for hour in hours):
            continue
        full = [hour for hour in hours if hour.full]
        for hour in full[:3]:
            told = {"hour": f"{hour.hour:02d}:00", "count": hour.with_this, "most": hour.most}
            yield Check("quota_full", "defect", {"zone": zone.name, **told})
        if not full:
            top = max((h for h in hours if h.most), key=lambda h: h.with_this / h.most)
            told = {"count": top.with_this, "most": top.most}
            yield Check("quota_ok", "good", {"zone": zone.name, **told})


def due_date(case: Case, accepted: date) -> date | None:
    """Until when deferred papers have to come, if there are any."""
    scheme = case.application.scheme
    deferred = set(case.application.content.get("defer") or ())
    waits = any(
        paper.get("deferrable") and paper["kind"] in deferred for paper in missing_papers(case)
    )
    return accepted + timedelta(days=scheme.supplement_days) if scheme and waits else None
