"""Labels of a plan's ids, kept beside it: a problem carries no display names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def names_bytes(names: Mapping[str, Any]) -> bytes:
    """Names as they are stored: the same names are the same bytes, and so one artefact."""
    return json.dumps(names, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class Names:
    """Looks labels up. A value is a text, or an object with ``label`` and further texts."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names

    def of(self, id_: str | None, default: str = "") -> str:
        """The label of ``id_``; without one, the default or the id's first eight characters."""
        if id_ is None:
            return default
        value = self._names.get(id_)
        if value is None and "#" in id_:
            whole, part = id_.split("#", 1)
            label = self.of(whole)
            return f"{label}#{part}" if label else id_
        if isinstance(value, Mapping):
            value = value.get("label")
        return str(value) if value else (default or id_[:8])

    def more(self, id_: str | None, field: str, default: str = "") -> str:
        """A further text about ``id_`` (``address``, ``unit``, ``note`` …)."""
        value = self._names.get(id_ or "")
        if value is None and id_ and "#" in id_:
            value = self._names.get(id_.split("#", 1)[0])
        if isinstance(value, Mapping) and value.get(field) not in (None, ""):
            return str(value[field])
        return default
