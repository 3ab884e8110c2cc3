"""What every operation of the interface shares, added to its description in one place.

An operation answers 2xx with JSON (or the file or stream that its path names), and everything else
as problem+json; a POST takes an ``Idempotency-Key``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
FILES = (
    "text/csv",
    "application/geo+json",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
PROBLEM = {
    "description": "Refused: what, why, and what to do (RFC 9457)",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
REFUSED = (400, 401, 403, 404, 405, 406, 409, 410, 413, 415, 422, 429)
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "The same key with the same body is done once and answered alike for 24 h",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}


def described(spec: dict[str, Any]) -> dict[str, Any]:
    """The description with what its operations share."""
    for path, method, about in _operations(spec):
        answers = about.setdefault("responses", {})
        answers |= {str(status): PROBLEM for status in REFUSED}
        answers["default"] = PROBLEM
        if not any(str(status).startswith("2") for status in answers):
            content = {kind: {} for kind in _kinds(path)}
            answers["2XX"] = {"description": "Done", "content": content}
        if method == "post" and KEY not in about.get("parameters", []):
            about["parameters"] = [*about.get("parameters", []), KEY]
    return spec


def _operations(spec: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in spec.get("paths", {}).items():
        for method in METHODS:
            if method in methods:
                yield path, method, methods[method]


def _kinds(path: str) -> tuple[str, ...]:
    if "export." in path:
        return FILES
    return ("text/event-stream",) if path.endswith("/events") else ("application/json",)
