"""Solomon's and Gehring and Homberger's text format."""

from __future__ import annotations

from routing.benchmarks.instance import BenchmarkInstance, Node
from routing.formats.errors import FormatError, number, whole


def sniff(text: str) -> bool:
    """Tell the format by its VEHICLE and CUSTOMER headings."""
    words = text[:2000].split()
    return "VEHICLE" in words and "CUSTOMER" in words and "NUMBER" in words


def read(text: str) -> BenchmarkInstance:
    """Read name, fleet and customers; customer 0 is the depot.

    Raises:
        FormatError: naming line and cause.
    """
    name, part = "", ""
    fleet: tuple[int, float] | None = None
    nodes: list[Node] = []
    for at, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words or words[0] in {"NUMBER", "CUST"}:
            continue
        if words[0] in {"VEHICLE", "CUSTOMER"}:
            part = words[0]
        elif not part:
            name = name or line.strip()
        elif part == "VEHICLE":
            if len(words) != 2:
                raise FormatError("the fleet is a number and a capacity", at)
            fleet = whole(words[0], at), number(words[1], at)
        else:
            nodes.append(_node(words, at, depot=not nodes))
    if fleet is None:
        raise FormatError("the VEHICLE part has no line of figures")
    return BenchmarkInstance(
        name=name, source="solomon", nodes=nodes, vehicles=fleet[0], capacity=fleet[1]
    )


def _node(words: list[str], at: int, *, depot: bool) -> Node:
    if len(words) != 7:
        raise FormatError(f"a customer has seven figures, not {len(words)}", at)
    x, y, demand, ready, due, service = (number(word, at) for word in words[1:])
    return Node(
        id=words[0],
        kind="depot" if depot else "customer",
        x=x,
        y=y,
        demand=demand,
        ready=ready,
        due=due,
        service=service,
    )
