"""How long the plan's page takes with a thousand stops, beside a plain map of as many markers.

``measure()`` makes a demo day several times over (see :mod:`tests.e2e.large_day`), lets the checker
judge it, serves it as ``make run`` does and opens it in headless Chromium. A page is usable when
its list, its time line and its map are drawn and a click is answered; the clock runs from the
navigation on and is the browser's own.
"""

from __future__ import annotations

import functools
import http.server
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import folium
from playwright.sync_api import Browser, Page

from models.db import Database, upgrade
from models.planning.tables import PlanVersion
from routing.checker import check
from routing.engines.ortools import solve
from routing.formats.ours import write_plan, write_problem
from routing.plan import Plan
from routing.problem import Problem
from tests.e2e.browser import chromium, open_page
from tests.e2e.large_day import several
from workers.artefacts import open_store
from workers.demo import generate
from workers.demo.city import City
from workers.demo.load import DemoAccount, load
from workers.demo.memory import problem_of
from workers.planning.view import build_view
from workers.settings import Settings
from workers.supervise.roster import web

ROOT = Path(__file__).parents[2]
LEAFLET = ROOT / "webapp" / "static" / "vendor" / "leaflet"
TUESDAY = date(2026, 11, 24)
STOPS = 1000
ROUNDS = 10
"""Of the search: enough for a clean plan, far from a good one."""
RUNS = 5
LIMIT_S = 2.0
UP_S = 60

USABLE = "() => performance.getEntriesByName('gf-usable')[0]?.startTime"
ANSWERED = """() => new Promise((done) => {
  const before = performance.now();
  const frame = document.getElementById('p-frame').contentDocument;
  const look = () => (frame.querySelector('#m-card:not([hidden]) .chip')
    ? done(performance.now() - before) : requestAnimationFrame(look));
  document.querySelector('#p-routes tr:nth-child(2)').click();
  look();
})"""
"""From a click in the list to the route's card on the map, in milliseconds."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Large:
    """A served plan: where, whose, how large."""

    url: str
    plan: str
    account: DemoAccount
    totals: dict[str, Any]


@dataclass(frozen=True)
class Day:
    """A planned day that the checker found clean."""

    problem: Problem
    plan: Plan
    labels: dict[str, Any]
    totals: dict[str, Any]


def large_day(city: City) -> Day:
    """The city's day often enough for a thousand stops.

    Raises:
        ValueError: the checker found something.
    """
    problem, names = problem_of(city)
    plan = solve(problem, time_limit_s=3600, iterations=ROUNDS)
    stops = build_view(problem, plan, names)["totals"]["stops"]
    large, joined, labels = several(problem, plan, names, -(-STOPS // stops))
    verdict = check(large, joined)
    if verdict.verdict != "clean":
        raise ValueError(f"the large day is {verdict.verdict}: {verdict.violations[:3]}")
    return Day(large, joined, labels, build_view(large, joined, labels)["totals"])


def install(home: Path, city: City, day: Day) -> tuple[str, DemoAccount]:
    """The city on a home of its own, with the day's plan; the plan's id, its dispatcher."""
    settings = Settings.from_env({"GREENFREIGHT_HOME": str(home)})
    upgrade(settings.database_owner_url)
    database = Database(
        settings.database_url, settings.database_owner_url, secrets=settings.secrets
    )
    store = open_store(settings, database)
    loaded = load(database, store, city)
    with database.write() as session:
        row = PlanVersion(
            operator_id=loaded.operator_id,
            service_date=city.service_date,
            version=1,
            state="solved",
            verdict="clean",
            totals=day.totals,
            problem_sha256=store.put(write_problem(day.problem)),
            plan_sha256=store.put(write_plan(day.plan)),
            names_sha256=store.put(json.dumps(day.labels, ensure_ascii=False).encode()),
            check_sha256=store.put(b'{"verdict": "clean", "violations": []}'),
        )
        session.add(row)
        session.flush()
        name = str(row.id)
    database.dispose()
    return name, next(a for a in loaded.accounts if a.role == "dispatcher")


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The web of this home as the supervisor starts it; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    env = {**os.environ, "GREENFREIGHT_HOME": str(home), "PORT": str(port)}
    command = web(Settings.from_env(env)).command
    with (home / "web.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _await(f"{url}/healthz", process)
        yield url
    finally:
        process.terminate()
        process.wait(UP_S)


def _await(address: str, process: subprocess.Popen[bytes]) -> None:
    """Until the server answers.

    Raises:
        RuntimeError: it ended, or did not come up.
    """
    pause = threading.Event()
    for _ in range(10 * UP_S):
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own server
                return
        except OSError:
            if process.poll() is not None:
                break
            pause.wait(0.1)
    raise RuntimeError(f"{address} does not answer")


@contextmanager
def plain_map(day: Day) -> Iterator[str]:
    """The peer: folium's own page with a marker per stop, served from a folder."""
    places = {place.id: place for place in day.problem.places}
    sheet = folium.Map(location=(21.0, 133.0), zoom_start=12, tiles=None)
    sheet.default_js = [("leaflet", "leaflet.js")]
    sheet.default_css = [("leaflet_css", "leaflet.css")]
    for route in day.plan.routes:
        stops = [stop for duty in route.duties for trip in duty.trips for stop in trip.stops]
        at = [(places[stop.place].lat, places[stop.place].lon) for stop in stops]
        folium.PolyLine(at).add_to(sheet)
        for stop, where in zip(stops, at, strict=True):
            if stop.kind in {"pickup", "delivery"}:
                folium.Marker(where, tooltip=places[stop.place].id).add_to(sheet)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(LEAFLET, folder, dirs_exist_ok=True)
        sheet.save(str(Path(folder) / "index.html"))
        handler = functools.partial(_Quiet, directory=folder)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()
        server.server_close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


def _timed(page: Page, address: str, ready: Callable[[Page], float]) -> float:
    page.goto(address, wait_until="commit")
    return round(ready(page) / 1000, 3)


def _plan_ready(page: Page) -> float:
    return float(page.wait_for_function(USABLE, timeout=60_000).json_value())


def _loaded(page: Page) -> float:
    page.wait_for_load_state("load")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    return float(page.evaluate("() => performance.now()"))


def _plan_page(browser: Browser, large: Large) -> Row:
    """Opened by somebody whose browser has kept nothing, then again; the first after a start."""
    address = f"{large.url}/plans/{large.plan}"
    cold, again, answered = [], [], []
    for _ in range(RUNS):
        desk = open_page(browser, large.url)
        desk.log_in(large.account.login, large.account.password)
        cold.append(_timed(desk.page, address, _plan_ready))
        answered.append(round(float(desk.page.evaluate(ANSWERED)) / 1000, 3))
        again.append(_timed(desk.page, address, _plan_ready))
        if desk.troubles:
            raise RuntimeError("\n".join(desk.troubles))
        desk.page.context.close()
    return {
        "page": "plan",
        "stops": large.totals["stops"],
        "vehicles": large.totals["vehicles"],
        "seconds": statistics.median(cold),
        "worst": max(cold),
        "again": statistics.median(again),
        "click": statistics.median(answered),
        "limit": LIMIT_S,
    }


def _peer(browser: Browser, name: str, address: str, account: DemoAccount | None = None) -> Row:
    taken = []
    for _ in range(RUNS):
        shown = open_page(browser, address[: address.index("/", 8)])
        if account is not None:
            shown.log_in(account.login, account.password)
        taken.append(_timed(shown.page, address, _loaded))
        shown.page.context.close()
    return {"page": name, "seconds": statistics.median(taken), "worst": max(taken)}


def measure() -> list[Row]:
    """Seconds from navigation to usable: the plan's page, a plain folium map, the order list.

    Each row ``{"page", "seconds", "worst"}``, medians over fresh browsers; the plan's has
    ``stops``, ``vehicles``, ``again`` (the browser has kept the files), ``click`` (from a click in
    the list to the map), ``limit`` and ``ratios`` to the others.
    """
    city = generate(1, TUESDAY)
    day = large_day(city)
    with tempfile.TemporaryDirectory(prefix="greenfreight-") as folder:
        home = Path(folder) / "home"
        plan_id, account = install(home, city, day)
        with served(home) as url, plain_map(day) as plain, chromium() as browser:
            mine = _plan_page(browser, Large(url, plan_id, account, day.totals))
            orders = f"{url}/orders/?date={TUESDAY.isoformat()}"
            peers = [_peer(browser, "folium", plain), _peer(browser, "orders", orders, account)]
    mine["ratios"] = {row["page"]: round(mine["seconds"] / row["seconds"], 2) for row in peers}
    return [mine, *peers]


if __name__ == "__main__":
    json.dump(measure(), sys.stdout, ensure_ascii=False, indent=1)
