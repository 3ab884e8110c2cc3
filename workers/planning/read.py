"""Reading a stored plan version as the view that page, sheets, text and exports share."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

from models.language import active
from models.planning.tables import PlanVersion
from routing.formats.ours import read_plan, read_problem
from workers.artefacts import ArtefactStore
from workers.planning.view import build_view
from workers.planning.view_drawn import Drawn, drawn

View = dict[str, Any]
Hashes = tuple[str | None, str | None, str | None, str | None]
ShelfKey = tuple[str, Hashes]
"""The language that a view is told in, and what it is made from."""
Kept = TypeVar("Kept")


class ViewCache:
    """Views by the hashes of what they are made from; what is named by hash never changes."""

    def __init__(self, store: ArtefactStore, size: int = 8) -> None:
        self._store = store
        self._size = size
        self._lock = threading.Lock()
        self._views: OrderedDict[ShelfKey, View] = OrderedDict()
        self._drawn: OrderedDict[ShelfKey, Drawn] = OrderedDict()

    def of(self, version: PlanVersion) -> View | None:
        """The view of a version; None while not even its problem is stored. Do not change it.

        Raises:
            ArtefactMissingError: what the version refers to is gone.
        """
        key = _hashes(version)
        if key[0] is None:
            return None
        return self._kept(self._views, key, lambda: self._build(*key))

    def drawn(self, version: PlanVersion) -> Drawn | None:
        """What the plan's page draws of the view; None as for :meth:`of`.

        Raises:
            ArtefactMissingError: what the version refers to is gone.
        """
        view = self.of(version)
        if view is None:
            return None
        return self._kept(self._drawn, _hashes(version), lambda: drawn(view))

    def _kept(
        self, shelf: OrderedDict[ShelfKey, Kept], hashes: Hashes, make: Callable[[], Kept]
    ) -> Kept:
        """What stands on the shelf, made when it is not there; the least used one gives way."""
        key = (active(), hashes)
        with self._lock:
            if key in shelf:
                shelf.move_to_end(key)
                return shelf[key]
        made = make()
        with self._lock:
            shelf[key] = made
            while len(shelf) > self._size:
                shelf.popitem(last=False)
        return made

    def _build(
        self, problem: str | None, plan: str | None, names: str | None, check: str | None
    ) -> View:
        get = self._store.get
        return build_view(
            read_problem(get(problem or "")),
            read_plan(get(plan)) if plan else None,
            json.loads(get(names)) if names else {},
            json.loads(get(check)) if check else None,
        )


def _hashes(version: PlanVersion) -> Hashes:
    return (
        version.problem_sha256,
        version.plan_sha256,
        version.names_sha256,
        version.check_sha256,
    )
