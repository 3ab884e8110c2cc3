"""Electric instances as Schneider, Stenger and Goeke (2014) publish them."""

from __future__ import annotations

import re

from routing.benchmarks.instance import BenchmarkInstance, Node
from routing.formats.errors import FormatError, number

KINDS = {"d": "depot", "f": "station", "c": "customer"}
PARAMETERS = {"Q", "C", "r", "g", "v"}
PARAMETER = re.compile(r"^([A-Za-z])\s.*/([^/]+)/\s*$")


def sniff(text: str) -> bool:
    """Tell the format by its header line."""
    return text.lstrip().startswith("StringID")


def read(text: str) -> BenchmarkInstance:
    """Read a table of nodes and the five parameters below it.

    Raises:
        FormatError: naming line and cause.
    """
    nodes: list[Node] = []
    parameters: dict[str, float] = {}
    for at, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words or words[0] == "StringID":
            continue
        found = PARAMETER.match(line.strip())
        if found:
            parameters[found[1]] = number(found[2], at)
        else:
            nodes.append(_node(words, at))
    missing = sorted(PARAMETERS - parameters.keys())
    if missing:
        raise FormatError(f"parameter {', '.join(missing)} is missing below the nodes")
    depots = [node for node in nodes if node.kind == "depot"]
    return BenchmarkInstance(
        name="",
        source="schneider",
        nodes=depots + [node for node in nodes if node.kind != "depot"],
        capacity=parameters["C"],
        battery=parameters["Q"],
        consumption=parameters["r"],
        inverse_refuel=parameters["g"],
        velocity=parameters["v"],
    )


def _node(words: list[str], at: int) -> Node:
    if len(words) != 8 or words[1] not in KINDS:
        raise FormatError("a node has id, type d, f or c, and six numbers", at)
    x, y, demand, ready, due, service = (number(word, at) for word in words[2:])
    kind = KINDS[words[1]]
    return Node(
        id=words[0],
        kind=kind,  # type: ignore[arg-type]  # KINDS' values are the literals
        x=x,
        y=y,
        demand=demand,
        ready=ready,
        due=due,
        service=service,
    )
