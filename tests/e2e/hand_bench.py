"""How long a change by hand of a thousand stops takes, from the request to its answer.

``measure()`` serves the large day of :mod:`tests.e2e.page_bench` with a planner beside the web, and
changes it over HTTP as any client does: moves with and without a place, removals, other starts.
Every change is undone again, so that each is made upon the same plan.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.e2e.page_bench import ROOT, TUESDAY, install, large_day, served
from workers.demo import generate
from workers.planner.line import answers_here, ask
from workers.settings import Settings

EDITS = 72
WARMING = 6
"""First edits that are not counted: the planner reads the plan once."""
WITH_WAYS = 6
LIMIT_MS = 300
UP_S = 300

Row = dict[str, Any]


@contextmanager
def planner(home: Path) -> Iterator[None]:
    """The planner of this home, as the supervisor starts it."""
    env = {**os.environ, "GREENFREIGHT_HOME": str(home)}
    settings = Settings.from_env(env)
    with (home / "planner.log").open("wb") as log:
        command = [sys.executable, "-m", "workers.planner"]
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
    pause = threading.Event()
    try:
        for _ in range(10 * UP_S):
            if answers_here(settings):
                break
            pause.wait(0.1)
        ask(settings, {"do": "ping"})
        yield
    finally:
        process.terminate()
        process.wait(30)


class Api:
    """Posts as a client does."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token

    def post(self, path: str, body: Row) -> tuple[Row, float]:
        """The answer and its milliseconds."""
        request = urllib.request.Request(  # noqa: S310 - our own server
            f"{self._url}/api/v1/plans/{path}",
            data=json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self._token}",
                "Content-Type": "application/json",
                "Idempotency-Key": uuid.uuid4().hex,
            },
        )
        began = time.perf_counter()
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 - the same
            said = json.loads(answer.read())
        return said, 1000 * (time.perf_counter() - began)

    def get(self, path: str) -> Row:
        """The answer."""
        request = urllib.request.Request(  # noqa: S310 - the same
            f"{self._url}/api/v1/plans/{path}", headers={"Authorization": f"Bearer {self._token}"}
        )
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 - the same
            found: Row = json.loads(answer.read())
        return found


def wishes(plan: Row, count: int) -> Iterator[Row]:
    """Different edits of a plan, the same ones each time."""
    chance = random.Random(7)  # noqa: S311 - a choice, no secret
    routes = plan["routes"]
    orders = [(order, route) for route in routes for order in route["order_ids"]]
    for number, (order, home) in enumerate(chance.sample(orders, count)):
        other = chance.choice([route for route in routes if route is not home])
        move = {"type": "move", "orders": [order], "vehicle": other["vehicle"]}
        kind = number % 6
        if kind == 3:
            yield {"type": "remove", "orders": [order]}
        elif kind == 4:
            yield move | {"trip": 0, "position": 0}
        elif kind == 5:
            first = home["trips"][0]["load_start"]
            yield {"type": "start", "vehicle": home["vehicle"], "trip": 0, "time": first + 900}
        else:
            yield move


def measure() -> Row:
    """``{"stops", "edits", "p50_ms", "p95_ms", "worst_ms", "limit_ms", "ways_p50_ms", "load"}``.

    ``load``: how busy the machine was besides, its one-minute load average at the end.
    """
    city = generate(1, TUESDAY)
    day = large_day(city)
    with tempfile.TemporaryDirectory(prefix="greenfreight-") as folder:
        home = Path(folder) / "home"
        plan_id, account = install(home, city, day)
        with planner(home), served(home) as url:
            taken, ways = _edited(Api(url, account.token), plan_id)
    return {
        "stops": day.totals["stops"],
        "edits": len(taken),
        "p50_ms": round(statistics.median(taken)),
        "p95_ms": round(statistics.quantiles(taken, n=20, method="inclusive")[18]),
        "worst_ms": round(max(taken)),
        "limit_ms": LIMIT_MS,
        "ways_p50_ms": round(statistics.median(ways)),
        "load": round(os.getloadavg()[0], 1),
    }


def _edited(api: Api, plan_id: str) -> tuple[list[float], list[float]]:
    """Milliseconds of edits alone, and of some that wait for what would make them lawful."""
    taken, ways = [], []
    at, number = plan_id, 0
    for count, wish in enumerate(wishes(api.get(plan_id), WARMING + EDITS + WITH_WAYS)):
        with_ways = count >= WARMING + EDITS
        body = {"number": number, "edits": [wish], "ways": with_ways}
        said, ms = api.post(f"{at}/edits", body)
        at = said["id"]
        undone, _ms = api.post(f"{at}/undo", {"number": said["number"]})
        number = undone["number"]
        if with_ways:
            ways.append(ms)
        elif count >= WARMING:
            taken.append(ms)
    return taken, ways


if __name__ == "__main__":
    json.dump(measure(), sys.stdout, ensure_ascii=False, indent=1)
