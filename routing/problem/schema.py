"""JSON Schemas of problem and plan, made from the records.

``python -m routing.problem.schema docs/schemas`` writes them; a test holds them current.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from routing.plan import Plan
from routing.problem.problem import Problem

_KINDS: dict[str, type[Problem | Plan]] = {"problem": Problem, "plan": Plan}


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of ``problem`` or ``plan``."""
    made = msgspec.json.schema(_KINDS[name])
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"greenfreight-{name}",
    }
    return {**head, **made}


def schema_text(name: str) -> str:
    """The schema as it stands in ``docs/schemas``."""
    return json.dumps(schema(name), ensure_ascii=False, indent=2) + "\n"


def write(folder: Path) -> None:
    """Writes ``problem.schema.json`` and ``plan.schema.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in _KINDS:
        (folder / f"{name}.schema.json").write_text(schema_text(name), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
