"""Problems, plans, names and views at hand, by hash: what is named by hash never ages."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import msgspec

from models.language import active
from routing.formats.ours import read_plan, read_problem
from routing.plan import Plan
from routing.problem import Problem
from workers.artefacts import ArtefactStore
from workers.planning.names import names_bytes
from workers.planning.view import day_view
from workers.planning.view_known import Known

if TYPE_CHECKING:
    from routing.edits import Edited, Workbench

Key = TypeVar("Key", bound=Hashable)
Kind = TypeVar("Kind")
View = dict[str, Any]

PROBLEMS, PLANS, VIEWS = 6, 40, 12
"""How many stay unpacked: a few dispatchers at work, each with some steps to go back."""


class Day(NamedTuple):
    """A plan as it stands: the hashes of its artefacts."""

    problem: str
    plan: str
    names: str | None = None
    check: str | None = None


class Shelf(Generic[Key, Kind]):
    """The latest things used; the one not used for longest gives way."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._things: OrderedDict[Key, Kind] = OrderedDict()

    def get(self, key: Key, make: Callable[[], Kind]) -> Kind:
        """What stands there, made when it does not."""
        if key not in self._things:
            self.put(key, make())
        self._things.move_to_end(key)
        return self._things[key]

    def find(self, key: Key) -> Kind | None:
        """What stands there, if anything."""
        return self._things.get(key)

    def put(self, key: Key, thing: Kind) -> None:
        """Put it there."""
        self._things[key] = thing
        self._things.move_to_end(key)
        while len(self._things) > self._size:
            self._things.popitem(last=False)


class Kept:
    """What the planner has at hand, and the store behind it."""

    def __init__(self, store: ArtefactStore) -> None:
        self._store = store
        self._problems: Shelf[str, Problem] = Shelf(PROBLEMS)
        self._benches: Shelf[str, Workbench] = Shelf(PROBLEMS)
        self._plans: Shelf[str, Plan] = Shelf(PLANS)
        self._names: Shelf[str, dict[str, Any]] = Shelf(PLANS)
        self._checks: Shelf[str, dict[str, Any]] = Shelf(PLANS)
        self._edited: Shelf[tuple[str, str], Edited] = Shelf(VIEWS)
        self._known = Known()
        self._views: Shelf[tuple[str, Day], View] = Shelf(VIEWS)

    def problem(self, sha256: str) -> Problem:
        """A problem, unpacked."""
        return self._problems.get(sha256, lambda: read_problem(self._store.get(sha256)))

    def bench(self, sha256: str) -> Workbench:
        """A problem made ready to be edited."""
        from routing.edits import Workbench  # noqa: PLC0415 - brings the engine: not in every web

        return self._benches.get(sha256, lambda: Workbench(self.problem(sha256)))

    def plan(self, sha256: str) -> Plan:
        """A plan, unpacked."""
        return self._plans.get(sha256, lambda: read_plan(self._store.get(sha256)))

    def names(self, sha256: str | None) -> dict[str, Any]:
        """The labels of a plan's ids."""
        if sha256 is None:
            return {}
        return self._names.get(sha256, lambda: json.loads(self._store.get(sha256)))

    def check(self, sha256: str | None) -> dict[str, Any]:
        """What the checker said of a plan."""
        if sha256 is None:
            return {}
        return self._checks.get(sha256, lambda: json.loads(self._store.get(sha256)))

    def view(self, day: Day) -> View:
        """What a change by hand can change of the plan as people see it. Do not change it."""
        return self._views.get(
            (active(), day),
            lambda: day_view(
                self.problem(day.problem),
                self.plan(day.plan),
                self.names(day.names),
                self.check(day.check),
                self._known,
            ),
        )

    def edited(self, day: Day) -> Edited | None:
        """How the edit that made a day went, if it was made here of late."""
        return self._edited.find((day.problem, day.plan))

    def put_edited(self, day: Day, edited: Edited) -> None:
        """Keep how the edit that made a day went."""
        self._edited.put((day.problem, day.plan), edited)

    def put_bench(self, bench: Workbench) -> str:
        """Keep a problem that was made ready; its name."""
        name = self._store.put(bench.checker.problem_bytes)
        self._problems.put(name, bench.problem)
        self._benches.put(name, bench)
        return name

    def put_plan(self, plan: Plan) -> str:
        """Keep a draft's plan, quickly: not in canonical form, which it gets when it is saved."""
        name = self._store.put(msgspec.json.encode(plan))
        self._plans.put(name, plan)
        return name

    def put_names(self, names: Mapping[str, Any]) -> str:
        """Keep labels."""
        name = self._store.put(names_bytes(names))
        self._names.put(name, dict(names))
        return name

    def put_check(self, data: bytes) -> str:
        """Keep a verdict."""
        name = self._store.put(data)
        self._checks.put(name, json.loads(data))
        return name
