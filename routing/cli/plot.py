"""``plot``: a solution as a small SVG."""

from __future__ import annotations

import argparse
import math
from typing import NamedTuple
from xml.etree import ElementTree as ET  # writes XML, reads none

from routing.benchmarks.instance import BenchmarkInstance
from routing.benchmarks.solution import BenchmarkSolution, read_solution
from routing.cli.files import CommandError, read_bytes, read_instance, summary, write_bytes
from routing.formats.ours import read_plan
from routing.plan import Plan
from routing.problem import Problem
from routing.problem.errors import InputErrors

SIDE = 760.0
MARGIN = 30.0
COLOURS = ("#0072B2", "#C04F00", "#007A59", "#CC79A7", "#E69F00", "#56B4E9", "#6A3D9A", "#8A6A00")


class Point(NamedTuple):
    """A place to draw; ``kind`` is depot, station or customer."""

    name: str
    kind: str
    x: float
    y: float


class Line(NamedTuple):
    """A route to draw through named points."""

    name: str
    stops: list[str]


def run(options: argparse.Namespace) -> int:
    """Exit 0, or 2 when something cannot be read or written."""
    instance = read_instance(options.instance)
    data = read_bytes(options.solution)
    try:
        if isinstance(instance, Problem):
            points, lines = _ours(instance, read_plan(data))
        else:
            points, lines = _benchmark(instance, read_solution(data))
    except InputErrors as error:
        raise CommandError(f"{options.solution}: {summary(error)}") from error
    except ValueError as error:
        raise CommandError(f"{options.solution}: {error}") from error
    known = {point.name for point in points}
    for line in lines:
        for stop in line.stops:
            if stop not in known:
                raise CommandError(f"{options.solution}: {stop} is not in {options.instance}")
    write_bytes(options.output, draw(points, lines, title=options.instance.stem))
    return 0


def _benchmark(
    instance: BenchmarkInstance, solution: BenchmarkSolution
) -> tuple[list[Point], list[Line]]:
    points = [Point(node.id, node.kind, node.x, node.y) for node in instance.nodes]
    return points, [Line(r.vehicle, [stop.node for stop in r.stops]) for r in solution.routes]


def _ours(problem: Problem, plan: Plan) -> tuple[list[Point], list[Line]]:
    """Places in a local projection: a degree of longitude shrinks with latitude."""
    depots = {depot.place for depot in problem.depots}
    sites = {site.place for site in problem.chargers}
    mean = sum(place.lat for place in problem.places) / max(1, len(problem.places))
    shrink = math.cos(math.radians(mean))
    points = [
        Point(
            place.id,
            "depot" if place.id in depots else "station" if place.id in sites else "customer",
            place.lon * shrink,
            place.lat,
        )
        for place in problem.places
    ]
    lines = [
        Line(
            route.vehicle,
            [stop.place for duty in route.duties for trip in duty.trips for stop in trip.stops],
        )
        for route in plan.routes
    ]
    return points, lines


def draw(points: list[Point], lines: list[Line], *, title: str) -> bytes:
    """Routes in colours, depots as squares, stations as diamonds, others as dots; north is up.

    Hovering names a route or a point.
    """
    left, low = min(p.x for p in points), min(p.y for p in points)
    span = max(max(p.x for p in points) - left, max(p.y for p in points) - low) or 1.0
    scale = (SIDE - 2 * MARGIN) / span
    at = {
        p.name: (MARGIN + (p.x - left) * scale, SIDE - MARGIN - (p.y - low) * scale) for p in points
    }
    size = f"{SIDE:g}"
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {size} {size}",
            "width": size,
            "height": size,
            "font-family": "sans-serif",
        },
    )
    ET.SubElement(root, "title").text = title
    ET.SubElement(root, "rect", {"width": size, "height": size, "fill": "#FFFFFF"})
    for k, line in enumerate(lines):
        path = " ".join(f"{at[name][0]:.1f},{at[name][1]:.1f}" for name in line.stops)
        style = {
            "points": path,
            "fill": "none",
            "stroke": COLOURS[k % len(COLOURS)],
            "stroke-width": "1.6",
        }
        if (k // len(COLOURS)) % 2:
            style["stroke-dasharray"] = "6 3"
        ET.SubElement(ET.SubElement(root, "polyline", style), "title").text = line.name
    for point in points:
        _mark(root, point, *at[point.name])
    ET.indent(root)
    drawn: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return drawn + b"\n"


def _mark(root: ET.Element, point: Point, x: float, y: float) -> None:
    if point.kind == "customer":
        mark = ET.SubElement(root, "circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": "2.5"})
        mark.set("fill", "#1B2733")
    else:
        half = 5.0 if point.kind == "depot" else 3.5
        place = {"x": f"{x - half:.1f}", "y": f"{y - half:.1f}"}
        side = {"width": f"{2 * half:g}", "height": f"{2 * half:g}"}
        mark = ET.SubElement(root, "rect", place | side)
        mark.set("fill", "#1B2733" if point.kind == "depot" else "#007A59")
        if point.kind == "station":
            mark.set("transform", f"rotate(45 {x:.1f} {y:.1f})")
    ET.SubElement(mark, "title").text = point.name
