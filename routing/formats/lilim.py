"""Li and Lim's pickup-and-delivery format."""

from __future__ import annotations

from routing.benchmarks.instance import BenchmarkInstance, Node, Pair
from routing.formats.errors import FormatError, number, whole


def sniff(text: str) -> bool:
    """Tell the format by its shape: three figures, then rows of nine."""
    rows = [line.split() for line in text.splitlines() if line.strip()][:2]
    return [len(row) for row in rows] == [3, 9] and all(
        word.lstrip("-").replace(".", "", 1).isdigit() for row in rows for word in row
    )


def read(text: str) -> BenchmarkInstance:
    """Read fleet and tasks; a row's last two figures are its pickup's and its delivery's row.

    The third figure of the first line, a speed, is 0 or 1 in published files and is not used.

    Raises:
        FormatError: naming line and cause.
    """
    rows = [(at, line.split()) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
    (first, head), tasks = rows[0], rows[1:]
    nodes: list[Node] = []
    pickup_of: dict[str, str] = {}
    delivery_of: dict[str, str] = {}
    for at, words in tasks:
        if len(words) != 9:
            raise FormatError(f"a task has nine figures, not {len(words)}", at)
        x, y, demand, ready, due, service = (number(word, at) for word in words[1:7])
        kind = "customer" if nodes else "depot"
        nodes.append(
            Node(
                id=words[0],
                kind=kind,  # type: ignore[arg-type]  # one of two literals
                x=x,
                y=y,
                demand=demand,
                ready=ready,
                due=due,
                service=service,
            )
        )
        if words[7] != "0":
            pickup_of[words[0]] = words[7]
        if words[8] != "0":
            delivery_of[words[0]] = words[8]
    for pickup, delivery in delivery_of.items():
        if pickup_of.get(delivery) != pickup:
            raise FormatError(f"task {pickup} names delivery {delivery}, which does not name it")
    return BenchmarkInstance(
        name="",
        source="lilim",
        nodes=nodes,
        vehicles=whole(head[0], first),
        capacity=number(head[1], first),
        pairs=[Pair(pickup=p, delivery=d) for p, d in delivery_of.items()],
    )
