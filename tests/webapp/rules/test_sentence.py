"""A rule's sentence says every field of the rule; the zone's page shows what a date brings."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from models.permits.tables import Permit
from models.rules.tables import AccessRule, Zone
from tests import factories
from tests.webapp.permits.conftest import office  # noqa: F401 - the fixture
from webapp.rules.sentence import sentence

BARE = {"effect": "no_driving", "who": [{}], "exempt": [], "when": {}}
MORE = {
    "who": {
        "plate_kinds": ["blue"],
        "energy": ["diesel"],
        "stage_at_most": 4,
        "types": ["a", "b"],
        "mass_over_g": 4_500_000,
        "length_over_mm": 6_000,
        "body": ["仓栅"],
        "use": ["cold_chain"],
        "local": False,
        "tails": {"by_weekday": {"1": [1, 6]}, "by_date": {"2026-10-01": [3]}},
    },
    "when": {
        "date_from": "2026-11-01",
        "date_to": "2026-12-31",
        "weekdays": [1, 2],
        "holidays": "never",
        "hours": [{"start": 25_200, "end": 32_400}],
        "alert_from": 2,
    },
}


def said(app, **values) -> str:
    rule = AccessRule(**{**BARE, **values})
    rule.zone = Zone(name="内环")
    with app.test_request_context():
        return sentence(rule)


@pytest.mark.parametrize("name", [*MORE["who"], *(f"when.{k}" for k in MORE["when"])])
def test_no_field_of_a_rule_is_passed_over(office, name):  # noqa: F811
    app, bare = office.web.app, said(office.web.app)
    side, _, field = name.rpartition(".")
    if side:
        told = said(app, when={field: MORE["when"][field]})
        assert told != bare, name
        return
    group = {name: MORE["who"][name]}
    assert said(app, who=[group]) != bare, name
    assert said(app, exempt=[group]) != bare, name
    other = {name: not group[name]} if name == "local" else None
    if other:
        assert said(app, who=[group]) != said(app, who=[other])


def test_two_phases_are_two_sentences_with_their_dates(office):  # noqa: F811
    app = office.web.app
    first = said(app, effective_from=date(2024, 11, 1), effective_to=date(2025, 6, 30))
    second = said(app, effective_from=date(2025, 7, 1))
    assert "2024-11-01 至 2025-06-30" in first
    assert "自 2025-07-01 起" in second


def test_the_zones_page_previews_any_date_for_a_class_and_for_a_vehicle(office):  # noqa: F811
    zone, rule = office.world.id("pass_zone"), office.world.rows["pass_rule"]
    starts = office.day + timedelta(days=40)
    with office.database.write() as session:
        session.execute(
            update(AccessRule)
            .where(AccessRule.id == rule.id)
            .values(effective_from=starts, exempt=[{"energy": ["bev"]}])
        )
    client = office.web.client("police")
    for day, kind, told in (
        (starts - timedelta(days=1), "light-5", "不受约束"),
        (starts, "light-5", "07:00–20:00"),
        (starts, "nev-light", "不受约束"),
    ):
        page = client.get(f"/rules/zone/{zone}?day={day}&kind={kind}").text
        row = page.split(f"{rule.code} {rule.name}")[1].split("</tr>")[0]
        assert told in row, (day, kind)
    with office.database.write() as session:
        session.execute(update(AccessRule).where(AccessRule.id == rule.id).values(exempt=[]))
        factories.permit(
            session,
            office.world.organisations["carrier"],
            [session.merge(office.world.rows["vehicle"])],
            [session.get(AccessRule, rule.id)],
            date_from=starts,
            date_to=starts,
            hours=[{"start": 32_400, "end": 61_200}],
        )
    plate = office.world.rows["vehicle"].plate
    page = client.get(f"/rules/zone/{zone}?day={starts}&plate={plate}").text
    row = page.split(f"{rule.code} {rule.name}")[1].split("</tr>")[0]
    assert "07:00–09:00；17:00–20:00" in row
    with office.database.write() as session:
        session.execute(update(Permit).values(state="suspended"))
    page = client.get(f"/rules/zone/{zone}?day={starts}&plate={plate}").text
    assert "07:00–09:00" not in page
    foreign = office.web.client("carrier2").get(f"/rules/zone/{zone}?day={starts}&plate={plate}")
    assert "没有找到这辆车" in foreign.text
