"""Nobody sees another applicant's application, papers or pass, on any page of the permit desk."""

from __future__ import annotations

import uuid

from sqlalchemy import select, update

from models.documents.tables import Document
from models.fleet.tables import Vehicle
from models.permits.applications import draft_application
from models.permits.tables import PermitApplication
from tests.permit_city import asked
from workers.permits import desk

WORD = "CANARYAPPLICATIONX"
SEES = ("carrier2", "police")


def test_an_application_stays_with_its_applicant_and_the_authority(office):
    world, other = office.world, office.world.actors["carrier2"]
    content = {"agent": {"name": WORD, "phone": WORD}, "note": WORD}
    with office.database.write(other) as session:
        more = asked(world, office.day, vehicle_id=world.id("vehicle2"), content=content)
        key = draft_application(session, other, **{**more, "purpose": WORD}).id
    with office.database.write(other) as session:
        desk.submit(session, other, key)
    with office.database.write() as session:
        session.execute(
            update(Vehicle).where(Vehicle.id == world.id("vehicle2")).values(plate=f"辽Z{WORD}")
        )
    with office.database.read() as session:
        batch = session.get(PermitApplication, key).batch_id or uuid.uuid4()
        papers = session.scalars(
            select(Document.id).where(Document.subject_id == world.id("vehicle2"))
        ).all()
    pages = [
        "/permits/applications/",
        f"/permits/applications/{key}",
        f"/permits/applications/{key}/edit",
        f"/permits/applications/{key}/paper",
        f"/permits/batches/{batch}",
        f"/permits/{world.id('permit2')}",
        "/permits/",
        "/notices/",
        "/permits/applications/new",
        *(f"/permits/documents/{paper}" for paper in papers),
        "/api/v1/applications",
        f"/api/v1/applications/{key}",
        f"/api/v1/permits/{world.id('permit2')}",
    ]
    seen = set()
    for role in ("carrier", "carrier2", "dispatcher", "shipper", "receiver", "driver", "police",
                 "officer", "bureau", "admin"):  # fmt: skip
        client, headers = office.web.client(role), office.web.bearer(role)
        for page in pages:
            answer = client.get(page, headers=headers if page.startswith("/api/") else None)
            assert answer.status_code < 500, (role, page)
            if WORD in answer.get_data(as_text=True):
                seen.add(role)
    assert seen == {"carrier2", "police", "officer"}
