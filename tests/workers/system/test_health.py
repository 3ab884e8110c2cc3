"""Who is alive is told by those who are."""

from __future__ import annotations

from models.accounts.actor import system_actor
from tests.workers.jobs.plant import Plant, until
from workers.queue.connection import connect
from workers.queue.heartbeats import beat, heard
from workers.system.health import look


def test_a_relay_is_heard_while_it_runs(spatialite, tmp_path):
    plant = Plant(tmp_path, spatialite)
    try:
        assert not look(plant.settings, spatialite, system_actor(request_id="test")).queue
        plant.valkey()
        silent = look(plant.settings, spatialite, system_actor(request_id="test"))
        assert (silent.queue, silent.database, silent.waiting) == (True, True, 0)
        assert silent.beats == []
        assert not silent.planner
        process = plant.relay()
        redis = connect(plant.settings)
        until(lambda: heard(redis), "the relay is heard")
        health = look(plant.settings, spatialite, system_actor(request_id="test"))
        assert [one.process for one in health.of("relay")] == [process.pid]
        beat(redis, "worker")
        assert [one.what for one in heard(redis)] == ["relay", "worker"]
        redis.close()
    finally:
        plant.end()
