"""The pictures of rules against the checker's own calendar, at random instants."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from models.permits.tables import Permit
from models.rules.tables import AccessRule
from routing.checker.calendar import Calendar
from routing.checker.index import Index
from routing.problem import GreatCircleTravel, Horizon, Problem
from routing.problem.access import Calendar as Dates
from routing.problem.access import DailyHours
from routing.problem.access import Permit as PermitRecord
from tests.routing.builders import change
from workers.access import CLASSES, Ground, dated
from workers.planning.snapshot.ground import access_rule

ZONE = ZoneInfo("Asia/Shanghai")
FIRST = date(2026, 9, 28)  # a week with a holiday and a working weekend
CALENDAR = {
    "holidays": ["2026-10-01", "2026-10-02"],
    "working_days": ["2026-10-03"],
    "alerts": {"2026-09-30": 2},
}
SECOND = st.integers(0, 86_399)
HOURS = st.lists(
    st.builds(lambda a, b: {"start": a, "end": b}, SECOND, st.integers(0, 86_400)), max_size=2
)
DAY = st.integers(-2, 9).map(lambda k: (FIRST + timedelta(days=k)).isoformat())
WHO = st.fixed_dictionaries(
    {},
    optional={
        "plate_kinds": st.lists(st.sampled_from(["green_small", "blue", "yellow"]), max_size=2),
        "energy": st.lists(st.sampled_from(["bev", "diesel"]), max_size=2),
        "stage_at_most": st.integers(0, 6),
        "mass_over_g": st.sampled_from([0, 4_494_999, 4_495_000, 9_000_000]),
        "length_over_mm": st.sampled_from([0, 5_994, 5_995, 8_000]),
        "local": st.booleans(),
        "tails": st.fixed_dictionaries(
            {}, optional={"by_weekday": st.dictionaries(st.sampled_from("1234567"), st.just([3]))}
        ),
    },
)
RULES = st.builds(
    lambda effect, who, exempt, when, first, last: AccessRule(
        id=uuid.uuid4(), zone_id=uuid.uuid4(), effect=effect, who=who, exempt=exempt, when=when,
        effective_from=first, effective_to=last,
    ),
    st.sampled_from(["no_driving", "pass_needed", "no_stopping", "quiet_only"]),
    st.lists(WHO, min_size=1, max_size=2),
    st.lists(WHO, max_size=1),
    st.fixed_dictionaries(
        {},
        optional={
            "weekdays": st.lists(st.integers(1, 7), unique=True),
            "holidays": st.sampled_from(["any", "never", "only"]),
            "hours": HOURS,
            "alert_from": st.integers(0, 3),
            "date_from": DAY,
            "date_to": DAY,
        },
    ),
    st.none() | st.integers(-2, 9).map(lambda k: FIRST + timedelta(days=k)),
    st.none() | st.integers(-2, 9).map(lambda k: FIRST + timedelta(days=k)),
)  # fmt: skip
PERMITS = st.builds(
    lambda first, length, hours: Permit(
        id=uuid.uuid4(), state="approved", hours=hours, trips_per_day=0,
        date_from=FIRST + timedelta(days=first), date_to=FIRST + timedelta(days=first + length),
    ),
    st.integers(-2, 7), st.integers(0, 5), HOURS,
)  # fmt: skip


def calendar() -> Calendar:
    """The checker's, over the same week."""
    start = datetime.combine(FIRST, time(), ZONE)
    problem = Problem(
        horizon=Horizon(
            start=start.isoformat(), end=(start + timedelta(days=7)).isoformat(), tz=ZONE.key
        ),
        calendar=msgspec.convert(CALENDAR, Dates),
        places=[], depots=[], vehicle_types=[], vehicles=[], drivers=[], duties=[], orders=[],
        travel=GreatCircleTravel(detour_permille=1000, profiles={}),
    )  # fmt: skip
    return Calendar(Index(problem))


CHECKER = calendar()
GROUND = Ground(CALENDAR, ZONE, FIRST, 7)


@settings(max_examples=300, deadline=None)
@given(
    RULES, PERMITS, st.sampled_from(CLASSES), st.integers(0, 3),
    st.lists(st.tuples(st.integers(0, 6), SECOND), min_size=8, max_size=8),
)  # fmt: skip
def test_the_picture_says_at_every_instant_what_the_checker_says(
    rule, permit, kind, tail, instants
):
    subject = SimpleNamespace(
        vehicle=change(kind.subject.vehicle, plate_tail=tail or None), kind=kind.subject.kind
    )
    shown = GROUND.binding(rule, subject)
    left = GROUND.forbidden(rule, subject, [permit])
    record = access_rule(rule)
    quiet = rule.effect == "quiet_only" and "quiet" in subject.kind.capabilities
    in_force = [] if quiet else CHECKER.in_force(record, subject.vehicle, subject.kind)
    good = CHECKER.permitted(
        PermitRecord(
            id="p",
            vehicles=[],
            rules=[],
            date_from=permit.date_from.isoformat(),
            date_to=permit.date_to.isoformat(),
            hours=msgspec.convert(permit.hours, list[DailyHours]),
        )
    )
    edges = {s for span in in_force for s in span} | {s for span in good for s in span}
    seconds = {day * 86_400 + second for day, second in instants}
    seconds |= {edge + k for edge in edges for k in (-1, 0) if 0 <= edge + k < 7 * 86_400}
    for second in seconds:
        day, inside = FIRST + timedelta(days=second // 86_400), second % 86_400
        binds = any(s <= second < e for s, e in in_force)
        assert any(s <= inside < e for s, e in shown[day]) is binds
        lifted = rule.effect in {"no_driving", "pass_needed"} and any(
            s <= second < e for s, e in good
        )
        assert any(s <= inside < e for s, e in left[day]) is (binds and not lifted)


def test_spans_are_cut_at_midnight():
    cut = dated([(82_800, 90_000)], FIRST, 2)
    assert cut == {FIRST: [(82_800, 86_400)], FIRST + timedelta(days=1): [(0, 3_600)]}
