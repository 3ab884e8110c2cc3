"""Waiting seen at places: only what drivers told, to those whose deliveries these were."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.execution import waits
from models.execution.links import ensure_executions
from models.execution.operations import Channel
from tests.workers.execution.conftest import Scene
from workers.execution.tell import tell


def drive(scene: Scene, number: int, *taps: tuple[str, int]) -> None:
    """Tell of visit ``number`` of the first vehicle: kinds, minutes after its planned arrival."""
    day, route = scene.day(), scene.route()
    stop = [one for one in route.stops if one.kind == "visit"][number]
    with scene.database.write() as session:
        version = scene.version(session)
        vehicle = scene.street.vehicles[0].id
        execution = ensure_executions(
            session, version.operator_id, version.service_date, [vehicle]
        )[vehicle]
        for place, (kind, minutes) in enumerate(taps):
            at = day.clock.at(stop.arrive) + timedelta(minutes=minutes)
            event = {
                "client_id": f"waits-{number:02d}-{place:02d}",
                "device_id": "waits-phone",
                "sequence": 10 * number + place,
                "kind": kind,
                "stop": stop.key,
                "at": at.isoformat(),
            }
            channel = Channel(source="dispatcher", received_at=at, sent_at=at)
            worker = scene.world.actors["dispatcher"]
            tell(session, worker, execution, version, day, events=[event], channel=channel)


def looked_at(scene: Scene, role: str, number: int):
    """What a role sees of the store of a visit."""
    key = scene.street.stores[number].id
    with scene.database.read() as session:
        return waits.seen(session, scene.world.actors[role], [key]).get(key)


@pytest.mark.parametrize("role", ["receiver", "shipper", "dispatcher"])
def test_a_wait_is_the_stay_less_the_planned_unloading(scene, role):
    # Planned: 4 min until unloading begins, then 2 min and 20 s for each of 10 units.
    drive(scene, 2, ("arrive", 0), ("done", 20))
    seen = looked_at(scene, role, 2)
    (wait,) = seen.waits
    assert (wait.service_s, wait.wait_s, wait.early_s) == (320, 20 * 60 - 320, 240)
    assert (seen.median_s, seen.longest_s, wait.orders) == (880, 880, 1)


def test_nothing_told_is_no_wait_and_taps_made_together_measure_nothing(scene):
    assert looked_at(scene, "receiver", 0).median_s is None
    drive(scene, 0, ("done", 6))
    drive(scene, 2, ("arrive", 6), ("done", 6))
    for number in (0, 2):
        seen = looked_at(scene, "receiver", number)
        assert (seen.waits, seen.unmeasured) == ([], 1)


def test_each_sees_its_own_places_and_visits_only(lite):
    drive(lite, 0, ("arrive", 0), ("done", 20))
    for role in ("receiver2", "shipper2", "dispatcher2"):
        assert looked_at(lite, role, 0) is None


def test_waits_stand_by_weekday_and_hour_of_the_citys_clock(lite):
    drive(lite, 0, ("arrive", 0), ("done", 20))
    (wait,) = looked_at(lite, "dispatcher", 0).waits
    with lite.database.read() as session:
        (cell,) = waits.by_hour(session, [wait])
    local = lite.day().clock.at(0).astimezone(wait.arrived_at.tzinfo)
    hour = (wait.arrived_at - local).total_seconds() / 3600 + 18
    assert (cell.hour, cell.count, cell.median_s) == (int(hour) % 24, 1, wait.wait_s)
