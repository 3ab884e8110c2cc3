"""Any supported input, told by its content and never by its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from routing.benchmarks.instance import BenchmarkInstance
from routing.formats import lilim, ours, schneider, solomon, vrplib
from routing.formats.errors import FormatError
from routing.problem.problem import Problem

Format = Literal["ours", "solomon", "vrplib", "schneider", "lilim", "evrpnl"]
READERS: dict[Format, tuple[Callable[[str], bool], Callable[[str], BenchmarkInstance]]] = {
    "schneider": (schneider.sniff, schneider.read),
    "vrplib": (vrplib.sniff, vrplib.read),
    "solomon": (solomon.sniff, solomon.read),
    "lilim": (lilim.sniff, lilim.read),
}


def sniff(data: bytes) -> Format:
    """Name the format.

    Raises:
        FormatError: none fits.
    """
    head = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if head in {b"{", b"["}:
        return "ours"
    if head == b"<":
        return "evrpnl"
    text = _text(data)
    for name, (fits, _) in READERS.items():
        if fits(text):
            return name
    raise FormatError(
        "the format is none of: Solomon or Gehring-Homberger, VRPLIB, Schneider E-VRPTW, Li-Lim, "
        "greenfreight-problem"
    )


def read_any(data: bytes, *, name: str = "") -> Problem | BenchmarkInstance:
    """Read an instance of any supported format; ``name`` serves files that hold none.

    Raises:
        FormatError: unreadable, of no known format, or of one that is not supported.
        routing.problem.errors.InputErrors: our format with errors in it.
    """
    kind = sniff(data)
    if kind == "ours":
        return ours.read_problem(data)
    if kind == "evrpnl":
        raise FormatError("VRP-REP XML (E-VRP-NL) is recognised but not supported by this version")
    instance = READERS[kind][1](_text(data))
    _verify(instance)
    if not instance.name:
        instance = _named(instance, name)
    return instance


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FormatError("not a text file in UTF-8") from None


def _named(instance: BenchmarkInstance, name: str) -> BenchmarkInstance:
    fields = {field: getattr(instance, field) for field in instance.__struct_fields__}
    return BenchmarkInstance(**(fields | {"name": name}))


def _verify(instance: BenchmarkInstance) -> None:
    """Refuse contradictions that no solver could mend.

    Raises:
        FormatError: naming the node.
    """
    kinds = [node.kind for node in instance.nodes]
    if kinds.count("depot") != 1:
        raise FormatError(f"an instance has one depot, not {kinds.count('depot')}")
    if "customer" not in kinds:
        raise FormatError("the instance has no customer")
    seen: set[str] = set()
    for node in instance.nodes:
        if node.id in seen:
            raise FormatError(f"node {node.id} stands twice")
        seen.add(node.id)
        if node.ready > node.due:
            raise FormatError(f"node {node.id}: the window ends before it begins")
        if node.service < 0:
            raise FormatError(f"node {node.id}: negative service time")
        if node.demand < 0 and not instance.pairs:
            raise FormatError(f"node {node.id}: negative demand")
    if instance.capacity <= 0 or instance.velocity <= 0:
        raise FormatError("capacity and velocity must be above zero")
    if instance.battery is not None and (
        instance.battery <= 0 or instance.consumption < 0 or instance.inverse_refuel < 0
    ):
        raise FormatError("battery must be above zero, consumption and refuel rate not below")
    for pair in instance.pairs:
        if pair.pickup not in seen or pair.delivery not in seen:
            raise FormatError(f"pair {pair.pickup}, {pair.delivery} names an unknown task")
