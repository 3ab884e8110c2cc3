"""How long a change by hand of a thousand stops takes, as its dispatcher sees it.

``measure()`` serves the large day of :mod:`tests.e2e.page_bench` with a planner beside the web, and
changes it over HTTP as any client does, then in Chromium (:mod:`tests.e2e.hand_browser`): moves
with and without a place, removals, starts, locks, each undone again, some done again. Beside the
clock stands the processor's time of web and planner, which a busy machine does not stretch.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.e2e.browser import chromium
from tests.e2e.hand_browser import changes
from tests.e2e.page_bench import ROOT, TUESDAY, install, large_day, served
from tests.e2e.processors import processors_ms
from workers.demo import generate
from workers.planner.line import answers_here, ask
from workers.settings import Settings

EDITS = 64
WARMING = 4
"""First edits that are not counted: the planner reads the plan once."""
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


def wishes(plan: Row, count: int) -> Iterator[tuple[str, Row]]:
    """Different edits of a plan with the name of their kind, the same ones each time."""
    chance = random.Random(7)  # noqa: S311 - a choice, no secret
    routes = plan["routes"]
    orders = [(order, route) for route in routes for order in route["order_ids"]]
    for number, (order, home) in enumerate(chance.sample(orders, count)):
        other = chance.choice([route for route in routes if route is not home])
        move = {"type": "move", "orders": [order], "vehicle": other["vehicle"]}
        lock = {"type": "lock", "vehicle": home["vehicle"]}
        yield (
            ("move", move),
            ("move", move),
            ("lock", lock | {"scope": "vehicle"}),
            ("remove", {"type": "remove", "orders": [order]}),
            ("move to a place", move | {"trip": 0, "position": 0}),
            ("start", _later(home)),
            ("move", move),
            ("lock", lock | {"scope": "trip", "trip": 0}),
        )[number % 8]


def _later(route: Row) -> Row:
    time = route["trips"][0]["load_start"] + 900
    return {"type": "start", "vehicle": route["vehicle"], "trip": 0, "time": time}


class Taken:
    """Milliseconds of changes by way and kind: by the clock, and by the processor."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], list[tuple[float, float]]] = {}

    def __call__(self, way: str, kind: str, change: Callable[[], float]) -> None:
        """Make a change and keep what it took."""
        before = processors_ms("workers.planner", "gunicorn")
        ms = change()
        cpu = processors_ms("workers.planner", "gunicorn") - before
        self.rows.setdefault((way, kind), []).append((ms, cpu))

    def table(self) -> list[Row]:
        """A row per way and kind, and one of all kinds of a way."""
        ways = dict.fromkeys(way for way, _ in self.rows)
        out = [_row(way, kind, rows) for (way, kind), rows in self.rows.items()]
        return out + [_row(way, ALL, self.first_answers(way)) for way in ways]

    def first_answers(self, way: str) -> list[tuple[float, float]]:
        """All but the rows that wait for ways out."""
        return [
            row
            for (one, kind), rows in self.rows.items()
            for row in rows
            if one == way and not kind.endswith(WAYS_TOO)
        ]


ALL = "all"
WAYS_TOO = ", ways out too"


def _row(way: str, kind: str, taken: list[tuple[float, float]]) -> Row:
    clock, cpu = [ms for ms, _ in taken], [ms for _, ms in taken]
    return {
        "way": way,
        "kind": kind,
        "count": len(taken),
        "p50_ms": round(statistics.median(clock)),
        "p95_ms": round(_p95(clock)),
        "worst_ms": round(max(clock)),
        "cpu_p50_ms": round(statistics.median(cpu)),
        "cpu_p95_ms": round(_p95(cpu)),
    }


def _p95(values: list[float]) -> float:
    if len(values) < 2:
        return values[0]
    return statistics.quantiles(values, n=20, method="inclusive")[18]


def measure() -> Row:
    """``{"stops", "limit_ms", "load", "rows": [{"way", "kind", "count", "p50_ms", …}]}``.

    ``way``: ``browser`` from the key press to the painted panel, ``http`` from request to answer;
    ``load``: how busy the machine was besides, its one-minute load average before and after.
    """
    city = generate(1, TUESDAY)
    day = large_day(city)
    taken = Taken()
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="greenfreight-") as folder:
        home = Path(folder) / "home"
        plan_id, account = install(home, city, day)
        with planner(home), served(home) as url:
            api = Api(url, account.token)
            draft = _edited(api, plan_id, taken)
            api.post(f"{draft}/discard", {})
            with chromium() as browser:
                changes(browser, url, plan_id, account, taken)
    return {
        "stops": day.totals["stops"],
        "limit_ms": LIMIT_MS,
        "load": [round(before, 1), round(os.getloadavg()[0], 1)],
        "rows": taken.table(),
    }


def _edited(api: Api, plan_id: str, taken: Taken) -> str:
    """Change a plan over HTTP, each change upon the same plan; the draft's id."""
    at, number = plan_id, 0
    for count, (kind, wish) in enumerate(wishes(api.get(plan_id), WARMING + EDITS)):
        told: list[Row] = []

        def step(path: str, body: Row, told: list[Row] = told) -> float:
            said, ms = api.post(path, body)
            told.append(said)
            return ms

        def take(kind: str, path: str, body: Row, count: int = count) -> None:
            if count < WARMING:
                step(path, body)
            else:
                taken("http", kind, lambda: step(path, body))

        ways = kind.startswith("move") and count % 2 == 0
        named = kind + WAYS_TOO if ways else kind
        take(named, f"{at}/edits", {"number": number, "edits": [wish], "ways": ways})
        at, number = told[-1]["id"], told[-1]["number"]
        for verb in ("undo", "redo", "undo") if count % 4 == 0 else ("undo",):
            take(verb, f"{at}/{verb}", {"number": number})
            number = told[-1]["number"]
    return at


if __name__ == "__main__":
    json.dump(measure(), sys.stdout, ensure_ascii=False, indent=1)
