"""Reading a stored plan version as the view that page, sheets, text and exports share."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from typing import Any

from models.planning.tables import PlanVersion
from routing.formats.ours import read_plan, read_problem
from workers.artefacts import ArtefactStore
from workers.planning.view import build_view

View = dict[str, Any]


class ViewCache:
    """Views by the hashes of what they are made from; what is named by hash never changes."""

    def __init__(self, store: ArtefactStore, size: int = 8) -> None:
        self._store = store
        self._size = size
        self._lock = threading.Lock()
        self._views: OrderedDict[tuple[str | None, ...], View] = OrderedDict()

    def of(self, version: PlanVersion) -> View | None:
        """The view of a version; None while not even its problem is stored. Do not change it.

        Raises:
            ArtefactMissingError: what the version refers to is gone.
        """
        if version.problem_sha256 is None:
            return None
        plan = version.plan_sha256
        key = (version.problem_sha256, plan, version.names_sha256, version.check_sha256)
        with self._lock:
            if key in self._views:
                self._views.move_to_end(key)
                return self._views[key]
        view = self._build(*key)
        with self._lock:
            self._views[key] = view
            while len(self._views) > self._size:
                self._views.popitem(last=False)
        return view

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
