"""Roadside codes over the web: shown to who drives and owns, judged and kept for the officer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models.accounts.actor import system_actor
from models.accounts.city import zone
from models.audit.operations import verify
from models.audit.tables import AuditEvent
from models.base import now
from models.permits import queries
from models.permits.keys import retire_key
from models.permits.roadside_code import decode, encode
from models.permits.tables import Permit, RoadsideCheck, RoadsideKey
from models.rules.tables import AccessRule
from models.signing import signing_key
from tests import factories
from tests.webapp.conftest import csrf
from webapp.inspections.words import NOT_OFFICIAL, VERDICTS
from workers.permits.codes import claims_of, rotate, signer

PAGE = "/inspections/"


@pytest.fixture
def coded(office):
    """A pass of the carrier's vehicle, good all day for a month, and the text of its code."""
    with office.web.database.write() as session:
        world = office.web.world
        row = factories.permit(
            session,
            world.organisations["carrier"],
            [session.get(type(world.rows["vehicle"]), world.id("vehicle"))],
            [session.get(AccessRule, world.id("pass_rule"))],
            date_from=office.day,
            date_to=office.day + timedelta(days=30),
        )
        office.permit = row.id
    office.text = text_of(office)
    return office


def settings(office):
    return office.web.app.extensions["settings"]


def text_of(office, key=None, **changed) -> str:
    with office.web.database.read() as session:
        row = queries.get_permit(session, system_actor(), office.permit)
        claims = claims_of(row, row.vehicles[0])
    own = signer(settings(office), office.web.database)
    return encode(replace(claims, **changed), key or own)


def checks(office) -> list[RoadsideCheck]:
    with office.web.database.read() as session:
        return list(session.scalars(select(RoadsideCheck).order_by(RoadsideCheck.created_at)))


def change(office, **values) -> None:
    with office.web.database.write() as session:
        session.execute(update(Permit).where(Permit.id == office.permit).values(**values))


def judged(office, client, text, plate="") -> str:
    """What the page says of a code: the verdict whose word stands first."""
    token = csrf(client.get(PAGE).text)
    page = client.post(PAGE, data={"code": text, "plate": plate, "csrf_token": token}).text
    made = checks(office)[-1]
    assert str(VERDICTS[made.code_verdict][2]) in page
    assert str(NOT_OFFICIAL) in page
    return made.code_verdict


def test_each_fault_of_a_code_is_told_apart(coded):
    office, client = coded, coded.web.client("officer")
    plate = decode(office.text).claims.plate
    stranger = signing_key("somebody else's secret")
    wrong = signing_key("a key that says it is ours").key.kid
    ours = decode(office.text).kid
    at = office.text.rindex(".") + 4
    tampered = office.text[:at] + ("A" if office.text[at] != "A" else "B") + office.text[at + 1 :]
    assert judged(office, client, office.text, plate) == "valid"
    assert judged(office, client, tampered) == "forged"
    assert judged(office, client, office.text.replace("GFP1", "GFT1")) == "other_domain"
    assert judged(office, client, "https://example.invalid/") == "unreadable"
    assert judged(office, client, text_of(office, stranger)) == "unknown_key"
    assert judged(office, client, office.text.replace(ours, wrong)) == "unknown_key"
    assert (
        judged(office, client, text_of(office, stranger).replace(stranger.key.kid, ours))
        == "forged"
    )
    assert judged(office, client, office.text, "辽Z00001") == "other_plate"
    day = timedelta(days=1)
    late = text_of(office, first=office.day - 9 * day, last=office.day - day)
    assert judged(office, client, late) == "expired"
    assert judged(office, client, text_of(office, first=office.day + day)) == "not_yet"
    with office.web.database.read() as session:
        hour = now().astimezone(zone(session)).hour
    other = (((hour + 12) % 24 * 3600, (hour + 12) % 24 * 3600 + 3600),)
    assert judged(office, client, text_of(office, hours=other)) == "wrong_hour"
    change(office, state="suspended")
    assert judged(office, client, office.text) == "suspended"
    change(office, state="ended", ended_act="revoked")
    assert judged(office, client, office.text) == "ended"
    assert judged(office, client, text_of(office, serial="P-NONE")) == "unknown_serial"


def test_every_scan_is_on_record_without_the_code_itself(coded):
    office, client = coded, coded.web.client("officer")
    judged(office, client, office.text)
    judged(office, client, "nonsense")
    good, bad = checks(office)
    assert (good.result, good.permit_id, good.plate) == (
        "valid",
        office.permit,
        decode(office.text).claims.plate,
    )
    assert (bad.result, bad.permit_id, bad.plate) == ("unknown", None, "")
    with office.web.database.read() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.action == "scan")).all()
        assert [row.entity_id for row in rows] == [str(good.id), str(bad.id)]
        assert verify(session).whole


def test_what_was_scanned_without_network_is_told_once_and_judged_for_its_moment(coded):
    office, client = coded, coded.web.client("officer")
    headers = {"X-CSRFToken": csrf(client.get(PAGE).text)}
    then = now() - timedelta(hours=5)
    one = {"client_id": "scan-0001", "code": office.text, "at": then.isoformat()}
    for _ in range(2):
        answer = client.post(f"{PAGE}scans", json={"scans": [one]}, headers=headers)
        assert answer.status_code == 200
    (kept,) = checks(office)
    assert kept.scanned_at == then
    assert kept.code_verdict in {"valid", "not_yet"}  # five hours ago may have been yesterday
    for wrong in ({"scans": [{"client_id": "x"}]}, {"scans": 1}, [], {"scans": [one] * 51}):
        assert client.post(f"{PAGE}scans", json=wrong, headers=headers).status_code == 422
    old = {**one, "client_id": "scan-0002", "at": (now() - timedelta(days=9)).isoformat()}
    assert (
        client.post(f"{PAGE}scans", json={"scans": [old]}, headers=headers).json["answers"][0][
            "verdict"
        ]
        == "valid"
    )
    assert checks(office)[-1].scanned_at is None  # too long ago to be believed


def test_the_officer_takes_along_keys_and_stopped_serials(coded):
    office = coded
    client = office.web.client("officer")
    change(office, state="suspended")
    carried = client.get(f"{PAGE}carried.json").json
    key = signer(settings(office), office.web.database).key
    assert carried["keys"] == {key.kid: {"algorithm": "Ed25519", "public": key.public.hex()}}
    number = decode(office.text).claims.serial
    assert carried["stopped"][number] == "suspended"
    assert set(decode(office.text).claims.zones) <= set(carried["zones"])
    for role in ("carrier", "dispatcher", "clerk", "approver"):
        assert office.web.client(role).get(f"{PAGE}carried.json").status_code == 404


def test_a_retired_key_still_verifies_and_a_withdrawn_one_does_not(coded):
    office, client = coded, coded.web.client("officer")
    old = signer(settings(office), office.web.database).key.kid
    secret = settings(office).home / "secrets" / "roadside_key"
    assert secret.stat().st_mode & 0o777 == 0o600
    fresh = rotate(settings(office), office.web.database).key.kid
    assert fresh != old
    assert decode(text_of(office)).kid == fresh
    assert judged(office, client, office.text) == "valid"
    with office.web.database.write() as session:
        kept = session.scalars(select(RoadsideKey)).all()
        assert secret.read_text() not in str([row.public_key for row in kept])
        retire_key(session, system_actor(), old, withdraw=True)
    assert judged(office, client, office.text) == "unknown_key"


def test_the_key_is_changed_by_a_command(coded):
    ran = coded.web.app.test_cli_runner().invoke(args=["roadside", "rotate", "--withdraw"])
    assert (ran.exit_code, "codes are signed by" in ran.output) == (0, True)
    assert judged(coded, coded.web.client("officer"), coded.text) == "unknown_key"


def test_only_the_officers_page_may_ask_for_the_camera(coded):
    client = coded.web.client("officer")
    for address, allowed in ((PAGE, True), ("/permits/", False)):
        given = client.get(address).headers["Permissions-Policy"]
        assert ("camera=(self)" in given, "camera=()" in given) == (allowed, not allowed)


def test_the_carrier_prints_the_code_and_a_stopped_pass_has_none(coded):
    office = coded
    address = f"/permits/{office.permit}/codes"
    page = office.web.client("carrier").get(address).text
    assert page.count("<svg") > 1
    assert str(NOT_OFFICIAL) in page
    assert decode(office.text).claims.plate in page
    assert "核验码" in office.web.client("carrier").get(f"/permits/{office.permit}").text
    assert office.web.client("carrier2").get(address).status_code == 404
    change(office, state="suspended")
    assert "没有可出示的核验码" in office.web.client("carrier").get(address).text


def test_a_code_says_what_its_pass_says(coded):
    with coded.web.database.read() as session:
        row = queries.get_permit(session, system_actor(), coded.permit)
        assert decode(coded.text).claims == claims_of(row, row.vehicles[0])
