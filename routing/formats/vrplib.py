"""VRPLIB text: vehicle routing with time windows on Euclidean points."""

from __future__ import annotations

from routing.benchmarks.instance import BenchmarkInstance, Node
from routing.formats.errors import FormatError, number, whole

TYPES = {"CVRP", "VRPTW"}
Rows = dict[str, list[tuple[int, list[str]]]]


def sniff(text: str) -> bool:
    """Tell the format by its sections."""
    return "NODE_COORD_SECTION" in text


def read(text: str) -> BenchmarkInstance:
    """Read specification and sections; service time is one figure or a section.

    Raises:
        FormatError: naming line or part, and cause.
    """
    head, sections = _parts(text)
    kind = head.get("TYPE", (0, ""))[1]
    if kind not in TYPES:
        raise FormatError(f"TYPE {kind or 'missing'}: only {' and '.join(sorted(TYPES))} are read")
    weights = head.get("EDGE_WEIGHT_TYPE", (0, ""))[1]
    if weights != "EUC_2D":
        raise FormatError(f"EDGE_WEIGHT_TYPE {weights or 'missing'}: only EUC_2D is read")
    if "CAPACITY" not in head:
        raise FormatError("CAPACITY is missing")
    vehicles = whole(head["VEHICLES"][1], head["VEHICLES"][0]) if "VEHICLES" in head else None
    return BenchmarkInstance(
        name=head.get("NAME", (0, ""))[1],
        source="vrplib",
        nodes=_nodes(head, sections),
        vehicles=vehicles,
        capacity=number(head["CAPACITY"][1], head["CAPACITY"][0]),
    )


def _parts(text: str) -> tuple[dict[str, tuple[int, str]], Rows]:
    """Split into ``key : value`` lines and sections of rows, each with its line number."""
    head: dict[str, tuple[int, str]] = {}
    sections: Rows = {}
    rows: list[tuple[int, list[str]]] | None = None
    for at, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words:
            continue
        if words[0] == "EOF":
            break
        if words[0].endswith("_SECTION"):
            rows = sections.setdefault(words[0], [])
        elif ":" in line:
            key, value = line.split(":", 1)
            head[key.strip()] = at, value.strip()
        elif rows is None:
            raise FormatError(f"{line.strip()!r} stands outside all sections", at)
        else:
            rows.append((at, words))
    return head, sections


def _column(sections: Rows, name: str, width: int) -> dict[str, list[float]]:
    column: dict[str, list[float]] = {}
    for at, words in sections.get(name, []):
        if len(words) != width + 1:
            raise FormatError(f"{name} has rows of {width + 1} figures", at)
        column[words[0]] = [number(word, at) for word in words[1:]]
    return column


def _nodes(head: dict[str, tuple[int, str]], sections: Rows) -> list[Node]:
    points = _column(sections, "NODE_COORD_SECTION", 2)
    demands = _column(sections, "DEMAND_SECTION", 1)
    windows = _column(sections, "TIME_WINDOW_SECTION", 2)
    services = _column(sections, "SERVICE_TIME_SECTION", 1)
    depots = [words[0] for _, words in sections.get("DEPOT_SECTION", []) if words[0] != "-1"]
    if len(depots) != 1:
        raise FormatError(f"DEPOT_SECTION names {len(depots)} depots: exactly one is read")
    flat = number(head["SERVICE_TIME"][1], head["SERVICE_TIME"][0]) if "SERVICE_TIME" in head else 0
    ids = depots + [name for name in points if name != depots[0]]
    nodes: list[Node] = []
    for name in ids:
        if name not in points or name not in demands:
            raise FormatError(f"node {name} has no point or no demand")
        depot = name == depots[0]
        ready, due = windows.get(name, [0.0, 1e9])
        nodes.append(
            Node(
                id=name,
                kind="depot" if depot else "customer",
                x=points[name][0],
                y=points[name][1],
                demand=demands[name][0],
                ready=ready,
                due=due,
                service=0.0 if depot else services.get(name, [float(flat)])[0],
            )
        )
    return nodes
